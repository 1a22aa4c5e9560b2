// The reply page by keyboard: answers and ready-made lines go in at the cursor. Without it they can be read and typed.
import { onKey, say, singleKeys, typing } from "./portal.js";

const text = document.getElementById("text");
const q = document.getElementById("q");
const answers = document.getElementById("answers");

const insert = (words) => {
  const { selectionStart: from, selectionEnd: to, value, maxLength } = text;
  const before = value.slice(0, from);
  const piece = before && !/\s$/.test(before) ? `\n${words}` : words;
  if (value.length - (to - from) + piece.length > maxLength) { say(`放不下了：一次最多 ${maxLength} 个字`); text.focus(); return; }
  text.setRangeText(piece, from, to, "end");
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
  say("已插入");
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button.dataset.insert);
});

const offers = () => [...answers.querySelectorAll("[data-insert]")];
const nth = (n) => { const one = offers()[n]; if (one) insert(one.dataset.insert); };
for (let n = 1; n <= 9; n += 1) { onKey(`Digit${n}`, () => nth(n - 1)); onKey(`Numpad${n}`, () => nth(n - 1)); }

let chosen = 0;
const mark = () => answers.querySelectorAll(".offer").forEach((one, n) => one.classList.toggle("chosen", n === chosen));
let wanted = false; // Enter was pressed while the list of what was typed was still on its way
const arrived = () => { chosen = 0; mark(); if (wanted) { wanted = false; nth(0); } };
document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === answers) arrived(); });
mark();

let pending = false;
q.addEventListener("input", () => { pending = true; });
document.body.addEventListener("htmx:afterRequest", (event) => { if (event.detail.target === answers) pending = false; });
q.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  const many = offers().length;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (many) { chosen = (chosen + (event.key === "ArrowDown" ? 1 : many - 1)) % many; mark(); say(answers.querySelectorAll("h3")[chosen].textContent); }
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (pending) { wanted = true; window.htmx.trigger(document.getElementById("look-up"), "submit"); } else nth(chosen);
  } else if (event.key === "Escape") { event.preventDefault(); text.focus(); }
});

const seek = () => { q.focus(); q.select(); };
onKey("Slash", seek);
onKey("KeyK", () => text.focus());
onKey("KeyG", () => document.querySelector("#canned button").focus());
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && singleKeys() && !typing(event.target)) { event.preventDefault(); seek(); }
});
