"""What the reports on a recipe's runs say together: how often, where, with how many."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import median

from flask import g
from sqlalchemy import ColumnElement, Connection, and_, bindparam, distinct, func, not_, or_, select
from sqlalchemy.orm import aliased, lazyload, undefer

from wiki.db import db
from wiki.labs.examples import of_example
from wiki.labs.models import Lab, LabKind
from wiki.language import N_
from wiki.outcomes.content import Again, OutcomeContent
from wiki.pages.models import Link, Page, PageState, Revision
from wiki.pages.rendering import content_of

KIND = "outcome"
#: The field in which a report names its recipe.
VIA = "recipe"
#: Of more runs than these, the newest count.
MOST_RUNS = 200


@dataclass(frozen=True)
class Maturity:
    """How well a recipe is tried; `ripeness` in four strokes."""

    word: str
    label: str
    ripeness: int


IDEA = Maturity("idee", N_("Idee"), 0)
TRIED = Maturity("erprobt", N_("erprobt"), 2)
IN_LABS = Maturity("labore", N_("in mehreren Laboren erprobt"), 4)
MATURITIES = (IDEA, TRIED, IN_LABS)


def maturity_of(runs: int, labs: int) -> Maturity:
    """From outcomes alone: nobody types it."""
    if not runs:
        return IDEA
    return IN_LABS if labs > 1 else TRIED


@dataclass(frozen=True)
class Run:
    """One published report; `lab` is whose it is."""

    page: Page
    outcome: OutcomeContent
    lab: Lab | None

    @property
    def day(self) -> date | None:
        return self.outcome.held_on

    @property
    def is_mobile(self) -> bool:
        return self.lab is not None and self.lab.kind == LabKind.MOBILE.value


@dataclass(frozen=True)
class StepMinutes:
    """How long a step took in the middle of so many runs."""

    median: int
    count: int


@dataclass(frozen=True)
class Evidence:
    """The runs of one recipe, the latest first."""

    runs: Sequence[Run]

    @cached_property
    def labs(self) -> int:
        return len({run.lab.id for run in self.runs if run.lab})

    @property
    def maturity(self) -> Maturity:
        return maturity_of(len(self.runs), self.labs)

    @cached_property
    def group(self) -> tuple[int, int] | None:
        """The smallest and the largest number of people it was tried with."""
        counts = [run.outcome.people for run in self.runs if run.outcome.people]
        return (min(counts), max(counts)) if counts else None

    def is_untried_with(self, people: int) -> bool:
        """Whether nobody ran it with so few, or so many."""
        return self.group is not None and not self.group[0] <= people <= self.group[1]

    @property
    def has_failed(self) -> bool:
        """Whether somebody would not run it again."""
        return any(run.outcome.again is Again.NO for run in self.runs)

    @property
    def was_mobile(self) -> bool:
        return any(run.is_mobile for run in self.runs)

    @cached_property
    def again(self) -> Mapping[Again, int]:
        """How often each answer was given, the best first."""
        given = Counter(run.outcome.again for run in self.runs)
        return {answer: given[answer] for answer in Again if given[answer]}

    @cached_property
    def minutes(self) -> Mapping[str, StepMinutes]:
        """By the key of the recipe's step."""
        measured: dict[str, list[int]] = defaultdict(list)
        for run in self.runs:
            for time in run.outcome.times:
                if time.minutes is not None:
                    measured[time.key].append(time.minutes)
        return {key: StepMinutes(round(median(each)), len(each)) for key, each in measured.items()}


def is_run() -> ColumnElement[bool]:
    """In SQL: whether any report speaks of a run of a page."""
    return select(Link.source_id).where(Link.target_id == Page.id, Link.via == VIA).exists()


def evidence_on(page: Page) -> Evidence:
    """What published reports say of the page; read once for each request."""
    known: dict[int, Evidence] = g.setdefault("evidence", {})
    if page.id not in known:
        known[page.id] = _read(page)
    return known[page.id]


def _read(page: Page) -> Evidence:
    runs = []
    for source, revision in db.session.execute(_RUNS, {"page": page.id}):
        outcome = content_of(revision)
        assert isinstance(outcome, OutcomeContent)
        runs.append(Run(source, outcome, source.lab))
    runs.sort(key=lambda run: (run.day or date.min, run.page.id), reverse=True)
    return Evidence(runs)


def _counts_there() -> ColumnElement[bool]:
    """Examples count on examples only; what labs tell counts everywhere."""
    recipe = aliased(Page)
    on_example = select(recipe.id).where(recipe.id == Link.target_id, of_example(recipe.lab_id))
    return or_(not_(of_example(Page.lab_id)), on_example.correlate_except(recipe).exists())


#: Joins a published report with the link to its recipe, where it counts: asked by everything
#: that counts runs or reads what they taught.
IS_RUN = and_(
    Link.via == VIA,
    Page.id == Link.source_id,
    Page.kind == KIND,
    Page.state == PageState.PUBLISHED.value,
    _counts_there(),
)


# Each view of a recipe asks this: putting it together would take longer than asking.
_RUNS = (
    select(Page, Revision)
    .select_from(Page)
    .join(Link, IS_RUN)
    .join(Revision, (Revision.page_id == Page.id) & (Revision.number == Page.current_number))
    .where(Link.target_id == bindparam("page"))
    .options(undefer(Revision.content), lazyload(Revision.author), lazyload(Revision.lab))
    .order_by(Page.published_at.desc())
    .limit(MOST_RUNS)
)


def most_tried_of(lab: Lab, most: int) -> dict[int, int]:
    """The ids of a lab's recipes with the most runs, and how many each has, the most first."""
    recipe = aliased(Page)
    runs = func.count(distinct(Page.id))
    query = (
        select(recipe.id, runs)
        .join(Link, Link.target_id == recipe.id)
        .join(Page, IS_RUN)
        .where(recipe.lab_id == lab.id, recipe.state == PageState.PUBLISHED.value)
        .group_by(recipe.id)
        .order_by(runs.desc(), recipe.id.desc())
        .limit(most)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def tried(connection: Connection, first: int, last: int) -> dict[int, tuple[int, int]]:
    """For the pages from the first to the last of these ids: in how many runs, by how many labs.

    Whoever keeps this is told of every change: a report touches the page it speaks of.
    """
    query = (
        select(Link.target_id, func.count(distinct(Page.id)), func.count(distinct(Page.lab_id)))
        .join(Page, IS_RUN)
        .where(Link.target_id.between(first, last))
        .group_by(Link.target_id)
    )
    return {row[0]: (row[1], row[2]) for row in connection.execute(query) if row[0]}
