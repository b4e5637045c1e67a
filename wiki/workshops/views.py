"""`/wiki/<slug>/planen`: a plan of one's own from a workshop template, without an account too."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.forms import Form
from wiki.language import N_
from wiki.pages.models import Page
from wiki.pages.opening import readable_page
from wiki.plans.beginning import Beginning
from wiki.plans.content import Beginnings, Place
from wiki.plans.models import Plan
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
    return _of_template(page, workshop).ask(Form.showing(WorkshopBeginnings, usual))


@bp.post("/wiki/<slug>/planen")
def create(slug: str) -> BaseResponse:
    page, workshop = _workshop(slug)
    return _of_template(page, workshop).begin(Form.sent(WorkshopBeginnings, request.form))


def _of_template(page: Page, workshop: WorkshopContent) -> Beginning[WorkshopBeginnings]:
    def make(said: WorkshopBeginnings, by: User | None) -> Plan:
        return plan_from(page, page.current_number, workshop, said, by)

    return Beginning(
        "workshops/new.html",
        back=url_for("pages.show", slug=page.slug),
        make=make,
        context={"page": page},
        too_full=_("Diese Vorlage ist zu lang für einen Zeitplan."),
    )


def _workshop(slug: str) -> tuple[Page, WorkshopContent]:
    """The published template at this address, as it is now.

    Raises:
        NotFound, Gone: there is none here.
    """
    page = readable_page(slug, person())
    if not page.is_published:
        raise NotFound
    return page, workshop_on(page)
