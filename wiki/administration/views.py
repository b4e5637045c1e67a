"""`/verwaltung`: the people of the site, and a sign-in link for who lost their way in."""

from typing import Any

from flask import Blueprint, current_app
from sqlalchemy import select
from werkzeug.wrappers import Response

from search import IndexBroken, SearchIndex
from wiki.accounts.current import admin_only
from wiki.accounts.links import address_of, make_link
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import NotFound
from wiki.finding.indexing import out_of_step
from wiki.htmx import show
from wiki.labs.membership import all_labs

bp = Blueprint("administration", __name__)


@bp.get("/verwaltung")
@admin_only
def index() -> Response:
    return _page()


@bp.post("/verwaltung/menschen/<int:user_id>/anmelde-link")
@admin_only
def make_sign_in_link(user_id: int) -> Response:
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        raise NotFound
    with writing():
        secret = make_link(user)
    return _page(link=address_of(secret), link_for=user)


def _page(**more: Any) -> Response:
    people = db.session.scalars(select(User).order_by(User.active.desc(), User.name)).all()
    return show(
        "administration/index.html", people=people, labs=all_labs(), search=_search_state(), **more
    )


def _search_state() -> str:
    """How the index compares with the database: `ok`, `behind` or `broken`."""
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        missing, ghosts = out_of_step(index)
    except IndexBroken:
        return "broken"
    return "behind" if missing or ghosts else "ok"
