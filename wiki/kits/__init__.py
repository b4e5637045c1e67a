"""Kits: everything that a plan or a template lets one take along, to run it without the wiki."""

from flask import Flask

from wiki.background import HOUR, add_chore
from wiki.kits import answering, template_views
from wiki.kits.making import forget_kits, forget_unused_kits
from wiki.kits.views import address_for, bp
from wiki.language import N_
from wiki.pages.purging import add_made_step
from wiki.plans.additions import PlanAction, add_plan_action
from wiki.reuse.ways import add_way
from wiki.workshops import WORKSHOP


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    answering.init_app(app)
    add_plan_action(app, PlanAction("take", N_("Mitnehmen"), "download", address_for, order=20))
    add_way(app, WORKSHOP.name, template_views.take)
    add_made_step(app, forget_kits)
    add_chore(app, forget_unused_kits, every=HOUR)
