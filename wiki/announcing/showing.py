"""Where announcements are shown beside their own pages: labs' homes, the start, their plans."""

from typing import Any

from wiki.accounts.models import User
from wiki.announcing.announcing import announcement_of, may_change, upcoming
from wiki.announcing.from_plan import changed_in_plan, fingerprint, said_by
from wiki.announcing.times import over_at
from wiki.db import now
from wiki.labs.membership import labs_of
from wiki.labs.models import Lab
from wiki.plans.additions import PlanView

#: On a lab's home and on the start page.
NEXT = 3


def of_lab(lab: Lab, _person: User | None) -> dict[str, Any]:
    """The next dates of a lab."""
    return {"announcements": upcoming(lab, limit=NEXT)}


def of_all(_person: User | None) -> dict[str, Any] | None:
    """The next dates of all labs; nothing where there is none."""
    found = upcoming(limit=NEXT)
    return {"announcements": found} if found else None


def of_plan(view: PlanView) -> dict[str, Any] | None:
    """What whoever may change a plan can tell everybody of it, or how that differs by now."""
    if not view.door.opens:
        return None
    announcement = announcement_of(view.door.plan)
    if announcement is None:
        may_announce = bool(labs_of(view.person)) and not _is_over(view)
        return {"announcement": None} if may_announce else None
    changed = changed_in_plan(announcement, view.agenda)
    return {
        "announcement": announcement,
        "changed": changed,
        "seen": fingerprint(changed),
        "may_change": may_change(view.person, announcement),
    }


def _is_over(view: PlanView) -> bool:
    """Whether nobody can come any more."""
    day, said = view.agenda.content.date, said_by(view.agenda)
    return day is not None and over_at(day, said["days"], said["begins"], said["ends"]) <= now()
