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

// The staff pages' own measures.
window.desk = {
  // Contrast of two colours as WCAG computes it; also how far apart they are in grey.
  contrast(one, other) {
    const light = (colour) => {
      const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map((v) => v / 255)
        .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  },

  // What has the focus: where it stands, whether it can be seen and shows it.
  focus() {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const r = e.getBoundingClientRect(), style = getComputedStyle(e);
    const seen = document.elementFromPoint(r.left + Math.min(r.width / 2, 40), r.top + Math.min(r.height / 2, 14));
    return {
      what: e.id || e.name || e.getAttribute("href") || e.textContent.trim().slice(0, 30),
      outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      seen: Boolean(seen) && (e.contains(seen) || seen.contains(e)),
      top: r.top, left: r.left,
    };
  },

  // Controls smaller than 24 pixels, which WCAG 2.2 AA asks for (links inside sentences excepted).
  small: () => [...document.querySelectorAll("button, input, select, textarea, summary")]
    .filter((e) => e.type !== "hidden" && e.checkVisibility())
    .filter((e) => { const r = (e.closest("label") || e).getBoundingClientRect(); return r.height < 23.5 || r.width < 23.5; })
    .map((e) => e.outerHTML.slice(0, 90)),
};
