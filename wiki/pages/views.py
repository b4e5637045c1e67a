"""Reading a page: on screen, on paper, by its short address."""

from typing import Any, NamedTuple

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload, lazyload, undefer
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import Gone, NotFound
from wiki.htmx import show as show_template
from wiki.htmx import show_again, wants_fragment
from wiki.pages.addresses import find_page
from wiki.pages.keeping import (
    OwnPage,
    has_message,
    keep,
    keep_compressed,
    kept_answer,
    own_key,
    own_pages,
    part_key,
    stamp_of,
)
from wiki.pages.kinds import kinds
from wiki.pages.links import without_forms, without_missing
from wiki.pages.made_pages import read_made
from wiki.pages.models import Bookmark, Page, Revision
from wiki.pages.panels import PageView, actions_for, facts_for, hints, panels_for
from wiki.pages.recently import remember
from wiki.pages.rendering import content_of, rendering_of
from wiki.pages.visibility import may_edit, may_look_after_page, may_read, may_write, sees_drafts
from wiki.pages.writing import revision_of

bp = Blueprint("pages", __name__)


@bp.get("/wiki/<slug>")
def show(slug: str) -> BaseResponse:
    reader = person()
    is_kept = reader is None and not _has_wishes() and not has_message()
    stamp = stamp_of(slug) if is_kept else None
    if stamp is not None:
        if (known := kept_answer(stamp.etag)) is not None:
            return known
        if (made := read_made(stamp)) is not None:
            return keep_compressed(stamp.etag, made)
    own = own_key(reader) if reader is not None and not _has_wishes() else None
    if own is not None and (seen := own_pages().get(own)) is not None:
        remember(seen.page_id)
        return show_again(seen.html)
    current = current_version(slug, reader)
    page = current.page
    if page.slug != slug:
        return redirect(url_for("pages.show", slug=page.slug), code=301)
    context = page_context(page, current.revision, reader, current.absent)
    if stamp is not None:
        return keep(stamp.etag, render_template("pages/show.html", **context))
    response = show_template("pages/show.html", block="page_body", **context)
    if reader is not None:
        remember(page.id)
    if own is not None:
        own_pages().put(own, OwnPage(page.id, response.get_data(as_text=True)))
    return response


@bp.get("/wiki/<slug>/druck")
def print_page(slug: str) -> BaseResponse:
    reader = person()
    current = current_version(slug, reader)
    context = page_context(current.page, current.revision, reader, current.absent)
    return show_template(context["kind"].print_template, **context)


@bp.get("/r/<int:number>")
def short_address(number: int) -> BaseResponse:
    return redirect(url_for("pages.show", slug=page_numbered(number, person()).slug), code=301)


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


def page_context(
    page: Page,
    revision: Revision,
    reader: User | None,
    absent: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Everything the templates of a page need to show one of its versions.

    `absent` names what features need not look for (`PageView.lacks`).
    """
    kind = kinds().named(revision.kind)
    content = content_of(revision)
    view = PageView(page, revision, content, reader, absent)
    rendering = rendering_of(revision, content)
    writes = may_write(reader)
    return {
        "page": page,
        "revision": revision,
        "kind": kind,
        "content": content,
        "html": rendering["html"] if writes else without_missing(rendering["html"]),
        "toc": rendering["toc"],
        "links": rendering["links"] if writes else without_forms(rendering["links"]),
        "part_key": None if _has_wishes() else part_key(rendering, writes=writes),
        "panels": panels_for(view),
        "more_facts": facts_for(view),
        "actions": actions_for(view),
        "may_edit": may_edit(reader, page),
        "may_look_after": may_look_after_page(reader, page),
        "sees_drafts": sees_drafts(reader, page),
        "is_bookmarked": _is_bookmarked(page, reader),
        **kind.view(content, request.args),
    }


def _is_bookmarked(page: Page, reader: User | None) -> bool:
    asked = {"reader": reader.id if reader else 0, "page": page.id}
    return reader is not None and db.session.scalar(_BOOKMARKED, asked) is not None


_BOOKMARKED = select(Bookmark.page_id).where(
    Bookmark.user_id == bindparam("reader"), Bookmark.page_id == bindparam("page")
)


def _has_wishes() -> bool:
    """Whether the address asks for more than the page itself, e.g. a number of people."""
    return wants_fragment() or any(name != "sprache" for name in request.args)
