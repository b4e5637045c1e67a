"""A proposal as an answer to the browser."""

from flask import Response, url_for

from wiki.accounts.current import signed_in_person
from wiki.forms import Form
from wiki.htmx import show as show_template
from wiki.pages.kinds import kinds
from wiki.pages.links import published_pages
from wiki.pages.visibility import may_edit
from wiki.pages.writing import NOTE_LENGTH, revision_of
from wiki.proposals.answering import outcome_of, parts_of
from wiki.proposals.commenting import comments_on
from wiki.proposals.content import COMMON_ANSWERS, CommentContent, Declining
from wiki.proposals.models import Proposal


def show_proposal(
    proposal: Proposal,
    form: Form[Declining] | None = None,
    comment_form: Form[CommentContent] | None = None,
    status: int = 200,
) -> Response:
    """What was proposed, compared, with what may be done about it; with what was typed there."""
    someone, page = signed_in_person(), proposal.page
    answers = may_edit(someone, page)
    is_open = answers and proposal.is_waiting
    base = revision_of(page, proposal.base_number)
    return show_template(
        "proposals/show.html",
        status=status,
        page=page,
        proposal=proposal,
        base=base,
        base_kind=kinds().named(base.kind),
        kind=kinds().named(proposal.kind),
        parts=parts_of(proposal),
        comments=comments_on(proposal),
        evidence=[(title, _address_of(title)) for title in proposal.evidence],
        may_answer=answers,
        is_own=proposal.by_id == someone.id,
        outcome=outcome_of(proposal) if is_open else None,
        note=proposal.reason[:NOTE_LENGTH],
        common_answers=COMMON_ANSWERS,
        form=form or Form.blank(Declining),
        comment_form=comment_form or Form.blank(CommentContent),
    )


def _address_of(title: str) -> str | None:
    found = published_pages([title]).get(title)
    return url_for("pages.show", slug=found[1]) if found else None
