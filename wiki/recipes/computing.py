"""A recipe for so many people, from this hour, in so many minutes: computed, never typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from math import ceil
from typing import Any, Literal

from wiki.recipes.content import IfShort, Material, RecipeContent, Role, Step
from wiki.recipes.units import unit_for

MOST_PEOPLE = 1_000
MOST_MINUTES = 1_440

WISHES = ("personen", "beginn", "minuten")

Cut = Literal["", "halved", "skipped"]


@dataclass(frozen=True)
class Wishes:
    """What a reader typed: people, start (minutes since midnight), minutes available."""

    people: int | None = None
    start: int | None = None
    minutes: int | None = None
    wrong: frozenset[str] = frozenset()

    @property
    def are_given(self) -> bool:
        """Whether anything was typed, understood or not."""
        return self != Wishes()


@dataclass(frozen=True)
class TimedStep:
    """A step with the minutes it gets; `begins` and `ends` count from the first step."""

    step: Step
    minutes: int
    planned: int
    begins: int
    cut: Cut = ""

    @property
    def ends(self) -> int:
        return self.begins + self.minutes


@dataclass(frozen=True)
class NeededMaterial:
    """A material and how much of it; None means "as there is"."""

    material: Material
    amount: Decimal | None

    @property
    def unit(self) -> str:
        """The unit as it is said after the amount."""
        return unit_for(self.amount, self.material.unit)


@dataclass(frozen=True)
class NeededRole:
    role: Role
    count: int


@dataclass(frozen=True)
class Run:
    """The recipe as it runs for these people in this time."""

    people: int
    start: int | None
    steps: tuple[TimedStep, ...]
    materials: tuple[NeededMaterial, ...]
    roles: tuple[NeededRole, ...]
    planned: int
    available: int | None
    cost: Decimal | None
    outside: Literal["", "too few", "too many"]

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    @property
    def was_cut(self) -> bool:
        return any(step.cut for step in self.steps)

    @property
    def too_long_by(self) -> int:
        """Minutes that are missing although everything was cut that may be."""
        return 0 if self.available is None else max(0, self.minutes - self.available)


def wishes_in(query: Mapping[str, str]) -> dict[str, Any]:
    """The part of an address's query that computes a recipe, to be kept in other addresses."""
    return {name: query[name] for name in WISHES if query.get(name)}


def wishes_from(query: Mapping[str, str]) -> Wishes:
    """Read `personen`, `beginn` and `minuten`; what cannot be read is named in `wrong`."""
    wrong = set()

    def whole(name: str, most: int) -> int | None:
        text = query.get(name, "").strip()
        if not text:
            return None
        if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most:
            return int(text)
        wrong.add(name)
        return None

    start = None
    text = query.get("beginn", "").strip().replace(".", ":")
    if text:
        hour, _colon, minute = text.partition(":")
        parts = (hour, minute or "0")
        if all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts) and (
            int(hour) < 24 and int(minute or 0) < 60
        ):
            start = int(hour) * 60 + int(minute or 0)
        else:
            wrong.add("beginn")
    return Wishes(
        people=whole("personen", MOST_PEOPLE),
        start=start,
        minutes=whole("minuten", MOST_MINUTES),
        wrong=frozenset(wrong),
    )


def usual_people(recipe: RecipeContent) -> int:
    """The number a recipe is computed for when nobody says: the best, or what is known."""
    return recipe.group_ideal or recipe.group_min or recipe.group_max or 10


def run_for(recipe: RecipeContent, wishes: Wishes) -> Run:
    """The recipe for the wished people, start and minutes."""
    people = wishes.people or usual_people(recipe)
    steps = [
        TimedStep(step=step, minutes=(m := minutes_of(step, people)), planned=m, begins=0)
        for step in recipe.steps
    ]
    planned = sum(step.minutes for step in steps)
    if wishes.minutes is not None:
        steps = shortened(steps, wishes.minutes)
    return Run(
        people=people,
        start=wishes.start,
        steps=tuple(_on_the_clock(steps)),
        materials=tuple(NeededMaterial(m, amount_of(m, people)) for m in recipe.materials),
        roles=tuple(NeededRole(role, count_of(role, people)) for role in recipe.roles),
        planned=planned,
        available=wishes.minutes,
        cost=cost_for(recipe, people),
        outside=_outside(recipe, people),
    )


