"""Guest places: another municipality, a club or a school asks for one on its way to a page."""

from flask import Flask

from wiki.accounts.waiting import add_source
from wiki.adaptations.adapting import is_open_to_adapt
from wiki.background import HOUR, add_chore
from wiki.guests.asking import forget_old, forget_page, waiting_requests
from wiki.guests.views import bp
from wiki.labs.membership import labs_of
from wiki.language import N_
from wiki.pages.panels import Action, PageView, add_action
from wiki.pages.purging import add_purge_step
from wiki.templating import address_of


def address_to_ask(view: PageView) -> str | None:
    """For those who would adapt a page and have no place here to keep it."""
    if labs_of(view.person) or not is_open_to_adapt(view.page):
        return None
    return address_of("guests.ask", seite=view.page.slug)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    add_action(app, Action("place", N_("Für uns anpassen"), "copy", address_to_ask, order=50))
    add_source(app, waiting_requests)
    add_purge_step(app, forget_page)
    add_chore(app, forget_old, every=HOUR)
