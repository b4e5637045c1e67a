"""`/wiki/<slug>/vorschlagen`: the editor for those who may not edit a page."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.accounts.strangers import OPENED, came_too_quickly, fell_into_the_trap
from wiki.errors import NotAllowed, TooMany
from wiki.htmx import go, wants_fragment
from wiki.htmx import show as show_template
from wiki.markup import TooComplex
from wiki.pages.answering import answer
from wiki.pages.content import Content
from wiki.pages.drafts import SECTION_FIELD, EditDraft
from wiki.pages.editing import Editing, draft_asked_for, kinds_of, place_of
from wiki.pages.models import Page
from wiki.pages.opening import readable_page
from wiki.pages.panels import PageView
from wiki.pages.rendering import render_content
from wiki.pages.visibility import may_edit, may_read_revision
from wiki.proposals.content import Reasons
from wiki.proposals.editing import ProposalEditing
from wiki.proposals.proposing import Change, TooManyWaiting, may_propose, propose
from wiki.templating import address_of

bp = Blueprint("proposals", __name__)

# What one network may send or have rendered within an hour without an account.
SENT_AN_HOUR = 10
PREVIEWS_AN_HOUR = 60


@bp.get("/wiki/<slug>/vorschlagen")
def begin(slug: str) -> BaseResponse:
    someone = person()
    page = readable_page(slug, someone)
    if may_edit(someone, page):
        return go(url_for("editing.edit", slug=page.slug))
    return ProposalEditing(someone, _open_page(page, someone), resumed=_draft(page, someone)).show()


@bp.post("/wiki/<slug>/vorschlagen", endpoint="propose")
def send(slug: str) -> BaseResponse:
    someone = person()
    page = readable_page(slug, someone)
    if someone is not None and may_edit(someone, page):
        # Whoever may edit by now saves; what they typed is in the form.
        return answer(Editing(someone, kinds_of(page), page, sent=request.form), _lead_to_editing)
    editing = ProposalEditing(someone, _open_page(page, someone), sent=request.form)
    if request.form.get("do") == "preview" and someone is None:
        try:
            count_from_address("proposal preview", PREVIEWS_AN_HOUR)
        except TooMany as problem:
            return _refuse(editing, problem)
    return answer(editing, lambda _editing: _send(editing))


@bp.get("/wiki/<slug>/vorschlagen/danke")
def thank(slug: str) -> Response:
    # A page of its own: those that everybody reads are kept as they are and say nothing once.
    return show_template("proposals/sent.html", page=readable_page(slug, person()))


def come_back(status: HTTPStatus) -> Response:
    """The form as it was sent, when the session it was opened in is over."""
    if wants_fragment():
        return Response(status=status)
    someone = person()
    page = readable_page((request.view_args or {})["slug"], someone)
    if someone is not None and may_edit(someone, page):
        return Editing(someone, kinds_of(page), page, sent=request.form).show(status)
    flash(
        _(
            "Die Seite war lange offen, deshalb ist noch nichts abgeschickt. Der Text ist "
            "vollständig da. Wer ein Konto hat und nicht mehr angemeldet ist, meldet sich erst "
            "in einem neuen Fenster an."
        ),
        "warning",
    )
    return ProposalEditing(someone, _open_page(page, someone), sent=request.form).show(status)


def address_to_propose(view: PageView) -> str | None:
    """Where somebody proposes a change who may not edit the page."""
    # Nobody would be asked about it.
    if view.page.is_example or not may_propose(view.person, view.page):
        return None
    return address_of("proposals.begin", slug=view.page.slug)


def way_on(draft: EditDraft, someone: User) -> str | None:
    """The form in which somebody goes on with what they would propose."""
    page = draft.page
    if page is None or draft.is_text or SECTION_FIELD in draft.sent:
        return None
    if not may_propose(someone, page) or not may_read_revision(someone, page, draft.base):
        return None
    return url_for("proposals.begin", slug=page.slug, zwischenstand=draft.key)


def _draft(page: Page, someone: User | None) -> EditDraft | None:
    return draft_asked_for(someone, place_of(page)) if someone is not None else None


def _open_page(page: Page, someone: User | None) -> Page:
    if page.is_example or not may_propose(someone, page):
        raise NotAllowed
    return page


def _lead_to_editing(editing: Editing) -> Response:
    flash(_("Diese Seite lässt sich inzwischen direkt bearbeiten und speichern."), "info")
    return editing.show()


def _send(editing: ProposalEditing) -> BaseResponse:
    content, reasons = editing.content(), editing.reasons.validate()
    if content is not None and (problem := _problem_of(editing, content)):
        editing.form.errors[""] = problem
        content = None
    elif editing.proposer is None and came_too_quickly(editing.form):
        content = None
    if content is None or reasons is None:
        editing.keep()
        return editing.show(422)
    try:
        return _keep_proposal(editing, content, reasons)
    except TooComplex as problem:
        editing.keep()
        return editing.show_too_complex(problem)
    except (TooMany, TooManyWaiting) as problem:
        editing.keep()
        return _refuse(editing, problem)


def _problem_of(editing: ProposalEditing, content: Content) -> str:
    if editing.says_nothing_new(content):
        return str(_("Bis jetzt hat sich an der Seite nichts geändert."))
    if editing.proposer is None and OPENED not in editing.sent:
        # The form was that of somebody signed in, who should not become nobody unasked.
        return str(
            _(
                "Hier ist gerade niemand angemeldet. Noch einmal abschicken geht auch ohne Konto; "
                "wer eins hat, meldet sich erst in einem neuen Fenster an."
            )
        )
    return ""


def _keep_proposal(editing: ProposalEditing, content: Content, reasons: Reasons) -> BaseResponse:
    """Raises: TooMany, TooManyWaiting, TooComplex."""
    thanks = url_for("proposals.thank", slug=editing.to.slug)
    if editing.proposer is None:
        if fell_into_the_trap():
            return go(thanks)
        count_from_address("proposal", SENT_AN_HOUR)
    render_content(content)
    change = Change(editing.kind, content, editing.base)
    propose(editing.to, change, reasons, editing.proposer, editing.draft.mark.key)
    return go(thanks)


def _refuse(editing: ProposalEditing, problem: TooMany | TooManyWaiting) -> Response:
    if isinstance(problem, TooManyWaiting):
        words = _(
            "Für diese Seite warten schon sehr viele Vorschläge. Wenn einige beantwortet sind, "
            "geht es wieder; der Text steht noch im Formular."
        )
    else:
        words = _(
            "Gerade kommen hier sehr viele Vorschläge an. In einer Stunde geht es wieder; "
            "der Text steht noch im Formular."
        )
    editing.form.errors[""] = words
    return editing.show(problem.status)
