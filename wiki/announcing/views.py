"""`/termine`: what labs announce, for everybody to read and subscribe to; changing it."""

import hashlib
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.announcing.announcing import (
    AnnouncementChanged,
    DayIsOver,
    cancel,
    change_announcement,
    find_announcement,
    may_change,
    stamp,
    upcoming,
    withdraw,
)
from wiki.announcing.calendars import calendar_of
from wiki.announcing.content import AnnouncementContent
from wiki.announcing.models import Announcement
from wiki.announcing.times import today
from wiki.db import now
from wiki.errors import NotAllowed
from wiki.fields import bounded_int
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.labs.models import Lab
from wiki.labs.writing import find_lab
from wiki.language import chosen_language, language_in_address
from wiki.markup import TooComplex
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.keeping import has_message, keep, kept_answer

bp = Blueprint("announcements", __name__)

#: More than fit on a page, or in anybody's calendar.
MOST = 500


@bp.get("/termine")
def index() -> Response:
    reader, lab = person(), _asked_lab()
    etag = (
        _etag("all", lab.slug if lab else "", stamp())
        if reader is None and not has_message()
        else None
    )
    if etag is not None and (known := kept_answer(etag)) is not None:
        return known
    every = upcoming(limit=MOST)
    labs = list({one.lab_id: one.lab for one in every}.values())
    wanted = [one for one in every if lab is None or one.lab_id == lab.id]
    real = [one for one in wanted if not one.is_example]
    context: dict[str, Any] = {
        "months": [(month, list(some)) for month, some in groupby(real, _month)],
        "examples": [one for one in wanted if one.is_example],
        "lab": lab,
        "labs": sorted(
            labs, key=lambda one: (one.is_example, one.is_guest, one.position, one.name)
        ),
        "subscribed": _subscription(lab),
    }
    if etag is not None:
        return keep(etag, render_template("announcing/index.html", **context))
    return show_template("announcing/index.html", **context)


@bp.get("/termine.ics")
def calendar() -> Response:
    lab = _asked_lab()
    name = lab.name if lab else current_app.config["LABORWIKI"].site_name
    name = f"{_('Termine')} · {name}"
    return _calendar(calendar_of(upcoming(lab, limit=MOST, examples=False), name), "termine")


@bp.get("/termine/<int:number>")
def show(number: int) -> Response:
    reader, announcement = person(), find_announcement(number)
    of_lab = f"{announcement.version}|{announcement.lab.version}|{announcement.is_over}"
    etag = _etag(number, announcement.uid, of_lab) if reader is None and not has_message() else None
    if etag is not None and (known := kept_answer(etag)) is not None:
        return known
    context: dict[str, Any] = {
        "announcement": announcement,
        "may_change": may_change(reader, announcement),
    }
    if etag is not None:
        return keep(etag, render_template("announcing/show.html", **context))
    return show_template("announcing/show.html", **context)


@bp.get("/termine/<int:number>.ics")
def one_calendar(number: int) -> Response:
    announcement = find_announcement(number)
    return _calendar(calendar_of([announcement], announcement.title), f"termin-{number}")


@bp.get("/termine/<int:number>/bearbeiten")
def edit(number: int) -> Response:
    announcement = _own(number)
    said = AnnouncementContent.model_construct(
        **{name: getattr(announcement, name) for name in AnnouncementContent.model_fields}
    )
    form = Form.showing(AnnouncementContent, said)
    return _show_form(announcement, form, announcement.version)


@bp.post("/termine/<int:number>/bearbeiten")
def save(number: int) -> BaseResponse:
    announcement, form = _own(number), Form.sent(AnnouncementContent, request.form)
    seen = request.form.get("version", 0, type=bounded_int)
    content = form.validate()
    if content is None:
        return _show_form(announcement, form, seen, status=422)
    try:
        change_announcement(number, content, signed_in_person(), seen=seen)
    except AnnouncementChanged:
        form.errors[""] = _(
            "Jemand anders hat die Ankündigung inzwischen geändert. Noch einmal speichern nimmt "
            "diese hier."
        )
        return _show_form(announcement, form, find_announcement(number).version, status=409)
    except (DayIsOver, TooComplex) as problem:
        explain(form, problem)
        return _show_form(announcement, form, seen, status=422)
    flash(_("Gespeichert."), "success")
    return go(url_for("announcements.show", number=number))


@bp.post("/termine/<int:number>/absage")
def call_off(number: int) -> BaseResponse:
    cancel(number, signed_in_person())
    flash(_("Überall steht jetzt, dass es ausfällt."), "success")
    return go(url_for("announcements.show", number=number))


@bp.post("/termine/<int:number>/absage/aufhebung")
def call_on(number: int) -> BaseResponse:
    cancel(number, signed_in_person(), is_off=False)
    flash(_("Es findet wieder statt."), "success")
    return go(url_for("announcements.show", number=number))


@bp.post("/termine/<int:number>/rueckzug")
def remove(number: int) -> BaseResponse:
    withdraw(number, signed_in_person())
    flash(_("Die Ankündigung ist zurückgezogen."), "success")
    return go(url_for("announcements.index"))


def explain(form: Form[AnnouncementContent], problem: DayIsOver | TooComplex) -> None:
    """Say beside the field what the domain did not take."""
    if isinstance(problem, DayIsOver):
        form.errors["held_on"] = _("Dieser Tag ist schon vorbei.")
    else:
        form.errors["how_to"] = _(TOO_COMPLEX)


def _own(number: int) -> Announcement:
    """The announcement that the signed-in person may change."""
    someone = signed_in_person()
    announcement = find_announcement(number)
    if not may_change(someone, announcement):
        raise NotAllowed
    return announcement


def _show_form(
    announcement: Announcement, form: Form[AnnouncementContent], version: int, status: int = 200
) -> Response:
    return show_template(
        "announcing/edit.html",
        status=status,
        announcement=announcement,
        form=form,
        version=version,
    )


def _asked_lab() -> Lab | None:
    slug = request.args.get("labor", "")
    return find_lab(slug) if slug else None


def _month(announcement: Announcement) -> date:
    """The month it is listed in: what began before goes on in this one."""
    return max(announcement.held_on, today(now())).replace(day=1)


def _subscription(lab: Lab | None) -> str:
    """The whole address of the calendar."""
    site: str = current_app.config["LABORWIKI"].public_url
    labor = lab.slug if lab else None
    return site + url_for("announcements.calendar", labor=labor, sprache=None)


def _calendar(body: bytes, name: str) -> Response:
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response


def _etag(*parts: object) -> str:
    """The stamp of what readers without an account see here today."""
    build = current_app.config["BUILD"]
    asked = (request.host, chosen_language(), language_in_address(), today(now()), build)
    return hashlib.blake2b(repr((*parts, *asked)).encode(), digest_size=12).hexdigest()
