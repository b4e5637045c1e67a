"""What editors do with a page's state; each state is a noun of its own."""

from collections.abc import Callable

from flask import Blueprint, flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.htmx import go, show
from wiki.pages import writing
from wiki.pages.models import Page
from wiki.pages.opening import editable_page, page_to_look_after

bp = Blueprint("states", __name__)


@bp.post("/wiki/<slug>/veroeffentlichung")
def publish(slug: str) -> Response:
    by = signed_in_person()
    page = editable_page(slug, by)
    writing.publish_draft(page, by)
    flash(_("Veröffentlicht."), "success")
    return go(url_for("pages.show", slug=page.slug))


@bp.post("/wiki/<slug>/schutz")
def protect(slug: str) -> Response:
    return _change(slug, lambda page, by: writing.protect(page, by, on=True), _("Geschützt."))


@bp.post("/wiki/<slug>/schutz/aufhebung")
def unprotect(slug: str) -> Response:
    done = _("Alle Labore können wieder bearbeiten.")
    return _change(slug, lambda page, by: writing.protect(page, by, on=False), done)


@bp.post("/wiki/<slug>/rueckzug")
def retire(slug: str) -> Response:
    done = _(
        "Zurückgezogen: Die Seite steht nur noch unter „Merkliste“, für alle, die sie betreuen."
    )
    return _change(slug, writing.retire, done)


@bp.post("/wiki/<slug>/rueckkehr")
def bring_back(slug: str) -> Response:
    return _change(slug, writing.bring_back, _("Wieder veröffentlicht."))


@bp.get("/wiki/<slug>/entfernung")
def confirm_purge(slug: str) -> Response:
    page = page_to_look_after(slug, signed_in_person())
    return show("pages/purge.html", page=page)


@bp.post("/wiki/<slug>/entfernung")
def purge(slug: str) -> Response:
    by = signed_in_person()
    page = page_to_look_after(slug, by)
    title = page.title
    writing.purge(page, by)
    flash(_("„%(title)s“ wurde endgültig entfernt.", title=title), "success")
    return go(url_for("start.show"))


def _change(slug: str, change: Callable[[Page, User], None], done: str) -> Response:
    by = signed_in_person()
    page = page_to_look_after(slug, by)
    change(page, by)
    flash(done, "success")
    return go(url_for("pages.show", slug=page.slug))
