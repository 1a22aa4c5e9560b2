// Spares the reload: sends in the background, in order, each message once, and shows what the server rendered.
// Without this file every form still works as an ordinary page.
(function () {
  "use strict";
  var log = document.getElementById("log"), box = document.getElementById("box");
  var notice = document.getElementById("notice"), newer = document.getElementById("newer");
  var composer = document.getElementById("composer"), region = document.getElementById("region");
  var typing = document.getElementById("typing"), told = document.getElementById("told");
  var place = composer.getAttribute("action"), pressed = null, busy = false, tight = false;
  var waiting = kept("waiting", []); // {id, text}, oldest first; gone from here only when the server has answered

  // What is not answered yet, and what is being typed, outlive a reload. A phone may forbid storage: then they do not.
  function kept(name, otherwise) {
    try { return JSON.parse(localStorage.getItem(name + place)) || otherwise; } catch (_) { return otherwise; }
  }
  function keep(name, value) {
    try {
      if (value.length) { localStorage.setItem(name + place, JSON.stringify(value)); } else { localStorage.removeItem(name + place); }
    } catch (_) { /* forbidden or full */ }
  }
  function freshId() {
    var bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.prototype.map.call(bytes, function (b) { return b.toString(16).padStart(2, "0"); }).join("");
  }
  function atBottom() {
    return window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
  }
  function toBottom() { window.scrollTo(0, document.documentElement.scrollHeight); }
  function say(text) {
    notice.textContent = text;
    notice.hidden = !text;
  }

  function show(item) {
    var bubble = document.createElement("section"), line = document.createElement("p");
    bubble.className = "bubble me";
    bubble.id = "w-" + item.id;
    bubble.setAttribute("aria-live", "off");
    line.textContent = item.text;
    bubble.appendChild(line);
    log.appendChild(bubble);
  }
  function mark(item, state) {
    var bubble = document.getElementById("w-" + item.id), again = bubble.querySelector("button");
    bubble.className = "bubble me " + state;
    if (again) { bubble.removeChild(again); }
    if (state !== "failed") { return; }
    again = document.createElement("button");
    again.type = "button";
    again.textContent = "未发送，点此重试";
    again.addEventListener("click", sendNext);
    bubble.appendChild(again);
  }
  function add(text) {
    var item = { id: freshId(), text: text };
    waiting.push(item);
    keep("waiting", waiting);
    show(item);
    toBottom();
    sendNext();
  }

  function sendNext() {
    if (busy || !waiting.length) { return; }
    var item = waiting[0], sent = false;
    busy = true;
    waiting.forEach(function (one) { mark(one, "sending"); });
    var low = atBottom();
    typing.hidden = false;
    if (low) { toBottom(); }
    post(place, { text: item.text, message_id: item.id }).then(function (answer) {
      return answer.text().then(function (content) {
        if (answer.ok && !answer.redirected) { settle(item, answer, content); sent = true; return; }
        sent = answer.status >= 400 && answer.status < 500;
        if (sent) { giveBack(item); }
        say(answer.headers.get("Content-Type").indexOf("text/plain") === 0 ? content : "没有发出去，请再试一次。");
      });
    }).catch(function () {
      say("网络不通，还没有发出去。连上网会自动再发，也可以点重试。");
    }).then(function () {
      busy = false;
      typing.hidden = true;
      if (sent) { sendNext(); return; }
      var was = atBottom();
      waiting.forEach(function (one) { mark(one, "failed"); });
      if (was) { toBottom(); }
    });
  }
  function post(address, fields) {
    var stop = window.AbortController ? new AbortController() : null;
    var timer = setTimeout(function () { if (stop) { stop.abort(); } }, 20000);
    var ask = { method: "POST", headers: { "X-Partial": "1" }, body: new URLSearchParams(fields), credentials: "same-origin" };
    if (stop) { ask.signal = stop.signal; }
    return fetch(address, ask).then(function (answer) { clearTimeout(timer); return answer; });
  }
  function leave(item) {
    waiting = waiting.filter(function (one) { return one.id !== item.id; });
    keep("waiting", waiting);
  }
  // Answered: the server's bubbles take the place of ours. They may stand there already, from before a reload.
  function settle(item, answer, content) {
    var ours = document.getElementById("w-" + item.id), was = atBottom(), made = document.createElement("div");
    made.innerHTML = content;
    var first = made.firstElementChild, known = first && document.getElementById(first.id);
    typing.hidden = true;
    dress(made);
    while (made.firstChild && !known) { log.insertBefore(made.firstChild, ours); }
    log.removeChild(ours);
    leave(item);
    say("");
    region.textContent = decodeURIComponent(answer.headers.get("X-Region") || "") || region.textContent;
    attend(answer.headers.get("X-Case"));
    if (was) { (known || first).scrollIntoView(); } else { newer.hidden = false; }
  }
  // A question of ours that follows from a rating.
  function more(answer) {
    return answer.text().then(function (content) {
      var made = document.createElement("div"), was = atBottom();
      made.innerHTML = content;
      while (made.firstElementChild) { log.appendChild(made.firstElementChild); }
      if (content && was) { log.lastElementChild.scrollIntoView({ block: "nearest" }); }
    });
  }
  // While a person is attached the desk's words are asked for every three seconds, and only then.
  var listening = null;
  function attend(number) {
    if (number && !listening) { listening = setInterval(listen, 3000); }
    if (!number && listening) { clearInterval(listening); listening = null; }
  }
  function listen() {
    var said = log.querySelectorAll(".staff, .system"), last = said.length ? said[said.length - 1].id : "";
    fetch(place + "/news?after=" + encodeURIComponent(last), { headers: { "X-Partial": "1" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { return; }
      attend(answer.headers.get("X-Case"));
      return answer.text().then(function (content) {
        var made = document.createElement("div"), was = atBottom(), first = null;
        made.innerHTML = content;
        dress(made);
        while (made.firstElementChild) {
          if (document.getElementById(made.firstElementChild.id)) { made.removeChild(made.firstElementChild); continue; }
          var fresh = log.appendChild(made.firstElementChild);
          first = first || fresh;
        }
        if (first && was) { first.scrollIntoView(); } else if (first) { newer.hidden = false; }
      });
    }).catch(function () { /* asked again in three seconds */ });
  }
  // Refused for what it says (too long, nothing in it): back into the box, to be changed.
  function giveBack(item) {
    log.removeChild(document.getElementById("w-" + item.id));
    leave(item);
    if (!box.value) { box.value = item.text; grow(); }
  }

  // Copying needs a script, so its buttons appear with one.
  function dress(part) {
    part.querySelectorAll(".copy").forEach(function (one) { one.hidden = false; });
  }
  function announce(button, words) {
    var before = button.textContent;
    told.textContent = words;
    button.textContent = "✓ 已复制";
    setTimeout(function () { button.textContent = before; }, 1500);
  }
  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    // Old phones, and pages without https.
    var held = document.activeElement, area = document.createElement("textarea"), done;
    area.value = text;
    document.body.appendChild(area);
    area.select();
    done = document.execCommand("copy");
    document.body.removeChild(area);
    if (held) { held.focus(); }
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }
  function pass(event) {
    var button = event.target.closest(".copy, .share"), card, text;
    if (!button) { return; }
    card = button.closest(".bubble");
    text = card.querySelector(".copy").getAttribute("data-copy");
    if (button.classList.contains("copy")) {
      copy(text).then(function () { announce(button, "已复制这条回答"); }).catch(function () { say("没有复制成，请长按文字选中。"); });
      return;
    }
    event.preventDefault();
    if (navigator.share) {
      navigator.share({ title: card.querySelector(".headline").textContent, url: button.href }).catch(function () { /* closed */ });
      return;
    }
    copy(card.querySelector(".headline").textContent + "\n" + button.href).then(function () {
      announce(button, "已复制链接，可以粘贴到微信里发出去");
    }).catch(function () { location.href = button.href; });
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = box.scrollHeight + 2 + "px";
  }
  // Letters may be so large that the bars would take the screen: then the bars shrink. Measured with the full bars, so
  // that it does not swing to and fro.
  function shrink() {
    var root = document.documentElement, bars = 0, before = tight;
    root.classList.remove("tight");
    if (!document.querySelector(".region[open]")) {
      document.querySelectorAll("header, footer").forEach(function (bar) {
        if (getComputedStyle(bar).position === "sticky") { bars += bar.offsetHeight; }
      });
      tight = bars > window.innerHeight * 0.34;
    }
    if (root.classList.toggle("tight", tight) !== before) { grow(); }
    clearBars();
  }
  // What is scrolled to, by focus or by us, stays clear of the two bars, however high they are just now.
  function clearBars() {
    ["Top", "Bottom"].forEach(function (side) {
      var bar = document.querySelector(side === "Top" ? "header" : "footer");
      var high = getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
      document.documentElement.style["scrollPadding" + side] = high + 12 + "px";
    });
  }
  document.addEventListener("click", function (event) { pressed = event.target.closest("button"); }, true);
  document.addEventListener("click", pass);
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || pressed;
    if (form.classList.contains("ask")) {
      var typed = form.querySelector("input[name=text], textarea");
      var text = typed ? typed.value.trim() : button && button.value;
      event.preventDefault();
      if (!text) { return; }
      if (typed) { typed.value = ""; }
      if (form.parentElement.className === "region") { form.parentElement.open = false; form.parentElement.firstElementChild.focus(); }
      if (typed === box) { grow(); keep("draft", ""); box.focus(); }
      add(text);
    } else if (form.classList.contains("thumbs") && button) {
      event.preventDefault();
      post(form.getAttribute("action"), { bubble: form.elements.bubble.value, value: button.value }).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        form.querySelectorAll("button").forEach(function (one) { one.setAttribute("aria-pressed", String(one === button)); });
        var reasons = form.closest(".bubble").querySelector(".reasons");
        reasons.hidden = button.value !== "down";
        if (!reasons.hidden) { reasons.scrollIntoView({ block: "nearest" }); }
        return more(answer);
      }).catch(function () { say("没有记下您的评价，请再点一次。"); });
    } else if (form.classList.contains("reasons") && button) {
      event.preventDefault();
      post(form.getAttribute("action"), { bubble: form.elements.bubble.value, value: "down", reason: button.value }).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        form.textContent = "记下了，谢谢。";
        if (button.value === "我想找人") { add("转人工"); }
        return more(answer);
      }).catch(function () { say("没有记下原因，请再点一次。"); });
    } else if (form.classList.contains("outcome") && button) {
      event.preventDefault();
      post(form.getAttribute("action"), { said: button.value }).then(function (answer) {
        if (!answer.ok) { throw new Error(answer.status); }
        form.textContent = "记下了，谢谢。";
      }).catch(function () { say("没有记下，请再点一次。"); });
    }
  });
  box.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      composer.querySelector("button").click();
    }
  });
  box.addEventListener("input", function () { grow(); keep("draft", box.value); });
  newer.addEventListener("click", function () { newer.hidden = true; toBottom(); box.focus(); });
  window.addEventListener("scroll", function () { if (atBottom()) { newer.hidden = true; } });
  window.addEventListener("online", sendNext);

  if (window.ResizeObserver) {
    var bars = new ResizeObserver(clearBars);
    document.querySelectorAll("header, footer").forEach(function (bar) { bars.observe(bar); });
    // Its size is that of some letters: it tells when WeChat changes the size of the text.
    new ResizeObserver(shrink).observe(document.querySelector(".skip"));
  }
  window.addEventListener("resize", shrink);
  shrink();
  dress(document);

  if (!box.value) { box.value = kept("draft", ""); grow(); }
  attend(document.body.getAttribute("data-case"));
  waiting.forEach(show);
  if (log.children.length && !location.hash) { toBottom(); }
  sendNext();
})();
