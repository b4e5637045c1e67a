"""Runs over time, in as few columns as a phone can show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.outcomes.content import Again
from wiki.outcomes.evidence import Run

#: Columns of the chart.
MOST = 12


@dataclass(frozen=True)
class Period:
    """A month, a quarter or a year: its name, the runs in it, and those nobody would repeat."""

    label: str
    runs: int
    failed: int

    @property
    def good(self) -> int:
        return self.runs - self.failed


@dataclass(frozen=True)
class _Scale:
    """One way to divide time: `number_of` counts periods without a gap."""

    number_of: Callable[[date], int]
    label: Callable[[int], str]


_MONTHS = _Scale(
    lambda day: day.year * 12 + day.month - 1,
    lambda number: format_date(date(number // 12, number % 12 + 1, 1), "MMM yy"),
)
_QUARTERS = _Scale(
    lambda day: day.year * 4 + (day.month - 1) // 3,
    lambda number: str(_("%(number)s. Quartal %(year)s", number=number % 4 + 1, year=number // 4)),
)
_YEARS = _Scale(lambda day: day.year, str)


def timeline(runs: Sequence[Run]) -> list[Period]:
    """The runs whose day is known, period by period, the earliest first.

    The finest scale is taken that shows all of them; of more years than fit, the latest.
    """
    days = [run.day for run in runs if run.day]
    if not days:
        return []
    first, last = min(days), max(days)
    for scale in (_MONTHS, _QUARTERS, _YEARS):
        begin, end = scale.number_of(first), scale.number_of(last)
        if end - begin < MOST:
            break
    begin = max(begin, end - MOST + 1)
    numbers = [(scale.number_of(run.day), run.outcome.again) for run in runs if run.day]
    return [
        Period(
            scale.label(number),
            sum(1 for each, _again in numbers if each == number),
            sum(1 for each, again in numbers if each == number and again is Again.NO),
        )
        for number in range(begin, end + 1)
    ]
