// Spares the reload: sends forms in the background and appends what the server rendered. Without this file every
// form still works as an ordinary page.
(function () {
  "use strict";
  var log = document.getElementById("log"), box = document.getElementById("box");
  var notice = document.getElementById("notice"), newer = document.getElementById("newer");
  var composer = document.getElementById("composer"), region = document.getElementById("region");
  var queue = Promise.resolve();

  function fresh() {
    var bytes = new Uint8Array(9), text = "";
    crypto.getRandomValues(bytes);
    bytes.forEach(function (b) { text += b.toString(16).padStart(2, "0"); });
    return text;
  }
  function atBottom() {
    return window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
  }
  function showEnd(was) {
    if (was) { window.scrollTo(0, document.documentElement.scrollHeight); } else { newer.hidden = false; }
  }
  function mine(text) {
    var bubble = document.createElement("section"), p = document.createElement("p");
    bubble.className = "bubble me";
    p.textContent = text;
    bubble.appendChild(p);
    log.appendChild(bubble);
    return bubble;
  }
  function send(text, id, bubble) {
    queue = queue.then(function () {
      var body = new URLSearchParams({ text: text, message_id: id });
      return fetch(composer.action, { method: "POST", headers: { "X-Partial": "1" }, body: body }).then(function (answer) {
        return answer.text().then(function (content) {
          if (!answer.ok) { throw new Error(content); }
          var was = atBottom();
          bubble.classList.remove("failed");
          notice.hidden = true;
          log.insertAdjacentHTML("beforeend", content);
          var name = decodeURIComponent(answer.headers.get("X-Region") || "");
          if (name) { region.textContent = name; }
          showEnd(was);
        });
      }).catch(function (error) { failed(text, id, bubble, error); });
    });
  }
  function failed(text, id, bubble, error) {
    bubble.classList.add("failed");
    notice.textContent = error instanceof TypeError ? "网络不通，这条还没有发出去。" : error.message;
    notice.hidden = false;
    var again = document.createElement("button");
    again.type = "button";
    again.textContent = "未发送，点此重试";
    again.addEventListener("click", function () { again.remove(); send(text, id, bubble); });
    bubble.appendChild(again);
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.classList.contains("ask")) { return; }
    event.preventDefault();
    var pressed = event.submitter, typed = form.querySelector("[name=text]:not(button)");
    var text = pressed && pressed.name === "text" ? pressed.value : typed.value.trim();
    if (!text) { return; }
    var bubble = mine(text);
    window.scrollTo(0, document.documentElement.scrollHeight);
    if (typed) { typed.value = ""; }
    send(text, fresh(), bubble);
    if (form.id === "composer") { box.focus(); }
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.classList.contains("thumbs") || !event.submitter) { return; }
    event.preventDefault();
    var body = new URLSearchParams({ bubble: form.elements.bubble.value, value: event.submitter.value });
    fetch(form.action, { method: "POST", body: body, redirect: "manual" }).then(function () {
      form.querySelectorAll("button").forEach(function (button) {
        button.setAttribute("aria-pressed", String(button === event.submitter));
      });
    });
  });
  box.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); composer.requestSubmit(); }
  });
  newer.addEventListener("click", function () {
    newer.hidden = true;
    window.scrollTo(0, document.documentElement.scrollHeight);
  });
  window.addEventListener("scroll", function () { if (atBottom()) { newer.hidden = true; } });
  if (log.children.length) { window.scrollTo(0, document.documentElement.scrollHeight); }
})();
