// The queue tells of a new chat: in the window's title, aloud to screen readers, and by a tone for who wants one.
import { say } from "./portal.js";

const RING = "ring";
const button = document.getElementById("ring");
const cases = document.getElementById("cases");
const plain = document.title.replace(/^（\d+）/, "");
let known = new Set();
let sound = null;

const on = () => { try { return localStorage.getItem(RING) === "1"; } catch (e) { return false; } };
const show = () => { button.setAttribute("aria-pressed", String(on())); button.textContent = `新会话响铃：${on() ? "开" : "关"}`; };

// Two short tones; made here, so that no sound file has to be fetched.
const ring = () => {
  sound = sound || new AudioContext();
  [0, 0.25].forEach((at) => {
    const tone = sound.createOscillator(), loud = sound.createGain();
    tone.frequency.value = at ? 880 : 660;
    loud.gain.value = 0.15;
    tone.connect(loud).connect(sound.destination);
    tone.start(sound.currentTime + at);
    tone.stop(sound.currentTime + at + 0.18);
  });
};

button.addEventListener("click", () => {
  try { localStorage.setItem(RING, on() ? "0" : "1"); } catch (e) { /* private window */ }
  show();
  if (on()) ring();
});

const waiting = () => new Set([...cases.querySelectorAll("tr.waiting")].map((row) => row.id));
const look = () => {
  const now = waiting();
  const fresh = [...now].filter((one) => !known.has(one)).length;
  const count = Number(document.getElementById("queue-count").dataset.waiting);
  document.title = count ? `（${count}）${plain}` : plain;
  known = now;
  return fresh;
};

look();
show();
cases.addEventListener("htmx:afterSettle", () => {
  const fresh = look();
  if (!fresh) return;
  say(`来了 ${fresh} 个新会话`);
  cases.dispatchEvent(new CustomEvent("rung", { bubbles: true }));
  if (on()) ring();
});
