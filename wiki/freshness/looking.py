"""Looking at pages again: a year after the last version, or on the day their lab has set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, false, not_, or_, select

from wiki.accounts.models import User
from wiki.accounts.waiting import Tap, Waiting
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed
from wiki.freshness.models import Confirmation
from wiki.labs.examples import of_example
from wiki.labs.membership import memberships_of
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, PageState, Revision
from wiki.pages.touching import touch
from wiki.pages.visibility import may_edit

LOOKED_AT_AGAIN = timedelta(days=365)
LATEST = timedelta(days=5 * 365)
#: In one list.
MOST = 100


class DayOutOfRange(LaborwikiError):
    """A page is looked at again on a day to come, within five years."""


@dataclass(frozen=True)
class Freshness:
    """When a page was last looked at, whether by saying so alone, and when it is next."""

    page: Page
    looked_at: datetime
    is_confirmed: bool
    due_on: date

    @property
    def is_due(self) -> bool:
        return self.due_on <= now().date()


def was_confirmed() -> ColumnElement[bool]:
    """In SQL: whether anybody ever said that a page is still right."""
    return select(Confirmation.page_id).where(Confirmation.page_id == Page.id).exists()


def freshness_of(page: Page, revision: Revision) -> Freshness:
    """Of a page in its current version."""
    return _freshness(page, revision.created_at, db.session.get(Confirmation, page.id))


def confirm(page: Page, by: User, due_on: date | None = None) -> None:
    """Say that the page is still right; without a day it is looked at again in a year.

    Raises:
        NotAllowed: the person may not edit the page, or it is not published.
        DayOutOfRange: the day is past, or too far away.
    """
    today = now().date()
    due_on = due_on or today + LOOKED_AT_AGAIN
    if not today < due_on <= today + LATEST:
        raise DayOutOfRange
    page_id = page.id
    with writing() as session:
        current = session.get_one(Page, page_id)
        if not current.is_published or not may_edit(by, current):
            raise NotAllowed
        session.merge(Confirmation(page_id=page_id, at=now(), by_id=by.id, due_on=due_on))
        touch(current, "confirmed", by, is_bulk=True)


def due_pages(of: ColumnElement[bool], most: int = MOST) -> Sequence[Freshness]:
    """The published pages of those that are to be looked at now, the longest overdue first.

    Examples do not age.
    """
    today = now()
    is_newer = and_(Confirmation.page_id.is_not(None), Confirmation.at >= Revision.created_at)
    query = (
        select(Page, Revision.created_at, Confirmation)
        .join(Revision, and_(Revision.page_id == Page.id, Revision.number == Page.current_number))
        .outerjoin(Confirmation, Confirmation.page_id == Page.id)
        .where(
            of,
            not_(of_example(Page.lab_id)),
            Page.state == PageState.PUBLISHED.value,
            Page.kind.in_([kind.name for kind in kinds() if kind.ages]),
            or_(
                and_(is_newer, Confirmation.due_on <= today.date()),
                and_(~is_newer, Revision.created_at <= today - LOOKED_AT_AGAIN),
            ),
        )
        .limit(most)
    )
    found = [_freshness(*row) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: one.due_on)


def due_of_lab(lab: Lab, reader: User | None) -> dict[str, Any]:
    """For a lab's home: what is due there, for those who may edit it."""
    due = due_pages(Page.lab_id == lab.id) if reader is not None else []
    return {"due": [one for one in due if may_edit(reader, one.page)]}


def waiting_to_be_looked_at(user: User) -> Iterator[Waiting]:
    """For „Zu tun“: what is due in the labs this person edits; of the network's, admins see to."""
    edited = [membership.lab_id for membership in memberships_of(user) if membership.is_editor]
    mine = or_(Page.lab_id.in_(edited), Page.lab_id.is_(None) if user.is_admin else false())
    for one in due_pages(mine):
        slug = one.page.slug
        yield Waiting(
            title=one.page.title,
            reason=_("Stimmt das noch?"),
            address=url_for("pages.show", slug=slug),
            since=one.looked_at,
            taps=(Tap(_("Noch richtig"), url_for("freshness.say_it_is_right", slug=slug)),),
        )


def forget(page: Page) -> None:
    """Inside the transaction that purges the page."""
    db.session.execute(delete(Confirmation).where(Confirmation.page_id == page.id))


def _freshness(page: Page, saved_at: datetime, confirmation: Confirmation | None) -> Freshness:
    if confirmation is None or confirmation.at < saved_at:
        return Freshness(page, saved_at, False, (saved_at + LOOKED_AT_AGAIN).date())
    return Freshness(page, confirmation.at, True, confirmation.due_on)
