"""Whom it concerns when something happens, and what it is for them. Nobody hears of themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from wiki.accounts.models import User
from wiki.adaptations.models import Adaptation
from wiki.labs.membership import editors_of
from wiki.outcomes.evidence import KIND as REPORT
from wiki.outcomes.evidence import VIA
from wiki.outcomes.models import LearningAnswer
from wiki.pages.models import Link, Page, Revision
from wiki.pages.visibility import may_read
from wiki.proposals.commenting import may_talk
from wiki.proposals.models import Proposal, ProposalComment, ProposalState
from wiki.talk.models import Mention, Remark
from wiki.talk.rights import may_read_thread
from wiki.watching.matching import Matches, newly_found
from wiki.watching.models import Watching, What

_OF_PAGE = ("saved", "published", "retired")


class Event(NamedTuple):
    """A line of the change log."""

    seq: int
    page_id: int
    number: int | None
    what: str
    by_id: int | None
    at: datetime
    is_bulk: bool


@dataclass(frozen=True)
class News:
    """One thing for one person."""

    user_id: int
    what: What
    at: datetime
    page_id: int | None = None
    thread_id: int | None = None
    number: int | None = None
    other_id: int | None = None
    watching_id: int | None = None
    by_id: int | None = None
    count: int = 1


class _Change:
    """What happened to one page in a portion of the log."""

    def __init__(self, page: Page, events: Sequence[Event], proposed: dict[int, int]) -> None:
        self.page = page
        self.events = events
        self._proposed = proposed
        told = [event for event in events if event.what in _OF_PAGE]
        self.is_bulk = bool(told) and all(event.is_bulk for event in told)
        self.saved = {event.number for event in told if event.what == "saved" and event.number}
        self.is_new = any(self._publishes(event) for event in told)
        self.was_changed = any(number > (page.published_from or 0) for number in self.saved)

    def _publishes(self, event: Event) -> bool:
        is_first = event.what == "saved" and event.number == self.page.published_from
        return self.page.is_published and (is_first or event.what == "published")

    def what(self, events: Sequence[Event], otherwise: What) -> What:
        """What these events are for somebody who knew the page before."""
        if self.page.is_retired and any(event.what == "retired" for event in events):
            return What.RETIRED
        return What.NEW if any(map(self._publishes, events)) else otherwise

    def by_others(self, user_id: int, watching: Watching | None = None) -> list[Event]:
        """What somebody else did since it is watched; what one proposed oneself is one's own."""
        return [
            event
            for event in self.events
            if event.by_id != user_id
            and self._proposed.get(event.number or 0) != user_id
            and (watching is None or event.at >= watching.at)
        ]

    def for_one(
        self,
        user_id: int,
        what: What,
        watching: Watching | None = None,
        other_id: int | None = None,
    ) -> News | None:
        """The line this is for somebody, maybe because they watch something."""
        events = self.by_others(user_id, watching)
        if what is not What.FITS:
            events = [event for event in events if event.what in _OF_PAGE]
        if not events:
            return None
        if what in (What.CHANGED, What.FITS):
            what = self.what(events, what)
        numbers = [event.number for event in events if event.what == "saved" and event.number]
        if what is What.CHANGED and not numbers:
            return None
        return News(
            user_id,
            what,
            events[-1].at,
            page_id=self.page.id,
            number=min(numbers) - 1 if numbers else None,
            by_id=events[-1].by_id,
            count=max(1, len(set(numbers))),
            watching_id=watching.id if watching else None,
            other_id=other_id,
        )


