"""The numbers by which recipes are narrowed, in arrays with a place for each of them."""

from typing import Any

from numpy.typing import NDArray

from search.arrays import np
from wiki.finding.sets import Marks
from wiki.pages.listing import Card

#: How many people a recipe is for that says nothing of it.
SOME = 10

#: Minutes and costs are so much and so much more for each participant; nan where none are given.
#: "published" is a time in seconds.
COLUMNS = np.dtype(
    [
        ("group_min", np.float64),
        ("group_max", np.float64),
        ("group", np.float64),
        ("minutes", np.float64),
        ("minutes_per_person", np.float64),
        ("shortest", np.float64),
        ("shortest_per_person", np.float64),
        ("cost", np.float64),
        ("cost_per_person", np.float64),
        ("runs", np.float64),
        ("published", np.float64),
        ("example", np.float64),
    ]
)
#: When drafts and labs count as published: last of all, and first.
DRAFTS, LABS = float("inf"), float("-inf")
Numbers = NDArray[np.void]


def people_for(card: Card, people: int | None) -> int:
    """That many people, or as many as the recipe is mostly for."""
    return people or card.group or card.group_max or SOME


def row_of(card: Card, facts: Any, runs: int, published: float) -> tuple[float | None, ...]:
    """A page's numbers in the order of the columns; `facts` are those that no card shows."""
    return (
        card.group_min or 1,
        card.group_max or np.inf,
        people_for(card, None),
        card.minutes,
        card.minutes_per_person or 0,
        facts.minutes_shortest or 0,
        facts.shortest_per_person or 0,
        facts.cost_fixed,
        facts.cost_per_person,
        runs,
        published,
        card.is_example,
    )


def row_of_lab(*, is_example: bool) -> tuple[float | None, ...]:
    """A lab has none of the numbers; it stands behind all pages."""
    return (*[None] * (len(COLUMNS.names or ()) - 2), LABS, is_example)


def fitting(numbers: Numbers, people: int | None, minutes: int | None, euros: int | None) -> Marks:
    """Which recipes fit, shortened if need be."""
    fits: Marks = ~np.isnan(numbers["minutes"])
    count = _people(numbers, people)
    if people is not None:
        fits &= (numbers["group_min"] <= people) & (people <= numbers["group_max"])
    if minutes is not None:
        shortest = np.ceil(numbers["shortest"] + numbers["shortest_per_person"] * count)
        fits &= (shortest > 0) & (shortest <= minutes)
    if euros is not None:
        fixed, each = numbers["cost"], numbers["cost_per_person"]
        cost = np.nan_to_num(fixed) + np.nan_to_num(each) * count
        fits &= ~(np.isnan(fixed) & np.isnan(each)) & (cost <= euros)
    return fits


def lengths(numbers: Numbers, people: int | None) -> NDArray[np.float64]:
    """How many minutes each takes for that many people, not shortened; 0 if it does not say."""
    fixed, each = np.nan_to_num(numbers["minutes"]), numbers["minutes_per_person"]
    whole: NDArray[np.float64] = np.ceil(fixed + each * _people(numbers, people))
    return whole


def _people(numbers: Numbers, people: int | None) -> NDArray[np.float64]:
    return np.full(len(numbers), float(people)) if people else numbers["group"]
