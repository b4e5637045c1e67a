// A run of a plan as plain arithmetic: what happened, each with its moment, becomes what is on now,
// what comes when, and what could be shorter. Nothing here knows the page; all moments are
// milliseconds since 1970, all minutes are whole.
globalThis.runningClock = (() => {
  "use strict";

  const MINUTE = 60000;
  const MOST_MINUTES = 1440;
  const NEAR = 3 * 60 * MINUTE; // so far from its time a run still follows the plan's clock
  const DAY = 24 * 60 * MINUTE;

  // When: the same as wiki/plans/clock.py

  // Each block's first and last moment. `blocks` have a key and a track and come in their order;
  // `lasts` and `wanted` say how long a block takes and when it has to begin, if it has to.
  // `begun` are the moments at which tracks are free that have done something already.
  function placed(blocks, begins, lasts, wanted = () => null, begun = new Map()) {
    let together = begins;
    const ofTrack = new Map(begun);
    const times = new Map();
    for (const block of blocks) {
      const free = block.track
        ? ofTrack.get(block.track) ?? together
        : Math.max(together, ...ofTrack.values());
      const first = Math.max(free, wanted(block) ?? free);
      const last = first + lasts(block);
      if (block.track) {
        ofTrack.set(block.track, last);
      } else {
        together = last;
        ofTrack.clear();
      }
      times.set(block.key, [first, last]);
    }
    return times;
  }

  const endOf = (times, begins) =>
    [...times.values()].reduce((latest, [, last]) => Math.max(latest, last), begins);

  // How long the blocks of all days take, days one after the other, groups side by side.
  function minutesIn(days, minutesOf) {
    return days.reduce((sum, day) => sum + endOf(placed(day.blocks, 0, minutesOf), 0), 0);
  }

  // Shorter: the same as `shortened` in wiki/recipes/computing.py

  // Cut as little as fits: halve first, then leave out, the longest first each time. What was not
  // needed in the end is taken back, the shortest first. `steps` have key, planned and cut;
  // `lasting` says how long everything takes with these minutes.
  function shortened(steps, available, lasting) {
    const minutes = new Map(steps.map((step) => [step.key, step.planned]));
    const isCut = new Set();
    const longestFirst = [...steps].sort((one, other) => other.planned - one.planned);
    for (const way of ["halve", "skip"]) {
      for (const step of longestFirst) {
        if (lasting(minutes) <= available) break;
        if (step.cut !== way || !step.planned) continue;
        minutes.set(step.key, way === "halve" ? Math.ceil(step.planned / 2) : 0);
        isCut.add(step.key);
      }
    }
    for (const step of longestFirst.reverse()) {
      if (!isCut.has(step.key)) continue;
      const cut = minutes.get(step.key);
      minutes.set(step.key, step.planned);
      if (lasting(minutes) > available) minutes.set(step.key, cut);
      else isCut.delete(step.key);
    }
    return new Map([...minutes].filter(([key]) => isCut.has(key)));
  }

  // How a plan's steps are cut so that its blocks take so many minutes.
  function cutsFor(days, available) {
    const blocks = days.flatMap((day) => day.blocks);
    const steps = blocks.map(({ key, minutes, cut }) => ({ key, planned: minutes, cut }));
    return shortened(steps, available, (minutes) =>
      minutesIn(days, (block) => minutes.get(block.key)),
    );
  }

  // The plan's clock

  // The moment at which clocks in this zone show so many minutes after midnight of this day; the
  // first if they do twice.
  function instantOf(date, minutes, zone) {
    const wall = Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE;
    const [before, after] = [wall - DAY, wall + DAY].map((moment) => wall - ahead(moment, zone));
    return wall - ahead(before, zone) === before ? before : after;
  }

  function ahead(moment, zone) {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(moment);
    const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    const shown = Date.parse(`${of.year}-${of.month}-${of.day}T${of.hour}:${of.minute}:${of.second}Z`);
    return shown - Math.floor(moment / 1000) * 1000;
  }

  const dayOf = (moment, zone) => new Date(moment + ahead(moment, zone)).toISOString().slice(0, 10);

  // When a day is planned to begin, and whether that is near enough to go by it; a plan without a
  // date means the nearest such time of day.
  function plannedBegin(day, now, zone) {
    if (day.begins !== null) return { at: day.begins, isNear: Math.abs(day.begins - now) <= NEAR };
    if (day.clock === null) return null;
    const at = [-DAY, 0, DAY]
      .map((shift) => instantOf(dayOf(now + shift, zone), day.clock, zone))
      .sort((one, other) => Math.abs(one - now) - Math.abs(other - now))[0];
    return { at, isNear: Math.abs(at - now) <= NEAR };
  }

  // What happened → how it stands

  function blankState(order) {
    return {
      order, day: null, base: null, begunAt: null, finished: null,
      started: new Map(), ended: new Map(), skipped: new Set(), begunDays: new Set(),
      minutes: new Map(), extra: new Map(), due: new Map(), measured: new Map(),
      pauses: [], notes: [],
    };
  }

  function stateOf(run) {
    const state = blankState(run.order);
    for (const event of run.events) happen[event.do]?.(state, event);
    return state;
  }

  const happen = {
    start(state, { at, day, base }) {
      const found = state.order.days.find((one) => one.number === day);
      if (!found) return;
      for (const block of running(state)) state.ended.set(block.key, state.finished ?? at);
      state.day = day;
      state.base = base;
      state.begunAt ??= at;
      state.begunDays.add(day);
      state.finished = null;
      endPause(state, at);
      setDue(state);
      settle(state, at);
    },
    next(state, { at, key }) {
      if (!running(state).some((block) => block.key === key)) return;
      endPause(state, at);
      state.ended.set(key, at);
      settle(state, at);
    },
    reopen(state, { at, key }) {
      if (![...reopenable(state).values()].includes(key)) return;
      state.ended.delete(key);
      const blocks = blocksOf(state);
      const reopened = blocks.find((block) => block.key === key);
      for (const block of blocks.slice(blocks.indexOf(reopened) + 1)) {
        const isBeside = block.track && reopened.track && block.track !== reopened.track
          && isSameSegment(state, block, reopened);
        if (isBeside) continue;
        state.started.delete(block.key);
        state.ended.delete(block.key);
        state.skipped.delete(block.key);
      }
      endPause(state, at);
    },
    more(state, { key, minutes }) {
      state.extra.set(key, (state.extra.get(key) ?? 0) + minutes);
    },
    cut(state, { at, minutes }) {
      for (const [key, cut] of Object.entries(minutes)) {
        if (!state.started.has(key)) state.minutes.set(key, cut);
      }
      // From now on this is the plan, less what it still does not make good.
      const times = projection(state, at);
      const over = Math.max(0, endOf(times, at) - targetOf(state));
      for (const [key, [, last]] of times) state.due.set(key, last - over);
    },
    pause(state, { at }) {
      if (!isPaused(state)) state.pauses.push([at, null]);
    },
    resume(state, { at }) {
      endPause(state, at);
    },
    note(state, { id, at, key, kind, text }) {
      if (!state.notes.some((note) => note.id === id)) state.notes.push({ id, at, key, kind, text });
    },
    unnote(state, { id }) {
      state.notes = state.notes.filter((note) => note.id !== id);
    },
    measure(state, { key, minutes }) {
      state.measured.set(key, minutes);
    },
    finish(state, { at }) {
      endPause(state, at);
      state.finished = at;
    },
    unfinish(state) {
      state.finished = null;
    },
    // A changed plan: what is over stays over; new blocks before what is on now are passed by.
    plan(state, { at, order }) {
      state.order = order;
      if (state.day === null) return;
      if (!order.days.some((day) => day.number === state.day)) {
        state.finished ??= at;
        return;
      }
      const blocks = blocksOf(state);
      blocks.forEach((block, place) => {
        const isPassed = blocks.slice(place + 1).some((later) =>
          state.started.has(later.key) && (!block.track || !later.track || later.track === block.track),
        );
        if (isPassed && !state.ended.has(block.key)) {
          state.ended.set(block.key, at);
          if (!state.started.has(block.key)) state.skipped.add(block.key);
        }
      });
      setDue(state);
      if (state.finished === null) settle(state, at);
    },
  };

  function setDue(state) {
    for (const block of blocksOf(state)) state.due.set(block.key, state.base + block.to * MINUTE);
  }

  function endPause(state, at) {
    const last = state.pauses.at(-1);
    if (last && last[1] === null) last[1] = at;
  }

  // Begin what can begin; what was left out is passed by.
  function settle(state, at) {
    for (;;) {
      const waiting = lanes(state).filter(({ block }) => block && !state.started.has(block.key));
      if (!waiting.length) return;
      for (const { block } of waiting) {
        state.started.set(block.key, at);
        if (minutesOf(state, block) > 0) continue;
        state.ended.set(block.key, at);
        state.skipped.add(block.key);
      }
    }
  }

  // How it stands → what one wants to know

  const dayIn = (state) => state.order.days.find((day) => day.number === state.day) ?? null;
  const blocksOf = (state) => dayIn(state)?.blocks ?? [];
  const minutesOf = (state, block) => state.minutes.get(block.key) ?? block.minutes;
  const isPaused = (state) => state.pauses.at(-1)?.[1] === null;

  // Stretches of the day: a block for all, or the lanes of groups between two of those.
  function segments(state) {
    const found = [];
    for (const block of blocksOf(state)) {
      const last = found.at(-1);
      if (!block.track) found.push(new Map([["", [block]]]));
      else if (last && !last.has("")) last.set(block.track, [...(last.get(block.track) ?? []), block]);
      else found.push(new Map([[block.track, [block]]]));
    }
    return found;
  }

  const isSameSegment = (state, one, other) =>
    segments(state).some((segment) =>
      [one, other].every((block) => segment.get(block.track)?.includes(block)),
    );

  // The lanes that are on, each with its block; none where a group waits for the others.
  function lanes(state) {
    const isOver = (block) => state.ended.has(block.key);
    const segment = segments(state).find((lanesOf) => ![...lanesOf.values()].flat().every(isOver));
    if (!segment) return [];
    return [...segment].map(([track, blocks]) => ({
      track, blocks, block: blocks.find((block) => !isOver(block)) ?? null,
    }));
  }

  const running = (state) =>
    lanes(state).map(({ block }) => block).filter((block) => block && state.started.has(block.key));

  const isOver = (state) => state.day !== null && (state.finished !== null || !lanes(state).length);

  // What „back" brings back: each lane's last block; at the beginning of all lanes the one whose
  // end led here.
  function reopenable(state) {
    if (state.day === null) return new Map();
    const done = (blocks) =>
      blocks.filter(({ key }) => state.ended.has(key) && !state.skipped.has(key));
    const now = lanes(state);
    const found = new Map();
    for (const { track, blocks } of now) {
      const before = done(blocks).at(-1);
      if (before) found.set(track, before.key);
    }
    if (found.size) return found;
    const earlier = segments(state)
      .map((segment) => done([...segment.values()].flat()))
      .filter((blocks) => blocks.length)
      .at(-1);
    const last = earlier && lastEnded(state, earlier);
    if (last) for (const { track } of now.length ? now : [{ track: "" }]) found.set(track, last.key);
    return found;
  }

  function lastEnded(state, blocks) {
    const endOfBlock = (block) => state.ended.get(block.key);
    return blocks.reduce((last, block) =>
      (last && endOfBlock(last) > endOfBlock(block) ? last : block), null);
  }

  // Time that a block took so far; what was held up does not count.
  function elapsed(state, key, now) {
    const begin = state.started.get(key);
    if (begin === undefined) return 0;
    const end = state.ended.get(key) ?? state.finished ?? now;
    const held = state.pauses.reduce((sum, [from, to]) =>
      sum + Math.max(0, Math.min(to ?? now, end) - Math.max(from, begin)), 0);
    return Math.max(0, end - begin - held);
  }

  const allotted = (state, block) =>
    (minutesOf(state, block) + (state.extra.get(block.key) ?? 0)) * MINUTE;
  const remaining = (state, block, now) => allotted(state, block) - elapsed(state, block.key, now);

  // calm, tight (the last fifth, between one and five minutes) or over
  function moodOf(state, block, now) {
    const left = remaining(state, block, now);
    if (left < 0) return "over";
    const last = Math.min(5 * MINUTE, Math.max(MINUTE, allotted(state, block) / 5));
    return left <= last ? "tight" : "calm";
  }

  // When what is on ends and the rest comes, if all goes on as planned from here.
  function projection(state, now, minutes = (block) => minutesOf(state, block)) {
    const begun = new Map();
    let together = now;
    const onNow = new Map();
    for (const { track, blocks, block } of lanes(state)) {
      const lastEnd = Math.max(now, ...blocks.map(({ key }) => state.ended.get(key) ?? now));
      const isOn = block && state.started.has(block.key);
      const free = isOn ? now + Math.max(0, remaining(state, block, now)) : lastEnd;
      if (isOn) onNow.set(block.key, [now, free]);
      if (track) begun.set(track, free);
      else together = free;
    }
    const later = blocksOf(state).filter(({ key }) => !state.ended.has(key) && !onNow.has(key));
    const wanted = ({ fixed }) => (fixed === null ? null : state.base + fixed * MINUTE);
    const times = placed(later, together, (block) => minutes(block) * MINUTE, wanted, begun);
    return new Map([...onNow, ...times]);
  }

  // When the day should be over: its fixed end, else that of the plan.
  const targetOf = (state) =>
    state.base + (dayIn(state).end ?? Math.max(0, ...blocksOf(state).map(({ to }) => to))) * MINUTE;

  const endsAt = (state, now) => endOf(projection(state, now), now);

  // So much later than planned what is on will end; negative when earlier.
  function delay(state, now) {
    const times = projection(state, now);
    return running(state).reduce((most, { key }) => {
      const late = times.get(key)[1] - state.due.get(key);
      return most === null ? late : Math.max(most, late);
    }, null) ?? 0;
  }

  const upcoming = (state) =>
    blocksOf(state).filter((block) =>
      !state.started.has(block.key) && !state.ended.has(block.key) && minutesOf(state, block) > 0);

  // Minutes for what is still to come, by key, so that the end stays.
  function proposal(state, now) {
    const steps = upcoming(state).map((block) => (
      { key: block.key, planned: minutesOf(state, block), cut: block.cut }));
    return shortened(steps, targetOf(state) - now, (minutes) =>
      endWith(state, now, minutes) - now);
  }

  const endWith = (state, now, minutes) =>
    endOf(projection(state, now, (block) => minutes.get(block.key) ?? minutesOf(state, block)), now);

  // Afterwards

  // Whole minutes of each block that was on, as measured or as somebody put it right.
  function measured(state) {
    const found = new Map();
    for (const block of state.order.days.flatMap((day) => day.blocks)) {
      const { key } = block;
      if (state.measured.has(key)) {
        if (state.measured.get(key) !== null) found.set(key, state.measured.get(key));
      } else if (state.started.has(key) && !state.skipped.has(key)) {
        const end = state.ended.get(key) ?? state.finished;
        const minutes = end === null ? null : Math.round(elapsed(state, key, end) / MINUTE);
        // What went on into another day was not ended by anybody: that is not how long it took.
        if (minutes !== null && minutes <= MOST_MINUTES) found.set(key, minutes);
      }
    }
    return found;
  }

  // What is sent for the report, as wiki/running/reporting.py reads it.
  function recordOf(run) {
    const state = stateOf(run);
    return {
      held_on: state.begunAt === null ? null : dayOf(state.begunAt, state.order.zone),
      minutes: Object.fromEntries(measured(state)),
      notes: state.notes.map(({ text, kind, key }) => ({ text, kind, block: key })),
    };
  }

  return {
    MINUTE, allotted, blocksOf, cutsFor, dayOf, delay, elapsed, endWith, endsAt, instantOf, isOver,
    isPaused, lanes, measured, minutesIn, minutesOf, moodOf, plannedBegin, projection, proposal,
    recordOf, remaining, reopenable, running, stateOf, targetOf, upcoming,
  };
})();