class Concerned:
    """Who is told of one portion of the change log; inside the transaction that writes it."""

    def __init__(self, session: Session, events: Iterable[Event], matches: Matches) -> None:
        self._session = session
        self._matches = matches
        by_page: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            by_page[event.page_id].append(event)
        self._events = by_page
        self._changes = self._read_changes(by_page)
        self._people = _People(session)

    def news(self) -> Iterator[News]:
        """Everything, the most telling of what concerns one person and page decided later."""
        yield from self._for_watchers_of_pages()
        yield from self._for_watchers_of_labs()
        yield from self._for_searches()
        yield from self._for_adaptations()
        yield from self._for_reporters()
        yield from self._for_those_reported_to()

    def _read_changes(self, by_page: dict[int, list[Event]]) -> dict[int, _Change]:
        pages = self._session.scalars(
            select(Page).where(Page.id.in_(by_page)).options(lazyload(Page.lab))
        ).all()
        proposals = select(Revision.page_id, Revision.number, Revision.proposed_by_id).where(
            Revision.page_id.in_(by_page), Revision.proposed_by_id.is_not(None)
        )
        proposed: dict[int, dict[int, int]] = defaultdict(dict)
        for page_id, number, user_id in self._session.execute(proposals):
            proposed[page_id][number] = user_id or 0
        return {
            page.id: _Change(page, by_page[page.id], proposed[page.id])
            for page in pages
            if not page.is_purged
        }

    def _for_watchers_of_pages(self) -> Iterator[News]:
        query = select(Watching).where(Watching.page_id.in_(self._changes))
        for watching in self._session.scalars(query):
            change = self._changes[watching.page_id or 0]
            user = self._people.with_id(watching.user_id)
            if user is not None and may_read(user, change.page):
                yield from _maybe(change.for_one(user.id, What.CHANGED, watching))

    def _for_watchers_of_labs(self) -> Iterator[News]:
        listed = [
            change
            for change in self._changes.values()
            if change.page.is_published and (change.is_new or change.was_changed)
        ]
        labs = {change.page.lab_id for change in listed if change.page.lab_id is not None}
        query = select(Watching).where(Watching.lab_id.in_(labs))
        for watching in self._session.scalars(query):
            here = [change for change in listed if change.page.lab_id == watching.lab_id]
            yield from self._through(watching, here, What.CHANGED)

    def _for_searches(self) -> Iterator[News]:
        found: dict[int, list[_Change]] = defaultdict(list)
        watchings: dict[int, Watching] = {}
        for page_id, watched in newly_found(self._session, self._matches).items():
            change = self._changes.get(page_id) or self._beside(page_id)
            for watching in watched:
                watchings[watching.id] = watching
                found[watching.id].append(change)
        for number, changes in found.items():
            yield from self._through(watchings[number], changes, What.FITS)

    def _beside(self, page_id: int) -> _Change:
        """A page that itself did not change: a report on it did."""
        page = self._session.get_one(Page, page_id)
        reports = select(Link.source_id).where(Link.target_id == page_id, Link.via == VIA)
        events = [
            event for source in self._session.scalars(reports) for event in self._events[source]
        ]
        return _Change(page, [event._replace(what="words") for event in events], {})

    def _through(
        self, watching: Watching, changes: Sequence[_Change], otherwise: What
    ) -> Iterator[News]:
        """What a lab or search brings somebody; of an import one line for all its pages."""
        if self._people.with_id(watching.user_id) is None:
            return
        for change in changes:
            if not change.is_bulk:
                yield from _maybe(change.for_one(watching.user_id, otherwise, watching))
        many = [
            events[-1]
            for change in changes
            if change.is_bulk and (events := change.by_others(watching.user_id, watching))
        ]
        if many:
            yield News(
                watching.user_id,
                What.MANY,
                many[-1].at,
                watching_id=watching.id,
                by_id=many[-1].by_id,
                count=len(many),
            )

    def _for_adaptations(self) -> Iterator[News]:
        """Whoever made a page from another hears when that goes on."""
        sources = [
            change.page.id
            for change in self._changes.values()
            if change.was_changed and change.page.is_published
        ]
        query = (
            select(Adaptation.source_id, Page)
            .join(Page, Page.id == Adaptation.page_id)
            .where(Adaptation.source_id.in_(sources), Page.created_by_id.is_not(None))
        )
        for source_id, own in self._session.execute(query).all():
            user = self._people.with_id(own.created_by_id)
            if user is not None and not own.is_retired and may_read(user, own):
                change = self._changes[source_id]
                yield from _maybe(change.for_one(user.id, What.SOURCE, other_id=own.id))

    def _for_reporters(self) -> Iterator[News]:
        """Whoever wrote a report hears when a recipe takes up what it taught."""
        saved = {page_id: change.saved for page_id, change in self._changes.items()}
        query = (
            select(LearningAnswer.recipe_id, LearningAnswer.number, Page)
            .join(Page, Page.id == LearningAnswer.page_id)
            .where(LearningAnswer.recipe_id.in_(saved), Page.created_by_id.is_not(None))
        )
        for recipe_id, number, report in self._session.execute(query).all():
            change = self._changes[recipe_id]
            user = self._people.with_id(report.created_by_id)
            if number in saved[recipe_id] and user is not None and may_read(user, change.page):
                yield from _maybe(change.for_one(user.id, What.TAKEN_UP, other_id=report.id))

    def _for_those_reported_to(self) -> Iterator[News]:
        """Who watches a recipe, or wrote it, hears that somebody reports on a run of it."""
        new = [
            change.page.id
            for change in self._changes.values()
            if change.is_new and change.page.kind == REPORT
        ]
        links = (
            select(Link.source_id, Page)
            .join(Page, Page.id == Link.target_id)
            .where(Link.source_id.in_(new), Link.via == VIA)
        )
        for report_id, recipe in self._session.execute(links).all():
            watched = select(Watching).where(Watching.page_id == recipe.id)
            concerned: dict[int, Watching | None] = {}
            if recipe.created_by_id is not None:
                concerned[recipe.created_by_id] = None
            concerned |= {one.user_id: one for one in self._session.scalars(watched)}
            for user_id, watching in concerned.items():
                user = self._people.with_id(user_id)
                if user is not None and may_read(user, recipe):
                    change = self._changes[report_id]
                    yield from _maybe(change.for_one(user_id, What.REPORTED, watching, recipe.id))


