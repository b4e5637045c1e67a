"""What people who plan workshops watch for, said by rules: breaks, an ending, the right number."""

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _

from wiki.outcomes.evidence import evidence_on
from wiki.outcomes.facts import people_of
from wiki.plans.agenda import Agenda, AgendaDay
from wiki.plans.clock import clock_of, minutes_between
from wiki.recipes.content import Phase

#: So long people sit without a break; a gap this long is one.
LONGEST_WITHOUT_BREAK = 90
REST = 10
_CLOSINGS = (
    "abschluss",
    "abschied",
    "ausblick",
    "auswertung",
    "blitzlicht",
    "ende",
    "fazit",
    "feedback",
    "nehmen wir mit",
    "reflexion",
    "rückblick",
)


def hints_for(agenda: Agenda) -> list[str]:
    """Each in a sentence, in the reader's language."""
    hints = [hint for day in agenda.days for hint in _breaks(day, len(agenda.days) > 1)]
    hints += _ending(agenda)
    hints += _people(agenda)
    hints += _groups(agenda)
    return hints


def _breaks(day: AgendaDay, names_day: bool) -> Iterator[str]:
    """Every stretch without a break that is too long, and which groups have it, if not all."""
    found: dict[tuple[datetime, int], list[str]] = {}
    tracks = sorted({line.block.track for line in day.lines} - {""}) or [""]
    for track in tracks:
        for stretch in _too_long(day, track):
            found.setdefault(stretch, []).append(track)
    for (since, minutes), groups in found.items():
        when = clock_of(since)
        hint = _("Ab %(clock)s: %(minutes)s Minuten ohne Pause.", clock=when, minutes=minutes)
        if names_day:
            hint = _(
                "Tag %(day)s ab %(clock)s: %(minutes)s Minuten ohne Pause.",
                day=day.number,
                clock=when,
                minutes=minutes,
            )
        if groups != tracks:
            hint = _("%(hint)s Das betrifft: %(groups)s.", hint=hint, groups=", ".join(groups))
        yield hint


def _too_long(day: AgendaDay, track: str) -> Iterator[tuple[datetime, int]]:
    """When a group's stretches without a break begin that are too long, and their minutes."""
    since: datetime | None = None
    until: datetime | None = None
    for line in [line for line in day.lines if line.block.track in ("", track)]:
        rests = until is not None and minutes_between(until, line.timed.begins) >= REST
        if line.is_break or rests or since is None:
            yield from _if_too_long(since, until)
            since = None if line.is_break else line.timed.begins
        until = None if line.is_break else line.timed.ends
    yield from _if_too_long(since, until)


def _if_too_long(since: datetime | None, until: datetime | None) -> Iterator[tuple[datetime, int]]:
    if since is not None and until is not None:
        minutes = minutes_between(since, until)
        if minutes > LONGEST_WITHOUT_BREAK:
            yield since, minutes


def _ending(agenda: Agenda) -> Iterator[str]:
    done = [line for line in agenda.lines if not line.is_break and not line.is_left_out]
    if len(done) < 2:
        return
    last = done[-1]
    if last.phase is Phase.CLOSE or any(word in last.title.casefold() for word in _CLOSINGS):
        return
    yield _("Am Ende steht noch kein Abschluss: eine Runde, ein Dank, wie es weitergeht.")


def _people(agenda: Agenda) -> Iterator[str]:
    """Recipes that nobody ran, or that are not meant, for so many."""
    seen = set()
    for line in agenda.lines:
        people = agenda.content.people_in(line.block.track)
        if line.pinned is None or people is None or (line.pinned.pin, people) in seen:
            continue
        seen.add((line.pinned.pin, people))
        page, recipe = line.pinned.page, line.pinned.recipe
        evidence = evidence_on(page)
        if recipe.group_max is not None and people > recipe.group_max:
            yield _(
                "„%(title)s“ ist für höchstens %(number)s Personen gedacht.",
                title=recipe.title,
                number=recipe.group_max,
            )
        elif recipe.group_min is not None and people < recipe.group_min:
            yield _(
                "„%(title)s“ ist für mindestens %(number)s Personen gedacht.",
                title=recipe.title,
                number=recipe.group_min,
            )
        elif evidence.is_untried_with(people):
            yield _(
                "„%(title)s“ ist mit %(tried)s Personen erprobt, nicht mit %(people)s.",
                title=recipe.title,
                tried=people_of(evidence),
                people=people,
            )


def _groups(agenda: Agenda) -> Iterator[str]:
    """Groups that together are more than all."""
    numbers, people = agenda.content.tracks.values(), agenda.content.people
    together = sum(number or 0 for number in numbers)
    if people and together > people:
        yield _(
            "Die Gruppen sind zusammen %(together)s Personen, geplant sind %(people)s.",
            together=together,
            people=people,
        )
