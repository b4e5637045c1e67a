"""`/fragen`: what somebody asks all labs, and their answers."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed, NotFound, TooMany
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.labs.membership import labs_of
from wiki.markup import TooComplex
from wiki.pages.editing import TOO_COMPLEX
from wiki.talk import saying
from wiki.talk.asking import edited_labs, know_nothing, questions
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.models import Thread
from wiki.talk.reading import find_thread
from wiki.talk.rights import may_see_questions
from wiki.talk.showing import asked_number, came_from, show_question, too_many

bp = Blueprint("questions", __name__, url_prefix="/fragen")


@bp.get("")
def index() -> Response:
    _member()
    return show_template(
        "talk/questions.html",
        questions=questions(asked_number()),
        next_pages=url_for("questions.index", seite=""),
    )


@bp.get("/neu")
def new() -> Response:
    _member()
    form = Form.blank(QuestionContent)
    form.values["title"] = request.args.get("titel", "")[:120]
    return show_template("talk/new_question.html", form=form)


@bp.post("/neu")
def create() -> BaseResponse:
    someone = _member()
    form = Form.sent(QuestionContent, request.form)
    content = form.validate()
    if content is None:
        return show_template("talk/new_question.html", form=form, status=422)
    try:
        thread = saying.ask(content, next(iter(labs_of(someone)), None), someone)
    except TooComplex:
        form.errors["text"] = _(TOO_COMPLEX)
        return show_template("talk/new_question.html", form=form, status=422)
    except TooMany:
        form.errors[""] = too_many()
        return show_template("talk/new_question.html", form=form, status=429)
    flash(_("Die Frage steht jetzt bei allen Laboren."), "success")
    return go(url_for("questions.show", number=thread.id))


@bp.get("/<int:number>")
def show(number: int) -> Response:
    someone = _member()
    return show_question(_question(number, someone), someone)


@bp.post("/<int:number>")
def answer(number: int) -> BaseResponse:
    someone = _member()
    thread = _question(number, someone)
    form = Form.sent(RemarkContent, request.form)
    content = form.validate()
    if content is None:
        return show_question(thread, someone, form, status=422)
    try:
        remark = saying.answer(thread, content, someone)
    except TooComplex:
        form.errors["text"] = _(TOO_COMPLEX)
        return show_question(thread, someone, form, status=422)
    except TooMany:
        form.errors[""] = too_many()
        return show_question(thread, someone, form, status=429)
    return go(url_for("questions.show", number=number, _anchor=f"bemerkung-{remark.id}"))


@bp.post("/<int:number>/unbekannt")
def pass_on(number: int) -> BaseResponse:
    someone = _member()
    thread = _question(number, someone)
    know_nothing(thread, edited_labs(someone))
    return go(came_from() or url_for("questions.show", number=number))


def _member() -> User:
    """The signed-in person, if questions are theirs to read.

    Raises:
        NotAllowed: they belong to no lab.
    """
    someone = signed_in_person()
    if not may_see_questions(someone):
        raise NotAllowed
    return someone


def _question(number: int, reader: User) -> Thread:
    thread = find_thread(number, reader)
    if not thread.is_question:
        raise NotFound
    return thread
