// What every staff page shares: the key list, single-key switch, announcements. Pages work without it.
const root = document.documentElement;
root.classList.add("js");

const SWITCH = "single-keys-off";
const remembered = () => {
  try { return localStorage.getItem(SWITCH) === "1"; } catch (e) { return false; }
};

// A polite word for screen readers; the same word twice is said twice.
export const say = (words) => {
  const line = document.getElementById("status");
  line.textContent = "";
  setTimeout(() => { line.textContent = words; }, 30);
};

export const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRF"] || "";

export const typing = (e) => e.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

// Keys are taken by their place on the keyboard: with Alt, some layouts type another letter.
const handlers = new Map();
export const onKey = (code, act) => handlers.set(code, act);

const keys = document.getElementById("keys");
const showKeys = () => { if (keys && !keys.open) keys.showModal(); };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    const act = handlers.get(event.code);
    if (act && !(keys && keys.open)) { event.preventDefault(); act(event); }
    return;
  }
  if (event.key === "?" && !remembered() && !typing(event.target)) { event.preventDefault(); showKeys(); }
});

onKey("KeyH", showKeys);
onKey("KeyQ", () => { if (document.querySelector("a[href='/chats']")) location.href = "/chats"; });
onKey("KeyJ", () => { const take = document.getElementById("accept"); if (take) take.click(); });
const reply = document.getElementById("reply");
if (reply) onKey("Enter", () => reply.requestSubmit());

// What is being typed outlives the end of the session: it lies in this window until the server has taken it, and only for
// who typed it. (The server keeps drafts too; this is for what it was refused while nobody was logged in.)
const who = document.body.dataset.who || "";
document.querySelectorAll("[data-keep]").forEach((field) => {
  const place = `keep:${who}:${location.pathname}:${field.id}`;
  try {
    if (field.dataset.keep === "sent") {
      sessionStorage.removeItem(place);
      history.replaceState(null, "", location.pathname);
    }
    const kept = sessionStorage.getItem(place);
    if (kept && kept.length > field.value.length) {
      field.value = kept;
      setTimeout(() => field.dispatchEvent(new Event("input", { bubbles: true })), 0);
    }
    field.addEventListener("input", () => sessionStorage.setItem(place, field.value));
  } catch (e) { /* private window */ }
});

// What was typed while the page was still loading: nobody listened yet, so it is neither saved nor searched for.
window.addEventListener("load", () => {
  document.querySelectorAll("[data-keep]").forEach((field) => {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const sought = document.getElementById("q");
  if (sought && sought.form && sought.value !== sought.defaultValue) sought.form.requestSubmit();
});

const link = document.getElementById("show-keys");
if (link && keys) link.addEventListener("click", (event) => { event.preventDefault(); showKeys(); });

const box = document.getElementById("single-keys");
if (box) {
  box.checked = remembered();
  box.addEventListener("change", () => { try { localStorage.setItem(SWITCH, box.checked ? "1" : "0"); } catch (e) { /* private window */ } });
}
export const singleKeys = () => !remembered();

const back = document.getElementById("back");
if (back) document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !(keys && keys.open)) location.href = back.href; });

// The sought paragraph of a document takes the focus, so that reading goes on from there.
const here = document.getElementById("here");
if (here && location.hash === "#here") here.focus();

const log = document.getElementById("log");
if (log) {
  log.scrollTop = log.scrollHeight;
  document.body.addEventListener("htmx:oobAfterSwap", () => { log.scrollTop = log.scrollHeight; });
}
