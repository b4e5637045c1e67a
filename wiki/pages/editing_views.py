"""Writing with the form: new pages, whole pages, one section."""

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.accounts.current import person as who_asks
from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed
from wiki.htmx import show, target
from wiki.pages.answering import answer
from wiki.pages.drafts import SECTION_FIELD, Place
from wiki.pages.editing import PHOTO, Editing, draft_asked_for, kinds_of, place_of
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.opening import editable_page
from wiki.pages.section_editing import SectionEditing, section_named
from wiki.pages.similar import similar_pages
from wiki.pages.text_editing import TextEditing
from wiki.pages.visibility import may_write

bp = Blueprint("editing", __name__)


@bp.route("/neu/<write_word>", methods=["GET", "POST"], endpoint="new")
def new(write_word: str) -> Response:
    if request.method == "GET" and target() == "similar":
        return _show_similar()
    person = signed_in_person()
    choices = kinds().written_at(write_word)
    if not may_write(person):
        raise NotAllowed
    if request.method == "POST":
        return _answer_form(Editing(person, choices, sent=request.form))
    editing = Editing(person, choices, resumed=draft_asked_for(person, Place(None, write_word)))
    if editing.resumed is None:
        editing.form.values["title"] = request.args.get("titel", "")[:120]
    return editing.show(similar=editing.similar())


@bp.route("/wiki/<slug>/bearbeiten", methods=["GET", "POST"])
def edit(slug: str) -> Response:
    person = signed_in_person()
    page = editable_page(slug, person)
    if request.method == "POST":
        return _answer_form(_sent_form(page, person))
    draft = draft_asked_for(person, place_of(page))
    if draft is not None:
        way = SectionEditing if SECTION_FIELD in draft.sent else Editing
        return way(person, kinds_of(page), page, resumed=draft).show()
    section_id = request.args.get(SECTION_FIELD, "")
    if not section_id:
        return Editing(person, kinds_of(page), page).show()
    if section_named(page, page.current_number, section_id) is None:
        return Editing(person, kinds_of(page), page).show(section_is_gone=True)
    only_this = MultiDict({SECTION_FIELD: section_id})
    return SectionEditing(person, kinds_of(page), page, sent=only_this).show()


def _show_similar() -> Response:
    someone = who_asks()
    if someone is None:
        # Asking to sign in would take the form away while somebody types into it.
        return Response(status=204)
    return show(
        "pages/_similar.html", similar=similar_pages(request.args.get("title", ""), someone)
    )


def _sent_form(page: Page, person: User) -> Editing:
    way = SectionEditing if SECTION_FIELD in request.form else Editing
    return way(person, kinds_of(page), page, sent=request.form)


def _answer_form(editing: Editing) -> Response:
    editing.take_photo(request.files.get(PHOTO))
    if request.form.get("do") == "text":
        return _go_on_as_text(editing)
    return answer(editing)


def _go_on_as_text(editing: Editing) -> Response:
    """What was typed as one text, if it is valid: nothing may get lost on the way."""
    content = editing.content()
    if content is None:
        return editing.show(422, cannot_be_text=True)
    return TextEditing.showing(editing, content).show()
