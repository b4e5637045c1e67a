"""Announcing in a lab's name, changing it, calling it off: who may, and what stays."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from wiki import markup
from wiki.accounts.models import User
from wiki.announcing.content import AnnouncementContent
from wiki.announcing.from_plan import announced, changed_in_plan, fingerprint, said_by
from wiki.announcing.models import Announcement, State
from wiki.announcing.times import lasts_well, over_at
from wiki.db import db, now, writing
from wiki.errors import Gone, LaborwikiError, NotAllowed, NotFound
from wiki.labs.membership import belongs_to
from wiki.labs.models import Lab
from wiki.pages.links import published_pages
from wiki.pages.rendering import top_heading
from wiki.plans.agenda import agenda_of
from wiki.plans.models import Plan
from wiki.plans.planning import content_in, find_plan

#: Headings in „So geht Mitmachen“ stand below its own.
HEADING_LEVEL = 3
#: Of one lab, still to come.
MOST_AHEAD = 100


class AlreadyAnnounced(LaborwikiError):
    """Somebody announced the plan before; `number` is where."""

    status = HTTPStatus.CONFLICT

    def __init__(self, number: int) -> None:
        super().__init__("already announced")
        self.number = number


class AnnouncementChanged(LaborwikiError):
    """Somebody changed the announcement, or the plan behind it, meanwhile."""

    status = HTTPStatus.CONFLICT


class DayIsOver(LaborwikiError):
    """Nobody can come any more."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooManyAhead(LaborwikiError):
    """The lab announces more than anybody would read."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def may_change(user: User | None, announcement: Announcement) -> bool:
    """Whoever speaks for the lab: its members and admins.

    Who announced it and left the lab since speaks for it no more.
    """
    return user is not None and (user.is_admin or belongs_to(user, announcement.lab_id))


def announce(secret: str, content: AnnouncementContent, lab_id: int, by: User) -> Announcement:
    """Tell everybody of a plan that this secret lets one change, in the name of a lab.

    Raises:
        NotFound: the secret does not open the plan for changes.
        NotAllowed: they do not belong to the lab.
        AlreadyAnnounced, DayIsOver, TooManyAhead: then nothing is announced.
        TooComplex: the text cannot be rendered in time.
    """
    words = _words_of(content)
    with writing() as session:
        plan = plan_to_change(secret)
        if not belongs_to(by, lab_id):
            raise NotAllowed
        _make_room(session, plan, lab_id)
        announcement = Announcement(
            **words,
            lab_id=lab_id,
            plan_id=plan.id,
            by_id=by.id,
            plan_said=said_by(agenda_of(content_in(plan))),
        )
        session.add(announcement)
    return announcement


def change_announcement(
    number: int, content: AnnouncementContent, by: User, *, seen: int
) -> Announcement:
    """Say it differently; `seen` is the version that somebody looked at.

    Raises:
        AnnouncementChanged: somebody said something else meanwhile.
        DayIsOver, TooComplex, NotAllowed, NotFound, Gone: then nothing is changed.
    """
    words = _words_of(content)
    with writing():
        announcement = _to_change(number, by)
        if all(getattr(announcement, name) == value for name, value in words.items()):
            return announcement
        if announcement.version != seen:
            raise AnnouncementChanged
        _set(announcement, words)
    return announcement


def cancel(number: int, by: User, *, is_off: bool = True) -> Announcement:
    """Say that it falls through, or that it takes place after all; both stay to be read.

    Raises:
        NotAllowed, NotFound, Gone.
    """
    state = State.CANCELLED if is_off else State.PLANNED
    with writing():
        announcement = _to_change(number, by)
        if announcement.state != state.value:
            _set(announcement, {"state": state.value})
    return announcement


def withdraw(number: int, by: User) -> None:
    """Take it back with every word; its address says that it is gone.

    Raises:
        NotAllowed, NotFound, Gone.
    """
    words = ("title", "place", "how_to", "how_to_html", "audience", "places")
    gone: dict[str, Any] = {"plan_id": None, "by_id": None, "plan_said": {}}
    with writing():
        announcement = _to_change(number, by)
        _set(announcement, {**dict.fromkeys(words, ""), **gone, "state": State.WITHDRAWN.value})


def take_over(secret: str, by: User, *, seen: str) -> Announcement:
    """Let the announcement say what changed in its plan; `seen` is the fingerprint of that.

    Raises:
        AnnouncementChanged: something else changed since.
        DayIsOver, NotAllowed, NotFound: then nothing is changed.
    """
    with writing():
        announcement, said, changed = _compared(secret, by, seen)
        if changed:
            _set(announcement, _times_of({**announced(announcement), **changed}))
            announcement.plan_said = said
    return announcement


def keep_words(secret: str, by: User, *, seen: str) -> Announcement:
    """Leave the announcement as it is: what changed in its plan until now is settled.

    Raises: as `take_over`.
    """
    with writing():
        announcement, said, changed = _compared(secret, by, seen)
        if changed:
            announcement.plan_said = said
    return announcement


def find_announcement(number: int) -> Announcement:
    """The announcement with this number, as everybody may read it.

    Raises:
        NotFound: there never was one.
        Gone: it was withdrawn.
    """
    announcement = db.session.get(Announcement, number)
    if announcement is None:
        raise NotFound
    if announcement.is_withdrawn:
        raise Gone
    return announcement


def announcement_of(plan: Plan) -> Announcement | None:
    """What this plan is announced as, as long as it is to come."""
    return db.session.scalar(
        select(Announcement).where(Announcement.plan_id == plan.id, Announcement.over_at > now())
    )


def upcoming(
    lab: Lab | None = None, *, limit: int, examples: bool = True
) -> Sequence[Announcement]:
    """What is to come, or going on, the nearest first; examples behind everything real."""
    query = (
        select(Announcement)
        .join(Announcement.lab)
        .options(contains_eager(Announcement.lab))
        .where(Announcement.over_at > now(), Announcement.state != State.WITHDRAWN.value)
        .order_by(Lab.is_example, Announcement.held_on, Announcement.begins, Announcement.id)
        .limit(limit)
    )
    if lab is not None:
        query = query.where(Announcement.lab_id == lab.id)
    if not examples:
        query = query.where(Lab.is_example.is_(False))
    return db.session.scalars(query).all()


def stamp() -> str:
    """Another text whenever anything changed that lists of announcements show, or a date is over.

    One small query.
    """
    changes = (func.count(), func.coalesce(func.sum(Announcement.version), 0))
    labs = select(func.coalesce(func.sum(Lab.version), 0) * 1000 + func.count(Lab.id))
    ahead = select(func.count(Announcement.id)).where(Announcement.over_at > now())
    asked = select(
        *changes,
        func.max(Announcement.changed_at),
        labs.scalar_subquery(),
        ahead.scalar_subquery(),
    )
    return str(tuple(db.session.execute(asked).one()))


def plan_to_change(secret: str) -> Plan:
    """The plan that may be changed with this secret.

    Raises:
        NotFound: there is none, or it is for reading alone.
    """
    door = find_plan(secret)
    if not door.opens:
        raise NotFound
    return door.plan


def _words_of(content: AnnouncementContent) -> dict[str, Any]:
    """What is stored of the form, with its text as safe HTML.

    Raises:
        DayIsOver, TooComplex.
    """
    assert content.held_on is not None
    over = over_at(content.held_on, content.days, content.begins, content.ends)
    if over <= now():
        raise DayIsOver
    pages = published_pages(markup.wiki_titles(content.how_to))
    links = {title: markup.Link(f"/wiki/{slug}") for title, (_number, slug) in pages.items()}
    level = HEADING_LEVEL - top_heading(content.how_to) + 1
    rendered = markup.render_within(content.how_to, heading_level=level, links=links)
    return {**dict(content), "how_to_html": rendered.html, "over_at": over}


def _times_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """When and where, as it is stored; an end that no longer fits the beginning stays open.

    Raises:
        DayIsOver.
    """
    ends = said["ends"] if lasts_well(said["begins"], said["ends"]) else ""
    day = date.fromisoformat(said["held_on"])
    over = over_at(day, said["days"], said["begins"], ends)
    if over <= now():
        raise DayIsOver
    return {**said, "held_on": day, "ends": ends, "over_at": over}


def _make_room(session: Session, plan: Plan, lab_id: int) -> None:
    """A plan is announced once; one whose date is over may be announced for another."""
    before = session.scalar(select(Announcement).where(Announcement.plan_id == plan.id))
    if before is not None and not before.is_over:
        raise AlreadyAnnounced(before.id)
    ahead = select(func.count(Announcement.id)).where(
        Announcement.lab_id == lab_id,
        Announcement.over_at > now(),
        Announcement.state != State.WITHDRAWN.value,
    )
    if session.scalars(ahead).one() >= MOST_AHEAD:
        raise TooManyAhead
    if before is not None:
        before.plan_id = None
        session.flush()


def _to_change(number: int, by: User) -> Announcement:
    announcement = find_announcement(number)
    if not may_change(by, announcement):
        raise NotAllowed
    return announcement


def _compared(
    secret: str, by: User, seen: str
) -> tuple[Announcement, dict[str, Any], dict[str, Any]]:
    """The announcement of a plan, what the plan says, and what of that is as somebody saw it."""
    plan = plan_to_change(secret)
    announcement = announcement_of(plan)
    if announcement is None:
        raise NotFound
    if not may_change(by, announcement):
        raise NotAllowed
    agenda = agenda_of(content_in(plan))
    changed = changed_in_plan(announcement, agenda)
    if changed and fingerprint(changed) != seen:
        raise AnnouncementChanged
    return announcement, said_by(agenda), changed


def _set(announcement: Announcement, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(announcement, name, value)
    announcement.version += 1
    announcement.changed_at = now()
