"""When mail goes out and weeks begin, by the clock on the wall where the labs are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

MAIL_AT = time(6)


def here() -> ZoneInfo:
    return ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])


def last_mailing(at: datetime) -> datetime:
    """The last time that daily mail was due."""
    today = at.astimezone(here()).date()
    due = datetime.combine(today, MAIL_AT, here())
    if due > at:
        due = datetime.combine(today - timedelta(days=1), MAIL_AT, here())
    return due.astimezone(UTC)


@dataclass(frozen=True, order=True)
class Week:
    """A week of ISO 8601: from Monday to Sunday, the first has the year's first Thursday."""

    year: int
    number: int

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.monday, time(), here()).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """When the next week begins."""
        return datetime.combine(self.monday + timedelta(days=7), time(), here()).astimezone(UTC)

    @property
    def name(self) -> str:
        """`2026-47`, as addresses write it."""
        return f"{self.year}-{self.number:02d}"

    def later(self, weeks: int) -> "Week":
        return week_of(self.monday + timedelta(weeks=weeks))


def week_of(day: date) -> Week:
    return Week(*day.isocalendar()[:2])


def this_week(at: datetime) -> Week:
    return week_of(at.astimezone(here()).date())


def reviewed_week(at: datetime) -> Week:
    """The last week whose review is ready: from Monday morning on the one before."""
    return week_of(last_mailing(at).astimezone(here()).date()).later(-1)
