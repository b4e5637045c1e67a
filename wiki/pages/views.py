"""Reading a page: on screen, on paper, by its short address."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import Gone, NotFound
from wiki.htmx import show as show_template
from wiki.htmx import wants_fragment
from wiki.pages.addresses import find_page
from wiki.pages.keeping import etag_for, keep, kept_answer, part_key
from wiki.pages.kinds import kinds
from wiki.pages.models import Bookmark, Page, Revision
from wiki.pages.panels import PageView, actions_for, panels_for
from wiki.pages.recently import remember
from wiki.pages.rendering import content_of, rendering_of
from wiki.pages.visibility import may_edit, may_look_after_page, may_read, sees_drafts
from wiki.pages.writing import revision_of

bp = Blueprint("pages", __name__)


@bp.get("/wiki/<slug>")
def show(slug: str) -> BaseResponse:
    reader = person()
    etag = etag_for(slug) if reader is None and not _has_wishes() else None
    if etag is not None and (known := kept_answer(etag)) is not None:
        return known
    page = readable_page(slug, reader)
    if page.slug != slug:
        return redirect(url_for("pages.show", slug=page.slug), code=301)
    context = page_context(page, revision_of(page, page.current_number), reader)
    if etag is not None:
        return keep(etag, render_template("pages/show.html", **context))
    response = show_template("pages/show.html", block="page_body", **context)
    if reader is not None:
        remember(page)
    return response


@bp.get("/wiki/<slug>/druck")
def print_page(slug: str) -> BaseResponse:
    reader = person()
    page = readable_page(slug, reader)
    context = page_context(page, revision_of(page, page.current_number), reader)
    return show_template(context["kind"].print_template, **context)


@bp.get("/r/<int:number>")
def short_address(number: int) -> BaseResponse:
    page = db.session.get(Page, number)
    if page is None or not may_read(person(), page):
        if page is not None and page.is_purged:
            raise Gone
        raise NotFound
    return redirect(url_for("pages.show", slug=page.slug), code=301)


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


def page_context(page: Page, revision: Revision, reader: User | None) -> dict[str, Any]:
    """Everything the templates of a page need to show one of its versions."""
    kind = kinds().named(revision.kind)
    content = content_of(revision)
    view = PageView(page, revision, content, reader)
    rendering = rendering_of(revision, content)
    return {
        "page": page,
        "revision": revision,
        "kind": kind,
        "content": content,
        "html": rendering["html"],
        "toc": rendering["toc"],
        "links": rendering["links"],
        "part_key": None if _has_wishes() else part_key(rendering),
        "panels": panels_for(view),
        "actions": actions_for(view),
        "may_edit": may_edit(reader, page),
        "may_look_after": may_look_after_page(reader, page),
        "sees_drafts": sees_drafts(reader, page),
        "is_bookmarked": _is_bookmarked(page, reader),
        **kind.view(content, request.args),
    }


def _is_bookmarked(page: Page, reader: User | None) -> bool:
    return reader is not None and db.session.get(Bookmark, (reader.id, page.id)) is not None


def _has_wishes() -> bool:
    """Whether the address asks for more than the page itself, e.g. a number of people."""
    return wants_fragment() or any(name != "sprache" for name in request.args)
