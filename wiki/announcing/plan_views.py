"""`/plan/<secret>/ankuendigung`: from a plan to what everybody may read of it."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.announcing.announcing import (
    AlreadyAnnounced,
    AnnouncementChanged,
    DayIsOver,
    TooManyAhead,
    announce,
    announcement_of,
    keep_words,
    plan_to_change,
    take_over,
)
from wiki.announcing.content import AnnouncementContent
from wiki.announcing.from_plan import beginnings
from wiki.announcing.views import explain
from wiki.errors import NotAllowed
from wiki.forms import Form
from wiki.headers import keep_secret
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.labs.membership import labs_of
from wiki.labs.models import Lab
from wiki.markup import TooComplex
from wiki.plans.agenda import agenda_of
from wiki.plans.models import Plan
from wiki.plans.planning import content_in

bp = Blueprint("announcing_plans", __name__, url_prefix="/plan/<secret>/ankuendigung")
bp.after_request(keep_secret)


@bp.get("")
def new(secret: str) -> BaseResponse:
    someone, plan = signed_in_person(), plan_to_change(secret)
    labs = _labs_speaking(someone)
    known = announcement_of(plan)
    if known is not None:
        return go(url_for("announcements.show", number=known.id))
    content = content_in(plan)
    if content.date is None:
        flash(_("Für eine Ankündigung braucht der Zeitplan ein Datum."), "info")
        return go(url_for("plans.particulars", secret=secret))
    form = Form.holding(AnnouncementContent, _blank() | beginnings(agenda_of(content)))
    return _show_form(plan, form, labs, plan.lab.slug if plan.lab else "")


@bp.post("")
def create(secret: str) -> BaseResponse:
    someone, plan = signed_in_person(), plan_to_change(secret)
    labs, chosen = _labs_speaking(someone), request.form.get("lab", "")
    form = Form.sent(AnnouncementContent, request.form)
    content = form.validate()
    if content is None:
        return _show_form(plan, form, labs, chosen, status=422)
    try:
        made = announce(secret, content, _chosen(labs, chosen).id, someone)
    except AlreadyAnnounced as before:
        flash(_("Dieser Zeitplan ist schon angekündigt, und zwar so."), "info")
        return go(url_for("announcements.show", number=before.number))
    except TooManyAhead:
        form.errors[""] = _("Mehr Termine kann ein Labor nicht auf einmal ankündigen.")
        return _show_form(plan, form, labs, chosen, status=422)
    except (DayIsOver, TooComplex) as problem:
        explain(form, problem)
        return _show_form(plan, form, labs, chosen, status=422)
    flash(_("Angekündigt. So sehen es alle."), "success")
    if not content.place and not content.how_to:
        flash(_("Noch steht nicht dabei, wo es ist und wie man mitmacht."), "info")
    return go(url_for("announcements.show", number=made.id))


@bp.post("/uebernahme")
def take(secret: str) -> BaseResponse:
    someone = signed_in_person()
    try:
        take_over(secret, someone, seen=_seen())
    except AnnouncementChanged:
        flash(_again(), "info")
    except DayIsOver:
        flash(_("Der Tag im Zeitplan ist schon vorbei."), "error")
    else:
        flash(_("Die Ankündigung sagt jetzt dasselbe."), "success")
    return go(url_for("plans.show", secret=secret, _anchor="ankuendigung"))


@bp.post("/beibehaltung")
def leave(secret: str) -> BaseResponse:
    someone = signed_in_person()
    try:
        keep_words(secret, someone, seen=_seen())
    except AnnouncementChanged:
        flash(_again(), "info")
    else:
        flash(_("Die Ankündigung bleibt, wie sie ist."), "success")
    return go(url_for("plans.show", secret=secret, _anchor="ankuendigung"))


def _labs_speaking(someone: User) -> list[Lab]:
    """The labs in whose name this person may announce.

    Raises:
        NotAllowed: there is none.
    """
    labs = labs_of(someone)
    if not labs:
        raise NotAllowed
    return labs


def _chosen(labs: list[Lab], slug: str) -> Lab:
    """The chosen lab; who belongs to one alone need not choose.

    Raises:
        NotAllowed: it is somebody else's.
    """
    found = next((lab for lab in labs if lab.slug == slug), None if slug else labs[0])
    if found is None:
        raise NotAllowed
    return found


def _blank() -> dict[str, Any]:
    return dict.fromkeys(AnnouncementContent.model_fields, "")


def _seen() -> str:
    """The differences that the sender looked at."""
    return request.form.get("seen", "")


def _again() -> str:
    return str(_("Der Zeitplan ist inzwischen noch einmal anders. So ist es jetzt."))


def _show_form(
    plan: Plan, form: Form[AnnouncementContent], labs: list[Lab], chosen: str, status: int = 200
) -> Response:
    return show_template(
        "announcing/new.html",
        status=status,
        plan=plan,
        agenda=agenda_of(content_in(plan)),
        form=form,
        labs=labs,
        chosen=chosen,
    )
