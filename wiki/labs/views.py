"""The shelf of labs, the home of each, their colours."""

from flask import Blueprint, Response, request

from wiki.accounts.current import person
from wiki.htmx import show as show_page
from wiki.labs.colours import stylesheet
from wiki.labs.home import parts_of, recipe_counts, tools_of
from wiki.labs.membership import all_labs, may_look_after
from wiki.labs.people import may_see_people, named_people_of
from wiki.labs.writing import find_lab

bp = Blueprint("labs", __name__, url_prefix="/labore")


@bp.get("")
def index() -> Response:
    labs = all_labs()
    return show_page(
        "labs/index.html",
        labs=[lab for lab in labs if not lab.is_guest],
        guests=[lab for lab in labs if lab.is_guest],
        counts=recipe_counts(),
    )


@bp.get("/<slug>")
def show(slug: str) -> Response:
    lab = find_lab(slug)
    someone = person()
    return show_page(
        "labs/show.html",
        lab=lab,
        named=named_people_of(lab),
        parts=parts_of(lab, someone),
        tools=tools_of(lab, someone) if someone else [],
        may_edit=may_look_after(someone, lab),
        may_see_people=may_see_people(someone, lab),
    )


@bp.get("/farben.css")
def colours() -> Response:
    """Asked for with every page: the browser keeps it and only asks whether it is still right."""
    response = Response(stylesheet(), mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response
