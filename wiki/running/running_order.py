"""What a browser must know of an agenda to run it by itself: blocks, minutes, and the clock."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from wiki.db import now
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.additions import page_plan
from wiki.plans.agenda import Agenda, AgendaDay, Line, agenda_of, recipes_of
from wiki.plans.changing import cut_to
from wiki.plans.clock import BERLIN, SOME_DAY, Timed, TimedDay, minutes_between
from wiki.plans.content import Beginnings, PlanContent
from wiki.plans.models import Plan
from wiki.plans.planning import first_content
from wiki.plans.recipes import newest
from wiki.recipes.computing import Wishes
from wiki.recipes.content import IfShort


@dataclass(frozen=True)
class Runnable:
    """An agenda that can be run, whatever it came from.

    `name` is what a browser keeps the run under. `address` is that of its page, without a query;
    `again` leads there with all that was asked. From `back` people came, at `report` they tell how
    it was. It has the colour of `lab`.
    """

    name: str
    agenda: Agenda
    address: str
    again: str
    back: str
    report: str
    lab: Lab | None = None


def name_of(plan: Plan) -> str:
    """What its runs are kept under: it stays when links are renewed, and is never another plan's.

    Numbers are: the next plan after a deleted one gets that one's.
    """
    made = f"{plan.id}|{plan.created_at.isoformat()}"
    return f"plan-{blake2b(made.encode(), digest_size=10).hexdigest()}"


def order_of(runnable: Runnable) -> dict[str, Any]:
    """The blocks in minutes since their day began; `version` changes with anything in it.

    A day that has a date begins at a moment (milliseconds since 1970), one without at a time of
    day (minutes since midnight), or whenever it is started where nobody said one.
    """
    agenda = runnable.agenda
    days = [_day(day, day.timed, agenda) for day in agenda.days if day.timed]
    said = {"title": agenda.title, "days": days, "tracks": list(agenda.content.tracks)}
    version = blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()
    return {"name": runnable.name, "version": version, "zone": str(BERLIN), **said}


def recipe_plan(page: Page, said: Beginnings) -> PlanContent:
    """A recipe as a plan for the moment: its blocks have the keys of its steps."""
    content = first_content(newest(page), said)
    blocks = [block.model_copy(update={"key": block.step}) for block in content.blocks]
    return content.model_copy(update={"blocks": blocks})


def agenda_for(page: Page, wishes: Wishes) -> Agenda:
    """What is on the page, as it runs for these people, from then, in so many minutes.

    Raises:
        NotFound: nothing on it can be run.
    """
    start = "" if wishes.start is None else f"{wishes.start // 60:02d}:{wishes.start % 60:02d}"
    content = page_plan(page, Beginnings(start=start, people=wishes.people))
    if wishes.minutes is not None:
        content = cut_to(content, wishes.minutes, recipes_of(agenda_of(content).pinned))
    return agenda_of(content)


def lines_on(agenda: Agenda, at: datetime | None = None) -> set[str]:
    """The keys of the blocks that are planned for this moment; without a date, of any day.

    Of a plan that does not say when it begins, none are.
    """
    at = at or now()
    if agenda.content.date is None and not agenda.content.start:
        return set()
    if agenda.content.date is None:
        here = at.astimezone(BERLIN).replace(tzinfo=None)
        begins = datetime.combine(SOME_DAY, here.time())
        moments = [begins, begins + timedelta(days=1)]
        return {
            line.key
            for line in agenda.lines
            if line.timed.slot.day == 1
            for moment in moments
            if _is_on(line.timed, moment)
        }
    return {line.key for line in agenda.lines if line.timed.begins <= at < line.timed.ends}


def _is_on(timed: Timed, moment: datetime) -> bool:
    return timed.begins.replace(tzinfo=None) <= moment < timed.ends.replace(tzinfo=None)


def _day(day: AgendaDay, timed: TimedDay, agenda: Agenda) -> dict[str, Any]:
    begins = timed.begins
    length = minutes_between(begins, timed.ends)
    has_date, has_clock = agenda.content.date is not None, bool(agenda.content.start)
    return {
        "number": day.number,
        "date": day.date.isoformat() if day.date else None,
        "begins": int(begins.timestamp() * 1000) if has_date else None,
        "clock": begins.hour * 60 + begins.minute if has_date or has_clock else None,
        "end": length if timed.over is None else length - timed.over,
        "blocks": [_block(line, begins) for line in day.lines],
    }


def _block(line: Line, begins: datetime) -> dict[str, Any]:
    timed = line.timed
    at = minutes_between(begins, timed.begins)
    return {
        "key": line.key,
        "title": line.title,
        "minutes": line.block.lasts,
        "track": line.block.track,
        "from": at,
        "to": minutes_between(begins, timed.ends),
        # When it has to begin, also if what comes before is too long for that.
        "fixed": None if timed.slot.fixed is None else at - timed.late,
        "cut": line.step.if_short.value if line.step else IfShort.KEEP.value,
    }
