"""Talking about a proposal: who proposed it and who edits the page, also after the answer."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from wiki.accounts.happenings import note_happening
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import NotAllowed, NotFound, TooMany
from wiki.pages.visibility import may_edit
from wiki.proposals.content import CommentContent
from wiki.proposals.models import Proposal, ProposalComment

#: Comments of one person within an hour; more is no talk.
MOST_IN_AN_HOUR = 60


def comments_on(proposal: Proposal) -> Sequence[ProposalComment]:
    """The oldest first; whoever may see the proposal reads them."""
    said = select(ProposalComment).where(ProposalComment.proposal_id == proposal.id)
    return db.session.scalars(said.order_by(ProposalComment.id)).all()


def comments_by(user: User) -> Sequence[ProposalComment]:
    """What this person said about proposals, the oldest first."""
    said = select(ProposalComment).where(ProposalComment.by_id == user.id)
    return db.session.scalars(said.order_by(ProposalComment.id)).all()


def may_talk(user: User, proposal: Proposal) -> bool:
    """Who made the proposal, and who may edit its page."""
    return proposal.by_id == user.id or may_edit(user, proposal.page)


def comment(proposal: Proposal, content: CommentContent, by: User) -> ProposalComment:
    """Say something about a proposal that this person may see.

    Raises:
        NotAllowed: they neither made it nor may edit its page.
        NotFound: it is gone.
        TooMany: they say very much within an hour.
    """
    number = proposal.id
    with writing() as session:
        current = session.get(Proposal, number)
        if current is None:
            raise NotFound
        if not may_talk(by, current):
            raise NotAllowed
        lately = ProposalComment.created_at > now() - timedelta(hours=1)
        said = select(func.count()).where(ProposalComment.by_id == by.id, lately)
        if session.scalars(said).one() >= MOST_IN_AN_HOUR:
            raise TooMany
        added = ProposalComment(proposal_id=number, text=content.text, by_id=by.id)
        session.add(added)
        session.flush()
        note_happening("comment", added.id)
    return added


def take_back(number: int, by: User) -> Proposal:
    """Remove what oneself said; returns the proposal it was about.

    Raises:
        NotFound: this person said nothing of that number.
    """
    with writing() as session:
        found = session.get(ProposalComment, number)
        if found is None or found.by_id != by.id:
            raise NotFound
        session.delete(found)
        return found.proposal
