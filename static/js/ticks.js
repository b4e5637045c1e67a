// Lists to tick off: what is ticked stays on this device, under the plan's mark, until nobody used
// it for long (laborwiki.js).
// Without it, or where nothing may be kept, ticks last as long as the page.
(() => {
  "use strict";

  for (const list of document.querySelectorAll("[data-ticks]")) {
    const name = `laborwiki-ticks:${list.dataset.ticks}`;
    const boxes = [...list.querySelectorAll("input[data-tick]")];
    let kept = new Set(read(name));
    for (const box of boxes) box.checked = kept.has(box.dataset.tick);
    keep(name, kept);

    list.addEventListener("change", (event) => {
      const { tick } = event.target.dataset;
      if (!tick) return;
      // Another list of the same plan may have been ticked meanwhile.
      kept = new Set(read(name));
      if (event.target.checked) kept.add(tick);
      else kept.delete(tick);
      keep(name, kept);
    });
    list.querySelector("[data-untick]")?.addEventListener("click", () => {
      kept = new Set(read(name));
      for (const box of boxes) {
        box.checked = false;
        kept.delete(box.dataset.tick);
      }
      keep(name, kept);
      boxes[0]?.focus();
    });
  }

  function read(name) {
    try {
      return JSON.parse(localStorage.getItem(name))?.ticks ?? [];
    } catch {
      return [];
    }
  }

  function keep(name, ticks) {
    try {
      if (ticks.size) localStorage.setItem(name, JSON.stringify({ at: Date.now(), ticks: [...ticks] }));
      else localStorage.removeItem(name);
    } catch {
      // A browser that keeps nothing: the page still shows what is ticked.
    }
  }
})();
