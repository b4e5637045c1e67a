"""`/wiki/<slug>/diskussion`: what is said about a page; and what can be done with it."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap
from wiki.errors import NotAllowed, NotFound, TooMany
from wiki.forms import Form
from wiki.htmx import go, wants_fragment
from wiki.markup import TooComplex
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.models import Page
from wiki.pages.opening import readable_page
from wiki.talk import saying
from wiki.talk.addresses import address_of
from wiki.talk.content import RemarkContent
from wiki.talk.mentioning import mark_read
from wiki.talk.models import Thread
from wiki.talk.reading import find_remark, find_thread
from wiki.talk.rights import may_begin
from wiki.talk.saying import TooManyWaiting
from wiki.talk.showing import (
    came_from,
    show_discussion,
    show_form,
    show_thread_again,
    too_many,
)

bp = Blueprint("talk", __name__)

#: Remarks without an account from one address within an hour.
MOST_FROM_ADDRESS = 10


@bp.get("/wiki/<slug>/diskussion")
def show(slug: str) -> Response:
    reader = person()
    return show_discussion(readable_page(slug, reader), reader)


@bp.get("/wiki/<slug>/diskussion/neu")
def new(slug: str) -> Response:
    reader = person()
    page = _discussed(slug, reader)
    form = Form.blank(RemarkContent)
    form.values["step"] = request.args.get("schritt", "")
    return show_form(page, form, _thread_in(page, request.args.get("gespraech", ""), reader))


@bp.post("/wiki/<slug>/diskussion/neu")
def create(slug: str) -> BaseResponse:
    someone = person()
    page = _discussed(slug, someone)
    thread = _thread_in(page, request.form.get("thread", ""), someone)
    form = Form.sent(RemarkContent, request.form)
    content = form.validate()
    if content is None:
        return show_form(page, form, thread, status=422)
    if someone is None:
        if fell_into_the_trap():
            return _thank(page)
        if came_too_quickly(form):
            return show_form(page, form, thread, status=422)
    try:
        number = _say(page, thread, content, someone)
    except TooComplex:
        form.errors["text"] = _(TOO_COMPLEX)
        return show_form(page, form, thread, status=422)
    except (TooMany, TooManyWaiting):
        form.errors[""] = too_many()
        return show_form(page, form, thread, status=429)
    if someone is None:
        return _thank(page)
    return go(url_for("talk.show", slug=page.slug, _anchor=f"bemerkung-{number}"))


@bp.post("/gespraeche/<int:number>/erledigung")
def resolve(number: int) -> BaseResponse:
    return _change(number, lambda thread, by: saying.set_resolved(thread, by, on=True))


@bp.post("/gespraeche/<int:number>/erledigung/aufhebung")
def reopen(number: int) -> BaseResponse:
    return _change(number, lambda thread, by: saying.set_resolved(thread, by, on=False))


@bp.post("/gespraeche/<int:number>/gelesen")
def read(number: int) -> BaseResponse:
    someone = signed_in_person()
    thread = find_thread(number, someone)
    mark_read(thread, someone)
    # To htmx nothing: the button goes.
    return Response() if wants_fragment() else go(came_from() or address_of(thread))


@bp.post("/bemerkungen/<int:number>/veroeffentlichung")
def publish(number: int) -> BaseResponse:
    someone = signed_in_person()
    remark = find_remark(number, someone)
    saying.publish(remark, someone)
    return show_thread_again(remark.thread, someone)


@bp.post("/bemerkungen/<int:number>/loeschen")
def remove(number: int) -> BaseResponse:
    someone = signed_in_person()
    remark = find_remark(number, someone)
    page = remark.thread.page
    saying.remove(remark, someone)
    if page is not None:
        return show_discussion(page, someone) if wants_fragment() else _go_to_talk(page)
    return go(url_for("questions.index"))


def _change(number: int, change: Callable[[Thread, User], None]) -> BaseResponse:
    someone = signed_in_person()
    change(find_thread(number, someone), someone)
    return show_thread_again(find_thread(number, someone), someone)


def _say(page: Page, thread: Thread | None, content: RemarkContent, by: User | None) -> int:
    if by is None:
        count_from_address("talk", MOST_FROM_ADDRESS)
    if thread is None:
        return saying.say(page, content, by).id
    return saying.answer(thread, content, by).id


def _discussed(slug: str, someone: User | None) -> Page:
    """The page at this address on which this person may say something."""
    page = readable_page(slug, someone)
    if not may_begin(someone, page):
        raise NotAllowed
    return page


def _thread_in(page: Page, number: str, reader: User | None) -> Thread | None:
    """The thread that is answered, if one is named."""
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise NotFound
    thread = find_thread(int(number), reader)
    if thread.page_id != page.id:
        raise NotFound
    return thread


def _thank(page: Page) -> BaseResponse:
    flash(_("Danke! Die Redaktion liest das; dann steht es hier."), "success")
    return _go_to_talk(page)


def _go_to_talk(page: Page) -> BaseResponse:
    return go(came_from() or url_for("talk.show", slug=page.slug))
