"""Blocks on a clock: when each begins and ends, what waits, what comes too late.

Pure arithmetic. All of it happens in UTC, so that no minute is lost or doubled at midnight or
when the clock changes; what is shown is local time in Germany. Without a date there is no change
of the clock to think of: a plain day takes its place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
#: Stands in for the day of a plan without a date.
SOME_DAY = date(2000, 1, 3)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """A block as the clock sees it: minutes it takes, and since midnight when it has to begin.

    An empty `track` is for all: it waits until every group is done.
    """

    key: str
    minutes: int
    day: int = 1
    track: str = ""
    fixed: int | None = None


@dataclass(frozen=True)
class Timed:
    """When a block happens; `gap` minutes are free before it, or it is `late` by so many."""

    slot: Slot
    begins: datetime
    ends: datetime
    gap: int = 0
    late: int = 0


@dataclass(frozen=True)
class TimedDay:
    """One day of a plan.

    `late` says by how many minutes the day before runs into it, `over` by how many it goes past
    its fixed end; a negative number of minutes is left.
    """

    number: int
    begins: datetime
    ends: datetime
    blocks: tuple[Timed, ...]
    late: int = 0
    over: int | None = None

    @property
    def minutes(self) -> int:
        return minutes_between(self.begins, self.ends)


def on_the_clock(
    slots: Sequence[Slot],
    start: int,
    *,
    day: date | None = None,
    end: int | None = None,
    apart: int = 1,
) -> list[TimedDay]:
    """The days that have blocks, each from the start, or from when its first block has to begin.

    The second day comes so many days after the first as they are `apart`, and so on.

    `start` and `end` are minutes since midnight and hold for each day; what is earlier than the
    beginning of a day means the morning after.
    """
    days: list[TimedDay] = []
    for number, of_day in groupby(sorted(slots, key=lambda slot: slot.day), lambda slot: slot.day):
        after = days[-1].ends if days else None
        today = (day or SOME_DAY) + (number - 1) * apart * ONE_DAY
        zone: tzinfo = BERLIN if day else UTC
        days.append(_day(number, list(of_day), start, today, zone, end, after))
    return days


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes that really pass; negative if the later one comes first."""
    return int((later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds() // 60)


def clock_of(moment: datetime) -> str:
    """`9:05`."""
    return f"{moment.hour}:{moment.minute:02d}"


def _day(
    number: int,
    slots: Sequence[Slot],
    start: int,
    today: date,
    zone: tzinfo,
    end: int | None,
    after: datetime | None,
) -> TimedDay:
    opening = start if slots[0].fixed is None else slots[0].fixed
    planned = _instant(today, opening, zone)
    begins = max(planned, after.astimezone(UTC)) if after else planned

    def wanted(clock: int) -> datetime:
        return _instant(today if clock >= opening else today + ONE_DAY, clock, zone)

    blocks = tuple(
        Timed(slot, first.astimezone(zone), last.astimezone(zone), gap, late)
        for slot, first, last, gap, late in _placed(
            [(slot, None if slot.fixed is None else wanted(slot.fixed)) for slot in slots], begins
        )
    )
    ends = max(block.ends.astimezone(UTC) for block in blocks)
    closing = (
        None if end is None else _instant(today if end > opening else today + ONE_DAY, end, zone)
    )
    return TimedDay(
        number,
        begins.astimezone(zone),
        ends.astimezone(zone),
        blocks,
        late=minutes_between(planned, begins),
        over=None if closing is None else minutes_between(closing, ends),
    )


def _placed(
    slots: Sequence[tuple[Slot, datetime | None]], begins: datetime
) -> Iterator[tuple[Slot, datetime, datetime, int, int]]:
    """Each block with its first and last moment, minutes free before it, and minutes too late."""
    together, of_track = begins, dict[str, datetime]()
    for slot, wanted in slots:
        free = of_track.get(slot.track, together)
        if not slot.track:
            free = max([together, *of_track.values()])
        first = free if wanted is None else max(free, wanted)
        late = 0 if wanted is None else max(0, minutes_between(wanted, free))
        last = first + timedelta(minutes=slot.minutes)
        if slot.track:
            of_track[slot.track] = last
        else:
            together = last
            of_track.clear()
        yield slot, first, last, minutes_between(free, first), late


def _instant(day: date, clock: int, zone: tzinfo) -> datetime:
    """When clocks show this; the first time if they do twice."""
    return datetime.combine(day, time(clock // 60, clock % 60), zone).astimezone(UTC)
