"""Running the site: health, required pages, people, what machines may read."""

from flask import Flask

from wiki.accounts.waiting import add_source
from wiki.administration.health_views import bp as health_bp
from wiki.administration.machine_views import bp as machines_bp
from wiki.administration.required_views import bp as required_bp
from wiki.administration.views import bp as administration_bp
from wiki.administration.waiting import unfilled_pages
from wiki.pages.backlinks import reached_from_everywhere
from wiki.pages.models import REQUIRED


def init_app(app: Flask) -> None:
    add_source(app, unfilled_pages)
    reached_from_everywhere(app, REQUIRED)
    for bp in (health_bp, machines_bp, required_bp, administration_bp):
        app.register_blueprint(bp)
