// Files: uploads with progress, and pictures placed in a text by choosing, pasting or dropping.
(() => {
  "use strict";

  const TEXT = "textarea[data-markdown]";
  const page = /^\/wiki\/([^/]+)\//.exec(location.pathname)?.[1];
  const language = new URLSearchParams(location.search).get("sprache");

  const element = (name, properties = {}) => Object.assign(document.createElement(name), properties);

  // The words live in the form the server made, in the reader's language.
  const words = (form, name, file) => form.dataset[name].replace("{name}", file?.name ?? "");

  function say(text) {
    const region = document.getElementById("status");
    if (!region) return;
    region.textContent = "";
    setTimeout(() => { region.textContent = text; }, 60);
  }

  // Uploading, one file after the other: each its own request, so that one that breaks off
  // takes no other with it.

  async function uploadAll(form, files) {
    const list = form.parentElement.querySelector("[data-uploads]");
    let done = 0;
    for (const file of files) if (await upload(form, list, file)) done += 1;
    return done;
  }

  async function upload(form, list, file) {
    const row = list.appendChild(element("li"));
    const label = element("label", { textContent: words(form, "underWay", file) });
    const progress = element("progress", { max: 100, value: 0 });
    label.append(progress);
    row.append(label);
    try {
      if (file.size > Number(form.dataset.limit)) throw new Error(words(form, "tooLarge", file));
      const answer = await send(form, file, progress);
      row.innerHTML = answer.html;
      prepare(row.querySelector("form"));
      say(words(form, "done", file));
      return true;
    } catch (error) {
      const text = `${file.name}: ${error.message || words(form, "failed", file)}`;
      row.replaceChildren(element("p", { className: "failed", textContent: text }));
      say(text);
      return false;
    }
  }

  function send(form, file, progress) {
    const data = new FormData(form);
    data.delete("files");
    data.delete("alt");
    data.append("files", file, file.name || "bild.png");
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
      });
      request.addEventListener("load", () => {
        if (request.status === 200 && request.response?.html) resolve(request.response);
        else reject(new Error(request.response?.error ?? ""));
      });
      for (const end of ["error", "abort", "timeout"]) {
        request.addEventListener(end, () => reject(new Error("")));
      }
      request.send(data);
    });
  }

  // What was just uploaded asks for its description; in the picker, its button places it, too.
  function prepare(form) {
    const button = form?.querySelector("[data-place]");
    if (!button) return;
    const chosen = field?.matches(TEXT) ? button.dataset.place : button.dataset.cover;
    button.textContent = form.closest("dialog") ? chosen : button.dataset.save;
    if (!document.activeElement?.closest("[data-describe], [data-upload] details")) {
      form.querySelector("input[name=alt], button")?.focus();
    }
  }

  async function describe(form) {
    const data = new FormData(form);
    const answer = await fetch(form.action, {
      method: "POST", body: data, headers: { Accept: "application/json" },
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      say(said.error ?? "");
      return;
    }
    const dialog = form.closest("dialog");
    if (!dialog) {
      await showAnew();
      return;
    }
    form.closest("li").remove();
    choose(said.markdown, { close: !dialog.querySelector("[data-describe]") });
  }

  // On the page's own list of files: read it anew when all that was uploaded is described.
  async function showAnew() {
    const place = document.getElementById("files") ?? document.getElementById("picker");
    if (place && !place.closest("dialog")) {
      await window.htmx.ajax("GET", location.href, { target: place, swap: "outerHTML" });
    }
  }

  // The picker

  let dialog = null;
  let field = null; // where the choice goes: a text, or the radio buttons of a cover
  let range = null;

  async function openPicker(target) {
    field = target;
    range = target.matches(TEXT) ? [target.selectionStart, target.selectionEnd] : null;
    if (!dialog) {
      dialog = element("dialog", { className: "kern-dialog picker-dialog" });
      dialog.setAttribute("aria-labelledby", "picker-title");
      const head = element("header", { className: "kern-dialog__header" });
      const title = element("h2", { id: "picker-title", className: "kern-title" });
      const close = element("button", { type: "button", className: "tool" });
      close.dataset.close = "";
      head.append(title, close);
      dialog.append(head, element("section", { className: "kern-dialog__body" }));
      document.body.append(dialog);
      dialog.addEventListener("close", goOnWriting);
    }
    const address = new URL("/dateien", location.origin);
    if (page) address.searchParams.set("seite", page);
    if (language) address.searchParams.set("sprache", language);
    const body = dialog.lastElementChild;
    body.replaceChildren();
    await window.htmx.ajax("GET", address.pathname + address.search, { target: body, swap: "innerHTML" });
    const picker = body.querySelector("#picker");
    if (!picker) return null;
    dialog.querySelector("h2").textContent = picker.dataset.title;
    const close = dialog.querySelector("[data-close]");
    close.innerHTML = picker.dataset.closeWords;
    if (!dialog.open) dialog.showModal();
    return body.querySelector("[data-upload]");
  }

  // While a dialog is open, the browser forgets where one was writing.
  function goOnWriting() {
    field?.focus();
    if (range) field.setSelectionRange(...range);
  }

  function choose(markdown, { close }) {
    if (field.matches(TEXT)) insert(field, markdown);
    else chooseCover(field, markdown);
    if (close) dialog.close();
  }

  // A picture stands alone in its paragraph; a link stays where it is.
  function insert(text, markdown) {
    const [start, end] = range;
    const before = text.value.slice(0, start);
    const after = text.value.slice(end);
    let words = markdown;
    if (markdown.startsWith("!")) {
      if (before && !before.endsWith("\n\n")) words = (before.endsWith("\n") ? "\n" : "\n\n") + words;
      if (after && !after.startsWith("\n\n")) words += after.startsWith("\n") ? "\n" : "\n\n";
    }
    text.setRangeText(words, start, end, "end");
    range = [start + words.length, start + words.length];
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function chooseCover(fieldset, markdown) {
    const mention = /\((dateien\/[^)]+)\)$/.exec(markdown)?.[1];
    if (!mention || !markdown.startsWith("!")) return;
    const name = fieldset.dataset.pictureField;
    const id = mention.split("/")[1];
    let radio = fieldset.querySelector(`input[value^="dateien/${id}/"]`);
    if (!radio) {
      const entry = fieldset.querySelector("li").cloneNode(true);
      radio = entry.querySelector("input");
      const label = entry.querySelector("label");
      radio.id = label.htmlFor = `${fieldset.id}-${id}`;
      radio.value = mention;
      const picture = element("img", { className: "thumbnail", alt: "", width: 160, height: 120 });
      picture.src = `/dateien/${id}/vorschau/320`;
      label.replaceChildren(picture, element("span", { textContent: mention.split("/")[2] }));
      fieldset.querySelector("ul").append(entry);
    }
    radio.name = name;
    radio.checked = true;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-pick-picture]");
    if (opener) {
      event.preventDefault();
      const target = document.getElementById(opener.dataset.pickPicture);
      if (target) openPicker(target);
      return;
    }
    const choice = event.target.closest("dialog [data-insert]");
    if (choice) {
      event.preventDefault();
      choose(choice.dataset.insert, { close: true });
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-upload]");
    if (!form || event.target.type !== "file") return;
    const files = [...event.target.files];
    event.target.value = "";
    uploadAll(form, files);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-describe]")) {
      event.preventDefault();
      describe(event.target);
    } else if (event.target.matches("[data-upload]")) {
      event.preventDefault();
    }
  });

  // Pasting and dropping: into a text it is placed there, into the form for uploads it is sent.

  const pictures = (list) => [...(list ?? [])].filter((file) => file.type.startsWith("image/"));

  async function take(target, files) {
    const form = target.matches(TEXT) ? await openPicker(target) : target;
    if (form) await uploadAll(form, files);
  }

  document.addEventListener("paste", (event) => {
    const text = event.target.closest?.(TEXT);
    const files = pictures(event.clipboardData?.files);
    // Word puts a picture of its text beside the text: then the words are meant.
    if (!text || !files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(text, files);
  });

  const under = (event) => event.target.closest?.(`${TEXT}, [data-upload]`);

  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      const target = under(event);
      if (!target || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      target.classList.add("drop-here");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    document.addEventListener(kind, (event) => under(event)?.classList.remove("drop-here"));
  }
  document.addEventListener("drop", (event) => {
    const target = under(event);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!target || !files.length) return;
    event.preventDefault();
    take(target, files);
  });
})();