def minutes_of(step: Step, people: int) -> int:
    """Whole minutes a step takes for so many participants."""
    return (step.minutes or 0) + ceil((step.minutes_per_person or 0) * people)


def shortest_minutes(recipe: RecipeContent, people: int) -> int:
    """What is left when everything is cut that may be cut."""
    return sum(
        ceil(minutes_of(step, people) / _CUT_BY[step.if_short])
        for step in recipe.steps
        if step.if_short in _CUT_BY
    )


def shortest_per_person(recipe: RecipeContent) -> float:
    """What each participant then adds to it."""
    return sum(
        float(step.minutes_per_person or 0) / _CUT_BY[step.if_short]
        for step in recipe.steps
        if step.if_short in _CUT_BY
    )


_CUT_BY = {IfShort.KEEP: 1, IfShort.HALVE: 2}


def amount_of(material: Material, people: int) -> Decimal | None:
    """How much of it: fixed + per person + per begun group, plus the spare, rounded up.

    Whole things stay whole; what is given in fractions keeps two places.
    """
    given = [a for a in (material.amount, material.per_person, material.per_group) if a is not None]
    if not given:
        return None
    groups = ceil(people / (material.group_size or people))
    amount = (
        (material.amount or Decimal(0))
        + (material.per_person or Decimal(0)) * people
        + (material.per_group or Decimal(0)) * groups
    )
    amount += amount * (material.spare_percent or 0) / 100
    is_whole = all(number == number.to_integral_value() for number in given)
    step = Decimal(1) if is_whole else Decimal("0.01")
    return amount.quantize(step, rounding=ROUND_CEILING).normalize() + 0


def count_of(role: Role, people: int) -> int:
    """How many people this role takes; one when the recipe does not say."""
    if role.count is None and role.per_people is None:
        return 1
    return (role.count or 0) + (ceil(people / role.per_people) if role.per_people else 0)


def cost_for(recipe: RecipeContent, people: int) -> Decimal | None:
    """Euros for so many people, or None when the recipe does not say."""
    if recipe.cost_fixed is None and recipe.cost_per_person is None:
        return None
    return (recipe.cost_fixed or Decimal(0)) + (recipe.cost_per_person or Decimal(0)) * people


def sum_of(steps: Sequence[TimedStep]) -> int:
    """Minutes of steps that come one after the other."""
    return sum(step.minutes for step in steps)


def shortened(
    steps: Sequence[TimedStep],
    available: int,
    lasting: Callable[[Sequence[TimedStep]], int] = sum_of,
) -> list[TimedStep]:
    """Cut as little as fits: halve first, then leave out, the longest first each time.

    Cuts that turn out not to be needed in the end are taken back, the shortest first. `lasting`
    says how many minutes the steps take together, where that is not their sum.
    """
    steps = list(steps)
    longest_first = sorted(range(len(steps)), key=lambda i: -steps[i].planned)
    ways: tuple[tuple[IfShort, Cut], ...] = ((IfShort.HALVE, "halved"), (IfShort.SKIP, "skipped"))
    for allowed, cut in ways:
        for i in longest_first:
            if lasting(steps) <= available:
                break
            step = steps[i]
            if step.step.if_short is allowed and step.planned:
                left = ceil(step.planned / 2) if cut == "halved" else 0
                steps[i] = replace(step, minutes=left, cut=cut)
    for i in reversed(longest_first):
        step = steps[i]
        if step.cut:
            steps[i] = replace(step, minutes=step.planned, cut="")
            if lasting(steps) > available:
                steps[i] = step
    return steps


def _on_the_clock(steps: list[TimedStep]) -> list[TimedStep]:
    placed, at = [], 0
    for step in steps:
        placed.append(replace(step, begins=at))
        at += step.minutes
    return placed


def _outside(recipe: RecipeContent, people: int) -> Literal["", "too few", "too many"]:
    if recipe.group_min is not None and people < recipe.group_min:
        return "too few"
    if recipe.group_max is not None and people > recipe.group_max:
        return "too many"
    return ""
