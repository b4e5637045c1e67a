"""Calendars: an event for each block, at the right time also when clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event

from tests.conftest import Cast
from tests.kits.cast import plan_on, rich_recipe, take
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.changing import resized
from wiki.plans.models import Plan
from wiki.plans.planning import change


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


def events(client: FlaskClient, plan: Plan) -> list[Event]:
    return list(Calendar.from_ical(take(client, plan, "kalender").data).walk("VEVENT"))


def times(event: Any) -> tuple[datetime, datetime]:
    return event.start.astimezone(UTC), event.end.astimezone(UTC)


def test_each_block_is_an_event_with_what_one_has_to_know(client: FlaskClient, page: Page) -> None:
    plan = plan_on(page, place="Rathaus; Raum 3, hinten", title="Markt")

    first, second = events(client, plan)

    assert str(first["SUMMARY"]) == "Kritik sammeln – Markt"
    assert str(first["LOCATION"]) == "Rathaus; Raum 3, hinten"
    assert "Zukunftswerkstatt" in first["DESCRIPTION"]
    assert str(first["URL"]).endswith(f"/plan/{plan.read_secret}")
    begins = datetime(2027, 5, 8, 7, tzinfo=UTC)
    assert times(first) == (begins, begins + timedelta(minutes=30))
    assert first["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert times(second)[0] == times(first)[1]


def test_the_file_brings_the_rules_for_german_clocks(client: FlaskClient, page: Page) -> None:
    calendar = Calendar.from_ical(take(client, plan_on(page), "kalender").data)

    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert calendar["METHOD"] == "PUBLISH"


def test_events_keep_their_identity_when_the_plan_changes(client: FlaskClient, page: Page) -> None:
    plan, other = plan_on(page), plan_on(page)
    before = events(client, plan)
    key = plan.content["blocks"][0]["key"]

    change(plan.edit_secret, lambda old: resized(old, key, 15), seen=plan.version)

    after = events(client, db.session.get_one(Plan, plan.id))
    assert [e["UID"] for e in after] == [e["UID"] for e in before]
    assert times(after[1])[0] - times(before[1])[0] == timedelta(minutes=15)
    assert after[0]["LAST-MODIFIED"].dt >= before[0]["LAST-MODIFIED"].dt
    assert {e["UID"] for e in before}.isdisjoint(e["UID"] for e in events(client, other))
    assert plan.read_secret not in str(before[0]["UID"])


@pytest.mark.parametrize("on", [date(2026, 3, 28), date(2026, 10, 24)])
def test_a_night_in_which_clocks_change_lasts_as_long_as_it_does(
    client: FlaskClient, page: Page, on: date
) -> None:
    blocks = [
        {"key": f"k{n:02d}", "sort": "free", "title": f"Stunde {n}", "minutes": 60}
        for n in range(8)
    ]
    found = events(client, plan_on(page, on, start="22:00", blocks=blocks))

    spans = [times(event) for event in found]
    assert all(end - start == timedelta(hours=1) for start, end in spans)
    assert [start for start, _end in spans[1:]] == [end for _start, end in spans[:-1]]


def test_breaks_leave_the_time_free_and_what_is_left_out_is_no_event(
    client: FlaskClient, page: Page
) -> None:
    blocks = [
        {"key": "kaa", "sort": "break", "minutes": 15},
        {"key": "kab", "sort": "free", "title": "Fällt weg", "minutes": 0},
    ]

    (pause,) = events(client, plan_on(page, blocks=blocks))

    assert pause["TRANSP"] == "TRANSPARENT"


@pytest.mark.parametrize(
    "hostile", ["x\nEND:VEVENT\nBEGIN:VEVENT", "BEGIN:VALARM;ACTION=x", 'a\\;b,c:d"e', "😀" * 100]
)
def test_words_stay_words(client: FlaskClient, page: Page, hostile: str) -> None:
    blocks = [{"key": "kaa", "sort": "free", "title": "A", "minutes": 5, "text": hostile}]

    (event,) = events(client, plan_on(page, blocks=blocks, place=hostile.split("\n")[0]))

    assert hostile in event["DESCRIPTION"].replace("\r", "")
    assert not event.subcomponents
