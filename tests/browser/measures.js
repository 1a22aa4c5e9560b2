// What the tests measure on the page, in the page's own words. Put into every window before the page's script.
window.measure = {
  edge: (bar) => document.querySelector(bar).getBoundingClientRect(),

  // Is it between the two bars, wholly?
  between(e) {
    const r = e.getBoundingClientRect();
    return r.top >= this.edge("header").bottom - 1 && r.bottom <= this.edge("footer").top + 1;
  },

  // How far the page scrolls sideways, and what sticks out.
  sideways() {
    const width = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll("body *")].filter((e) => {
      const r = e.getBoundingClientRect();
      return e.getClientRects().length && !e.closest(".away, .skip") && (r.right > width + 0.5 || r.left < -0.5);
    });
    return [document.documentElement.scrollWidth - width, out.map((e) => e.outerHTML.slice(0, 90))];
  },

  controls: () =>
    [...document.querySelectorAll("a[href], button, input, textarea, select, summary")].filter(
      (e) => e.type !== "hidden" && e.className !== "skip" && e.checkVisibility()),

  // Controls get numbers, so that reaching each of them can be counted.
  number() {
    this.controls().forEach((e, n) => { e.dataset.number = String(n + 1); });
    return this.controls().length;
  },

  focus() {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const r = e.getBoundingClientRect(), style = getComputedStyle(e);
    const seen = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height / 2, 20));
    return {
      what: e.dataset.number || e.className || e.outerHTML.slice(0, 80),
      outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      clear: Boolean(e.closest("header, footer, .skip")) || this.between(e),
      seen: Boolean(seen) && e.contains(seen),
    };
  },

  // Controls under 44 pixels.
  small() {
    return this.controls().filter((e) => e.tagName !== "A" && e.tagName !== "INPUT").filter((e) => {
      const r = e.getBoundingClientRect();
      return r.height < 44 || r.width < 44;
    }).map((e) => e.outerHTML);
  },
};
