"""Announcements in calendars: once under one name, at the right hour in every night."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.announcing.cast import announced, events, in_days, user, words
from tests.conftest import Cast
from wiki.announcing.announcing import cancel, change_announcement, withdraw
from wiki.announcing.calendars import calendar_of
from wiki.announcing.models import Announcement
from wiki.announcing.times import begin_of, end_of, lasts_well, over_at
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.clock import BERLIN


@pytest.fixture
def announcement(page: Page, labs: dict[str, Lab], cast: Cast) -> Announcement:
    text = "Einfach **kommen**, siehe https://example.org."
    more = {"place": "Markt 1; Hof, hinten", "how_to": text, "ends": "20:00", "places": "noch 4"}
    return announced(page, labs["soest"], user(cast.bilal), **more)


def on(day: date, begins: str, ends: str = "", days: int = 1) -> Announcement:
    """An announcement that stands in no database."""
    lab = Lab(slug="soest", name="Soest", version=1)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    said = {"title": "Nacht", "held_on": day, "begins": begins, "ends": ends, "days": days}
    more = {"how_to": "", "place": "", "audience": "", "places": "", "state": "planned"}
    more |= {"over_at": over_at(day, days, begins, ends), "created_at": at, "changed_at": at}
    return Announcement(id=1, uid="u", version=1, lab=lab, **said, **more)


def test_a_calendar_reads_what_is_announced(
    client: FlaskClient, announcement: Announcement
) -> None:
    (found,) = events(client)

    day = in_days(30)
    assert str(found["SUMMARY"]) == "Offener Abend"
    assert found.start == datetime(day.year, day.month, day.day, 18, tzinfo=BERLIN)
    assert found.end - found.start == timedelta(hours=2)
    assert str(found["LOCATION"]) == "Markt 1; Hof, hinten"
    assert "Freie Plätze: noch 4" in found["DESCRIPTION"]
    assert "Einfach kommen" in found["DESCRIPTION"]
    assert found["URL"].endswith(f"/termine/{announcement.id}")
    assert (found["STATUS"], found["SEQUENCE"]) == ("CONFIRMED", 0)
    assert "LOCATION:Markt 1\\; Hof\\, hinten" in client.get("/termine.ics").text


def test_its_name_stays_and_its_changes_count(
    client: FlaskClient, announcement: Announcement, cast: Cast
) -> None:
    by = user(cast.bilal)
    change_announcement(announcement.id, words(title="Anders"), by, seen=1)
    (changed,) = events(client)
    cancel(announcement.id, by)
    (off,) = events(client)
    cancel(announcement.id, by, is_off=False)
    (on_again,) = events(client)

    assert {str(one["UID"]) for one in (changed, off, on_again)} == {announcement.uid}
    assert [one["SEQUENCE"] for one in (changed, off, on_again)] == [1, 2, 3]
    assert [str(one["STATUS"]) for one in (changed, off)] == ["CONFIRMED", "CANCELLED"]
    assert str(off["SUMMARY"]) == "Fällt aus: Anders"
    withdraw(announcement.id, by)
    assert events(client) == []


def test_an_unchanged_calendar_is_not_sent_again(
    client: FlaskClient, announcement: Announcement, cast: Cast
) -> None:
    addresses = ("/termine.ics", "/termine.ics?labor=soest", f"/termine/{announcement.id}.ics")
    seen = {}
    for address in addresses:
        first = client.get(address)
        seen[address] = {"If-None-Match": first.headers["ETag"]}
        again = client.get(address, headers=seen[address])
        assert (again.status_code, again.data) == (304, b""), address
        assert "Set-Cookie" not in first.headers
        assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"

    cancel(announcement.id, user(cast.bilal))

    assert {client.get(one, headers=seen[one]).status_code for one in addresses} == {200}


def test_a_lab_has_a_calendar_of_its_own(
    client: FlaskClient, announcement: Announcement, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    announced(page, labs["menden"], user(cast.carla), title="In Menden")

    assert len(events(client)) == 2
    assert [str(one["SUMMARY"]) for one in events(client, "/termine.ics?labor=menden")] == [
        "In Menden"
    ]
    assert events(client, "/termine.ics?labor=nachbar") == []
    assert client.get("/termine.ics?labor=gibt-es-nicht").status_code == 404


def test_words_break_out_of_no_line(
    client: FlaskClient, page: Page, labs: dict[str, Lab], cast: Cast
) -> None:
    evil = "x\\nEND:VEVENT\r\nBEGIN:VEVENT, ; \\"
    text = "a\r\nEND:VCALENDAR\r\n" + "ä" * 400
    announced(page, labs["soest"], user(cast.bilal), title=evil, place=evil, how_to=text)

    answer = client.get("/termine.ics")

    (found,) = Calendar.from_ical(answer.data).events
    assert str(found["SUMMARY"]) == "x\\nEND:VEVENT BEGIN:VEVENT, ; \\"
    assert "ä" * 400 in found["DESCRIPTION"]
    lines = answer.data.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"END:VEVENT")] == [b"END:VEVENT"]
    assert max(map(len, lines)) <= 75


def test_several_days_are_one_event_that_comes_back(app: Flask) -> None:
    with app.test_request_context():
        body = calendar_of([on(date(2026, 3, 28), "10:00", "16:00", days=3)], "Termine")

    (found,) = Calendar.from_ical(body).events
    assert found["RRULE"].to_ical() == b"FREQ=DAILY;COUNT=3"
    # The clock on the wall stays, though the night between has an hour less.
    assert b"DTSTART;TZID=Europe/Berlin:20260328T100000" in body


@pytest.mark.parametrize(
    ("day", "begins", "ends", "starts", "lasts"),
    [
        # Summer, winter, and past midnight.
        (date(2026, 7, 1), "18:00", "20:00", "2026-07-01T16:00", 120),
        (date(2026, 12, 31), "22:00", "02:00", "2026-12-31T21:00", 240),
        # The hour that is skipped, and a night around it.
        (date(2026, 3, 29), "02:30", "04:00", "2026-03-29T01:30", 30),
        (date(2026, 3, 28), "22:00", "04:00", "2026-03-28T21:00", 300),
        # The hour that comes twice: its first; a night around it.
        (date(2026, 10, 25), "02:30", "04:00", "2026-10-25T00:30", 150),
        (date(2026, 10, 24), "22:00", "04:00", "2026-10-24T20:00", 420),
        # A leap day, and the night after it.
        (date(2028, 2, 29), "23:00", "01:00", "2028-02-29T22:00", 120),
    ],
)
def test_every_night_has_its_hours(
    day: date, begins: str, ends: str, starts: str, lasts: int, app: Flask
) -> None:
    with app.test_request_context():
        body = calendar_of([on(day, begins, ends)], "Termine")

    (found,) = Calendar.from_ical(body).events
    begin, end = found.start.astimezone(UTC), found.end.astimezone(UTC)
    assert begin == datetime.fromisoformat(f"{starts}+00:00")
    assert (end - begin).total_seconds() / 60 == lasts


def test_nothing_is_left_of_a_time_that_the_night_skips() -> None:
    assert end_of(date(2026, 3, 29), "02:30", "03:00") is None
    assert begin_of(date(2026, 3, 29), "02:30") == begin_of(date(2026, 3, 29), "03:30")


@pytest.mark.parametrize(
    ("day", "days", "begins", "ends", "over"),
    [
        (date(2026, 7, 1), 1, "18:00", "", "2026-07-01T22:00"),
        (date(2026, 7, 1), 3, "18:00", "20:00", "2026-07-03T22:00"),
        (date(2026, 7, 1), 1, "22:00", "03:00", "2026-07-02T01:00"),
        (date(2026, 3, 29), 1, "10:00", "", "2026-03-29T22:00"),
        (date(2028, 2, 28), 2, "10:00", "", "2028-02-29T23:00"),
        (date(2026, 12, 31), 1, "10:00", "", "2026-12-31T23:00"),
    ],
)
def test_a_day_is_over_at_midnight_or_when_its_night_is(
    day: date, days: int, begins: str, ends: str, over: str
) -> None:
    assert over_at(day, days, begins, ends) == datetime.fromisoformat(f"{over}+00:00")


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [
        ("18:00", "18:00", False),
        ("18:00", "17:59", False),
        ("18:00", "12:00", True),
        ("18:00", "12:01", False),
        ("00:00", "18:00", True),
        ("00:00", "23:59", False),
        ("18:00", "", True),
    ],
)
def test_a_day_lasts_no_longer_than_a_night(begins: str, ends: str, fits: bool) -> None:
    assert lasts_well(begins, ends) is fits


def test_the_time_zone_in_the_calendar_is_the_real_one(app: Flask) -> None:
    with app.test_request_context():
        (zone,) = Calendar.from_ical(calendar_of([], "Termine")).timezones
    told = zone.to_tz(lookup_tzid=False)

    for year in (2026, 2028, 2038, 2060):
        for hour in range(0, 366 * 24, 5):
            moment = datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
            assert moment.astimezone(told).utcoffset() == moment.astimezone(BERLIN).utcoffset()
