"""„Noch richtig“: one tap on a page, on its lab's home and in „Zu tun“."""

from datetime import date

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.freshness.looking import DayOutOfRange, confirm
from wiki.htmx import go, local_address
from wiki.pages.opening import editable_page

bp = Blueprint("freshness", __name__)


@bp.post("/wiki/<slug>/bestaetigung")
def say_it_is_right(slug: str) -> Response:
    someone = signed_in_person()
    page = editable_page(slug, someone)
    typed = request.form.get("due_on", "")
    try:
        confirm(page, someone, date.fromisoformat(typed) if typed else None)
    except (DayOutOfRange, ValueError):
        flash(_("Der Tag muss in der Zukunft liegen, höchstens fünf Jahre entfernt."), "error")
    else:
        flash(_("Bestätigt: „%(title)s“ ist noch richtig.", title=page.title), "success")
    back = local_address(request.form.get("next"))
    return go(back or url_for("pages.show", slug=page.slug))
