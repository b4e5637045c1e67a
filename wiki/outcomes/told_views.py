"""`/wiki/<slug>/wir-auch`: telling of a run without an account, and looking at what was told.

`/r/<number>/so-wars` is what a printed sheet leads to.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person, signed_in_person
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap
from wiki.errors import NotFound, TooMany
from wiki.fields import bounded_int
from wiki.forms import Form
from wiki.htmx import go, show
from wiki.markup import TooComplex
from wiki.outcomes.reporting import WRITE_WORD
from wiki.outcomes.told import (
    RecipeElsewhere,
    ToldContent,
    TooManyTold,
    delete_told,
    find_told,
    publish_told,
    tell,
)
from wiki.outcomes.told_form import show_told_form
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.models import Page
from wiki.pages.opening import page_numbered, readable_page
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_write
from wiki.pages.writing import revision_of
from wiki.recipes.content import RecipeContent

bp = Blueprint("told", __name__)

#: Within an hour.
MOST_FROM_ADDRESS = 10


@bp.get("/r/<int:number>/so-wars")
def scanned(number: int) -> BaseResponse:
    """From a printed sheet to the form of whoever holds it, with the version that was printed."""
    page = page_numbered(number, person())
    return redirect(url_for("told.new", slug=page.slug, version=request.args.get("version")))


@bp.get("/wiki/<slug>/wir-auch")
def new(slug: str) -> BaseResponse:
    page = _published_recipe(slug)
    if may_write(person()):
        version = request.args.get("version", page.current_number)
        return redirect(
            url_for("editing.new", write_word=WRITE_WORD, rezept=page.id, version=version)
        )
    return _show_form(page, Form.blank(ToldContent))


@bp.post("/wiki/<slug>/wir-auch")
def create(slug: str) -> BaseResponse:
    page, form = _published_recipe(slug), Form.sent(ToldContent, request.form)
    content = form.validate()
    if content is None or came_too_quickly(form):
        return _show_form(page, form, status=422)
    if not fell_into_the_trap():
        try:
            count_from_address("told", MOST_FROM_ADDRESS)
            tell(page, content, request.form.get("version", 0, type=bounded_int))
        except (TooMany, TooManyTold):
            form.errors[""] = _(
                "Gerade kommt hier sehr viel an. In einer Stunde geht es wieder; "
                "der Text steht noch im Formular."
            )
            return _show_form(page, form, status=429)
    # The page itself is kept for all readers: it could not say thank you.
    return go(url_for("told.thank", slug=page.slug))


@bp.get("/wiki/<slug>/wir-auch/danke")
def thank(slug: str) -> Response:
    return show("outcomes/thanks.html", page=_published_recipe(slug))


@bp.get("/wiki/<slug>/wir-auch/<int:number>")
def look(slug: str, number: int) -> Response:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    return show("outcomes/told.html", page=page, told=find_told(page, number, someone))


@bp.post("/wiki/<slug>/wir-auch/<int:number>/veroeffentlichung")
def publish(slug: str, number: int) -> BaseResponse:
    someone = signed_in_person()
    recipe = readable_page(slug, someone)
    try:
        report = publish_told(recipe, number, someone)
    except RecipeElsewhere:
        flash(_("Unter dem Titel des Rezepts steht gerade keine oder eine andere Seite."), "error")
    except TooComplex:
        flash(_(TOO_COMPLEX), "error")
    else:
        flash(_("Veröffentlicht."), "success")
        return go(url_for("pages.show", slug=report.slug))
    return go(url_for("told.look", slug=recipe.slug, number=number))


@bp.post("/wiki/<slug>/wir-auch/<int:number>/loeschen")
def remove(slug: str, number: int) -> BaseResponse:
    someone = signed_in_person()
    delete_told(readable_page(slug, someone), number, someone)
    flash(_("Gelöscht."), "success")
    return go(url_for("todo.index"))


def _published_recipe(slug: str) -> Page:
    page = readable_page(slug, person())
    content = content_of(revision_of(page, page.current_number))
    if not page.is_published or page.is_example or not isinstance(content, RecipeContent):
        raise NotFound
    return page


def _show_form(page: Page, form: Form[ToldContent], status: int = 200) -> Response:
    return show_told_form(page, form, request.values.get("version", 0, type=bounded_int), status)
