// Copying a text to paste elsewhere, ticking a whole grade. Everything else on these pages works without a script.
import { say } from "./portal.js";

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      say("已复制");
      button.textContent = "✓ 已复制";
    } catch (e) {
      getSelection().selectAllChildren(source);
      say("没有复制成，已选中文字，请按 Ctrl+C");
    }
  });
});

document.querySelectorAll("[data-all]").forEach((button) => {
  button.addEventListener("click", () => {
    const boxes = [...button.parentElement.querySelectorAll("input[type=checkbox]")];
    const tick = !boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = tick; });
  });
});
