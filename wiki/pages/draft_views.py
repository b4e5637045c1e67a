"""„Zwischenstände": going on with one, putting it aside, and all of one's own."""

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in, signed_in_person
from wiki.htmx import go, show, wants_fragment
from wiki.pages.drafts import (
    EditDraft,
    bring_back_draft,
    discard_draft,
    draft_of,
    open_drafts,
)
from wiki.pages.own_drafts import address_to_go_on, typed_text

bp = Blueprint("drafts", __name__)


@bp.get("/zwischenstaende")
@signed_in
def index() -> Response:
    return show("pages/drafts.html", drafts=open_drafts(signed_in_person()), discarded=None)


@bp.get("/zwischenstaende/<key>")
@signed_in
def go_on(key: str) -> BaseResponse:
    """To the form it belongs to; when that is closed to the person, what they typed."""
    person = signed_in_person()
    draft = draft_of(person, key)
    if draft.is_saved:
        assert draft.page is not None
        return go(url_for("pages.show", slug=draft.page.slug))
    address = address_to_go_on(draft, person) if draft.is_open else None
    if address is not None:
        return go(address)
    return show("pages/draft.html", draft=draft, text=typed_text(draft))


@bp.post("/zwischenstaende/<key>/papierkorb")
@signed_in
def discard(key: str) -> BaseResponse:
    return _answer(discard_draft(signed_in_person(), key))


@bp.post("/zwischenstaende/<key>/rueckkehr")
@signed_in
def bring_back(key: str) -> BaseResponse:
    return _answer(bring_back_draft(signed_in_person(), key))


def _answer(draft: EditDraft) -> BaseResponse:
    """The one draft for htmx; else all of them, the discarded one still in sight."""
    if wants_fragment():
        return show("pages/_offered.html", kept=draft)
    others = open_drafts(signed_in_person())
    discarded = None if draft.is_open else draft
    return show("pages/drafts.html", drafts=others, discarded=discarded)
