"""„Merkliste": pages somebody wants to find again, and those they saw last."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.db import writing
from wiki.htmx import go, show, wants_fragment
from wiki.pages.listing import bookmarked_by, drafts_of, retired_for
from wiki.pages.models import Bookmark, Page
from wiki.pages.opening import readable_page
from wiki.pages.recently import recently_seen

bp = Blueprint("bookmarks", __name__)


@bp.get("/merkliste")
def index() -> Response:
    someone = signed_in_person()
    return show(
        "pages/bookmarks.html",
        cards=bookmarked_by(someone),
        seen=recently_seen(someone),
        drafts=drafts_of(someone),
        retired=retired_for(someone),
    )


@bp.post("/wiki/<slug>/merken")
def add(slug: str) -> Response:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    with writing() as session:
        session.merge(Bookmark(user_id=someone.id, page_id=page.id))
    return _answer(page, is_bookmarked=True)


@bp.post("/wiki/<slug>/merken/aufhebung")
def remove(slug: str) -> Response:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    with writing() as session:
        bookmark = session.get(Bookmark, (someone.id, page.id))
        if bookmark is not None:
            session.delete(bookmark)
    return _answer(page, is_bookmarked=False)


def _answer(page: Page, *, is_bookmarked: bool) -> Response:
    if wants_fragment():
        return show(
            "pages/_bookmark.html", page=page, is_bookmarked=is_bookmarked, just_changed=True
        )
    return go(url_for("pages.show", slug=page.slug))
