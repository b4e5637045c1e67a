"""`/wiki/<slug>/vorschlaege`: what was proposed, compared, taken over, declined, withdrawn."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.errors import NotFound
from wiki.fields import one_line
from wiki.forms import Form
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.markup import TooComplex
from wiki.pages.answering import offer_to_adapt_links
from wiki.pages.by_field import decisions_in
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.merging import UnresolvedConflicts
from wiki.pages.opening import editable_page, readable_page
from wiki.pages.visibility import may_read_revision
from wiki.pages.writing import NOTE_LENGTH, EditConflict, revision_of
from wiki.proposals.answering import (
    NothingPicked,
    Picks,
    accept,
    decline,
    merge_of,
    withdraw,
)
from wiki.proposals.content import Declining
from wiki.proposals.mail import send_answer
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import (
    AnsweredAlready,
    find_proposal,
    forget_contact,
    proposals_to,
)
from wiki.proposals.showing import show_proposal

bp = Blueprint("answers", __name__, url_prefix="/wiki/<slug>/vorschlaege")


@bp.get("")
def index(slug: str) -> Response:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    proposals = proposals_to(page, someone)
    return show_template("proposals/index.html", page=page, proposals=proposals)


@bp.get("/<int:number>")
def show(slug: str, number: int) -> Response:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    return show_proposal(find_proposal(page, number, someone))


@bp.post("/<int:number>/uebernahme")
def take_over(slug: str, number: int) -> BaseResponse:
    editor = signed_in_person()
    page = editable_page(slug, editor)
    proposal, picks = find_proposal(page, number, editor), _picks_in(request.form)
    if not may_read_revision(editor, page, picks.theirs or page.current_number):
        raise NotFound
    try:
        saved = accept(proposal, picks, editor)
    except AnsweredAlready:
        return _tell_it_is_answered(proposal)
    except NothingPicked:
        flash(_("Mindestens eine Stelle wird gebraucht."), "error")
        return _back_to(proposal)
    except UnresolvedConflicts:
        flash(_("Bei jeder Stelle wird eine Wahl gebraucht."), "error")
        return _show_conflict(proposal, picks, picks.theirs)
    except EditConflict as conflict:
        return _show_conflict(proposal, picks, conflict.current_number)
    except ValidationError:
        return _tell_it_does_not_fit(proposal)
    except TooComplex:
        flash(_(TOO_COMPLEX), "error")
        return _back_to(proposal)
    _send_answer(proposal, _("Übernommen. Der Vorschlag steht jetzt auf der Seite."))
    offer_to_adapt_links(saved, editor)
    return go(url_for("pages.show", slug=saved.page.slug))


@bp.post("/<int:number>/ablehnung")
def refuse(slug: str, number: int) -> BaseResponse:
    editor = signed_in_person()
    page = editable_page(slug, editor)
    proposal = find_proposal(page, number, editor)
    form = Form.sent(Declining, request.form)
    if common := request.form.get("common"):
        form.values["answer"] = common
    content = form.validate()
    if content is None:
        return show_proposal(proposal, form, status=422)
    try:
        decline(proposal, content.answer, editor)
    except AnsweredAlready:
        return _tell_it_is_answered(proposal)
    _send_answer(proposal, _("Abgelehnt, mit einer Antwort."))
    return go(url_for("answers.index", slug=page.slug))


@bp.post("/<int:number>/ruecknahme")
def take_back(slug: str, number: int) -> BaseResponse:
    someone = signed_in_person()
    proposal = find_proposal(readable_page(slug, someone), number, someone)
    try:
        withdraw(proposal, someone)
    except AnsweredAlready:
        return _tell_it_is_answered(proposal)
    flash(_("Der Vorschlag ist zurückgenommen."), "success")
    return _back_to(proposal)


def _show_conflict(proposal: Proposal, picks: Picks, newest: int) -> BaseResponse:
    """Both texts of each place that the proposal and somebody since changed, to choose."""
    page = proposal.page
    merged = merge_of(proposal, picks.fields, newest)
    if not merged.conflicts:
        return _tell_it_does_not_fit(proposal)
    return show_template(
        "proposals/conflict.html",
        status=409,
        page=page,
        proposal=proposal,
        conflicts=merged.conflicts,
        taken=", ".join(_(label) for label in merged.taken),
        theirs=revision_of(page, newest),
        fields=sorted(picks.fields),
        note=picks.note,
        picks=request.form,
    )


def _picks_in(sent: Mapping[str, str]) -> Picks:
    theirs = sent.get("theirs", "")
    picks, texts = decisions_in(sent)
    return Picks(
        fields=frozenset(request.form.getlist("field")),
        picks=picks,
        texts=texts,
        theirs=int(theirs) if theirs.isdecimal() and len(theirs) < 10 else 0,
        note=one_line(sent.get("note", ""), NOTE_LENGTH),
    )


def _send_answer(proposal: Proposal, told: str) -> None:
    if send_answer(proposal):
        forget_contact(proposal)
        told += " " + _("Die Antwort ist auch als Mail unterwegs.")
    flash(told, "success")


def _tell_it_is_answered(proposal: Proposal) -> BaseResponse:
    flash(_("Dieser Vorschlag ist inzwischen schon beantwortet."), "info")
    return _back_to(proposal)


def _tell_it_does_not_fit(proposal: Proposal) -> BaseResponse:
    flash(
        _(
            "So passt es nicht zusammen: Manche Angaben hängen voneinander ab oder von dem, was "
            "inzwischen auf der Seite steht. Mit einer anderen Auswahl geht es."
        ),
        "error",
    )
    return _back_to(proposal)


def _back_to(proposal: Proposal) -> BaseResponse:
    return go(url_for("answers.show", slug=proposal.page.slug, number=proposal.id))