def of_remark(session: Session, number: int, _at: datetime) -> Iterator[News]:
    """A remark everybody may read: for whom it speaks to, who spoke there, who watches."""
    remark = session.get(Remark, number)
    if remark is None or remark.is_removed or remark.is_waiting:
        return
    thread = remark.thread
    mentioned = set(session.scalars(select(Mention.user_id).where(Mention.remark_id == number)))
    said = select(Remark.by_id).where(
        Remark.thread_id == thread.id,
        Remark.is_waiting.is_(False),
        Remark.removed_at.is_(None),
        Remark.created_at < remark.created_at,
    )
    concerned: dict[int, int | None] = {user: None for user in session.scalars(said) if user}
    if thread.page is not None:
        if thread.page.created_by_id:
            concerned.setdefault(thread.page.created_by_id, None)
        watching = select(Watching.user_id, Watching.id).where(
            Watching.page_id == thread.page_id, Watching.at <= remark.created_at
        )
        concerned |= dict(session.execute(watching).all())
    people = _People(session)
    for user_id in sorted({*concerned, *mentioned} - {remark.by_id}):
        user = people.with_id(user_id)
        if user is not None and may_read_thread(user, thread):
            yield News(
                user.id,
                What.MENTION if user.id in mentioned else What.TALK,
                remark.created_at,
                page_id=thread.page_id,
                thread_id=thread.id,
                watching_id=concerned.get(user.id),
                by_id=remark.by_id,
            )


def of_comment(session: Session, number: int, _at: datetime) -> Iterator[News]:
    """What was said about a proposal: for who made it, who said something there before, and who
    answers it: those who did, or else the editors of the page's lab."""
    comment = session.get(ProposalComment, number)
    if comment is None:
        return
    proposal = comment.proposal
    before = select(ProposalComment.by_id).where(
        ProposalComment.proposal_id == proposal.id, ProposalComment.id < number
    )
    answers = (
        {proposal.answered_by_id} if proposal.answered_by_id else editors_of(proposal.page.lab_id)
    )
    concerned = {proposal.by_id, *session.scalars(before), *answers} - {None, comment.by_id}
    people = _People(session)
    for user in map(people.with_id, sorted(filter(None, concerned))):
        if user is not None and may_talk(user, proposal) and may_read(user, proposal.page):
            yield News(
                user.id,
                What.COMMENT,
                comment.created_at,
                page_id=proposal.page_id,
                number=proposal.id,
                by_id=comment.by_id,
            )


def of_proposal(session: Session, number: int, at: datetime) -> Iterator[News]:
    """The answer to somebody's proposal."""
    proposal = session.get(Proposal, number)
    answers = (ProposalState.ACCEPTED.value, ProposalState.DECLINED.value)
    if proposal is None or proposal.by_id is None or proposal.state not in answers:
        return
    user = _People(session).with_id(proposal.by_id)
    if user and user.id != proposal.answered_by_id and may_read(user, proposal.page):
        yield News(
            user.id,
            What.PROPOSAL,
            at,
            page_id=proposal.page_id,
            number=number,
            by_id=proposal.answered_by_id,
        )


class _People:
    """People with an account that is not closed, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, User | None] = {}

    def with_id(self, number: int | None) -> User | None:
        if number is None:
            return None
        if number not in self._known:
            user = self._session.get(User, number)
            self._known[number] = user if user is not None and user.active else None
        return self._known[number]


def _maybe(news: News | None) -> Collection[News]:
    return () if news is None else (news,)
