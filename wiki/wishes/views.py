"""`/wuensche`: leaving a wish without an account, reading those taken up, answering."""

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person, signed_in_person
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap, marks
from wiki.errors import NotAllowed, NotFound, TooMany
from wiki.fields import bounded_int
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.labs.membership import real_labs
from wiki.labs.models import Lab
from wiki.wishes.content import AnswerContent, WishContent
from wiki.wishes.mail import send_answer
from wiki.wishes.models import Wish
from wiki.wishes.wishing import (
    PageUnknown,
    TooManyWaiting,
    answer_wish,
    delete_wish,
    find_wish,
    forget_contact,
    make_wish,
    may_answer,
    taken_up,
    waiting_for,
)

bp = Blueprint("wishes", __name__, url_prefix="/wuensche")

#: Within an hour.
MOST_FROM_ADDRESS = 10


@bp.get("")
def index() -> Response:
    reader = person()
    number = min(max(request.args.get("seite", 1, type=bounded_int), 1), 500)
    return show_template(
        "wishes/index.html",
        public=taken_up(number),
        waiting=waiting_for(reader) if reader else [],
        next_pages=url_for("wishes.index", seite=""),
    )


@bp.get("/neu")
def new() -> Response:
    form = Form.blank(WishContent)
    form.values["title"] = request.args.get("titel", "")[:120]
    return _show_form(form, request.args.get("labor", ""))


@bp.post("/neu")
def create() -> BaseResponse:
    form, chosen = Form.sent(WishContent, request.form), request.form.get("lab", "")
    content = form.validate()
    if content is None or came_too_quickly(form):
        return _show_form(form, chosen, status=422)
    if not fell_into_the_trap():
        try:
            count_from_address("wish", MOST_FROM_ADDRESS)
            make_wish(content, _lab_at(chosen), person())
        except (TooMany, TooManyWaiting):
            form.errors[""] = _(
                "Gerade kommen hier sehr viele Wünsche an. In einer Stunde geht es wieder; "
                "der Text steht noch im Formular."
            )
            return _show_form(form, chosen, status=429)
    flash(_("Danke! Die Redaktion liest das und antwortet, sobald sie kann."), "success")
    return go(url_for("wishes.index"))


@bp.get("/<int:number>")
def show(number: int) -> Response:
    wish = find_wish(number, person())
    return _show_wish(wish, Form.showing(AnswerContent, _answer_of(wish)))


@bp.post("/<int:number>/antwort")
def answer(number: int) -> BaseResponse:
    someone = signed_in_person()
    wish = find_wish(number, someone)
    if not may_answer(someone, wish):
        raise NotAllowed
    form = Form.sent(AnswerContent, request.form)
    content = form.validate()
    if content is None:
        return _show_wish(wish, form, status=422)
    try:
        answer_wish(wish, content, someone, take_up=request.form.get("do") == "take_up")
    except PageUnknown:
        form.errors["page"] = _("Unter diesem Titel ist keine Seite veröffentlicht.")
        return _show_wish(wish, form, status=422)
    wish = find_wish(number, someone)
    if send_answer(wish):
        forget_contact(wish)
        flash(_("Beantwortet; die Antwort ist auch als Mail unterwegs."), "success")
    else:
        flash(_("Beantwortet."), "success")
    return go(url_for("wishes.show", number=number))


@bp.post("/<int:number>/loeschen")
def remove(number: int) -> BaseResponse:
    someone = signed_in_person()
    delete_wish(find_wish(number, someone), someone)
    flash(_("Gelöscht."), "success")
    return go(url_for("wishes.index"))


def _show_form(form: Form[WishContent], chosen: str, status: int = 200) -> Response:
    return show_template(
        "wishes/new.html", status=status, form=form, labs=real_labs(), chosen=chosen, **marks()
    )


def _show_wish(wish: Wish, form: Form[AnswerContent], status: int = 200) -> Response:
    answers = may_answer(person(), wish)
    return show_template(
        "wishes/show.html", status=status, wish=wish, form=form, may_answer=answers
    )


def _answer_of(wish: Wish) -> AnswerContent:
    page = wish.page.title if wish.page else ""
    return AnswerContent.model_construct(answer=wish.answer, page=page)


def _lab_at(slug: str) -> Lab | None:
    """The chosen lab; an empty choice asks all of them.

    Raises:
        NotFound: there is no such lab.
    """
    if not slug:
        return None
    found = next((lab for lab in real_labs() if lab.slug == slug), None)
    if found is None:
        raise NotFound
    return found
