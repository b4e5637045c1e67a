"""`/wiki/<slug>/planen`: a plan of one's own from a workshop template, without an account too."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap, marks
from wiki.errors import NotFound, TooMany
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.language import N_
from wiki.pages.models import Page
from wiki.pages.views import readable_page
from wiki.plans.changing import PlanFull
from wiki.plans.content import Beginnings, Place
from wiki.plans.planning import MOST_FROM_ADDRESS
from wiki.workshops.content import WorkshopContent
from wiki.workshops.planning import plan_from, workshop_on

bp = Blueprint("workshops", __name__)


class WorkshopBeginnings(Beginnings):
    """What is asked when a plan is made from a template; all of it can be left open."""

    place: Place = Field("", title=N_("Ort"))


@bp.get("/wiki/<slug>/planen")
def new(slug: str) -> Response:
    page, workshop = _workshop(slug)
    usual = WorkshopBeginnings(start=workshop.start, people=workshop.people)
    return _show_form(page, Form.showing(WorkshopBeginnings, usual))


@bp.post("/wiki/<slug>/planen")
def create(slug: str) -> BaseResponse:
    (page, workshop), someone = _workshop(slug), person()
    form = Form.sent(WorkshopBeginnings, request.form)
    said = form.validate()
    if said is None or (someone is None and came_too_quickly(form)):
        return _show_form(page, form, status=422)
    if fell_into_the_trap():
        return go(url_for("pages.show", slug=page.slug))
    try:
        if someone is None:
            count_from_address("plan", MOST_FROM_ADDRESS)
        plan = plan_from(page, page.current_number, workshop, said, someone)
    except TooMany:
        form.errors[""] = _(
            "Von hier kamen gerade sehr viele Zeitpläne. In einer Stunde geht es wieder."
        )
        return _show_form(page, form, status=429)
    except PlanFull:
        form.errors[""] = _("Diese Vorlage ist zu lang für einen Zeitplan.")
        return _show_form(page, form, status=422)
    flash(_("Der Zeitplan ist da. Alles lässt sich noch ändern."), "success")
    return go(url_for("plans.show", secret=plan.edit_secret))


def _workshop(slug: str) -> tuple[Page, WorkshopContent]:
    """The published template at this address, as it is now.

    Raises:
        NotFound, Gone: there is none here.
    """
    page = readable_page(slug, person())
    if not page.is_published:
        raise NotFound
    return page, workshop_on(page)


def _show_form(page: Page, form: Form[WorkshopBeginnings], status: int = 200) -> Response:
    return show_template("workshops/new.html", status=status, page=page, form=form, **marks())
