"""The page an address means, if this reader may open it: asked by every view of a page."""

from typing import Any, NamedTuple

from flask import current_app, url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, lazyload, undefer

from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import Gone, NotAllowed, NotFound, OnlyToRead
from wiki.pages.addresses import find_page
from wiki.pages.models import Page, Revision
from wiki.pages.panels import hints
from wiki.pages.visibility import may_edit, may_look_after_page, may_read
from wiki.pages.writing import revision_of


class Current(NamedTuple):
    """A page as it is now, and which of the things that features show there it has not."""

    page: Page
    revision: Revision
    absent: frozenset[str] = frozenset()


def current_version(slug: str, reader: User | None) -> Current:
    """The page at this address as it is now, read at once.

    Raises:
        NotFound, Gone: as `readable_page`.
    """
    names, current, whole = _questions()
    # A reader without an account comes first, when nobody here knows the content yet.
    statement = current if reader is not None else whole
    row = db.session.execute(statement, {"slug": slug}).first()
    if row is None or not may_read(reader, row[0]):
        page = readable_page(slug, reader)
        return Current(page, revision_of(page, page.current_number))
    has = zip(names, row[2:], strict=True)
    return Current(row[0], row[1], frozenset(name for name, is_there in has if not is_there))


def _questions() -> tuple[tuple[str, ...], Select[Any], Select[Any]]:
    """What is asked of a page at once, without and with its content; put together once."""
    known: tuple[tuple[str, ...], Select[Any], Select[Any]] | None
    known = current_app.extensions.get("laborwiki-current")
    if known is None:
        asked = hints()
        statement = _CURRENT.add_columns(*(condition() for condition in asked.values()))
        known = (tuple(asked), statement, statement.options(undefer(Revision.content)))
        current_app.extensions["laborwiki-current"] = known
    return known


_CURRENT = (
    select(Page, Revision)
    .join(Revision, (Revision.page_id == Page.id) & (Revision.number == Page.current_number))
    .where(Page.slug == bindparam("slug"))
    .options(
        joinedload(Revision.rendering),
        # A page names neither: reading them would double the cost of this statement.
        lazyload(Revision.author),
        lazyload(Revision.lab),
    )
)


def readable_page(slug: str, reader: User | None) -> Page:
    """The page at this address if this reader may open it.

    Raises:
        NotFound: there is none, or they may not know of it.
        Gone: it was purged.
    """
    page = find_page(slug)
    if not may_read(reader, page):
        raise NotFound
    return page


def editable_page(slug: str, person: User) -> Page:
    """The page at this address, to be written by this person.

    Raises:
        NotFound, Gone: there is none for them.
        OnlyToRead: they may not write it.
    """
    page = readable_page(slug, person)
    if not may_edit(person, page):
        raise OnlyToRead(url_for("pages.show", slug=page.slug))
    return page


def page_to_look_after(slug: str, person: User) -> Page:
    """The page at this address, whose state and versions this person decides on.

    Raises:
        NotFound, Gone: there is none for them.
        NotAllowed: others look after it.
    """
    page = readable_page(slug, person)
    if not may_look_after_page(person, page):
        raise NotAllowed
    return page


def page_numbered(number: int, reader: User | None) -> Page:
    """The page with this short address if this reader may open it.

    Raises:
        NotFound, Gone: as `readable_page`.
    """
    page = db.session.get(Page, number)
    if page is None or not may_read(reader, page):
        if page is not None and page.is_purged:
            raise Gone
        raise NotFound
    return page
