"""What the labs did in a week: published, run, learned, taken over; and what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import InstrumentedAttribute, lazyload, undefer

from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.examples import of_example
from wiki.labs.membership import real_labs
from wiki.labs.models import Lab
from wiki.outcomes.content import OutcomeContent
from wiki.outcomes.evidence import KIND as REPORT
from wiki.outcomes.models import LearningAnswer
from wiki.pages.models import Page, PageState, Revision
from wiki.pages.rendering import content_of
from wiki.proposals.models import Proposal, ProposalState
from wiki.talk.models import Thread
from wiki.talk.rights import may_see_questions
from wiki.watching.times import Week, this_week

#: Of one lab; more came with an import.
MOST_PAGES = 12
MOST_REPORTS = 100
MOST = 50


@dataclass(frozen=True)
class Report:
    """A report on a run; how many people were there, if it says so."""

    page: Page
    people: int | None


@dataclass(frozen=True)
class OfLab:
    """What a lab, or the network (None), published; `count` is how many that are in all."""

    lab: Lab | None
    pages: Sequence[Page]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.pages)


@dataclass(frozen=True)
class TakenUp:
    """How much of what was learned a recipe took up."""

    page: Page
    number: int
    count: int


@dataclass(frozen=True)
class Review:
    """A week as everybody may see it; questions only whoever belongs to a lab."""

    week: Week
    published: Sequence[OfLab]
    reports: Sequence[Report]
    taken_up: Sequence[TakenUp]
    accepted: Sequence[Proposal]
    questions: Sequence[Thread] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened; a question that is still open is nothing new."""
        return not (self.published or self.reports or self.taken_up or self.accepted)

    @property
    def pages(self) -> int:
        return sum(one.count for one in self.published)

    @property
    def people(self) -> int:
        """How many took part in all runs together, as far as reports say."""
        return sum(report.people or 0 for report in self.reports)

    @property
    def learnings(self) -> int:
        return sum(one.count for one in self.taken_up)


def review_of(week: Week, reader: User | None) -> Review:
    """What everybody may see of this week now."""
    return Review(
        week,
        _published(week),
        _reports(week),
        _taken_up(week),
        _accepted(week),
        _questions() if may_see_questions(reader) else (),
    )


def first_week() -> Week | None:
    """The first week in which anything was published."""
    first = db.session.scalar(select(func.min(Page.published_at)).where(_PUBLIC))
    return this_week(first) if first else None


#: What everybody sees and somebody did: examples only show how things go.
_PUBLIC = and_(Page.state == PageState.PUBLISHED.value, not_(of_example(Page.lab_id)))


def _within(
    at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], week: Week
) -> ColumnElement[bool]:
    return and_(at >= week.begin, at < week.end)


def _published(week: Week) -> list[OfLab]:
    then = (_PUBLIC, Page.kind != REPORT, _within(Page.published_at, week))
    place = func.row_number().over(
        partition_by=Page.lab_id, order_by=(Page.published_at.desc(), Page.id.desc())
    )
    numbered = select(Page.id, place.label("place")).where(*then).subquery()
    query = (
        select(Page)
        .join(numbered, numbered.c.id == Page.id)
        .where(numbered.c.place <= MOST_PAGES)
        .options(lazyload(Page.lab))
        .order_by(Page.published_at.desc(), Page.id.desc())
    )
    pages = db.session.scalars(query).all()
    counted = select(Page.lab_id, func.count()).where(*then).group_by(Page.lab_id)
    counts = dict(db.session.execute(counted).all())
    every: list[Lab | None] = [*real_labs(), None]
    return [
        OfLab(lab, [page for page in pages if page.lab_id == number], counts[number])
        for lab, number in ((lab, lab.id if lab else None) for lab in every)
        if number in counts
    ]


def _reports(week: Week) -> list[Report]:
    query = (
        select(Page, Revision)
        .join(Revision, (Revision.page_id == Page.id) & (Revision.number == Page.current_number))
        .where(_PUBLIC, Page.kind == REPORT, _within(Page.published_at, week))
        .options(undefer(Revision.content), lazyload(Revision.author), lazyload(Revision.lab))
        .order_by(Page.published_at.desc(), Page.id.desc())
        .limit(MOST_REPORTS)
    )
    found = []
    for page, revision in db.session.execute(query):
        outcome = content_of(revision)
        found.append(Report(page, outcome.people if isinstance(outcome, OutcomeContent) else None))
    return found


def _taken_up(week: Week) -> list[TakenUp]:
    query = (
        select(Page, func.max(LearningAnswer.number), func.count())
        .join(Page, Page.id == LearningAnswer.recipe_id)
        .where(_PUBLIC, LearningAnswer.number.is_not(None), _within(LearningAnswer.at, week))
        .group_by(Page.id)
        .order_by(func.count().desc(), Page.id)
        .limit(MOST)
    )
    return [TakenUp(page, number or 0, count) for page, number, count in db.session.execute(query)]


def _accepted(week: Week) -> Sequence[Proposal]:
    query = (
        select(Proposal)
        .join(Page, Page.id == Proposal.page_id)
        .where(
            _PUBLIC,
            Proposal.state == ProposalState.ACCEPTED.value,
            _within(Proposal.answered_at, week),
        )
        .order_by(Proposal.answered_at.desc())
        .limit(MOST)
    )
    return db.session.scalars(query).all()


def _questions() -> Sequence[Thread]:
    is_open = (Thread.page_id.is_(None), Thread.count > 0, Thread.resolved_at.is_(None))
    newest = select(Thread).where(*is_open).order_by(Thread.last_at.desc(), Thread.id.desc())
    return db.session.scalars(newest.limit(MOST)).all()
