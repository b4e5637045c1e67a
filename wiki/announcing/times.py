"""Days and clocks of announcements, by the clock on the wall where the labs are."""

from datetime import UTC, date, datetime, time, timedelta

from wiki.plans.clock import BERLIN
from wiki.plans.content import clock_minutes

ONE_DAY = timedelta(days=1)
#: A day that ends before it begins goes on after midnight, but not until the next evening.
MOST_MINUTES = 18 * 60


def lasts_well(begins: str, ends: str) -> bool:
    """Whether a day can go from one clock to the other, maybe past midnight."""
    begin, end = clock_minutes(begins), clock_minutes(ends)
    return begin is None or end is None or 0 < (end - begin) % 1_440 <= MOST_MINUTES


def begin_of(day: date, begins: str) -> datetime:
    """When clocks show this; the first time if they do twice, and the next if they never do."""
    minutes = clock_minutes(begins) or 0
    shown = datetime.combine(day, time(minutes // 60, minutes % 60), BERLIN)
    # There and back: in the night that skips an hour, nothing happens in it.
    return shown.astimezone(UTC).astimezone(BERLIN)


def end_of(day: date, begins: str, ends: str) -> datetime | None:
    """When a day ends that begins then; None if nobody said, or nothing of it would be left."""
    if not ends:
        return None
    end = begin_of(day + ONE_DAY if ends < begins else day, ends)
    return end if end.astimezone(UTC) > begin_of(day, begins).astimezone(UTC) else None


def over_at(day: date, days: int, begins: str, ends: str) -> datetime:
    """When the last of these days is over: at midnight, or later if the night goes on."""
    last = day + (days - 1) * ONE_DAY
    midnight = begin_of(last + ONE_DAY, "00:00").astimezone(UTC)
    end = end_of(last, begins, ends)
    return max(midnight, end.astimezone(UTC)) if end else midnight


def today(at: datetime) -> date:
    """The day it is where the labs are."""
    return at.astimezone(BERLIN).date()
