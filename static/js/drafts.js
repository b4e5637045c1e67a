// What is typed into a form is kept while it is typed: on the server as a „Zwischenstand", and
// on this device until the server has confirmed it. Without this script a button does the first.
// Without an account it is kept on this device alone. What is sent without a network waits for it.
(() => {
  "use strict";

  const PAUSE = 3000; // milliseconds without typing
  const LONGEST = 15000; // milliseconds of typing
  const RETRY = [10000, 20000, 40000, 60000];
  const DAYS = 30;
  const ROOM = 60000; // bytes a browser sends while a page closes
  const PREFIX = "laborwiki-text:";
  const LEFT_OUT = ["csrf_token", "do"];
  const FRESH = 3000; // milliseconds in which a network that was there is taken to be there still
  const PATIENCE = 10000; // milliseconds to wait for a sign of the server
  const LONGEST_PHOTO = 60000; // milliseconds to wait for a photo that is on its way

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
        return true;
      } catch {
        // No room or not allowed: the server's copy is the one that counts.
        return false;
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

  // Photos are too large for the place of the words; each has the key of its text.
  function photos(mode, ask) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open("laborwiki-photos", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        const turn = database.transaction("photos", mode);
        const request = ask(turn.objectStore("photos"));
        turn.oncomplete = () => { database.close(); resolve(request.result); };
        turn.onabort = () => { database.close(); reject(turn.error); };
      };
    });
  }
  const dropPhoto = (key) => photos("readwrite", (all) => all.delete(key)).catch(() => {});

  // The server has it now.
  const sent = document.querySelector("[data-sent]")?.dataset.sent;
  if (sent) {
    copies.drop(sent);
    dropPhoto(sent);
  }

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

  const alone = !form.dataset.person; // nobody's account: nothing but this device keeps it
  const line = () => document.getElementById("draft");
  const field = (name) => form.querySelector(`#draft input[name=${name}]`);
  const words = () => line().querySelector(".draft-words");
  const number = (name) => Number(field(name).value);
  const keyOf = () => (alone ? form.dataset.draft : field("draft").value);
  const photoField = () => form.querySelector("input[type=file][name=photo]");
  const photo = () => photoField()?.files[0];

  let changes = 0; // counted, so that none is missed
  let kept = 0;
  let first = 0;
  let timer = 0;
  let failures = 0;
  let running = false;
  let leaving = false;
  let finished = false; // what this form wrote was saved elsewhere: only new words begin anew
  let announced = false;
  let onItsWay = Promise.resolve();
  let heard = Date.now(); // when the server last answered
  let waiting = null; // the button of a sending that waits for the network
  let isSending = false;
  let isSure = false;

  function typed() {
    return [...new FormData(form)].filter(
      ([name, value]) =>
        !LEFT_OUT.includes(name) && typeof value === "string" && (!alone || isTyped(name)),
    );
  }

  function isTyped(name) {
    const part = form.elements[name];
    return part.type !== "hidden" && !(part instanceof Element && part.closest(".trap"));
  }

  function remember() {
    const copy = {
      person: form.dataset.person,
      place: form.dataset.draft,
      address: form.getAttribute("action"),
      at: Date.now(),
      fields: typed(),
    };
    if (!alone) {
      copy.form = field("draft_form").value;
      copy.version = number("draft_version") + 1;
    }
    return copies.put(keyOf(), copy);
  }

  function changed() {
    changes += 1;
    leaving = finished = false;
    first ||= Date.now();
    const isHere = remember();
    if (waiting) stopWaiting();
    if (alone) {
      if (isHere) showHere();
      return;
    }
    plan(Math.max(0, Math.min(PAUSE, first + LONGEST - Date.now())));
  }

  function plan(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  function body(withPhoto) {
    const fields = new FormData(form);
    fields.set("do", "keep");
    if (withPhoto && photo()) return fields;
    return new URLSearchParams([...fields].filter(([, value]) => typeof value === "string"));
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
  function counted(withPhoto = true) {
    const fields = body(withPhoto);
    field("draft_version").value = number("draft_version") + 1;
    return fields;
  }

  function save() {
    if (alone || running || leaving || finished || kept === changes) return;
    onItsWay = keepIt();
  }

  async function keepIt() {
    running = true;
    const upTo = changes;
    const key = field("draft").value;
    const shot = photo();
    first = 0;
    try {
      let answer = await request(counted());
      if ([0, 400, 401].includes(answer.status) && (await signedInAgain())) {
        answer = await request(counted());
      }
      heard = Date.now();
      if (!leaving) await read(answer, key, upTo, shot);
    } catch {
      failed("offline");
    } finally {
      running = false;
    }
    if (kept !== changes && !failures && !finished) plan(PAUSE);
  }

  async function read(answer, key, upTo, shot) {
    if ([0, 400, 401].includes(answer.status)) return failed("expired");
    if (answer.status >= 500) return failed("offline");
    const came = document.createElement("template");
    came.innerHTML = await answer.text();
    const fresh = came.content.querySelector("#draft");
    if (!fresh) return failed("refused");
    const answered = came.content.querySelector("#photo");
    if (answered && shot === photo()) {
      document.getElementById("photo").replaceWith(answered);
      await dropPhoto(key);
    }
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
    const problem = answered?.querySelector(".kern-error")?.textContent.trim();
    if (problem) document.getElementById("alert").textContent = problem;
    if (waiting) send(waiting);
  }

  function showWords(text, name) {
    const said = document.createElement("span");
    said.className = name;
    said.textContent = text;
    if (words().textContent === text) return false;
    words().replaceWith(said);
    return true;
  }

  function failed(reason) {
    // A missing network is told beside the buttons and read aloud; an alert would hide them.
    if (!waiting && showWords(line().dataset[reason], "draft-words draft-problem")) {
      if (reason === "offline") readAloud(words().textContent);
      else say("alert");
      if (reason === "expired" && line().dataset.expired !== line().dataset.foreign) offerToSignIn();
    }
    plan(RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  }

  function offerToSignIn() {
    const link = document.createElement("a");
    link.href = line().dataset.signIn;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = line().dataset.signInWords;
    document.getElementById("alert")?.append(" ", link);
  }

  // The first time it is kept is read aloud, and whatever goes wrong; the rest is quiet.
  function say(id) {
    if (id === "status" && announced) return;
    announced ||= id === "status";
    const place = document.getElementById(id);
    if (place) place.textContent = words().textContent.trim();
  }

  function readAloud(text) {
    document.getElementById("status").textContent = text.trim();
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
    if (alone || leaving || finished || kept === changes) return;
    const fields = counted(false);
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

  // Sending, which ends in a browser's own page of errors when there is no network

  async function hasNetwork() {
    if (!navigator.onLine) return false;
    if (Date.now() - heard < FRESH) return true;
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal });
      heard = Date.now();
      return true;
    } catch {
      return false;
    }
  }

  const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

  async function send(button) {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    if (showWords(line().dataset.sending, "draft-words")) readAloud(line().dataset.sending);
    // A photo that is being sent need not go twice.
    if (photo()) await Promise.race([onItsWay, pause(LONGEST_PHOTO)]);
    const isThere = await hasNetwork();
    // While a form tells of its sending, it is deaf to be sent again.
    await pause(0);
    isSending = false;
    if (!isThere) {
      wait(button);
      return;
    }
    waiting = null;
    isSure = true;
    form.requestSubmit(button?.isConnected ? button : null);
    isSure = false;
  }

  function wait(button) {
    const isNews = !waiting;
    waiting = button ?? form.querySelector(".kern-btn--primary");
    const isHere = remember();
    const again = document.createElement("button");
    again.type = "button";
    again.className = "kern-btn kern-btn--secondary kern-btn--x-small";
    again.dataset.again = "";
    again.textContent = line().dataset.again;
    again.addEventListener("click", () => send(waiting));
    line().querySelector("[data-again]")?.remove();
    showWords(line().dataset[isHere ? "unsent" : "unsafe"], "draft-words draft-problem");
    words().after(again);
    document.getElementById("alert").textContent = "";
    if (isNews) readAloud(words().textContent);
    clearTimeout(timer);
    timer = setTimeout(() => { if (waiting) send(waiting); }, RETRY[0]);
  }

  // Who writes on sends when it is done.
  function stopWaiting() {
    waiting = null;
    line().querySelector("[data-again]")?.remove();
    showWords(alone ? "" : line().dataset.offline, "draft-words draft-problem");
    document.getElementById("alert").textContent = "";
  }

  // Without an account

  function showHere() {
    if (showWords(line().dataset.here, "draft-words")) say("status");
    line().querySelector("[data-forget]").hidden = false;
    form.dispatchEvent(new CustomEvent("laborwiki:kept", { bubbles: true }));
  }

  function forget() {
    copies.drop(keyOf());
    form.reset();
    line().querySelector("[data-forget]").hidden = true;
    showWords("", "draft-words");
    readAloud(line().dataset.forgotten);
    form.querySelector("input:not([type=hidden]), textarea")?.focus();
  }

  // The photo

  function tell(text) {
    const place = form.querySelector("#photo [data-note]");
    place.textContent = text;
    place.hidden = !text;
  }

  function choosePhoto() {
    const chosen = photo();
    tell("");
    if (!chosen) {
      dropPhoto(keyOf());
    } else if (chosen.size > Number(photoField().dataset.limit)) {
      tell(photoField().dataset.tooLarge);
      photoField().value = "";
    } else {
      photos("readwrite", (all) =>
        all.put({ key: keyOf(), person: form.dataset.person, at: Date.now(), file: chosen }),
      ).catch(() => tell(photoField().dataset.noRoom));
    }
  }

  async function bringPhoto() {
    if (!photoField()) return;
    for (const each of await photos("readonly", (all) => all.getAll())) {
      const isOld = Date.now() - each.at > DAYS * 86400000;
      if (each.person !== form.dataset.person || isOld) await dropPhoto(each.key);
      else if (each.key === keyOf() && !photo()) {
        const held = new DataTransfer();
        held.items.add(each.file);
        photoField().files = held.files;
        changed();
      }
    }
  }

  // What this device still has

  function offerCopy() {
    const known = JSON.parse(form.dataset.known ?? "[]");
    const here = [];
    for (const copy of copies.all()) {
      const server = known.find(([key]) => key === copy.key);
      const isConfirmed =
        server && (server[3] || (server[1] === copy.form && server[2] >= copy.version));
      if (Date.now() - copy.at > DAYS * 86400000) {
        copies.drop(copy.key);
        continue;
      }
      // What somebody typed without an account is nobody's to take away but theirs.
      if (copy.person !== form.dataset.person && (alone || !copy.person)) continue;
      if (copy.person !== form.dataset.person || isConfirmed) copies.drop(copy.key);
      else if (copy.place === form.dataset.draft && (alone || copy.form !== field("draft_form").value)) {
        here.push(copy);
      }
    }
    const newest = here.sort((one, other) => other.at - one.at)[0];
    const template = document.getElementById("draft-copy");
    if (!newest || !template) return;
    const offer = template.content.firstElementChild.cloneNode(true);
    const title = newest.fields.find(([name]) => name === "title")?.[1];
    const at = new Date(newest.at).toLocaleString(document.documentElement.lang);
    offer.querySelector("[data-at]").textContent = title ? `${title} · ${at}` : at;
    offer.querySelector("[data-use]").addEventListener("click", () => {
      if (alone) fillIn(newest, offer);
      else use(newest);
    });
    offer.querySelector("[data-drop]").addEventListener("click", () => {
      copies.drop(newest.key);
      dropPhoto(newest.key);
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

  function fillIn(copy, offer) {
    for (const [name, value] of copy.fields) {
      if (form.elements[name] && isTyped(name)) form.elements[name].value = value;
    }
    offer.remove();
    changed();
    form.querySelector("input:not([type=hidden])")?.focus();
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
  form.addEventListener("change", (event) => {
    if (event.target === photoField()) choosePhoto();
    changed();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target instanceof Element && form.contains(event.target)
      && event.target.closest("fieldset.rows")) changed();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "keep") return;
    if (!isSure) {
      event.preventDefault();
      send(event.submitter);
      return;
    }
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener("pagehide", sendNow);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sendNow();
    else if (kept !== changes && !waiting) plan(0);
  });
  window.addEventListener("online", () => {
    if (waiting) send(waiting);
    else if (kept !== changes) plan(0);
  });
  line().querySelector("[data-forget]")?.addEventListener("click", forget);
  window.addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });

  hideButton();
  if (!alone || !form.hasAttribute("data-unsaved")) offerCopy();
  if (!alone) bringPhoto().catch(() => {});
  // It came back with what was typed, and nobody has kept that yet.
  if (form.hasAttribute("data-unsaved") && !("kept" in line().dataset)) changed();
})();
