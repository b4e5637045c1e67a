"""`/wiki/<slug>/vorschlaege/<n>/kommentare`, `/kommentare/<n>`: talking about a proposal."""

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.errors import TooMany
from wiki.forms import Form
from wiki.htmx import go
from wiki.pages.opening import readable_page
from wiki.proposals.commenting import comment, take_back
from wiki.proposals.content import CommentContent
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import find_proposal
from wiki.proposals.showing import show_proposal

bp = Blueprint("comments", __name__)


@bp.post("/wiki/<slug>/vorschlaege/<int:number>/kommentare")
def create(slug: str, number: int) -> BaseResponse:
    someone = signed_in_person()
    proposal = find_proposal(readable_page(slug, someone), number, someone)
    form = Form.sent(CommentContent, request.form)
    content = form.validate()
    if content is None:
        return show_proposal(proposal, comment_form=form, status=422)
    try:
        added = comment(proposal, content, someone)
    except TooMany:
        form.errors[""] = _("Das war sehr viel auf einmal. In einer Stunde geht es wieder.")
        return show_proposal(proposal, comment_form=form, status=429)
    return _back_to(proposal, f"kommentar-{added.id}")


@bp.post("/kommentare/<int:number>/entfernung")
def remove(number: int) -> BaseResponse:
    return _back_to(take_back(number, signed_in_person()))


def _back_to(proposal: Proposal, anchor: str = "kommentare") -> BaseResponse:
    slug = proposal.page.slug
    return go(url_for("answers.show", slug=slug, number=proposal.id, _anchor=anchor))
