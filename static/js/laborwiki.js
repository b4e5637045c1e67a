// What the pages gain with JavaScript; all of them work without it.
(() => {
  "use strict";

  document.documentElement.classList.add("script");

  const region = (id) => document.getElementById(id);

  // The same words twice in a row are read aloud twice: the region is emptied in between.
  function say(id, words) {
    const place = region(id);
    if (!place || !words) return;
    place.textContent = "";
    setTimeout(() => { place.textContent = words; }, 60);
  }

  function firstOf(element, selector) {
    return element.matches(selector) ? element : element.querySelector(selector);
  }

  function focusOn(element) {
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) {
      element.tabIndex = -1;
    }
    element.focus();
  }

  // Focus after a swap: the error summary or what asks for it; else it stays where it was;
  // else, when its element is gone, the heading of what came.
  let focusWasInside = false;

  document.addEventListener("htmx:beforeSwap", (event) => {
    focusWasInside = event.detail.target.contains(document.activeElement);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const came = event.target;
    if (!(came instanceof Element)) return;

    const wanted = firstOf(came, "[data-focus], [autofocus]");
    if (wanted) focusOn(wanted);
    else if (focusWasInside && document.activeElement === document.body) {
      focusOn(firstOf(came, "h1, h2, h3, legend, summary") || came);
    }

    const news = firstOf(came, "[data-announce]");
    if (news) say("status", news.dataset.announce || news.textContent.trim());
    foldOnPhones(came);
    // What came above the field somebody is in must not push it behind the bar with the buttons.
    const field = document.activeElement;
    if (field?.matches("input, textarea, select") && field.offsetHeight < innerHeight / 2) {
      field.scrollIntoView({ block: "nearest" });
    }
  });

  // A row is called what its first field says.
  document.addEventListener("input", (event) => {
    const row = event.target.closest("li.row");
    if (event.target !== row?.querySelector("input:not([type=hidden]), textarea")) return;
    const title = row.querySelector(".row-title");
    const number = title.textContent.trim().split(".")[0];
    title.textContent = `${number}. ${event.target.value.trim() || title.dataset.nameless}`;
  });

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => say("alert", region("alert")?.dataset.failure));
  }
  // What somebody does anew clears it; a lookup while they type does not.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (region("alert") && !event.target.matches("input")) region("alert").textContent = "";
  });

  // A full page answered with errors: the summary is read first.
  document.querySelector("[data-focus], [autofocus]")?.focus();

  // Whoever opens a piece of news has read it: <a data-reads="id of the form that says so">.
  for (const kind of ["click", "auxclick"]) {
    document.addEventListener(kind, (event) => {
      const name = event.target.closest("a[data-reads]")?.dataset.reads;
      const form = name && region(name);
      if (!form || event.button === 2) return;
      fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
    });
  }

  // Unsaved changes: <form data-guard>.
  // One that came back from the server with what was typed is unsaved, too.
  const unsaved = new Set(document.querySelectorAll("form[data-guard][data-unsaved]"));
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) unsaved.add(form);
  });
  document.addEventListener("submit", (event) => unsaved.delete(event.target));
  document.addEventListener("laborwiki:kept", (event) => unsaved.delete(event.target));
  // Whoever signs out leaves no text behind on a device that others use, too.
  document.addEventListener("submit", (event) => {
    if (!/(abmelden|schliessen)$/.test(event.target.getAttribute("action")?.split("?")[0])) return;
    try {
      const kept = Object.keys(localStorage).filter((name) => name.startsWith("laborwiki-text:"));
      for (const name of kept) localStorage.removeItem(name);
      indexedDB.deleteDatabase("laborwiki-photos");
    } catch {
      // A browser that keeps nothing has nothing to forget.
    }
  });
  // What somebody typed without an account and never sent goes after a week.
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith("laborwiki-text:")) continue;
      const { person, at } = JSON.parse(localStorage[name]);
      if (!person && Date.now() - at > 7 * 86400000) localStorage.removeItem(name);
    }
  } catch {
    // Nothing is kept here, or not by us.
  }
  // From the page to read a plan back to where it is changed, for who was there in this tab.
  try {
    const place = (address) => `laborwiki-edit:${new URL(address, location).pathname}`;
    const toRead = document.querySelector("a[data-edited-here]");
    if (toRead) sessionStorage.setItem(place(toRead.href), location.pathname);
    const toEdit = document.querySelector("a[data-edit-again]");
    const known = toEdit && sessionStorage.getItem(place(location.href));
    if (known) {
      toEdit.href = known;
      toEdit.hidden = false;
    }
  } catch {
    // Nothing is kept here.
  }
  // Runs of plans, copies of their pages (running.js) and ticks (ticks.js) say when they were used
  // last, and go thirty days later.
  function usedAt(name) {
    try {
      return JSON.parse(localStorage.getItem(name)).at ?? 0;
    } catch {
      return 0;
    }
  }
  try {
    for (const name of Object.keys(localStorage)) {
      const isOld = Date.now() - usedAt(name) > 30 * 86400000;
      if (/^laborwiki-(run|copy|ticks):/.test(name) && isOld) localStorage.removeItem(name);
    }
    window.addEventListener("load", forgetCopies);
  } catch {
    // Nothing is kept here.
  }
  // Copies that nothing is said of any more, and the workers that answer with them.
  async function forgetCopies() {
    const isUsed = (address) =>
      address === location.pathname || localStorage.getItem(`laborwiki-copy:${address}`);
    try {
      for (const name of await caches.keys()) {
        const address = name.startsWith("laborwiki-copy:") && name.slice("laborwiki-copy:".length);
        if (address && !isUsed(address)) await caches.delete(name);
      }
      for (const worker of await navigator.serviceWorker.getRegistrations()) {
        if (!isUsed(new URL(worker.scope).pathname)) await worker.unregister();
      }
    } catch {
      // Without https there are no copies.
    }
  }
  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) if (form.isConnected) event.preventDefault();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-print], [data-dialog], [data-close]");
    for (const open of document.querySelectorAll("details.drop[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
    if (!button) return;

    if ("print" in button.dataset) window.print();
    else if ("dialog" in button.dataset) region(button.dataset.dialog)?.showModal();
    else if ("close" in button.dataset) button.closest("dialog")?.close();
    else if (await copy(region(button.dataset.copy))) {
      say("status", button.dataset.done);
      const label = button.querySelector("[data-label]");
      if (!label || !button.dataset.done) return;
      button.dataset.before ??= label.textContent;
      label.textContent = button.dataset.done;
      setTimeout(() => { label.textContent = button.dataset.before; }, 2500);
    }
  });

  async function copy(source) {
    if (!source) return false;
    const text = source.value ?? source.innerText;
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No clipboard outside https: select it, so that Ctrl+C does.
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      return false;
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest?.("details.drop[open], details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // The finder: whatever is typed or ticked while an answer is on its way makes that one old;
  // and the address names only what was asked.
  document.addEventListener("input", (event) => {
    const finder = event.target.closest("form[data-finder]");
    if (finder) htmx.trigger(finder, "htmx:abort");
  });
  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("form[data-finder]")) return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });

  // <details data-fold> stands open on wide screens and without JavaScript; on a phone it starts folded.
  function foldOnPhones(place) {
    if (!matchMedia("(max-width: 61.99rem)").matches) return;
    for (const part of [place, ...place.querySelectorAll("details[data-fold]")]) {
      if (part.matches?.("details[data-fold]") && !part.contains(document.activeElement)) part.open = false;
    }
  }
  foldOnPhones(document.body);
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("main details:not([open])")) {
      part.open = true;
      window.addEventListener("afterprint", () => { part.open = false; }, { once: true });
    }
  });
})();
