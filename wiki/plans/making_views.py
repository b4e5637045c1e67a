"""`/wiki/<slug>/zeitplan` and `/neu/plan` make a plan, without an account too; `/plaene` lists."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.fields import bounded_int
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.pages.opening import readable_page
from wiki.plans.agenda import agenda_of
from wiki.plans.beginning import Beginning
from wiki.plans.changing import PlanFull, with_steps
from wiki.plans.content import Beginnings, NamedBeginnings, PlanContent
from wiki.plans.models import Plan
from wiki.plans.planning import (
    change,
    content_in,
    find_own_plan,
    keep_plan,
    make_plan,
    plans_of,
)
from wiki.plans.recipes import Pinned, newest

bp = Blueprint("making_plans", __name__)


@bp.get("/wiki/<slug>/zeitplan")
def new(slug: str) -> Response:
    return _of_recipe(_recipe(slug)).ask(Form.blank(Beginnings))


@bp.post("/wiki/<slug>/zeitplan")
def create(slug: str) -> BaseResponse:
    recipe, someone = _recipe(slug), person()
    beginning, form = _of_recipe(recipe), Form.sent(Beginnings, request.form)
    if someone is not None and (chosen := request.form.get("plan", 0, type=bounded_int)):
        try:
            return _append(recipe, chosen, someone)
        except PlanFull:
            form.errors[""] = beginning.too_full
            return beginning.ask(form, 422)
    return beginning.begin(form)


@bp.get("/neu/plan")
def new_empty() -> Response:
    return _of_nothing().ask(Form.blank(NamedBeginnings))


@bp.post("/neu/plan")
def create_empty() -> BaseResponse:
    return _of_nothing().begin(Form.sent(NamedBeginnings, request.form))


@bp.get("/plaene")
def index() -> Response:
    someone = signed_in_person()
    plans = [(plan, agenda_of(content_in(plan))) for plan in plans_of(someone)]
    return show_template("plans/index.html", plans=plans)


def _of_recipe(recipe: Pinned) -> Beginning[Beginnings]:
    someone = person()
    plans = (
        [(plan, agenda_of(content_in(plan)).title) for plan in plans_of(someone)[:50]]
        if someone
        else []
    )

    def make(said: Beginnings, by: User | None) -> Plan:
        return make_plan(recipe, said, by)

    return Beginning(
        "plans/new.html",
        back=url_for("pages.show", slug=recipe.page.slug),
        make=make,
        context={"page": recipe.page, "plans": plans},
        too_full=_("In diesen Zeitplan passt nicht mehr so viel. Ein neuer geht immer."),
    )


def _of_nothing() -> Beginning[NamedBeginnings]:
    def make(said: NamedBeginnings, by: User | None) -> Plan:
        return keep_plan(PlanContent(**dict(said)), by)

    back = url_for("making_plans.index" if person() else "start.show")
    return Beginning("plans/new_empty.html", back=back, make=make, context={})


def _append(recipe: Pinned, chosen: int, someone: User) -> BaseResponse:
    plan = find_own_plan(chosen, someone)
    change(
        plan.edit_secret,
        lambda content: with_steps(content, recipe.pin, recipe.recipe),
        seen=plan.version,
        by=someone,
    )
    flash(_("Die Schritte stehen am Ende des Zeitplans."), "success")
    return go(url_for("plans.show", secret=plan.edit_secret))


def _recipe(slug: str) -> Pinned:
    """The recipe in the version that everybody reads.

    Raises:
        NotFound, Gone: there is none here.
    """
    page = readable_page(slug, person())
    if page.is_draft or page.is_retired:
        raise NotFound
    return newest(page)
