"""Proposing: who may, what is kept, who sees it, what is forgotten when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, true, update

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.labs.examples import of_example
from wiki.labs.membership import memberships_of
from wiki.pages.content import Content
from wiki.pages.drafts import finish_draft
from wiki.pages.kinds import Kind, kinds
from wiki.pages.models import Page, PageState
from wiki.pages.visibility import may_edit, may_read, may_read_revision, sees_drafts
from wiki.proposals.content import Reasons, ReasonsOfReader
from wiki.proposals.models import Proposal, ProposalState

# A page with this many unanswered proposals is under attack, or nobody looks after it.
MOST_WAITING = 50
MOST_OF_ONE = 5
CONTACT_KEPT = timedelta(days=30)
CONTACT_KEPT_WAITING = timedelta(days=180)


class TooManyWaiting(LaborwikiError):
    """So many proposals wait here that no more are taken."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class AnsweredAlready(LaborwikiError):
    """Somebody answered the proposal, or it was withdrawn."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True)
class Change:
    """What somebody would have a page say, on top of one of its versions."""

    kind: Kind
    content: Content
    base: int


def may_propose(user: User | None, page: Page) -> bool:
    """Whoever may read a page and not edit it; nothing is proposed to a retired one."""
    if page.is_retired or not may_read(user, page):
        return False
    return not may_edit(user, page)


def propose(page: Page, change: Change, reasons: Reasons, by: User | None, draft: str) -> Proposal:
    """A new proposal that waits for an answer; the draft it was written in is finished with it.

    Raises:
        NotAllowed: the person may not read the page, or may edit it.
        TooManyWaiting: the page, or this person, has very many unanswered ones.
    """
    with writing() as session:
        current = session.get_one(Page, page.id)
        if not may_propose(by, current) or not may_read_revision(by, current, change.base):
            raise NotAllowed
        _make_sure_there_is_room(current, by)
        proposal = Proposal(
            page_id=current.id,
            base_number=change.base,
            kind=change.kind.name,
            content=change.content.to_json(),
            reason=reasons.reason,
            evidence=reasons.evidence,
            by_id=by.id if by else None,
            agreed_licence=change.content.licence.value,
        )
        if by is None and isinstance(reasons, ReasonsOfReader):
            proposal.name, proposal.contact = reasons.proposer_name, reasons.contact
        session.add(proposal)
        finish_draft(draft, by, current)
    return proposal


def proposed_content(proposal: Proposal) -> Content:
    return kinds().named(proposal.kind).content.model_validate(proposal.content)


def find_proposal(page: Page, number: int, reader: User) -> Proposal:
    """The proposal to this page with this number, if this reader may see it.

    Raises:
        NotFound: there is none, or they may not know of it.
    """
    proposal = db.session.scalar(
        select(Proposal).where(
            Proposal.id == number, Proposal.page_id == page.id, _seen_by(reader, page)
        )
    )
    if proposal is None:
        raise NotFound
    return proposal


def proposals_to(page: Page, reader: User) -> Sequence[Proposal]:
    """What this reader may see of the proposals to a page: waiting ones first, the oldest first."""
    is_over = Proposal.state != ProposalState.WAITING.value
    seen = select(Proposal).where(Proposal.page_id == page.id, _seen_by(reader, page))
    waiting = db.session.scalars(seen.where(~is_over).order_by(Proposal.id)).all()
    over = seen.where(is_over).order_by(Proposal.answered_at.desc(), Proposal.id.desc())
    return [*waiting, *db.session.scalars(over.limit(100))]


def proposals_by(user: User) -> Sequence[Proposal]:
    """What this person proposed, the newest first."""
    own = select(Proposal).where(Proposal.by_id == user.id).order_by(Proposal.id.desc())
    return db.session.scalars(own).all()


def waiting_count(page: Page, reader: User) -> int:
    """How many proposals to this page wait that the reader may see."""
    return _count(Proposal.page_id == page.id, _seen_by(reader, page))


def waiting_for(user: User) -> Sequence[Proposal]:
    """What waits for this person's answer, the oldest first; nobody is asked about examples."""
    waiting = (
        select(Proposal)
        .join(Page, Page.id == Proposal.page_id)
        .where(
            Proposal.state == ProposalState.WAITING.value,
            not_(of_example(Page.lab_id)),
            _looked_through_by(user),
        )
    )
    return db.session.scalars(waiting.order_by(Proposal.created_at, Proposal.id)).all()


def forget_contact(proposal: Proposal) -> None:
    """The answer is on its way: nobody needs the address any more."""
    number = proposal.id
    with writing() as session:
        session.execute(update(Proposal).where(Proposal.id == number).values(contact=""))


def forget_contacts() -> None:
    """Hourly chore: addresses nobody needs any more go, and those nobody answered for long."""
    today = now()
    old = (Proposal.contact != "") & or_(
        Proposal.answered_at < today - CONTACT_KEPT,
        Proposal.created_at < today - CONTACT_KEPT_WAITING,
    )
    if db.session.scalar(select(Proposal.id).where(old).limit(1)) is not None:
        with writing() as session:
            session.execute(update(Proposal).where(old).values(contact=""))


def forget_proposals(page: Page) -> None:
    """Runs inside the transaction that purges the page."""
    db.session.execute(delete(Proposal).where(Proposal.page_id == page.id))


def _seen_by(reader: User, page: Page) -> ColumnElement[bool]:
    is_own = Proposal.by_id == reader.id
    if not may_edit(reader, page):
        return is_own
    # A comparison shows the version that somebody began with.
    first = 0 if sees_drafts(reader, page) else page.published_from or 0
    return is_own | (Proposal.base_number >= first)


def _looked_through_by(user: User) -> ColumnElement[bool]:
    """The pages whose proposals this person is asked about: those of their lab they may edit."""
    if user.is_admin:
        return true()
    labs = memberships_of(user)
    edited = [membership.lab_id for membership in labs if membership.is_editor]
    is_open = ~Page.is_protected & (Page.state != PageState.RETIRED.value)
    written = Page.lab_id.in_([membership.lab_id for membership in labs])
    return or_(Page.lab_id.in_(edited), and_(written, is_open))


def _make_sure_there_is_room(page: Page, by: User | None) -> None:
    here = Proposal.page_id == page.id
    if _count(here) >= MOST_WAITING:
        raise TooManyWaiting
    if by is not None and _count(here, Proposal.by_id == by.id) >= MOST_OF_ONE:
        raise TooManyWaiting


def _count(*where: ColumnElement[bool]) -> int:
    waiting = Proposal.state == ProposalState.WAITING.value
    return db.session.scalars(select(func.count()).where(waiting, *where)).one()
