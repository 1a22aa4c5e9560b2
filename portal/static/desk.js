// The hotline desk by keyboard: the search as a combobox, copying, the call's draft. Without it every form still works.
import { csrf, onKey, say, singleKeys, typing } from "./portal.js";

const $ = (id) => document.getElementById(id);
const q = $("q");
const results = $("results");
const call = $("call");
const NOTHING_AFTER = 1500; // ms a query without a result stands before the supervisor hears of it
const WHOLE_AFTER = 250; // ms a sentence rests before the language model is asked what it means

document.querySelectorAll(".nojs-value").forEach((e) => e.remove());

// --- search -----------------------------------------------------------------
let chosen = -1;
let openWhenThere = false;
let idle = 0;
let resting = 0;

// The list again; `whole`: the sentence is finished, ask the language model too.
const seek = (whole) => {
  clearTimeout(resting);
  $("whole").value = whole ? "1" : "0";
  window.htmx.trigger($("search"), "submit");
};

const options = () => [...results.querySelectorAll("[role=option]")];
const list = () => results.querySelector("[data-q]");
const shown = () => (list() ? list().dataset.q : "");
const unheard = () => Boolean(list() && list().dataset.more);

const choose = (n) => {
  const all = options();
  chosen = all.length ? (n + all.length) % all.length : -1;
  all.forEach((e, i) => e.setAttribute("aria-selected", String(i === chosen)));
  q.setAttribute("aria-expanded", String(all.length > 0));
  if (chosen < 0) { q.removeAttribute("aria-activedescendant"); return; }
  q.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
};

const open = (n) => { const e = options()[n]; if (e) e.click(); };
results.addEventListener("click", () => { $("open-q").value = q.value; });

const clear = () => {
  q.value = "";
  results.textContent = "";
  choose(-1);
  openWhenThere = false;
  clearTimeout(idle);
  clearTimeout(resting);
  q.focus();
};

const arrived = () => {
  options().forEach((e) => { e.tabIndex = -1; });
  choose(0);
  const count = options().length;
  const query = q.value.trim();
  clearTimeout(idle);
  if (!query) { results.textContent = ""; choose(-1); return; }
  clearTimeout(resting);
  if (unheard()) {
    if (openWhenThere) seek(true);
    else resting = setTimeout(() => { if (q.value.trim() === query) seek(true); }, WHOLE_AFTER);
    return;
  }
  say(count ? `${count} 条结果，第一条：${options()[0].querySelector(".what").textContent.trim()}` : "没有结果");
  if (!count) idle = setTimeout(() => nothing(query), NOTHING_AFTER);
  if (openWhenThere && count) { openWhenThere = false; open(0); }
};

// A search that found nothing goes to the supervisor's list by itself.
const nothing = (query) => {
  if (q.value.trim() !== query) return;
  const body = new URLSearchParams({ q: query, by_itself: "1" });
  fetch("/desk/not-found", { method: "POST", body, headers: { "X-CSRF": csrf(), "HX-Request": "true" } })
    .then((r) => r.text()).then((words) => { $("missed").textContent = words; }).catch(() => {});
};

q.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
  else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
  else if (event.key === "Enter") {
    event.preventDefault();
    if (!q.value.trim()) return;
    if (shown() === q.value.trim() && options().length && !unheard()) { open(Math.max(chosen, 0)); return; }
    openWhenThere = true; // the list of what was typed is still on its way
    seek(true);
  }
});
q.addEventListener("input", () => {
  openWhenThere = false;
  clearTimeout(idle);
  clearTimeout(resting);
  $("whole").value = "0";
});
q.addEventListener("search", () => { if (!q.value) clear(); });

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") { event.preventDefault(); clear(); }
  else if (event.key === "/" && singleKeys() && !typing(event.target)) { event.preventDefault(); q.focus(); q.select(); }
});
onKey("Slash", () => { q.focus(); q.select(); });
for (let n = 1; n <= 9; n += 1) {
  const nth = () => { const all = options(); const e = all.filter((o) => !o.classList.contains("heard"))[n - 1]; if (e) open(all.indexOf(e)); };
  onKey(`Digit${n}`, nth);
  onKey(`Numpad${n}`, nth);
}

// --- the answer ---------------------------------------------------------------
const focusOn = (e) => { if (e) { e.focus(); if (e.select) e.select(); } };

