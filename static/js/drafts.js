// What is typed into a form is kept while it is typed: on the server as a „Zwischenstand", and
// on this device until the server has confirmed it. Without this script a button does the first.
(() => {
  "use strict";

  const PAUSE = 3000; // milliseconds without typing
  const LONGEST = 15000; // milliseconds of typing
  const RETRY = [10000, 20000, 40000, 60000];
  const DAYS = 30;
  const ROOM = 60000; // bytes a browser sends while a page closes
  const PREFIX = "laborwiki-text:";
  const LEFT_OUT = ["csrf_token", "do"];

  // On this device

  const copies = {
    all() {
      try {
        return Object.keys(localStorage)
          .filter((name) => name.startsWith(PREFIX))
          .map((name) => ({ key: name.slice(PREFIX.length), ...JSON.parse(localStorage[name]) }));
      } catch {
        return [];
      }
    },
    put(key, copy) {
      try {
        localStorage.setItem(PREFIX + key, JSON.stringify(copy));
      } catch {
        // No room or not allowed: the server's copy is the one that counts.
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(PREFIX + key);
      } catch {
        // Nothing was ever put there.
      }
    },
  };

  // After signing in again the text comes from this device, so it need not stay in this page.
  const held = document.querySelector("form[data-held]");
  if (held) {
    const key = held.elements.draft?.value;
    if (copies.all().some((copy) => copy.key === key)) {
      document.querySelector("main a[target=_blank]").removeAttribute("target");
      for (const part of document.querySelectorAll("[data-here]")) {
        part.textContent = part.dataset.here;
      }
    }
    return;
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;

  const line = () => document.getElementById("draft");
  const field = (name) => form.querySelector(`#draft input[name=${name}]`);
  const words = () => line().querySelector(".draft-words");
  const number = (name) => Number(field(name).value);

  let changes = 0; // counted, so that none is missed
  let kept = 0;
  let first = 0;
  let timer = 0;
  let failures = 0;
  let running = false;
  let leaving = false;
  let finished = false; // what this form wrote was saved elsewhere: only new words begin anew
  let announced = false;

  function typed() {
    return [...new FormData(form)].filter(
      ([name, value]) => !LEFT_OUT.includes(name) && typeof value === "string",
    );
  }

  function changed() {
    changes += 1;
    leaving = finished = false;
    first ||= Date.now();
    copies.put(field("draft").value, {
      person: form.dataset.person,
      place: form.dataset.draft,
      address: form.getAttribute("action"),
      form: field("draft_form").value,
      version: number("draft_version") + 1,
      at: Date.now(),
      fields: typed(),
    });
    plan(Math.max(0, Math.min(PAUSE, first + LONGEST - Date.now())));
  }

  function plan(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  function body() {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", "keep");
    return fields;
  }

  function request(fields, more = {}) {
    return fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "HX-Request": "true" },
      redirect: "manual",
      body: fields,
      ...more,
    });
  }

  // Each sending counts on by itself: the server knows the order even if answers get lost.
  function counted() {
    const fields = body();
    field("draft_version").value = number("draft_version") + 1;
    return fields;
  }

  async function save() {
    if (running || leaving || finished || kept === changes) return;
    running = true;
    const upTo = changes;
    const key = field("draft").value;
    first = 0;
    try {
      let answer = await request(counted());
      if ([0, 400, 401].includes(answer.status) && (await signedInAgain())) {
        answer = await request(counted());
      }
      if (!leaving) await read(answer, key, upTo);
    } catch {
      failed("offline");
    } finally {
      running = false;
    }
    if (kept !== changes && !failures && !finished) plan(PAUSE);
  }

  async function read(answer, key, upTo) {
    if ([0, 400, 401].includes(answer.status)) return failed("expired");
    if (answer.status >= 500) return failed("offline");
    const came = document.createElement("template");
    came.innerHTML = await answer.text();
    const fresh = came.content.querySelector("#draft");
    if (!fresh) return failed("refused");
    if (failures) document.getElementById("alert").textContent = "";
    failures = 0;
    if (answer.status === 200 || answer.status === 409) {
      kept = upTo;
      copies.drop(key);
    } else {
      finished = true;
    }
    if (answer.status === 200) words().replaceWith(fresh.querySelector(".draft-words"));
    else line().replaceWith(fresh);
    hideButton();
    if (kept === changes) form.dispatchEvent(new CustomEvent("laborwiki:kept", { bubbles: true }));
    else if (!finished) changed();
    say(answer.status === 200 ? "status" : "alert");
  }

  function failed(reason) {
    const said = document.createElement("span");
    said.className = "draft-words draft-problem";
    said.textContent = line().dataset[reason];
    if (words().textContent !== said.textContent) {
      words().replaceWith(said);
      say("alert");
    }
    plan(RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  }

  // The first time it is kept is read aloud, and whatever goes wrong; the rest is quiet.
  function say(id) {
    if (id === "status" && announced) return;
    announced ||= id === "status";
    const place = document.getElementById(id);
    if (place) place.textContent = words().textContent.trim();
  }

  // Somebody who signed in in another window has a new token; it must be the same person.
  async function signedInAgain() {
    const answer = await fetch("/zwischenstaende", { redirect: "manual" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const place = page.querySelector("[data-token]");
    if (!place) return false;
    if (place.dataset.person !== form.dataset.person) {
      line().dataset.expired = line().dataset.foreign;
      return false;
    }
    for (const hidden of document.querySelectorAll("input[name=csrf_token]")) {
      hidden.value = place.dataset.token;
    }
    return true;
  }

  // A page that closes or sleeps sends what it has; it may not live to read the answer.
  function sendNow() {
    if (leaving || finished || kept === changes) return;
    const fields = counted();
    const upTo = changes;
    const key = field("draft").value;
    const small = new Blob([fields.toString()]).size < ROOM;
    request(fields, { keepalive: small })
      .then((answer) => (leaving ? undefined : read(answer, key, upTo)))
      .catch(() => {});
  }

  function hideButton() {
    const button = line().querySelector("button[value=keep]");
    if (button) button.hidden = true;
  }

  // What this device still has

  function offerCopy() {
    const known = JSON.parse(form.dataset.known);
    const here = [];
    for (const copy of copies.all()) {
      const server = known.find(([key]) => key === copy.key);
      const isConfirmed =
        server && (server[3] || (server[1] === copy.form && server[2] >= copy.version));
      const isOld = Date.now() - copy.at > DAYS * 86400000;
      if (copy.person !== form.dataset.person || isConfirmed || isOld) copies.drop(copy.key);
      else if (copy.place === form.dataset.draft && copy.form !== field("draft_form").value) {
        here.push(copy);
      }
    }
    const newest = here.sort((one, other) => other.at - one.at)[0];
    const template = document.getElementById("draft-copy");
    if (!newest || !template) return;
    const offer = template.content.firstElementChild.cloneNode(true);
    offer.querySelector("[data-at]").textContent = new Date(newest.at).toLocaleString(
      document.documentElement.lang,
    );
    offer.querySelector("[data-use]").addEventListener("click", () => use(newest));
    offer.querySelector("[data-drop]").addEventListener("click", () => {
      copies.drop(newest.key);
      offer.remove();
      form.querySelector("input:not([type=hidden]), textarea")?.focus();
    });
    template.after(offer);
  }

  // The form with these words comes from the server: rows and folds are its business.
  function use(copy) {
    const sending = document.createElement("form");
    sending.method = "post";
    sending.action = copy.address;
    const fields = [...copy.fields, ["csrf_token", form.elements.csrf_token.value], ["do", "back"]];
    for (const [name, value] of fields) {
      const hidden = document.createElement("textarea");
      hidden.name = name;
      hidden.value = value;
      sending.append(hidden);
    }
    sending.hidden = true;
    document.body.append(sending);
    sending.submit();
  }

  // Lines of the expert editor

  function goToLine(area, line) {
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[line - 1] || "").length);
    const height = parseFloat(getComputedStyle(area).lineHeight) || 24;
    area.scrollTop = Math.max(0, (line - 4) * height);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    const area = link && document.getElementById("f-page_text");
    if (!area) return;
    event.preventDefault();
    goToLine(area, Number(link.dataset.line));
  });

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof Element && form.contains(event.target)
      && event.target.closest("fieldset.rows")) changed();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "keep") return;
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("pagehide", sendNow);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sendNow();
    else if (kept !== changes) plan(0);
  });
  window.addEventListener("online", () => { if (kept !== changes) plan(0); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });

  hideButton();
  offerCopy();
  // It came back with what was typed, and nobody has kept that yet.
  if (form.hasAttribute("data-unsaved") && !("kept" in line().dataset)) changed();
})();
