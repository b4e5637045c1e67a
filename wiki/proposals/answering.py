"""Answering a proposal: what it changes, taking it over whole or in parts, declining it."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from wiki.accounts.happenings import note_happening
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed
from wiki.labs.membership import lab_speaking_for
from wiki.pages.by_field import Part, parts_between, picked
from wiki.pages.comparing import Change, compare
from wiki.pages.content import Content
from wiki.pages.kinds import Kind, kinds
from wiki.pages.merging import Merge, merge, resolve
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_edit
from wiki.pages.writing import Contribution, Credit, Saved, revision_of, save_edit
from wiki.proposals.models import Proposal, ProposalState
from wiki.proposals.proposing import AnsweredAlready, proposed_content


class NothingPicked(LaborwikiError):
    """None of what the proposal changes was picked."""


#: How the choices name the kind of page among the fields.
KIND = "kind"


@dataclass(frozen=True)
class Outcome:
    """What would change on a page that moved on, and in how many places somebody has to decide."""

    changes: list[Change]
    conflicts: int = 0


@dataclass(frozen=True)
class Picks:
    """What somebody takes over: these fields, and how they decided where both changed something.

    `theirs` is the number of the version that the decisions were made about.
    """

    fields: frozenset[str]
    picks: Mapping[str, str]
    texts: Mapping[str, str]
    theirs: int = 0
    note: str = ""


def parts_of(proposal: Proposal) -> list[Part]:
    """What a proposal changes, field by field."""
    return parts_between(base_of(proposal), proposed_content(proposal))


def base_of(proposal: Proposal) -> Content:
    """What the page said when somebody began to propose."""
    return content_of(revision_of(proposal.page, proposal.base_number))


def changes_kind(proposal: Proposal) -> bool:
    return revision_of(proposal.page, proposal.base_number).kind != proposal.kind


def merge_of(proposal: Proposal, fields: Collection[str], newest: int) -> Merge:
    """These fields of a proposal brought together with a later version of the page."""
    base = base_of(proposal)
    mine = picked(base, proposed_content(proposal), fields)
    return merge(base, mine, content_of(revision_of(proposal.page, newest)))


def outcome_of(proposal: Proposal) -> Outcome | None:
    """What taking it over whole would do to the page as it is now; None if it did not move on."""
    page = proposal.page
    if page.current_number == proposal.base_number:
        return None
    merged = merge_of(proposal, type(base_of(proposal)).model_fields, page.current_number)
    if merged.conflicts:
        return Outcome([], len(merged.conflicts))
    present = content_of(revision_of(page, page.current_number))
    with suppress(ValidationError):
        return Outcome(compare(present, type(present).model_validate(merged.values)))
    return Outcome([])


def accept(proposal: Proposal, picks: Picks, by: User) -> Saved:
    """Take a proposal over as the page's next version, credited to who proposed it.

    Its state changes in the transaction that saves the version: never one without the other.

    Raises:
        AnsweredAlready: somebody else was faster.
        NothingPicked: it would change nothing.
        EditConflict: the page changed in the same place since.
        UnresolvedConflicts: a decision is missing.
        ValidationError: what was picked does not fit together.
        NotAllowed: the person may not edit the page.
        TooComplex: the text cannot be rendered in time.
    """
    page, number = proposal.page, proposal.id
    if not proposal.is_waiting:
        raise AnsweredAlready
    base = proposal.base_number
    content = picked(base_of(proposal), proposed_content(proposal), picks.fields)
    if content == base_of(proposal) and not _picks_kind(proposal, picks):
        raise NothingPicked
    if picks.theirs > base:
        merged = merge_of(proposal, picks.fields, picks.theirs)
        content = type(content).model_validate(resolve(merged, picks.picks, picks.texts))
        base = picks.theirs

    def take_over(version: int | None) -> None:
        _answered(number, ProposalState.ACCEPTED, by).revision_number = version

    contribution = Contribution(
        by=by,
        lab=lab_speaking_for(by, page.lab_id),
        note=picks.note,
        proposed_by=Credit(proposal.by_id, None if proposal.by_id else proposal.name),
        together_with=take_over,
    )
    return save_edit(page, _kind(proposal, picks), content, contribution, base=base, publish=False)


def decline(proposal: Proposal, answer: str, by: User) -> None:
    """Say why a proposal is not taken over.

    Raises:
        AnsweredAlready: somebody else was faster.
        NotAllowed: the person may not edit the page.
    """
    number = proposal.id
    with writing():
        answered = _answered(number, ProposalState.DECLINED, by)
        if not may_edit(by, answered.page):
            raise NotAllowed
        answered.answer = answer


def withdraw(proposal: Proposal, by: User) -> None:
    """Take one's own proposal back.

    Raises:
        AnsweredAlready: it is answered.
        NotAllowed: somebody else proposed it.
    """
    number = proposal.id
    with writing():
        if _answered(number, ProposalState.WITHDRAWN, by).by_id != by.id:
            raise NotAllowed


def _answered(number: int, state: ProposalState, by: User) -> Proposal:
    """The proposal with its new state; inside a transaction, where it can only be answered once."""
    proposal = db.session.get(Proposal, number)
    if proposal is None or not proposal.is_waiting:
        raise AnsweredAlready
    proposal.state, proposal.answered_at, proposal.answered_by_id = state.value, now(), by.id
    note_happening("proposal", proposal.id)
    return proposal


def _picks_kind(proposal: Proposal, picks: Picks) -> bool:
    return KIND in picks.fields and changes_kind(proposal)


def _kind(proposal: Proposal, picks: Picks) -> Kind:
    is_new = _picks_kind(proposal, picks)
    return kinds().named(proposal.kind if is_new else proposal.page.kind)
