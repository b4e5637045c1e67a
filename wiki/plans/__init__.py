"""Plans on a clock: private, found by their links alone, made of recipes' steps and own blocks."""

from flask import Flask

from wiki.accounts.closing import add_closing_note, add_closing_step
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.background import HOUR, add_chore
from wiki.language import N_
from wiki.pages.panels import Action, PageView, add_action
from wiki.plans import additions
from wiki.plans.making_views import bp as making
from wiki.plans.own import forget_plans, plans_by, plans_that_go
from wiki.plans.planning import forget_old
from wiki.plans.recipes import is_plannable
from wiki.plans.views import bp
from wiki.templating import address_of


def address_to_plan(view: PageView) -> str | None:
    if not is_plannable(view.page):
        return None
    return address_of("making_plans.new", slug=view.page.slug)


def init_app(app: Flask) -> None:
    additions.init_app(app)
    app.register_blueprint(making)
    app.register_blueprint(bp)
    label = N_("Zeitplan machen")
    add_action(app, Action("plan", label, "clock", address_to_plan, is_main=True, order=10))
    add_part_of_export(app, "zeitpläne", plans_by)
    add_closing_step(app, forget_plans)
    add_closing_note(app, plans_that_go)
    add_chore(app, forget_old, every=HOUR)
