"""`/verwaltung`: the people of the site, who runs it, a link for who lost their way in."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from search import IndexBroken, SearchIndex
from wiki.accounts.current import admin_only, signed_in_person
from wiki.accounts.links import address_of, make_link
from wiki.accounts.mailing import send_mail
from wiki.accounts.models import User
from wiki.accounts.people import (
    LastAdmin,
    is_last_admin,
    let_run_the_site,
    stop_running_the_site,
)
from wiki.accounts.signing_in import recently_signed_in
from wiki.db import db, writing
from wiki.errors import NotFound
from wiki.finding.indexing import out_of_step
from wiki.htmx import go, show
from wiki.labs.membership import all_labs

bp = Blueprint("administration", __name__)


@bp.get("/verwaltung")
@admin_only
def index() -> Response:
    return _page()


@bp.post("/verwaltung/menschen/<int:user_id>/anmelde-link")
@admin_only
def make_sign_in_link(user_id: int) -> Response:
    user = _find(user_id)
    with writing():
        secret = make_link(user)
    return _page(link=address_of(secret), link_for=user)


@bp.get("/verwaltung/menschen/<int:user_id>/verwaltung")
@admin_only
@recently_signed_in
def ask_about_running(user_id: int) -> Response:
    """What giving the site's keys to this person, or taking them, would mean."""
    return _question(_find(user_id))


@bp.post("/verwaltung/menschen/<int:user_id>/verwaltung")
@admin_only
@recently_signed_in
def give_running(user_id: int) -> BaseResponse:
    with writing():
        user = _find(user_id)
        let_run_the_site(user, by=signed_in_person())
    _tell(user, _("Jetzt in der Verwaltung"), _("Das Wiki lässt sich ab jetzt mit verwalten."))
    flash(_("%(name)s gehört jetzt zur Verwaltung.", name=user.name), "success")
    return go(url_for("administration.index"))


@bp.post("/verwaltung/menschen/<int:user_id>/verwaltung/ende")
@admin_only
@recently_signed_in
def end_running(user_id: int) -> BaseResponse:
    someone = signed_in_person()
    try:
        with writing():
            user = _find(user_id)
            stop_running_the_site(user, by=someone)
    except LastAdmin:
        return _question(_find(user_id), status=LastAdmin.status)
    if user == someone:
        flash(_("Die Verwaltung ist abgegeben."), "success")
        return go(url_for("accounts.profile"))
    _tell(user, _("Nicht mehr in der Verwaltung"), _("Konto, Labore und Texte bleiben."))
    flash(_("%(name)s gehört nicht mehr zur Verwaltung.", name=user.name), "success")
    return go(url_for("administration.index"))


def _find(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None or not user.active:
        raise NotFound
    return user


def _question(user: User, status: int = HTTPStatus.OK) -> Response:
    return show(
        "administration/running.html", user=user, is_last=is_last_admin(user), status=status
    )


def _tell(user: User, subject: str, text: str) -> None:
    if user != signed_in_person():
        send_mail(user.email, subject, text)


def _page(**more: Any) -> Response:
    people = db.session.scalars(select(User).order_by(User.active.desc(), User.name)).all()
    return show(
        "administration/index.html",
        people=people,
        is_only_admin=is_last_admin(signed_in_person()),
        labs=all_labs(),
        search=_search_state(),
        **more,
    )


def _search_state() -> str:
    """How the index compares with the database: `ok`, `behind` or `broken`."""
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        missing, ghosts = out_of_step(index)
    except IndexBroken:
        return "broken"
    return "behind" if missing or ghosts else "ok"
