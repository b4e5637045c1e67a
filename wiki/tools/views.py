"""`/werkzeuge`: all tools by name, narrowed by what matters in a town hall."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from wiki.accounts.current import person
from wiki.db import now
from wiki.fields import bounded_int
from wiki.htmx import show
from wiki.language import N_
from wiki.pages.visibility import may_write
from wiki.tools.facts import card_facts
from wiki.tools.listing import Wish, tools_with

bp = Blueprint("tools", __name__)

# How the address calls each wish.
WISHES = {
    "quelloffen": Wish(N_("quelloffen"), "open_source", ("yes",)),
    "kostenlos": Wish(N_("kostenlos"), "cost", ("free",)),
    "ohne-konto": Wish(N_("Teilnehmende brauchen kein Konto"), "account", ("none", "lead")),
    "in-der-eu": Wish(
        N_("Daten bleiben in der EU oder im Haus"), "data", ("device", "own_server", "eu")
    ),
    "ohne-internet": Wish(N_("geht ohne Internet"), "offline", ("yes",)),
}


@bp.get("/werkzeuge")
def index() -> Response:
    reader = person()
    wanted = [word for word in request.args.getlist("nur") if word in WISHES]
    number = request.args.get("seite", 1, type=bounded_int)
    today = now().date()
    return show(
        "tools/index.html",
        block="results",
        wishes=WISHES,
        wanted=wanted,
        shelf=tools_with([WISHES[word] for word in wanted], reader, number),
        next_pages=_address_of_pages(wanted),
        facts_of=lambda tool: card_facts(tool, today),
        may_write=may_write(reader),
    )


def _address_of_pages(wanted: list[str]) -> str:
    """This list's address up to the page's number."""
    return f"{request.path}?{urlencode([*(('nur', word) for word in wanted), ('seite', '')])}"
