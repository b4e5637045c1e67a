// The page that runs a plan. What happened is a list of events with their moments, on this device:
// a reload, a night's sleep and a lost network change nothing (running-clock.js does the sums).
(() => {
  "use strict";

  const clock = globalThis.runningClock;
  const { MINUTE } = clock;
  const PREFIX = "laborwiki-run:";
  const COPY = "laborwiki-copy:";
  const KEYS = "laborwiki-run-keys";
  const EXTRA = 5; // minutes
  const TICK = 500; // milliseconds
  const FORGOTTEN = 12 * 60 * MINUTE; // after so long a run is hardly the one that is meant
  const PATIENCE = 5000; // milliseconds to wait for a sign of the server

  // On this device

  // A copy of the page lies in the cache of the same name as its entry (running-worker.js).
  // Each entry says when it was used last; laborwiki.js sees to it that none stays for ever.
  const device = {
    read(name) {
      try {
        const run = JSON.parse(localStorage.getItem(PREFIX + name));
        return Array.isArray(run?.events) && Array.isArray(run.order?.days) ? run : null;
      } catch {
        return null;
      }
    },
    write(name, run) {
      try {
        localStorage.setItem(PREFIX + name, JSON.stringify({ ...run, at: Date.now() }));
        return true;
      } catch {
        return false;
      }
    },
    markCopy(address) {
      try {
        localStorage.setItem(COPY + address, JSON.stringify({ at: Date.now() }));
      } catch {
        // Then the copy goes with the next page that is opened.
      }
    },
    drop(name, address) {
      try {
        localStorage.removeItem(PREFIX + name);
        if (address) localStorage.removeItem(COPY + address);
      } catch {
        // Nothing was ever put there.
      }
    },
  };

  // On the way to the report

  const report = document.querySelector("form[data-run-report]");
  if (report) {
    bringRecord();
    window.addEventListener("pageshow", ({ persisted }) => {
      if (persisted) bringRecord();
    });
  }

  function bringRecord() {
    const run = device.read(report.dataset.runReport);
    const found = report.querySelector("[data-run-found]");
    if (run) {
      const record = clock.recordOf(run);
      report.elements.run.value = JSON.stringify(record);
      found.textContent = fill(report.dataset.some, {
        blocks: Object.keys(record.minutes).length, notes: record.notes.length,
      });
    } else {
      found.textContent = report.dataset.none;
    }
  }

  const place = document.getElementById("running-order");
  if (!place) return;
  const { order, words, address, language } = JSON.parse(place.textContent);
  const page = document.getElementById("run");
  const wishes = new URLSearchParams(location.search);
  const asked = ["personen", "beginn", "minuten"].map((name) => wishes.get(name) ?? "").join("|");
  const one = (name, within = page) => within.querySelector(`[data-${name}]`);
  const part = (name) => page.querySelector(`[data-part=${name}]`);
  const button = (name, within = page) => within.querySelector(`[data-do=${name}]`);

  let run = device.read(order.name);
  let state = clock.stateOf(run ?? { order, events: [] });
  let isKept = true;
  let laneKeys = null; // which lanes stand on the stage
  let chosenTrack = null; // where something was pressed last
  let said = new Map(); // mood that was read aloud, by block
  let shown = ""; // the part of the page that is shown

  // What happens

  // Two tabs write into the same list: each adds to what is there now.
  function add(event) {
    run = newest() ?? { order, asked, events: [] };
    run.events.push({ at: Date.now(), ...event });
    keep();
    refresh();
  }

  function keep() {
    isKept = device.write(order.name, run);
    if (!isKept) put(one("kept"), words.noRoom);
  }

  // Where the device has no room left, what this tab knows is newer.
  const newest = () => (isKept ? device.read(order.name) : null) ?? run;

  // A run that was left open days ago greets the next workshop with a question.
  function askIfForgotten() {
    const last = lastMoment();
    if (last === null || clock.isOver(state) || Date.now() - last < FORGOTTEN) return;
    const dialog = document.getElementById("forgotten-dialog");
    const begun = state.begunAt ?? last;
    put(one("begun", dialog), fill(words.begun, {
      date: dateOf(clock.dayOf(begun, order.zone)), clock: timeOf(begun),
    }));
    dialog.showModal();
  }

  const lastMoment = () => run?.events.at(-1)?.at ?? null;

  // What other tabs did; whether that was anything.
  function readAgain() {
    if (!isKept) return false;
    const before = lastMoment();
    run = device.read(order.name);
    refresh();
    return lastMoment() !== before;
  }

  function refresh() {
    state = clock.stateOf(run ?? { order, events: [] });
    show();
  }

  window.addEventListener("storage", (event) => {
    if (event.key === PREFIX + order.name || event.key === null) readAgain();
  });

  // A page from the cache of the back button, or one that slept, heard of nothing meanwhile.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) readAgain();
  });

  // Words

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  }

  const timeOf = (moment) =>
    new Intl.DateTimeFormat(language, {
      timeZone: order.zone, hour: "numeric", minute: "2-digit", hourCycle: "h23",
    }).format(moment);
  const dateOf = (date) =>
    new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(
      Date.parse(`${date}T00:00:00Z`),
    );
  const minutesIn = (span) => Math.round(Math.abs(span) / MINUTE);

  function countdown(span) {
    // Up to the next whole second while there is time, as people count.
    const seconds = span >= 0 ? Math.ceil(span / 1000) : Math.floor(-span / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const two = (number) => String(number).padStart(2, "0");
    return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
  }

  function say(text) {
    const status = document.getElementById("status");
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 60);
  }

  function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  // What was said of a block on the server, as it stands in the agenda.
  function copyOf(key, what) {
    const source = document.getElementById(`block-${key}`)?.querySelector(`[data-${what}]`);
    const copy = source?.cloneNode(true);
    if (!copy?.textContent.trim()) return [];
    for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
    return [...copy.childNodes];
  }

  // Showing

  function show() {
    const wanted = state.day === null ? "ready" : clock.isOver(state) ? "sheet" : "stage";
    const changed = shown !== wanted;
    part("ready").hidden = wanted !== "ready";
    part("stage").hidden = wanted !== "stage";
    part("sheet").hidden = wanted !== "sheet";
    part("notes").hidden = wanted === "ready";
    // Who asked for other numbers this time is shown no newer plan, but the run as it was begun.
    one("newer").hidden = wanted === "ready" || state.order.version === order.version
      || (run.asked ?? asked) !== asked;
    if (changed && shown) {
      if (wanted === "sheet") say(words.allDone);
      if (wanted !== "stage") page.querySelector(`#${wanted}-title`).focus();
    }
    if (changed && wanted === "stage") one("agenda").open = false;
    shown = wanted;
    if (wanted === "ready") showReady();
    if (wanted === "sheet") showSheet();
    if (wanted !== "ready") showNotes();
    tick();
    if (changed && wanted === "stage" && state.begunAt !== null) keepAwake();
  }

  function showReady() {
    if (!order.days.length) return;
    const select = one("days").querySelector("select");
    if (!select.options.length) {
      for (const day of order.days) {
        const text = fill(day.date ? words.dayOn : words.day, {
          number: day.number, date: day.date && dateOf(day.date),
        });
        select.add(new Option(text, day.number));
      }
      one("days").hidden = order.days.length < 2;
      const now = Date.now();
      const near = order.days.find((day) => clock.plannedBegin(day, now, order.zone)?.isNear);
      if (near) select.value = near.number;
      select.addEventListener("change", () => showClocks(true));
      showClocks(true);
    }
  }

  const chosenDay = () => {
    const number = Number(one("days").querySelector("select").value);
    return order.days.find((day) => day.number === number);
  };

  // By the plan's clock if that is near, else from now on; who wants it otherwise says so.
  function showClocks(anew) {
    const planned = clock.plannedBegin(chosenDay(), Date.now(), order.zone);
    one("when").hidden = planned === null;
    put(one("by-now"), fill(words.startsNow, { clock: timeOf(Date.now()) }));
    if (planned) put(one("by-plan"), fill(words.startsAt, { clock: timeOf(planned.at) }));
    if (!anew) return;
    const wanted = planned?.isNear ? "plan" : "now";
    one("when").querySelector(`[value=${wanted}]`).checked = true;
  }

  function begin(day, byPlan) {
    // Whoever pressed did not see what another tab has begun: that is shown first.
    if (readAgain()) {
      announceBlocks(clock.running(state));
      button("next")?.focus();
      return;
    }
    const now = Date.now();
    const planned = clock.plannedBegin(day, now, order.zone);
    if (!state.begunDays.size) forgetRun();
    add({ do: "start", day: day.number, base: byPlan && planned ? planned.at : now });
    announceBlocks(clock.running(state));
    button("next")?.focus();
  }

  // The stage: lanes are built when others are on, and filled when their block is another.
  function showLanes(now) {
    const lanes = clock.lanes(state);
    const keys = lanes.map(({ track }) => track).join("\n");
    const stage = part("stage").querySelector("[data-lanes]");
    if (keys !== laneKeys) {
      const pressed = stage.contains(document.activeElement) && document.activeElement.dataset.do;
      stage.replaceChildren(...lanes.map(({ track }) => newLane(track)));
      page.dataset.lanes = lanes.length;
      laneKeys = keys;
      if (pressed) button(pressed, laneOf(chosenTrack) ?? stage)?.focus();
    }
    const times = clock.projection(state, now);
    const back = clock.reopenable(state);
    for (const lane of lanes) fillLane(laneOf(lane.track), lane, times, back, now);
  }

  const laneOf = (track) =>
    [...page.querySelectorAll(".run-lane")].find((lane) => lane.dataset.track === track);

  function newLane(track) {
    const lane = document.getElementById("lane").content.firstElementChild.cloneNode(true);
    lane.dataset.track = track;
    if (track) lane.setAttribute("aria-label", track);
    put(one("track", lane), track);
    one("track", lane).hidden = !track;
    lane.addEventListener("focusin", () => { chosenTrack = track; });
    lane.addEventListener("click", () => { chosenTrack = track; });
    return lane;
  }

  function fillLane(lane, { block, blocks }, times, back, now) {
    const key = block?.key ?? "";
    if (lane.dataset.block !== key || lane.dataset.order !== state.order.version) {
      lane.dataset.block = key;
      lane.dataset.order = state.order.version;
      put(one("title", lane), block?.title ?? words.waits);
      one("prompt", lane).replaceChildren(...copyOf(key, "prompt"));
      const facts = document.querySelectorAll(`#block-${CSS.escape(key)} .plan-meta > span`);
      // Its minutes change here; they stand beside the clock.
      one("meta", lane).replaceChildren(...[...facts].slice(1)
        .filter((fact) => fact.textContent.trim() !== lane.dataset.track)
        .map((fact) => fact.cloneNode(true)));
      const more = copyOf(key, "words");
      one("words", lane).replaceChildren(...more);
      one("more", lane).hidden = !more.length;
      one("mood", lane).hidden = one("progress", lane).hidden = !block;
    }
    const place = block ? blocks.indexOf(block) : blocks.length;
    const all = clock.blocksOf(state);
    const next = blocks.slice(place + 1).find((later) => clock.minutesOf(state, later) > 0)
      ?? all.slice(all.indexOf(blocks.at(-1)) + 1).find((later) =>
        !state.started.has(later.key) && clock.minutesOf(state, later) > 0
        && (!later.track || !lane.dataset.track || blocks.at(-1).track === ""));
    put(one("next", lane), next
      ? fill(words.nextIs, { title: next.title, minutes: clock.minutesOf(state, next) })
      : words.last);
    button("back", lane).disabled = !back.has(lane.dataset.track);
    button("next", lane).disabled = button("more", lane).disabled = !block;
    if (document.activeElement.disabled) {
      page.querySelector("[data-do=next]:not(:disabled), [data-do=back]:not(:disabled)")?.focus();
    }
    if (!block) {
      delete lane.dataset.mood;
      return;
    }
    const left = clock.remaining(state, block, now);
    const mood = clock.moodOf(state, block, now);
    lane.dataset.mood = mood;
    put(one("way", lane), left < 0 ? words.past : words.left);
    put(one("left", lane), countdown(left));
    const until = fill(words.until, { clock: timeOf(times.get(key)[1]) });
    put(one("mood-words", lane), mood === "over" ? words.over : `${words[mood]} · ${until}`);
    const whole = clock.allotted(state, block);
    one("progress", lane).value = whole ? Math.min(100, ((whole - left) / whole) * 100) : 100;
    tellMood(block, mood, left);
  }

  // Read aloud once for each block; after a reload it is no news.
  function tellMood(block, mood, left) {
    const before = said.get(block.key);
    said.set(block.key, mood);
    if (before === mood || before === undefined || mood === "calm") return;
    say(mood === "over"
      ? fill(words.overSaid, { title: block.title })
      : fill(words.tightSaid, { title: block.title, minutes: Math.max(1, minutesIn(left)) }));
    if (mood === "over") ring();
  }

  function announceBlocks(blocks) {
    say(blocks.map((block) => fill(block.track ? words.nowOnIn : words.nowOn, {
      track: block.track, title: block.title, minutes: clock.minutesOf(state, block),
    })).join(". "));
  }

  function tick() {
    const now = Date.now();
    put(one("clock"), timeOf(now));
    if (shown === "ready" && order.days.length) showClocks(false);
    if (shown === "stage") {
      showLanes(now);
      showDelay(now);
    }
    if (shown !== "ready") showAgenda(now);
  }

  function showDelay(now) {
    const delay = clock.delay(state, now);
    const minutes = minutesIn(delay);
    const late = minutes === 0 ? "onTime" : delay > 0 ? "late" : "early";
    one("delay").dataset.late = late;
    put(one("delay"), fill(words[late], { minutes }));
    const [ends, target] = [clock.endsAt(state, now), clock.targetOf(state)];
    put(one("end"), `${fill(words.ends, { clock: timeOf(ends) })} (${fill(words.planned, {
      clock: timeOf(target) })})`);
    const over = ends - target;
    button("shorten").hidden = over < MINUTE || !clock.upcoming(state).length;
    const isPaused = clock.isPaused(state);
    one("paused").hidden = !isPaused;
    if (isPaused) put(one("paused"), fill(words.paused, { clock: timeOf(state.pauses.at(-1)[0]) }));
    exchange(button("pause"), button("resume"), isPaused);
  }

  // One of two buttons, with the focus on whichever is there.
  function exchange(first, second, isSecond) {
    const hadFocus = [first, second].includes(document.activeElement);
    first.hidden = isSecond;
    second.hidden = !isSecond;
    if (hadFocus) (isSecond ? second : first).focus();
  }

  // In the whole agenda: what is over, what is on, when the rest comes.
  function showAgenda(now) {
    const times = state.finished === null ? clock.projection(state, now) : new Map();
    const on = new Set(clock.isOver(state) ? [] : clock.running(state).map(({ key }) => key));
    const measured = clock.measured(state);
    for (const item of page.querySelectorAll("[data-agenda] li[id]")) {
      const key = item.id.slice("block-".length);
      const line = one("block-state", item);
      let text = "";
      if (on.has(key)) text = fill(words.isOn, { clock: timeOf(times.get(key)[1]) });
      else if (state.skipped.has(key)) text = words.left_out;
      else if (measured.has(key)) text = fill(words.done, { minutes: measured.get(key) });
      else if (times.has(key)) {
        const block = clock.blocksOf(state).find((one) => one.key === key);
        text = clock.minutesOf(state, block) > 0
          ? fill(words.expected, { clock: timeOf(times.get(key)[0]) }) : words.left_out;
      }
      put(line, text);
      line.hidden = !text;
      if (on.has(key)) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }

  // Pressing

  const trackNow = () => {
    const lanes = clock.lanes(state);
    const chosen = lanes.find(({ track }) => track === chosenTrack && track !== null);
    return (chosen ?? lanes.find(({ block }) => block) ?? lanes[0])?.track ?? "";
  };

  const verbs = {
    next(track) {
      const block = clock.lanes(state).find((lane) => lane.track === track)?.block;
      if (!block) return;
      const before = clock.running(state).map(({ key }) => key);
      add({ do: "next", key: block.key });
      if (clock.isOver(state)) noteTyped();
      const news = clock.running(state).filter(({ key }) => !before.includes(key));
      if (news.length) announceBlocks(news);
      else if (!clock.isOver(state)) say(words.waits);
    },
    back(track) {
      const key = clock.reopenable(state).get(track);
      if (!key) return;
      add({ do: "reopen", key });
      announceBlocks(clock.running(state).filter((block) => block.key === key));
    },
    more(track) {
      const block = clock.lanes(state).find((lane) => lane.track === track)?.block;
      if (!block) return;
      add({ do: "more", key: block.key, minutes: EXTRA });
      say(fill(words.more, { title: block.title }));
    },
    pause() {
      add({ do: "pause" });
      say(one("paused").textContent);
    },
    resume() {
      add({ do: "resume" });
      say(words.resumed);
    },
    finish() {
      noteTyped();
      add({ do: "finish" });
    },
    "reopen-last"() {
      const last = clock.lanes(state).length ? null : [...clock.reopenable(state).values()][0];
      if (state.finished !== null) add({ do: "unfinish" });
      if (last) add({ do: "reopen", key: last });
      announceBlocks(clock.running(state));
      button("next")?.focus();
    },
    screen() {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.().catch(() => {});
    },
    shorten: openCuts,
    anew(_track, pressed) {
      pressed.closest("dialog").close();
      forgetRun();
      refresh();
    },
    remove,
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (!pressed || pressed.disabled) return;
    verbs[pressed.dataset.do]?.(pressed.closest(".run-lane")?.dataset.track ?? trackNow(), pressed);
  });

  page.querySelector("[data-start]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(chosenDay(), new FormData(event.target).get("when") === "plan");
  });

  const BY_KEY = {
    ArrowRight: "next", PageDown: "next", " ": "next", ArrowLeft: "back", PageUp: "back",
    "+": "more", p: "pause", f: "screen", n: "note",
  };

  document.addEventListener("keydown", (event) => {
    const verb = BY_KEY[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!verb || shown !== "stage" || !one("keys").checked) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    // Where the space bar presses what has the focus, it does nothing else.
    if (event.key === " " && event.target.closest("button, a, summary, input")) return;
    event.preventDefault();
    if (verb === "note") document.getElementById("run-note").focus();
    else if (verb === "pause") verbs[clock.isPaused(state) ? "resume" : "pause"]();
    else verbs[verb](trackNow());
  });

  try {
    one("keys").checked = localStorage.getItem(KEYS) !== "off";
  } catch {
    // Then they hold.
  }
  one("keys").addEventListener("change", ({ target }) => {
    try {
      localStorage.setItem(KEYS, target.checked ? "on" : "off");
    } catch {
      // It holds until the page is loaded anew.
    }
  });

  // Shorter

  const cutDialog = document.getElementById("cut-dialog");

  function openCuts() {
    const now = Date.now();
    const proposed = clock.proposal(state, now);
    const rows = clock.upcoming(state).map((block) => {
      const minutes = clock.minutesOf(state, block);
      return minuteRow(block, minutes, proposed.get(block.key) ?? minutes, "cut");
    });
    one("cuts", cutDialog).replaceChildren(...rows);
    showCutEnd();
    cutDialog.showModal();
    document.getElementById("cut-title").focus();
  }

  // Name, minutes before, and a field for how many it is to be, or was.
  function minuteRow(block, before, value, name) {
    const row = document.createElement("tr");
    const title = document.createElement("th");
    title.scope = "row";
    title.id = `${name}-${block.key}`;
    title.textContent = block.track ? `${block.title} (${block.track})` : block.title;
    const planned = document.createElement("td");
    planned.textContent = before;
    const cell = document.createElement("td");
    const field = document.createElement("input");
    field.type = "number";
    field.min = 0;
    field.max = 1440;
    field.inputMode = "numeric";
    field.className = "kern-form-input__input";
    field.value = value;
    field.dataset.key = block.key;
    field.setAttribute("aria-labelledby", title.id);
    cell.append(field);
    row.append(title, planned, cell);
    return row;
  }

  const wholeNumber = (field) => {
    const number = Number(field.value);
    return field.value.trim() !== "" && Number.isInteger(number) && number >= 0 && number <= 1440
      ? number : null;
  };

  const chosenCuts = () => {
    const fields = [...cutDialog.querySelectorAll("input[data-key]")];
    return new Map(fields.map((field) => [field.dataset.key, wholeNumber(field)])
      .filter(([, minutes]) => minutes !== null));
  };

  function showCutEnd() {
    const ends = clock.endWith(state, Date.now(), chosenCuts());
    const minutes = Math.round((ends - clock.targetOf(state)) / MINUTE);
    const text = fill(minutes > 0 ? words.stillLate : words.fits, { clock: timeOf(ends), minutes });
    put(one("cut-end", cutDialog), text);
  }

  cutDialog.addEventListener("input", showCutEnd);
  one("cut", cutDialog).addEventListener("submit", (event) => {
    event.preventDefault();
    add({ do: "cut", minutes: Object.fromEntries(chosenCuts()) });
    cutDialog.close();
    say(fill(words.cut, { clock: timeOf(clock.endsAt(state, Date.now())) }));
    button("next")?.focus();
  });

  // Notes; what is typed and not noted yet is kept, too

  const noteForm = one("note");
  const fields = noteForm.elements;

  function showNotes() {
    const known = state.order.days.flatMap((day) => day.blocks).filter(({ key }) =>
      state.started.has(key));
    const on = clock.running(state)[0]?.key ?? "";
    const wanted = fields.text.value ? fields.block.value : on;
    const listed = known.map(({ key }) => key).join("\n");
    if (fields.block.dataset.listed !== listed) {
      fields.block.dataset.listed = listed;
      fields.block.replaceChildren(new Option(words.general, ""),
        ...known.map(({ key, title }) => new Option(title, key)));
    }
    fields.block.value = known.some(({ key }) => key === wanted) ? wanted : "";
    one("noted").replaceChildren(...[...state.notes].reverse().map(notedLine));
  }

  function notedLine(note) {
    const item = document.createElement("li");
    const block = state.order.days.flatMap((day) => day.blocks).find(({ key }) => key === note.key);
    const kind = noteForm.querySelector(`[value=${note.kind}]`).parentElement.textContent.trim();
    const about = document.createElement("small");
    about.textContent = [kind, block?.title].filter(Boolean).join(" · ");
    const text = document.createElement("span");
    text.textContent = note.text;
    const gone = document.createElement("button");
    gone.type = "button";
    gone.className = "tool";
    gone.append(document.querySelector("#remove-dialog .icon-trash").cloneNode(true));
    const label = document.createElement("span");
    label.className = "kern-sr-only";
    label.textContent = `${document.querySelector("[data-do=remove]").textContent.trim()}: ${note.text}`;
    gone.append(label);
    gone.addEventListener("click", () => {
      add({ do: "unnote", id: note.id });
      fields.text.focus();
      say(words.removed);
    });
    item.append(text, about, gone);
    return item;
  }

  const freshId = () => Array.from(crypto.getRandomValues(new Uint32Array(3))).join("-");

  // Whether anything was typed; who ends the run has noted it as well.
  function noteTyped() {
    const text = fields.text.value.trim().replace(/\s+/g, " ");
    if (!text) return false;
    const note = { id: freshId(), key: fields.block.value, kind: fields.kind.value, text };
    fields.text.value = "";
    run = { ...newest(), typed: null };
    keep();
    add({ do: "note", ...note });
    return true;
  }

  noteForm.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!noteTyped()) return;
    fields.text.focus();
    say(words.noted);
  });

  noteForm.addEventListener("input", () => {
    if (!run) return;
    const typed = { text: fields.text.value, kind: fields.kind.value, key: fields.block.value };
    run = { ...newest(), typed };
    keep();
  });

  function bringTyped() {
    if (!run?.typed?.text) return;
    fields.text.value = run.typed.text;
    fields.kind.value = run.typed.kind;
    fields.block.value = run.typed.key;
  }

  // The end

  function showSheet() {
    const measured = clock.measured(state);
    const body = one("minutes");
    const blocks = state.order.days.flatMap((day) => day.blocks).filter(({ key }) =>
      state.started.has(key) && !state.skipped.has(key));
    const listed = blocks.map(({ key }) => key).join("\n");
    if (body.dataset.listed !== listed) {
      body.dataset.listed = listed;
      body.replaceChildren(...blocks.map((block) =>
        minuteRow(block, block.minutes, measured.get(block.key) ?? "", "was")));
    }
    for (const field of body.querySelectorAll("input")) {
      const minutes = String(measured.get(field.dataset.key) ?? "");
      if (field !== document.activeElement && field.value !== minutes) field.value = minutes;
    }
    const others = state.order.days.filter((day) => !state.begunDays.has(day.number));
    one("other-days").replaceChildren(...others.map(dayButton));
    document.getElementById("run-text").value = asText(measured, blocks);
  }

  function dayButton(day) {
    const open = document.createElement("button");
    open.type = "button";
    open.className = "kern-btn kern-btn--secondary";
    open.textContent = fill(words.startDay, { number: day.number });
    open.addEventListener("click", () => {
      const planned = clock.plannedBegin(day, Date.now(), order.zone);
      begin(day, Boolean(planned?.isNear));
    });
    return open;
  }

  one("minutes").addEventListener("change", ({ target }) => {
    const minutes = wholeNumber(target);
    // Nothing in the field: nobody knows.
    if (minutes === null && target.value !== "") target.value = "";
    add({ do: "measure", key: target.dataset.key, minutes });
  });

  function asText(measured, blocks) {
    const date = dateOf(clock.dayOf(state.begunAt ?? Date.now(), order.zone));
    const lines = [fill(words.reportText, { title: state.order.title, date }), ""];
    for (const block of blocks.filter(({ key }) => measured.has(key))) {
      const planned = fill(words.plannedMinutes, { minutes: block.minutes });
      lines.push(`${block.title}: ${measured.get(block.key)} min (${planned})`);
    }
    if (state.notes.length) lines.push("");
    for (const note of state.notes) {
      const block = state.order.days.flatMap((day) => day.blocks).find(({ key }) => key === note.key);
      const kind = noteForm.querySelector(`[value=${note.kind}]`).parentElement.textContent.trim();
      lines.push(`- ${[block?.title, kind].filter(Boolean).join(", ")}: ${note.text}`);
    }
    return lines.join("\n");
  }

  // Without a network the report waits; a browser's own page of errors would help nobody.
  one("report").addEventListener("click", async (event) => {
    event.preventDefault();
    noteTyped();
    const line = one("offline");
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal });
      line.hidden = true;
      location.assign(event.target.closest("a").href);
    } catch {
      put(line.querySelector("span"), words.offline);
      line.hidden = false;
      say(words.offline);
    }
  });

  // A newer plan

  one("take-newer").addEventListener("click", () => {
    add({ do: "plan", order });
    announceBlocks(clock.running(state));
    button("next")?.focus();
  });

  // The screen, and a sound for who asks for it

  let lock = null;

  async function keepAwake() {
    if (!("wakeLock" in navigator)) {
      put(one("awake"), words.mayDim);
      return;
    }
    if (document.visibilityState !== "visible" || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      put(one("awake"), words.awake);
    } catch {
      // The battery is low, or the browser does not want to.
      put(one("awake"), words.mayDim);
    }
  }

  // The browser lets go of it whenever somebody looks at another app.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    readAgain();
    if (shown === "stage") keepAwake();
    tick();
  });
  button("screen").hidden = !document.fullscreenEnabled;

  let sound = null;
  one("sound").addEventListener("change", ({ target }) => {
    sound = target.checked ? new AudioContext() : null;
    ring();
  });

  function ring() {
    if (!sound) return;
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.25, sound.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 1.2);
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 1.2);
  }

  // The copy of this page for when there is no network

  async function keepPage() {
    put(one("kept"), isKept ? words.notKept : words.noRoom);
    if (!navigator.serviceWorker) return;
    device.markCopy(address);
    try {
      const registration = await navigator.serviceWorker.register(`${address}.js`, { scope: address });
      const ready = registration.active ?? (await becomesActive(registration));
      await document.fonts.ready;
      const parts = performance.getEntriesByType("resource")
        .map(({ name }) => new URL(name))
        .filter(({ origin, pathname }) => origin === location.origin
          && (pathname.startsWith("/static/") || pathname.startsWith("/labore/")))
        .map(({ pathname, search }) => pathname + search);
      const answered = new MessageChannel();
      answered.port1.onmessage = ({ data }) => {
        if (data === "kept" && isKept) put(one("kept"), words.kept);
        page.dataset.kept = data;
      };
      const here = location.pathname + location.search;
      ready.postMessage({ page: here, parts: [...new Set(parts)] }, [answered.port2]);
    } catch {
      // No network just now, or the browser keeps nothing: what is said above holds.
    }
  }

  function becomesActive({ installing, waiting }) {
    const coming = installing ?? waiting;
    return new Promise((resolve) => {
      coming.addEventListener("statechange", () => {
        if (coming.state === "activated") resolve(coming);
      });
    });
  }

  function forgetRun() {
    device.drop(order.name);
    run = null;
  }

  async function remove(_track, pressed) {
    device.drop(order.name, address);
    run = null;
    try {
      await caches.delete(COPY + address);
      const registration = await navigator.serviceWorker.getRegistration(address);
      if (registration && new URL(registration.scope).pathname === address) {
        await registration.unregister();
      }
    } catch {
      // There was no copy.
    }
    location.replace(pressed.dataset.then);
  }

  // Looking at it is using it.
  if (run) keep();
  refresh();
  bringTyped();
  askIfForgotten();
  setInterval(tick, TICK);
  if (document.readyState === "complete") keepPage();
  else window.addEventListener("load", keepPage);
})();
