"""What changed: for everybody, for one lab, for one page; to read and to subscribe to."""

import uuid

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.db import db
from wiki.errors import NotFound
from wiki.htmx import show
from wiki.labs.membership import all_labs
from wiki.labs.models import Lab
from wiki.pages.history import Group, history_of, recent_changes
from wiki.pages.opening import readable_page

bp = Blueprint("changes", __name__)


@bp.get("/aenderungen")
def index() -> BaseResponse:
    lab = _asked_lab()
    return show(
        "pages/changes.html", groups=recent_changes(person(), lab), lab=lab, labs=all_labs()
    )


@bp.get("/aenderungen.atom")
def feed() -> Response:
    # A feed is read by machines without an account: it holds what everybody may see.
    lab = _asked_lab()
    labor = lab.slug if lab else None
    title = _("Änderungen")
    return _atom(
        recent_changes(None, lab),
        title=f"{title} · {lab.name}" if lab else title,
        shown_at=url_for("changes.index", labor=labor, sprache=None),
        own_address=url_for("changes.feed", labor=labor, sprache=None),
    )


@bp.get("/wiki/<slug>/versionen.atom")
def page_feed(slug: str) -> Response:
    page = readable_page(slug, None)
    if page.is_retired:
        raise NotFound
    return _atom(
        [group for group in history_of(page, None).groups if not group.newest.is_purged],
        title=page.title,
        shown_at=url_for("history.versions", slug=page.slug, sprache=None),
        own_address=url_for("changes.page_feed", slug=page.slug, sprache=None),
        feed_id=uuid.UUID(page.uuid).urn,
    )


def _asked_lab() -> Lab | None:
    slug = request.args.get("labor", "")
    if not slug:
        return None
    lab = db.session.scalar(select(Lab).where(Lab.slug == slug))
    if lab is None:
        raise NotFound
    return lab


def _atom(
    groups: list[Group], *, title: str, shown_at: str, own_address: str, feed_id: str = ""
) -> Response:
    body = render_template(
        "pages/changes.atom",
        groups=groups,
        title=title,
        shown_at=shown_at,
        own_address=own_address,
        feed_id=feed_id,
    )
    response = Response(body, mimetype="application/atom+xml")
    response.vary.add("Accept-Language")
    return response