onKey("KeyI", () => {
  const all = [...document.querySelectorAll("#facts input:not([type=hidden]), #facts select")];
  focusOn(all.find((e) => !e.value) || all[0]);
});
onKey("KeyR", () => focusOn($("where-box")));
onKey("KeyZ", () => { const e = $("back-region"); if (e) e.click(); });
onKey("KeyS", () => { const e = $("source-link"); if (e) { flush(); location.href = e.href; } });

const copyText = async (text) => {
  if (navigator.clipboard && window.isSecureContext) { await navigator.clipboard.writeText(text); return; }
  // A desk inside the office network may be served without https: the old way.
  const held = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  if (held) held.focus();
};

const copy = async (which) => {
  const source = $(which);
  const button = document.querySelector(`[data-copy=${which}]`);
  if (!source || !button) return;
  try {
    await copyText(source.textContent);
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
    say(`已复制${button.firstChild.textContent.trim()}`);
  } catch (e) {
    $("copied-texts").open = true;
    say("没有复制成，请在下面选中文本");
  }
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button.dataset.copy);
});
onKey("KeyC", () => copy("spoken"));
onKey("KeyA", () => copy("full"));
onKey("KeyT", () => copy("message"));

let opening = "";
document.body.addEventListener("htmx:beforeRequest", (event) => { opening = event.target.id; });
document.body.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "results") arrived();
  if (target.id === "alert") say(target.textContent);
  // With the swap, not after it: a copy made at once would have its own words overwritten.
  if (target.id === "pane" && $("pane").dataset.say) say($("pane").dataset.say);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "pane") return;
  const pane = $("pane");
  $("alert").textContent = "";
  // Whoever has gone on to another field meanwhile (region, a date, the call's notes) keeps the focus there.
  const elsewhere = document.activeElement !== q && document.activeElement.matches("input, textarea, select");
  // So does whoever types the next question already: what is typed would replace itself.
  const typed = q.value !== $("open-q").value;
  if (opening === "open") { pane.scrollTop = 0; if (!elsewhere && !typed) q.select(); }
  const timer = $("timer");
  if (timer && timer.dataset.running) began = Date.now() - Number(timer.dataset.seconds) * 1000;
  // The region is changed: typing goes on in the search. An unclear one is chosen first.
  if (opening.startsWith("where")) {
    const unclear = document.querySelector("#where [role=alert]");
    const choice = document.querySelector("#where-quick button");
    if (unclear) focusOn(unclear.dataset.choose && choice ? choice : $("where-box"));
    else if (document.activeElement !== q) focusOn(q);
    // What is listed must be this region's: another one's clauses are not left standing.
    if (q.value.trim() && list()) seek(true);
  }
});
// A new question that could not be opened leaves no old answer standing under it.
document.body.addEventListener("htmx:responseError", () => {
  if (opening !== "open") return;
  const gone = document.createElement("p");
  gone.className = "lead";
  gone.textContent = "没有打开新的答复，上一个问题的已经收起。请再试一次。";
  $("pane").replaceChildren(gone);
});
document.body.addEventListener("htmx:sendError", () => { $("alert").textContent = "连不上系统，没有办成；写的内容还在。"; });

// --- the call -------------------------------------------------------------------
let dirty = false;
call.addEventListener("input", () => { dirty = true; });
call.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) dirty = false; });

// A closing tab takes nothing with it.
const flush = () => {
  if (!dirty) return;
  dirty = false;
  fetch("/desk/save", { method: "POST", keepalive: true, body: new URLSearchParams(new FormData(call)), headers: { "X-CSRF": csrf(), "HX-Request": "true" } }).catch(() => { dirty = true; });
};
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") flush(); });

$("link").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.altKey && !event.isComposing) { event.preventDefault(); $("link-button").click(); }
});
onKey("KeyK", () => $("notes").focus());
onKey("KeyW", () => focusOn($("link")));
onKey("KeyO", () => focusOn(call.querySelector("[name=outcome]:checked") || call.querySelector("[name=outcome]")));
onKey("KeyN", () => $("missing").requestSubmit());
onKey("Enter", () => { dirty = false; $("end").click(); });

let began = Date.now() - Number($("timer").dataset.seconds) * 1000;
setInterval(() => {
  const timer = $("timer");
  if (!timer || !timer.dataset.running) return;
  const s = Math.max(0, Math.floor((Date.now() - began) / 1000));
  timer.textContent = `${String(Math.floor(s / 60)).padStart(2, "0")}:${String(s % 60).padStart(2, "0")}`;
}, 1000);

if (results.childElementCount) arrived();
