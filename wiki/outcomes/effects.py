"""„Was wurde daraus?“: asked of who wrote a report, six weeks after the run."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db, now
from wiki.outcomes.models import ReportFacts
from wiki.pages.models import Page, PageState
from wiki.pages.visibility import may_edit

ASKED_AFTER = timedelta(weeks=6)
#: Whoever has not answered by then will not.
ASKED_UNTIL = timedelta(weeks=26)


def waiting_for_effect(user: User) -> Iterator[Waiting]:
    """The reports of this person on runs so long ago that do not say what became of them."""
    today = now().date()
    query = (
        select(Page, ReportFacts.held_on)
        .join(ReportFacts, ReportFacts.page_id == Page.id)
        .where(
            Page.created_by_id == user.id,
            Page.state == PageState.PUBLISHED.value,
            ReportFacts.held_on.between(today - ASKED_UNTIL, today - ASKED_AFTER),
            ~ReportFacts.has_effect,
        )
        .order_by(ReportFacts.held_on)
    )
    for page, _held_on in db.session.execute(query):
        if not may_edit(user, page):
            continue
        yield Waiting(
            title=page.title,
            reason=_("Was wurde daraus? Sechs Wochen sind um"),
            address=url_for("editing.edit", slug=page.slug, _anchor="f-effect"),
            since=page.created_at,
        )
