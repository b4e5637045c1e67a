"""`/wiki/<slug>/zeitplan` makes a plan, without an account too; `/plaene` lists one's own."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap, marks
from wiki.errors import NotFound, TooMany
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.pages.views import readable_page
from wiki.plans.agenda import agenda_of
from wiki.plans.changing import PlanFull, with_steps
from wiki.plans.content import Beginnings
from wiki.plans.planning import (
    MOST_FROM_ADDRESS,
    change,
    content_in,
    find_own_plan,
    make_plan,
    plans_of,
)
from wiki.plans.recipes import Pinned, newest

bp = Blueprint("making_plans", __name__)


@bp.get("/wiki/<slug>/zeitplan")
def new(slug: str) -> Response:
    return _show_form(_recipe(slug), Form.blank(Beginnings))


@bp.post("/wiki/<slug>/zeitplan")
def create(slug: str) -> BaseResponse:
    recipe, someone = _recipe(slug), person()
    form = Form.sent(Beginnings, request.form)
    said = form.validate()
    if said is None or (someone is None and came_too_quickly(form)):
        return _show_form(recipe, form, status=422)
    if fell_into_the_trap():
        return go(url_for("pages.show", slug=recipe.page.slug))
    try:
        if someone is not None and (chosen := request.form.get("plan", 0, type=int)):
            return _append(recipe, chosen, someone)
        if someone is None:
            count_from_address("plan", MOST_FROM_ADDRESS)
        plan = make_plan(recipe, said, someone)
    except TooMany:
        form.errors[""] = _(
            "Von hier kamen gerade sehr viele Zeitpläne. In einer Stunde geht es wieder."
        )
        return _show_form(recipe, form, status=429)
    except PlanFull:
        form.errors[""] = _("In diesen Zeitplan passt nicht mehr so viel. Ein neuer geht immer.")
        return _show_form(recipe, form, status=422)
    flash(_("Der Zeitplan ist da. Alles lässt sich noch ändern."), "success")
    return go(url_for("plans.show", secret=plan.edit_secret))


@bp.get("/plaene")
def index() -> Response:
    someone = signed_in_person()
    plans = [(plan, agenda_of(content_in(plan))) for plan in plans_of(someone)]
    return show_template("plans/index.html", plans=plans)


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


def _show_form(recipe: Pinned, form: Form[Beginnings], status: int = 200) -> Response:
    someone = person()
    plans = (
        [(plan, agenda_of(content_in(plan)).title) for plan in plans_of(someone)[:50]]
        if someone
        else []
    )
    return show_template(
        "plans/new.html",
        status=status,
        recipe=recipe,
        page=recipe.page,
        form=form,
        plans=plans,
        **marks(),
    )
