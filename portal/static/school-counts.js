// Lists of children are compared here, in the browser, and never leave it: identity numbers become salted hashes
// (PBKDF2 over the passphrase, then HMAC-SHA-256; salt: school and year), and only each class's two numbers are sent.
import { say } from "./portal.js";

const ROUNDS = 210000;
const form = document.getElementById("compare-form");
const result = document.getElementById("compare-result");
const counted = document.getElementById("counted");
const send = document.getElementById("compare-send");
const bytes = (text) => new TextEncoder().encode(text);
const tell = (words) => { result.textContent = words; say(words); };

const keyOf = async (passphrase) => {
  const base = await crypto.subtle.importKey("raw", bytes(passphrase), "PBKDF2", false, ["deriveKey"]);
  const salt = bytes(`tongbao|${form.dataset.school}|${form.dataset.year}`);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, base,
    { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
};

const hashOf = async (key, text) => {
  const plain = text.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(plain)));
  return Array.from(signed, (b) => b.toString(16).padStart(2, "0")).join("");
};

const isHash = (text) => /^[0-9a-f]{64}$/.test(text);

const rowsOf = async (input) => {
  const content = new Uint8Array(await input.files[0].arrayBuffer());
  let text;
  try { text = new TextDecoder("utf-8", { fatal: true }).decode(content); } catch (e) { text = new TextDecoder("gb18030").decode(content); }
  return text.replace(/^\ufeff/, "").split(/\r?\n/).filter((l) => l.trim()).map((l) => l.split(/[,，\t;]/).map((c) => c.trim().replace(/^"|"$/g, "")));
};

const place = (head, names) => head.findIndex((one) => names.some((name) => one.includes(name)));

const columns = (rows, needed) => {
  const found = {
    grade: place(rows[0], ["年级"]), name: place(rows[0], ["班"]), id: place(rows[0], ["证件", "身份证", "散列"]),
  };
  for (const one of needed) if (found[one] < 0) throw new Error(`第 1 行缺列：${{ grade: "年级", name: "班级", id: "证件号" }[one]}`);
  return found;
};

const hashed = async (key, rows, at) => {
  const made = [];
  for (const row of rows.slice(1)) {
    const id = row[at.id] || "";
    if (id) made.push({ grade: row[at.grade] || "", name: row[at.name] || "", hash: isHash(id) ? id : await hashOf(key, id) });
  }
  return made;
};

const ready = (...ids) => {
  if (document.getElementById("passphrase").value.length < 8) throw new Error("口令至少 8 个字符。");
  for (const id of ids) if (!document.getElementById(id).files.length) throw new Error("先选名单文件。");
};

document.getElementById("compare-run").addEventListener("click", async () => {
  try {
    send.hidden = true;
    ready("roster", "enrolled");
    tell("正在比对…");
    const key = await keyOf(document.getElementById("passphrase").value);
    const roster = await rowsOf(document.getElementById("roster"));
    const enrolled = await rowsOf(document.getElementById("enrolled"));
    const paid = new Set((await hashed(key, enrolled, columns(enrolled, ["id"]))).map((one) => one.hash));
    const classes = new Map();
    const once = new Set();
    for (const one of await hashed(key, roster, columns(roster, ["grade", "name", "id"]))) {
      if (once.has(one.hash)) continue;
      once.add(one.hash);
      const label = `${one.grade}\t${one.name}`;
      const [total, done] = classes.get(label) || [0, 0];
      classes.set(label, [total + 1, done + (paid.has(one.hash) ? 1 : 0)]);
    }
    const rows = [...classes].map(([label, [total, done]]) => [...label.split("\t"), total, done]);
    const sum = rows.reduce(([t, d], row) => [t + row[2], d + row[3]], [0, 0]);
    counted.value = JSON.stringify(rows);
    send.hidden = rows.length === 0;
    tell(`${rows.length} 个班，应参保 ${sum[0]} 人，已参保 ${sum[1]} 人。名单没有离开这台电脑。`);
  } catch (e) { tell(e.message); }
});

document.getElementById("compare-hash").addEventListener("click", async () => {
  try {
    ready("roster");
    const key = await keyOf(document.getElementById("passphrase").value);
    const rows = await rowsOf(document.getElementById("roster"));
    const at = columns(rows, ["id"]);
    const lines = (await hashed(key, rows, at)).map((one) => `${one.grade},${one.name},${one.hash}`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`\ufeff年级,班级,散列\n${lines.join("\n")}\n`], { type: "text/csv" }));
    link.download = `sanlie-${form.dataset.year}.csv`;
    link.click();
    tell(`散列文件 ${lines.length} 行，里面没有姓名和证件号。`);
  } catch (e) { tell(e.message); }
});
