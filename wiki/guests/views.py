"""`/gastplatz`: asking for a place of one's own without an account, and answering that."""

from contextlib import suppress

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person, signed_in_person
from wiki.accounts.mailing import can_send_mail
from wiki.accounts.models import User
from wiki.accounts.strangers import came_too_quickly, fell_into_the_trap, marks
from wiki.adaptations.adapting import is_open_to_adapt
from wiki.errors import Gone, LaborwikiError, NotFound, TooMany
from wiki.forms import Form
from wiki.guests.asking import (
    TooManyWaiting,
    admit,
    admit_to,
    ask_for_place,
    find_request,
    refuse,
)
from wiki.guests.content import Admission, Refusal, RequestContent
from wiki.guests.mail import send_refusal
from wiki.guests.models import GuestRequest
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.labs.handing_over import hand_over
from wiki.labs.inviting import AlreadyMember
from wiki.labs.membership import labs_of, real_labs
from wiki.labs.models import Invitation
from wiki.labs.writing import NameTaken
from wiki.pages.models import Page
from wiki.pages.opening import readable_page

bp = Blueprint("guests", __name__, url_prefix="/gastplatz")

#: Within an hour.
MOST_FROM_ADDRESS = 5


@bp.get("")
def ask() -> BaseResponse:
    someone, page = person(), _wanted(request.args.get("seite", ""))
    if labs := labs_of(someone):
        here = url_for("adaptations.new", slug=page.slug) if page else None
        return go(here or url_for("labs.show", slug=labs[0].slug))
    form = Form.blank(RequestContent)
    if someone is not None:
        form.values.update(name=someone.name, email=someone.email)
    return _show_form(form, page)


@bp.post("")
def send() -> BaseResponse:
    form, page = Form.sent(RequestContent, request.form), _wanted(request.form.get("page", ""))
    content = form.validate()
    if content is None or came_too_quickly(form):
        return _show_form(form, page, status=422)
    if not fell_into_the_trap():
        try:
            count_from_address("guest", MOST_FROM_ADDRESS)
            ask_for_place(content, page, str(get_locale()))
        except TooManyWaiting:
            form.errors[""] = _(
                "Hier warten schon sehr viele Anfragen. Bis eine Redaktion dazu kommt, geht keine "
                "mehr; alles steht noch im Formular."
            )
            return _show_form(form, page, status=429)
        except TooMany:
            form.errors[""] = _(
                "Gerade kommen hier sehr viele Anfragen an. In einer Stunde geht es wieder; "
                "alles steht noch im Formular."
            )
            return _show_form(form, page, status=429)
    return go(url_for("guests.thank", seite=page.slug if page else None))


@bp.get("/danke")
def thank() -> Response:
    return show_template("guests/sent.html", page=_wanted(request.args.get("seite", "")))


@bp.get("/<int:number>")
def show(number: int) -> Response:
    asked = find_request(number, signed_in_person())
    chosen = asked.invitation.lab.slug if asked.invitation else ""
    return _show_request(asked, Form.showing(Admission, Admission(guest=asked.guest)), chosen)


@bp.post("/<int:number>/aufnahme")
def take_in(number: int) -> BaseResponse:
    """The link is shown in the answer itself: it is kept nowhere, not even until a redirect."""
    editor = signed_in_person()
    asked = find_request(number, editor)
    form, chosen = Form.sent(Admission, request.form), request.form.get("lab", "")
    try:
        invited = _admit(asked, form, chosen, editor)
    except NameTaken:
        form.errors["guest"] = _(
            "Unter diesem Namen gibt es hier schon etwas. Ein Zusatz hilft, oder die Auswahl unten."
        )
    except AlreadyMember:
        form.errors[""] = _("Wer diese Adresse hat, gehört dort schon dazu.")
    else:
        if invited is not None:
            return hand_over(*invited, by=editor)
    return _show_request(find_request(number, editor), form, chosen, status=422)


@bp.post("/<int:number>/ablehnung")
def turn_down(number: int) -> BaseResponse:
    editor = signed_in_person()
    asked = find_request(number, editor)
    form = Form.sent(Refusal, request.form)
    refusal = form.validate()
    if refusal is None:
        admission = Form.showing(Admission, Admission(guest=asked.guest))
        return _show_request(asked, admission, refusal=form, status=422)
    asker = refuse(number, editor)
    if refusal.answer:
        send_refusal(asker, refusal.answer)
    flash(_("Abgelehnt; von der Anfrage bleibt nichts."), "success")
    return go(url_for("todo.index"))


def _admit(
    asked: GuestRequest, form: Form[Admission], chosen: str, editor: User
) -> tuple[Invitation, str] | None:
    """The invitation and its secret; None if something in the form is wrong."""
    onward = _onward(asked.page)
    if chosen:
        found = next((lab for lab in real_labs() if lab.slug == chosen and lab.is_guest), None)
        if found is None:
            raise LaborwikiError
        return admit_to(asked.id, found.id, onward, editor)
    admission = form.validate()
    return admit(asked.id, admission, onward, editor) if admission else None


def _show_form(form: Form[RequestContent], page: Page | None, status: int = 200) -> Response:
    return show_template("guests/new.html", status=status, form=form, page=page, **marks())


def _show_request(
    asked: GuestRequest,
    form: Form[Admission],
    chosen: str = "",
    refusal: Form[Refusal] | None = None,
    status: int = 200,
) -> Response:
    return show_template(
        "guests/show.html",
        status=status,
        asked=asked,
        form=form,
        refusal=refusal or Form.blank(Refusal),
        guests=[lab for lab in real_labs() if lab.is_guest],
        chosen=chosen,
        can_send_mail=can_send_mail(),
    )


def _wanted(slug: str) -> Page | None:
    """The page that somebody would adapt; it may have gone meanwhile."""
    if not slug:
        return None
    with suppress(NotFound, Gone):
        page = readable_page(slug, person())
        return page if is_open_to_adapt(page) else None
    return None


def _onward(page: Page | None) -> str | None:
    """From the invitation by way of here, where it shows whether the page is still to be had."""
    return url_for("guests.ask", seite=page.slug) if page else None
