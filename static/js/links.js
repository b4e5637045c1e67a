// Completing titles: after `[[` in a text, and in fields that name another page.
// Without it, titles are typed as they are.
(() => {
  "use strict";

  const WAIT = 120;
  const LINK = /(?:^|[^\\])\[\[([^\][|\n]{1,120})$/;
  const REST_OF_LINK = /^[^\][|\n]{0,120}\]\]/;
  const COPIED = [
    "box-sizing", "border-width", "border-style", "padding", "font", "letter-spacing",
    "line-height", "tab-size", "text-indent", "text-transform", "word-spacing",
  ];
  const address = document.currentScript.dataset.titles;
  const onPhone = matchMedia("(max-width: 40rem)");

  let list = null; // what is open
  let field = null; // for this field
  let active = null; // the option that Enter would take
  let quiet = null; // where somebody closed it or has chosen: it stays closed there
  let waiting = 0;
  let asked = null;

  // What is being typed at the caret: words from `start` to `end`, or null.
  function tokenIn(element) {
    const caret = element.selectionStart;
    if (caret === null || caret !== element.selectionEnd) return null;
    const { value } = element;
    if ("namesPage" in element.dataset) {
      const start = value.lastIndexOf("\n", caret - 1) + 1;
      const stop = value.indexOf("\n", caret);
      const end = stop < 0 ? value.length : stop;
      const words = value.slice(start, end).trim();
      return words ? { start, end, words } : null;
    }
    const before = LINK.exec(value.slice(0, caret));
    if (!before || !before[1].trim()) return null;
    const rest = REST_OF_LINK.exec(value.slice(caret));
    const start = caret - before[1].length - 2;
    return { start, end: caret + (rest ? rest[0].length : 0), words: before[1].trim() };
  }

  function takesTitles(element) {
    return element.matches?.("textarea[data-markdown], textarea.expert-text, [data-names-page]");
  }

  function isQuiet(element, token) {
    return quiet && quiet.field === element && quiet.start === token.start;
  }

  document.addEventListener("focusin", (event) => {
    if (!event.target.matches?.("input[data-names-page]")) return;
    event.target.setAttribute("role", "combobox");
    event.target.setAttribute("aria-autocomplete", "list");
    event.target.setAttribute("aria-expanded", "false");
  });

  document.addEventListener("input", (event) => {
    if (takesTitles(event.target) && !event.isComposing) look(event.target);
  });
  document.addEventListener("compositionend", (event) => {
    if (takesTitles(event.target)) look(event.target);
  });

  function look(element) {
    clearTimeout(waiting);
    const token = tokenIn(element);
    if (!token) quiet = null;
    if (!token || isQuiet(element, token)) close();
    else waiting = setTimeout(() => ask(element, token), WAIT);
  }

  async function ask(element, token) {
    asked?.abort();
    asked = new AbortController();
    const wanted = new URL(address, location.href);
    wanted.searchParams.set("q", token.words);
    if (element.dataset.namesPage) wanted.searchParams.set("art", element.dataset.namesPage);
    try {
      const answer = await fetch(wanted, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.ok) show(element, await answer.text());
    } catch {
      // Another letter came first, or there is no connection: then it is typed without help.
    }
  }

  function show(element, html) {
    const token = tokenIn(element);
    if (!token || isQuiet(element, token) || document.activeElement !== element) return;
    const came = new DOMParser().parseFromString(html, "text/html").querySelector("[role=listbox]");
    if (!came) return;
    const isField = "namesPage" in element.dataset;
    if (isField) came.querySelector(".titles-new")?.remove();
    list?.remove();
    list = null;
    if (!came.childElementCount) return close();
    list = document.querySelector("main").appendChild(document.importNode(came, true));
    field = element;
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
    if (isField) field.setAttribute("aria-expanded", "true");
    place(token);
    // In a text Enter takes the first one; a field may also name what does not exist yet.
    choose(isField ? null : list.firstElementChild);
    say(list.dataset.announce);
  }

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    list?.remove();
    if (field) {
      field.removeAttribute("aria-controls");
      field.removeAttribute("aria-activedescendant");
      if (field.role === "combobox") field.setAttribute("aria-expanded", "false");
    }
    list = field = active = null;
  }

  function choose(option) {
    active?.setAttribute("aria-selected", "false");
    active = option;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) field.setAttribute("aria-activedescendant", active.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function take(option) {
    const element = field;
    const token = tokenIn(element);
    const isField = "namesPage" in element.dataset;
    close();
    if (!token) return;
    element.setSelectionRange(token.start, token.end);
    quiet = { field: element, start: token.start };
    const words = isField ? option.dataset.title : option.dataset.link;
    // The only way of inserting that „undo" knows of.
    if (!document.execCommand("insertText", false, words)) {
      element.setRangeText(words, token.start, token.end, "end");
      element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const options = [...list.children];
      const at = active ? options.indexOf(active) + step : step > 0 ? 0 : -1;
      choose(options.at(at % options.length));
    } else if (event.key === "Escape") {
      quiet = { field, start: tokenIn(field)?.start };
      close();
    } else if (active && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      take(active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // The caret went elsewhere.
  for (const moved of ["keyup", "click"]) {
    document.addEventListener(moved, (event) => {
      if (list && event.target === field && !tokenIn(field)) close();
    });
  }
  document.addEventListener("focusout", (event) => {
    if (event.target === field) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (list?.contains(event.target)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = list?.contains(event.target) && event.target.closest("[role=option]");
    if (option) take(option);
  });

  // Under the first letter of what is typed; on a phone above the keyboard.
  function place(token) {
    list.classList.toggle("titles-phone", onPhone.matches);
    if (onPhone.matches) return placeOnPhone();
    const at = caretPlace(field, token.start);
    const box = list.getBoundingClientRect();
    const isBelow = at.bottom + box.height < innerHeight || at.top < box.height;
    const left = Math.max(8, Math.min(at.left, innerWidth - box.width - 8));
    const top = isBelow ? at.bottom + 4 : at.top - box.height - 4;
    const origin = list.offsetParent.getBoundingClientRect();
    list.style.setProperty("left", `${left - origin.left}px`);
    list.style.setProperty("top", `${top - origin.top}px`);
  }

  function placeOnPhone() {
    const seen = window.visualViewport;
    const hidden = seen ? innerHeight - seen.height - seen.offsetTop : 0;
    list.style.setProperty("bottom", `${Math.max(0, hidden)}px`);
  }
  for (const changed of ["resize", "scroll"]) {
    window.visualViewport?.addEventListener(changed, () => {
      if (list && onPhone.matches) placeOnPhone();
    });
  }

  // Where a letter stands in a field: its text once more in a box that is not seen.
  function caretPlace(element, position) {
    const box = element.getBoundingClientRect();
    if (element.matches("input")) return box;
    const mirror = document.createElement("div");
    const style = getComputedStyle(element);
    for (const name of COPIED) mirror.style.setProperty(name, style.getPropertyValue(name));
    mirror.style.setProperty("width", `${box.width}px`);
    mirror.className = "titles-mirror";
    mirror.textContent = element.value.slice(0, position);
    const mark = mirror.appendChild(document.createElement("span"));
    mark.textContent = "[[";
    document.body.append(mirror);
    const top = Math.min(Math.max(box.top + mark.offsetTop - element.scrollTop, box.top), box.bottom);
    const bottom = Math.min(top + mark.offsetHeight, box.bottom);
    const left = box.left + mark.offsetLeft;
    mirror.remove();
    return { top, bottom, left };
  }

  function say(words) {
    const place = document.getElementById("status");
    if (!place || !words) return;
    place.textContent = "";
    setTimeout(() => { place.textContent = words; }, 60);
  }
})();
