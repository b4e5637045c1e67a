"""Watching and no longer watching: a button where it is, a list and the mails in the account."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in, signed_in_person
from wiki.accounts.mailing import can_send_mail
from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.forms import Form
from wiki.htmx import go, show, wants_fragment
from wiki.labs.writing import find_lab
from wiki.language import N_
from wiki.pages.opening import readable_page
from wiki.watching import watching
from wiki.watching.buttons import Button, button_of_lab, button_of_page, button_of_search
from wiki.watching.delivering import delivery_of, set_delivery
from wiki.watching.lines import address_of_watched, name_of_watched
from wiki.watching.models import ByMail
from wiki.watching.watching import TooMuchWatched, watched_by

bp = Blueprint("watching", __name__)


class Mails(BaseModel):
    """Which mails somebody wants."""

    by_mail: ByMail = Field(
        default=ByMail.DAILY,
        title=N_("Neuigkeiten als Mail"),
        description=N_("Auf der Seite stehen sie in jedem Fall."),
    )
    wants_week: bool = Field(
        default=False, title=N_("Montags eine Mail mit dem, was die Labore gemacht haben")
    )


@bp.post("/wiki/<slug>/beobachtung")
def watch_page(slug: str) -> BaseResponse:
    someone = signed_in_person()
    return _begin(button_of_page(readable_page(slug, someone)), someone)


@bp.post("/wiki/<slug>/beobachtung/aufhebung")
def stop_watching_page(slug: str) -> BaseResponse:
    someone = signed_in_person()
    return _end(button_of_page(readable_page(slug, someone)), someone)


@bp.post("/labore/<slug>/beobachtung")
def watch_lab(slug: str) -> BaseResponse:
    someone = signed_in_person()
    return _begin(button_of_lab(find_lab(slug)), someone)


@bp.post("/labore/<slug>/beobachtung/aufhebung")
def stop_watching_lab(slug: str) -> BaseResponse:
    someone = signed_in_person()
    return _end(button_of_lab(find_lab(slug)), someone)


@bp.post("/suche/beobachtung")
def watch_search() -> BaseResponse:
    someone = signed_in_person()
    return _begin(_asked_search(), someone)


@bp.post("/suche/beobachtung/aufhebung")
def stop_watching_search() -> BaseResponse:
    someone = signed_in_person()
    return _end(_asked_search(), someone)


@bp.get("/konto/beobachtungen")
@signed_in
def settings() -> Response:
    delivery = delivery_of(signed_in_person())
    mails = Mails(by_mail=ByMail(delivery.by_mail), wants_week=delivery.wants_week)
    return _show_settings(Form.showing(Mails, mails))


@bp.post("/konto/beobachtungen")
@signed_in
def save_settings() -> BaseResponse:
    form = Form.sent(Mails, request.form)
    mails = form.validate()
    if mails is None:
        return _show_settings(form, status=422)
    set_delivery(signed_in_person(), by_mail=mails.by_mail, wants_week=mails.wants_week)
    flash(_("Gespeichert."), "success")
    return go(url_for("watching.settings"))


@bp.post("/konto/beobachtungen/<int:number>/entfernen")
def remove(number: int) -> BaseResponse:
    watching.remove(signed_in_person(), number)
    flash(_("Wird nicht mehr beobachtet."), "success")
    return go(url_for("watching.settings"))


def _begin(button: Button, someone: User) -> BaseResponse:
    try:
        watching.watch(someone, button.target)
    except TooMuchWatched:
        flash(
            _(
                "So viel zu beobachten bringt mehr Neuigkeiten, als ein Mensch liest. "
                "Erst etwas anderes nicht mehr beobachten, dann geht es."
            ),
            "error",
        )
        return go(url_for("watching.settings"))
    return _answer(button, someone)


def _end(button: Button, someone: User) -> BaseResponse:
    watching.stop_watching(someone, button.target)
    return _answer(button, someone)


def _answer(button: Button, someone: User) -> BaseResponse:
    if wants_fragment():
        part = button.shown_to(someone)
        return show("watching/_button.html", part=part, just_changed=True)
    return go(button.place)


def _asked_search() -> Button:
    button = button_of_search(request.form.get("suche", ""))
    if button is None:
        raise NotFound
    return button


def _show_settings(form: Form[Mails], status: int = 200) -> Response:
    someone = signed_in_person()
    lists: dict[str, list[dict[str, Any]]] = {"labs": [], "searches": [], "pages": []}
    for one in watched_by(someone):
        place = "labs" if one.lab_id else "searches" if one.search else "pages"
        lists[place].append(
            {
                "number": one.id,
                "name": name_of_watched(one, someone),
                "address": address_of_watched(one),
                "at": one.at,
            }
        )
    return show(
        "watching/settings.html", status=status, form=form, lists=lists, can_mail=can_send_mail()
    )
