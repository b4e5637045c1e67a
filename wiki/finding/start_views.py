"""The start page: find by situation, what is new, the labs on their shelf."""

from flask import Blueprint, Response

from wiki.accounts.current import person
from wiki.finding.looking import common_words
from wiki.htmx import show
from wiki.labs.home import recipe_counts
from wiki.labs.membership import real_labs
from wiki.pages.history import newest_of_each_page
from wiki.pages.kinds import kinds
from wiki.pages.listing import first_example, newest_pages
from wiki.pages.start_parts import start_parts

bp = Blueprint("start", __name__)


@bp.get("/", endpoint="show")
def show_start() -> Response:
    reader = person()
    recipes = [kind.name for kind in kinds() if kind.write_word == "rezept"]
    return show(
        "finding/start.html",
        newest=newest_pages(reader, kinds=recipes, limit=6),
        groups=newest_of_each_page(reader, 5),
        labs=[lab for lab in real_labs() if not lab.is_guest],
        counts=recipe_counts(),
        example=first_example(recipes),
        audiences=common_words("zielgruppe", reader),
        parts=start_parts(reader),
    )
