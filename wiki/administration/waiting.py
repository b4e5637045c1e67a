"""What waits for those who run the site: required pages nobody filled in yet."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db
from wiki.pages.models import REQUIRED, Page


def unfilled_pages(user: User) -> Iterator[Waiting]:
    """Required pages that still say what the starter content put there."""
    if not user.is_admin:
        return
    untouched = select(Page).where(Page.slug.in_(REQUIRED), Page.current_number == 1)
    for page in db.session.scalars(untouched):
        yield Waiting(
            title=page.title,
            reason=_("Vor dem ersten Besuch von außen ausfüllen"),
            address=url_for("editing.edit", slug=page.slug),
            since=page.created_at,
        )
