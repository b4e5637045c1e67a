"""`/plan/<secret>/vorlage`: make a workshop template of a plan."""

from typing import Annotated

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed, NotFound
from wiki.fields import Line
from wiki.forms import Form
from wiki.headers import keep_secret
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.labs.membership import lab_speaking_for, labs_of
from wiki.language import N_
from wiki.markup import TooComplex
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.kinds import kinds
from wiki.pages.visibility import may_write
from wiki.pages.writing import EditConflict
from wiki.plans.agenda import Agenda, agenda_of
from wiki.plans.planning import Door, content_in, find_plan
from wiki.workshops.content import KIND
from wiki.workshops.publishing import (
    publish_as_new,
    publish_as_version,
    remember_template,
    template_of,
)

bp = Blueprint("publishing_plans", __name__, url_prefix="/plan/<secret>/vorlage")
bp.after_request(keep_secret)


class TemplateWords(BaseModel):
    """What a new template is called."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = Field(
        title=N_("Titel"), description=N_("So findet man die Vorlage.")
    )


@bp.get("")
def new(secret: str) -> Response:
    door, _someone = _door(secret)
    agenda = agenda_of(content_in(door.plan))
    return _show(door, agenda, Form.showing(TemplateWords, TemplateWords(title=agenda.title)))


@bp.post("")
def create(secret: str) -> BaseResponse:
    door, someone = _door(secret)
    agenda = agenda_of(content_in(door.plan))
    form = Form.sent(TemplateWords, request.form)
    said = form.validate()
    if said is None:
        return _show(door, agenda, form, status=422)
    chosen = request.form.get("lab", "")
    lab = next((lab for lab in labs_of(someone) if lab.slug == chosen), None)
    try:
        page = publish_as_new(
            kinds().named(KIND), agenda, said.title, someone, lab or lab_speaking_for(someone, None)
        )
    except TooComplex:
        form.errors[""] = _(TOO_COMPLEX)
        return _show(door, agenda, form, status=422)
    remember_template(secret, page, someone)
    flash(_("Ein Entwurf der Vorlage. Veröffentlicht wird sie erst hier."), "success")
    return go(url_for("editing.edit", slug=page.slug))


@bp.post("/version")
def renew(secret: str) -> BaseResponse:
    door, someone = _door(secret)
    agenda = agenda_of(content_in(door.plan))
    template = template_of(agenda.content, someone)
    if template is None:
        raise NotFound
    form = Form.showing(TemplateWords, TemplateWords(title=agenda.title))
    lab = lab_speaking_for(someone, template.page.lab_id)
    try:
        page = publish_as_version(kinds().named(KIND), agenda, template, someone, lab)
    except EditConflict:
        form.errors[""] = _(
            "Die Vorlage wurde inzwischen an denselben Stellen geändert. Als neue Vorlage lässt "
            "sich dieser Zeitplan trotzdem veröffentlichen."
        )
        return _show(door, agenda, form, status=409)
    except TooComplex:
        form.errors[""] = _(TOO_COMPLEX)
        return _show(door, agenda, form, status=422)
    remember_template(secret, page, someone)
    flash(_("Die Vorlage hat eine neue Version."), "success")
    return go(url_for("pages.show", slug=page.slug))


def _door(secret: str) -> tuple[Door, User]:
    """The plan that may be changed here, and who asks.

    Raises:
        NotFound: there is none, or this address is for reading alone.
        NotAllowed: the person writes no pages.
    """
    someone = signed_in_person()
    door = find_plan(secret)
    if not door.opens:
        raise NotFound
    if not may_write(someone):
        raise NotAllowed
    return door, someone


def _show(door: Door, agenda: Agenda, form: Form[TemplateWords], status: int = 200) -> Response:
    someone = signed_in_person()
    return show_template(
        "workshops/publish.html",
        status=status,
        secret=door.secret,
        agenda=agenda,
        form=form,
        labs=labs_of(someone),
        origin=template_of(agenda.content, someone),
    )
