"""„Demnächst“: dated plans that labs announce to everybody; the plans stay private."""

from flask import Flask

from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.announcing.own import announcements_by, forget_announcer
from wiki.announcing.plan_views import bp as plan_bp
from wiki.announcing.showing import of_all, of_lab, of_plan
from wiki.announcing.views import bp
from wiki.announcing.words import days_of, times_of
from wiki.labs.home import Part, add_part
from wiki.pages.start_parts import StartPart, add_start_part
from wiki.plans.additions import PlanPanel, add_plan_panel


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_blueprint(plan_bp)
    app.jinja_env.filters.update(days_of=days_of, times_of=times_of)
    add_part(app, Part("announced", "announcing/_of_lab.html", of_lab, order=10))
    add_start_part(app, StartPart("announcing/_of_all.html", of_all))
    add_plan_panel(app, PlanPanel("announcing/_of_plan.html", of_plan, order=10))
    add_part_of_export(app, "ankündigungen", announcements_by)
    add_closing_step(app, forget_announcer)
