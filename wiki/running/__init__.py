"""Running a plan: on a phone or a projector, with the clock, also without a network."""

from typing import Any

from flask import Flask

from wiki.language import N_
from wiki.pages.panels import Action, PageView, Panel, add_action, add_panel
from wiki.plans.additions import (
    PlanAction,
    PlanView,
    add_page_plan,
    add_plan_action,
    has_page_plan,
)
from wiki.plans.recipes import is_plannable
from wiki.recipes import KINDS
from wiki.running.running_order import recipe_plan
from wiki.running.views import bp
from wiki.templating import address_of


def address_to_run(view: PlanView) -> str | None:
    if not view.agenda.lines:
        return None
    # On projectors and borrowed tablets nobody should find the way to change the plan.
    return address_of("running.run_plan", secret=view.door.plan.read_secret)


def address_to_run_page(view: PageView) -> str | None:
    """Of pages that already say all that a plan says; recipes have a panel of their own."""
    if is_plannable(view.page) or not has_page_plan(view.page):
        return None
    return address_of("running.run_page", slug=view.page.slug)


def run_at_once(view: PageView) -> dict[str, Any] | None:
    """On a recipe: the way without a plan, with what was typed there."""
    return {"slug": view.page.slug} if is_plannable(view.page) else None


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    for kind in KINDS:
        add_page_plan(app, kind, recipe_plan)
    label = N_("Durchführen")
    add_plan_action(app, PlanAction("run", label, "play", address_to_run, is_main=True, order=10))
    add_action(app, Action("run", label, "play", address_to_run_page, order=15))
    panel = Panel("running", "running/_recipe.html", run_at_once, place="side", order=30)
    add_panel(app, panel)
