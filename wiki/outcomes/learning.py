"""What runs taught about a recipe: open until a version takes it up or somebody says why not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, or_, select
from sqlalchemy.orm import aliased

from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import NotAllowed, NotFound
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.outcomes.content import OutcomeContent
from wiki.outcomes.evidence import IS_RUN
from wiki.outcomes.models import Learning, LearningAnswer, ReportFacts
from wiki.pages.models import Link, Page, PageState
from wiki.pages.rendering import content_of
from wiki.pages.touching import touch
from wiki.pages.visibility import may_edit
from wiki.pages.writing import revision_of
from wiki.recipes import KINDS
from wiki.recipes.content import RecipeContent

#: Field of a report → what its lines are called one by one, and their pictogram.
GROUPS = {
    "worked": (N_("hat geklappt"), "check"),
    "failed": (N_("hat nicht geklappt"), "warning"),
    "ideas": (N_("Idee"), "bulb"),
}
#: Why a learning is not taken up, with one tap.
REASONS = (
    N_("Steht schon drin"),
    N_("Bleibt, wie es ist"),
    N_("Lag am Ort oder am Tag"),
)
REASON_LENGTH = 300
#: On one page.
MOST = 500


@dataclass(frozen=True)
class Lesson:
    """One line of a published report, and what became of it on the recipe it speaks of."""

    learning: Learning
    report: Page
    recipe: Page
    answer: LearningAnswer | None

    @property
    def name(self) -> str:
        """How forms and addresses call it: `12.failed.k3f`."""
        return f"{self.report.id}.{self.learning.path}"

    @property
    def group(self) -> str:
        return self.learning.path.partition(".")[0]

    @property
    def label(self) -> str:
        return GROUPS[self.group][0]

    @property
    def icon(self) -> str:
        return GROUPS[self.group][1]

    @property
    def heard_from(self) -> str:
        """The report's title without the recipe's: where and when."""
        title = self.report.title.removeprefix(self.recipe.title).lstrip(", ")
        return title or self.report.title

    @property
    def is_open(self) -> bool:
        return self.answer is None

    @property
    def taken_up_in(self) -> int | None:
        """The number of the version that took it up."""
        return self.answer.number if self.answer else None


@dataclass(frozen=True)
class Lessons:
    """What was learned about one recipe, the newest reports first."""

    recipe: Page
    all: Sequence[Lesson]

    @cached_property
    def open(self) -> list[Lesson]:
        """What to act on first comes first: what failed, then ideas, then what worked."""
        order = ("failed", "ideas", "worked")
        found = [lesson for lesson in self.all if lesson.is_open]
        return sorted(found, key=lambda lesson: order.index(lesson.group))

    @cached_property
    def declined(self) -> list[Lesson]:
        return [lesson for lesson in self.all if lesson.answer and not lesson.taken_up_in]

    @cached_property
    def taken_up(self) -> list[Lesson]:
        """Those that are in the recipe now, the latest version first."""
        return sorted(
            (lesson for lesson in self.all if lesson.taken_up_in),
            key=lambda lesson: -(lesson.taken_up_in or 0),
        )

    @cached_property
    def runs_behind(self) -> int:
        """From how many runs the recipe learned."""
        return len({lesson.report.id for lesson in self.taken_up})

    def by_step(self, recipe: RecipeContent) -> dict[str, list[Lesson]]:
        """The open ones by the path of their step, e.g. `steps.k3f`; empty for the whole."""
        keys = _StepKeys(self.recipe, recipe)
        found: dict[str, list[Lesson]] = {}
        for lesson in self.open:
            key = keys.key_of(lesson)
            found.setdefault(f"steps.{key}" if key else "", []).append(lesson)
        return found


class _StepKeys:
    """The keys of the steps that learnings speak of by their titles.

    A step renamed since is found in the version that was run.
    """

    def __init__(self, page: Page, recipe: RecipeContent) -> None:
        self._page = page
        self._now = _titles_of(recipe)
        self._then: dict[int, dict[str, str]] = {}

    def key_of(self, lesson: Lesson) -> str:
        title = lesson.learning.step.casefold()
        if not title:
            return ""
        if title in self._now:
            return self._now[title]
        key = self._titles_in(_version_used(lesson.report)).get(title, "")
        return key if key in self._now.values() else ""

    def _titles_in(self, number: int | None) -> dict[str, str]:
        if not number or number > self._page.current_number:
            return {}
        if number not in self._then:
            content = content_of(revision_of(self._page, number))
            assert isinstance(content, RecipeContent)
            self._then[number] = _titles_of(content)
        return self._then[number]


def _titles_of(recipe: RecipeContent) -> dict[str, str]:
    return {step.title.casefold(): step.key for step in recipe.steps}


def _version_used(report: Page) -> int | None:
    outcome = content_of(revision_of(report, report.current_number))
    return outcome.recipe_version if isinstance(outcome, OutcomeContent) else None


def lessons_of(recipe: Page) -> Lessons:
    """What published reports say about the recipe."""
    query = _LESSONS.where(Link.target_id == recipe.id).limit(MOST)
    return Lessons(recipe, _read(query))


def open_lessons_of(lab: Lab, most: int = MOST) -> list[Lesson]:
    """What nobody acted on yet, of all recipes of a lab, the newest reports first."""
    return _read(_OPEN.where(_RECIPE.lab_id == lab.id).limit(most))


def count_open_of(lab: Lab) -> int:
    """How many that are."""
    query = _OPEN.where(_RECIPE.lab_id == lab.id).with_only_columns(func.count()).order_by(None)
    return db.session.scalar(query) or 0


def _read(query: Select[Learning, Page, Page, LearningAnswer]) -> list[Lesson]:
    return [
        Lesson(learning, report, recipe, answer)
        for learning, report, recipe, answer in db.session.execute(query)
    ]


_RECIPE = aliased(Page)
_LESSONS = (
    select(Learning, Page, _RECIPE, LearningAnswer)
    .join(Link, Link.source_id == Learning.page_id)
    .join(Page, IS_RUN)
    .join(_RECIPE, _RECIPE.id == Link.target_id)
    .outerjoin(
        LearningAnswer,
        and_(
            LearningAnswer.page_id == Learning.page_id,
            LearningAnswer.path == Learning.path,
            LearningAnswer.recipe_id == Link.target_id,
        ),
    )
    .order_by(Page.published_at.desc(), Page.id.desc(), Learning.place)
)
_OPEN = _LESSONS.where(
    LearningAnswer.page_id.is_(None),
    _RECIPE.state == PageState.PUBLISHED.value,
    _RECIPE.kind.in_(KINDS),
)


def record(page: Page, outcome: OutcomeContent) -> None:
    """Keep what lists ask of a report beside it; inside the transaction that saves it."""
    session = db.session
    session.execute(delete(Learning).where(Learning.page_id == page.id))
    session.merge(
        ReportFacts(page_id=page.id, held_on=outcome.held_on, has_effect=bool(outcome.effect))
    )
    rows = [(group, row) for group in GROUPS for row in getattr(outcome, group)]
    if rows:
        session.execute(
            insert(Learning),
            [
                {
                    "page_id": page.id,
                    "path": f"{group}.{row.key}",
                    "place": place,
                    "text": row.text,
                    "step": row.step,
                }
                for place, (group, row) in enumerate(rows)
            ],
        )


def take_up(recipe: Page, number: int, names: Collection[str], by: User) -> None:
    """The version of this number takes these up; inside the saving transaction.

    Names of what is not there, or was answered meanwhile, are passed over.
    """
    for lesson in lessons_of(recipe).open:
        if lesson.name in names:
            _answer(lesson, by, number=number)


def decline(recipe: Page, name: str, reason: str, by: User) -> None:
    """Leave the recipe as it is, and say why.

    Raises:
        NotAllowed: the person may not edit the recipe.
        NotFound: there is no such learning about it, or it was answered meanwhile.
    """
    with writing():
        lesson = _lesson_to_answer(recipe, name, by)
        if not lesson.is_open:
            raise NotFound
        _answer(lesson, by, reason=reason)
        touch(lesson.recipe, "learned", by, is_bulk=True)


def reopen(recipe: Page, name: str, by: User) -> None:
    """Have a learning wait again.

    Raises:
        NotAllowed: the person may not edit the recipe.
        NotFound: there is no such learning about it.
    """
    with writing() as session:
        lesson = _lesson_to_answer(recipe, name, by)
        if lesson.answer is not None:
            session.delete(lesson.answer)
            touch(lesson.recipe, "learned", by, is_bulk=True)


def answers_by(user: User) -> list[dict[str, Any]]:
    """What this person answered learnings, for the export of their data."""
    own = select(LearningAnswer).where(LearningAnswer.by_id == user.id).order_by(LearningAnswer.at)
    return [
        {"am": answer.at.isoformat(), "grund": answer.reason, "version": answer.number}
        for answer in db.session.scalars(own)
    ]


def forget(page: Page) -> None:
    """What is kept of a report goes with it, and with a recipe what became of its learnings."""
    for table in (Learning, ReportFacts):
        db.session.execute(delete(table).where(table.page_id == page.id))
    is_its = or_(LearningAnswer.page_id == page.id, LearningAnswer.recipe_id == page.id)
    db.session.execute(delete(LearningAnswer).where(is_its))


def _lesson_to_answer(recipe: Page, name: str, by: User) -> Lesson:
    page = db.session.get_one(Page, recipe.id)
    if not may_edit(by, page):
        raise NotAllowed
    for lesson in lessons_of(page).all:
        if lesson.name == name:
            return lesson
    raise NotFound


def _answer(lesson: Lesson, by: User, *, number: int | None = None, reason: str = "") -> None:
    db.session.add(
        LearningAnswer(
            page_id=lesson.report.id,
            path=lesson.learning.path,
            recipe_id=lesson.recipe.id,
            number=number,
            reason=reason,
            by_id=by.id,
        )
    )
