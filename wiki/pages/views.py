"""Reading a page: on screen, on paper, by its short address."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.db import db
from wiki.htmx import show as show_template
from wiki.htmx import show_again, wants_fragment
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
from wiki.pages.opening import current_version, page_numbered
from wiki.pages.panels import PageView, actions_for, facts_for, panels_for
from wiki.pages.recently import remember
from wiki.pages.rendering import content_of, rendering_of
from wiki.pages.visibility import may_edit, may_look_after_page, may_write, sees_drafts

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
