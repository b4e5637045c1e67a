"""What a person wrote and put aside: in their to-do list, their data, and when they leave."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db
from wiki.pages.listing import drafts_of
from wiki.pages.models import Bookmark, Page, Revision


def waiting_drafts(user: User) -> Iterator[Waiting]:
    """Drafts somebody began and has not published."""
    for page in drafts_of(user):
        yield Waiting(
            title=page.title,
            reason=_("Entwurf: weiterschreiben oder veröffentlichen"),
            address=url_for("editing.edit", slug=page.slug),
            since=page.created_at,
        )


def contributions_of(user: User) -> list[dict[str, Any]]:
    """Every version this person saved, for the export of their data."""
    saved = select(Revision).where(Revision.author_id == user.id).order_by(Revision.id)
    return [
        {
            "titel": revision.title,
            "version": revision.number,
            "anmerkung": revision.note,
            "lizenz": revision.agreed_licence,
            "am": revision.created_at.isoformat(),
            "inhalt": revision.content,
        }
        for revision in db.session.scalars(saved)
    ]


def bookmarks_of(user: User) -> list[str]:
    """The titles on this person's Merkliste."""
    marked = select(Page.title).join(Bookmark, Bookmark.page_id == Page.id)
    return list(db.session.scalars(marked.where(Bookmark.user_id == user.id)))


def forget_bookmarks(user: User) -> None:
    """Runs inside the transaction that closes the account."""
    db.session.execute(delete(Bookmark).where(Bookmark.user_id == user.id))
