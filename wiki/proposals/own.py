"""What waits for those who answer, what a person sees and takes along of their own proposals."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.pages.panels import PageView
from wiki.pages.visibility import may_edit
from wiki.proposals.commenting import comments_by
from wiki.proposals.proposing import proposals_by, waiting_count, waiting_for


def waiting_proposals(user: User) -> Iterator[Waiting]:
    for proposal in waiting_for(user):
        yield Waiting(
            title=proposal.page.title,
            reason=_("Änderungsvorschlag: %(reason)s", reason=proposal.reason),
            address=url_for("answers.show", slug=proposal.page.slug, number=proposal.id),
            since=proposal.created_at,
        )


def panel_of(view: PageView) -> dict[str, Any] | None:
    """That proposals wait, on the page itself, for those who may edit it."""
    if view.person is None or not may_edit(view.person, view.page):
        return None
    waiting = waiting_count(view.page, view.person)
    return {"waiting": waiting} if waiting else None


def own_proposals(user: User) -> dict[str, Any] | None:
    """A part of „Mein Konto“: what became of what somebody proposed."""
    proposals = proposals_by(user)
    return {"proposals": proposals} if proposals else None


def proposals_for_export(user: User) -> list[dict[str, Any]]:
    """For the person's own copy of their data."""
    return [
        {
            "seite": proposal.page.title,
            "warum": proposal.reason,
            "belege": proposal.evidence,
            "am": proposal.created_at.isoformat(),
            "stand": proposal.state,
            "antwort": proposal.answer,
            "version": proposal.revision_number,
            "lizenz": proposal.agreed_licence,
            "inhalt": proposal.content,
        }
        for proposal in proposals_by(user)
    ]


def comments_for_export(user: User) -> list[dict[str, Any]]:
    """For the person's own copy of their data."""
    return [
        {"vorschlag": said.proposal_id, "kommentar": said.text, "am": said.created_at.isoformat()}
        for said in comments_by(user)
    ]
