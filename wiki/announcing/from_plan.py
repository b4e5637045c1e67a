"""What of a plan an announcement starts with, and how the plan differs from it later."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.announcing.models import Announcement
from wiki.announcing.times import lasts_well
from wiki.plans.agenda import Agenda, AgendaDay

#: What changes in a plan concerns those who read the announcement.
COMPARED = ("held_on", "days", "begins", "ends", "place")


def said_by(agenda: Agenda) -> dict[str, Any]:
    """When and where, as the plan says it: as its page shows, days from begin to end."""
    content = agenda.content
    timed = [day for day in agenda.days if day.timed is not None]
    if content.apart > 1:
        # Days that are weeks apart are dates of their own: the first one is announced.
        timed = timed[:1]
    begins = _clock(timed[0].timed.begins) if timed and timed[0].timed else content.start
    ends = content.end or (max(map(_end_of, timed))[1] if timed else "")
    return {
        "held_on": content.date.isoformat() if content.date else "",
        "days": content.days if content.apart == 1 else 1,
        "begins": begins,
        "ends": ends if lasts_well(begins, ends) else "",
        "place": content.place,
    }


def beginnings(agenda: Agenda) -> dict[str, Any]:
    """What the form of a new announcement is filled with."""
    return said_by(agenda) | {"title": agenda.title[:120], "how_to": _further_dates(agenda)}


def _further_dates(agenda: Agenda) -> str:
    """The dates weeks later, in words: all of them stand in the announcement of the first."""
    later = [day for day in agenda.days[1:] if day.date and day.timed]
    if agenda.content.apart == 1 or not later:
        return ""
    dates = (
        f"{format_date(day.date, 'long')}, {_clock(day.timed.begins)}" for day in later if day.timed
    )
    return str(_("Weitere Termine: %(dates)s Uhr.", dates="; ".join(dates)))


def changed_in_plan(announcement: Announcement, agenda: Agenda) -> dict[str, Any]:
    """What the plan says by now, and neither said before nor stands in the announcement."""
    return {
        name: said
        for name, said in said_by(agenda).items()
        if (said or (name == "place" and announcement.plan_said.get(name)))
        and said not in (announcement.plan_said.get(name), announced(announcement)[name])
    }


def fingerprint(changed: Mapping[str, Any]) -> str:
    """What a page carries along of the differences it shows, to be told from others later."""
    return hashlib.blake2b(repr(sorted(changed.items())).encode(), digest_size=8).hexdigest()


def announced(announcement: Announcement) -> Mapping[str, Any]:
    """The same of the announcement, as it is compared."""
    said = {name: getattr(announcement, name) for name in COMPARED}
    return said | {"held_on": announcement.held_on.isoformat()}


def _end_of(day: AgendaDay) -> tuple[int, str]:
    """How late a day goes on: after midnight is later than before."""
    assert day.timed is not None
    ends, begins = day.timed.ends, day.timed.begins
    late = (ends.date() - begins.date()).days
    return late * 1_440 + ends.hour * 60 + ends.minute, _clock(ends)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"
