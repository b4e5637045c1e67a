"""Writing with the expert editor: a page as one text."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.errors import NotAllowed
from wiki.forms import Form
from wiki.pages.answering import answer
from wiki.pages.drafts import Place
from wiki.pages.editing import Editing, draft_asked_for, kinds_of, place_of
from wiki.pages.kinds import kinds
from wiki.pages.opening import editable_page
from wiki.pages.text_editing import TextEditing
from wiki.pages.visibility import may_write

bp = Blueprint("expert", __name__)


@bp.route("/neu/<write_word>/text", methods=["GET", "POST"])
def new(write_word: str) -> Response:
    person = signed_in_person()
    choices = kinds().written_at(write_word)
    if not may_write(person):
        raise NotAllowed
    if request.method == "POST":
        return _answer_text(TextEditing(person, choices, sent=request.form))
    draft = draft_asked_for(person, Place(None, write_word), as_text=True)
    return TextEditing(person, choices, resumed=draft).show()


@bp.route("/wiki/<slug>/bearbeiten/text", methods=["GET", "POST"])
def edit(slug: str) -> Response:
    person = signed_in_person()
    page = editable_page(slug, person)
    if request.method == "POST":
        return _answer_text(TextEditing(person, kinds_of(page), page, sent=request.form))
    draft = draft_asked_for(person, place_of(page), as_text=True)
    return TextEditing(person, kinds_of(page), page, resumed=draft).show()


def _answer_text(editing: TextEditing) -> Response:
    if request.form.get("do") != "form":
        return answer(editing)
    content = editing.content()
    if content is None:
        return editing.show(422)
    form = Form.showing(editing.kind.content, content)
    return Editing.going_on(editing, form).show()
