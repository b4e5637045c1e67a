// Writing: tools beside the Markdown field in use, keys for them and for rows, fields that grow.
(() => {
  "use strict";

  const FIELD = "textarea[data-markdown][id]";
  const isApple = /Mac|iP(hone|ad)/.test(navigator.platform);

  // The tools (shared/forms.html, markdown_aids). What they write is done by <markdown-toolbar>.

  const template = document.getElementById("markdown-tools");
  const picksPictures = Boolean(document.querySelector("script[src*='/js/files.js']"));
  let tools = null;
  let isPressed = false;

  function toolsFor(field) {
    const made = template.content.firstElementChild.cloneNode(true);
    made.setAttribute("for", field.id);
    made.setAttribute("aria-controls", field.id);
    const pictures = made.querySelector("[data-pick-picture]");
    pictures.dataset.pickPicture = field.id;
    pictures.hidden = !picksPictures;
    // A press must not take the focus from the field: a phone would fold its keyboard away.
    made.addEventListener("mousedown", (event) => event.preventDefault());
    for (const kind of ["click", "keydown"]) made.addEventListener(kind, useTool, { capture: true });
    return made;
  }

  function useTool(event) {
    const field = event.currentTarget.field;
    const tool = event.target.closest("button");
    if (event.key === "Escape") field.focus();
    if (!tool || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    if ("wikiLink" in tool.dataset) {
      event.preventDefault();
      linkPage(field);
    } else if (/^(header|quote)/.test(tool.dataset.mdButton)) {
      takeWholeLines(field);
    }
  }

  // The toolbar would put a heading's mark before the word.
  function takeWholeLines(field) {
    const { value, selectionStart: start, selectionEnd: end } = field;
    const next = value.indexOf("\n", end);
    field.setSelectionRange(value.lastIndexOf("\n", start - 1) + 1, next < 0 ? value.length : next);
  }

  function linkPage(field) {
    field.focus();
    const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
    document.execCommand("insertText", false, chosen ? `[[${chosen}]]` : "[[");
  }

  // Tools come and go when no finger is down: what is being pressed must not move away. The field
  // stays where it is on the screen.
  function followFocus() {
    if (isPressed || !template) return;
    const focused = document.activeElement;
    const shown = tools?.isConnected ? tools.field : null;
    const field = focused.closest(FIELD) ?? (shown && tools.contains(focused) ? shown : null);
    if (field === shown) return;
    const before = focused.getBoundingClientRect().top;
    tools?.remove();
    tools = field && toolsFor(field);
    field?.before(tools);
    if (field) scrollBy({ top: focused.getBoundingClientRect().top - before, behavior: "instant" });
  }

  const soon = () => setTimeout(followFocus);
  document.addEventListener("focusin", soon);
  document.addEventListener("focusout", soon);
  document.addEventListener("pointerdown", () => { isPressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => { isPressed = false; soon(); }, true);
  }
  followFocus();

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.shiftKey || !(isApple ? event.metaKey : event.ctrlKey)) return;
    if (!event.target.matches?.(FIELD)) return;
    const tool = tools?.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!tool) return;
    event.preventDefault();
    tool.click();
  });

  // Rows: Alt+↑ and Alt+↓ move the one somebody writes in. After a move the focus is where it was.

  let moved = null;

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const verb = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const row = event.target.closest?.(".rows .row");
    if (!verb || !row || event.target.matches("select")) return;
    event.preventDefault();
    if (!moved) row.querySelector(`button[value^="${verb}."]`).click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.(".row-place input")) return;
    event.preventDefault();
    event.target.closest(".row-place").querySelector("button").click();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const verb = event.target.closest?.(".row-tools button")?.value.split(".")[0];
    if (!["up", "down"].includes(verb)) return;
    const focused = document.activeElement;
    moved = { id: focused.id, start: focused.selectionStart, end: focused.selectionEnd };
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.closest?.(".row-tools") && !event.detail.successful) moved = null;
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!moved) return;
    const { id, start, end } = moved;
    moved = null;
    const place = id && document.getElementById(id);
    if (!place || place.disabled) return;
    place.focus();
    if (typeof start === "number") place.setSelectionRange(start, end);
  });

  // Browsers without `field-sizing` in CSS.
  if (!CSS.supports("field-sizing", "content")) {
    const grow = (field) => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
    };
    for (const kind of ["input", "focusin"]) {
      document.addEventListener(kind, (event) => {
        if (event.target.matches?.("textarea.kern-form-input__input")) grow(event.target);
      });
    }
  }
})();
