"""`/wiki/<slug>/vorschlaege/<n>/kommentare`, `/kommentare/<n>`: talking about a proposal."""

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.forms import Form
from wiki.htmx import go
from wiki.pages.views import readable_page
from wiki.proposals.commenting import comment, take_back
from wiki.proposals.content import CommentContent
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import find_proposal

bp = Blueprint("comments", __name__)


@bp.post("/wiki/<slug>/vorschlaege/<int:number>/kommentare")
def create(slug: str, number: int) -> BaseResponse:
    someone = signed_in_person()
    proposal = find_proposal(readable_page(slug, someone), number, someone)
    content = Form.sent(CommentContent, request.form).validate()
    if content is None:
        flash(_("Ein Kommentar braucht Worte, höchstens 2.000 Zeichen."), "error")
        return _back_to(proposal)
    added = comment(proposal, content, someone)
    return _back_to(proposal, f"kommentar-{added.id}")


@bp.post("/kommentare/<int:number>/entfernung")
def remove(number: int) -> BaseResponse:
    return _back_to(take_back(number, signed_in_person()))


def _back_to(proposal: Proposal, anchor: str = "kommentare") -> BaseResponse:
    slug = proposal.page.slug
    return go(url_for("answers.show", slug=slug, number=proposal.id, _anchor=anchor))
