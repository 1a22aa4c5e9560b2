// Starts WeChat's component on the page where a notice is allowed, and says how it went.
(function () {
  "use strict";
  var ask = document.getElementById("ask"), button = document.getElementById("subscribe");
  function say(name) {
    ["allowed", "refused", "broken"].forEach(function (one) { document.getElementById(one).hidden = one !== name; });
  }
  function broken() { say("broken"); }

  button.addEventListener("success", function (event) {
    var told = event.detail || {}, said = String(told.subscribeDetails || "");
    say(said.indexOf("accept") >= 0 ? "allowed" : "refused");
  });
  button.addEventListener("error", broken);
  document.addEventListener("WeixinOpenTagsError", broken);
  if (!window.wx) { broken(); return; } // the script of the platform did not come
  window.wx.error(broken);
  window.wx.config({
    debug: false, appId: ask.dataset.app, timestamp: Number(ask.dataset.timestamp), nonceStr: ask.dataset.nonce,
    signature: ask.dataset.signature, jsApiList: [], openTagList: ["wx-open-subscribe"]
  });
})();
