"""What stands on a recipe's printed sheet, and what it says where nobody gave minutes."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page

TEXT = "Reifen abziehen und Schlauch prüfen."


def step(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "title": f"Schritt {key}", **more}


def test_where_there_is_room_the_steps_say_what_to_do(client: FlaskClient, cast: Cast) -> None:
    make_page("Kurz", steps=[step("kaa", minutes=10, text=TEXT)])

    assert TEXT in client.get("/wiki/kurz/druck").text


@pytest.mark.parametrize(
    "full",
    [
        {"steps": [step("kaa", minutes=10, text=f"{TEXT}\n\n" * 20)]},
        {"steps": [step(f"k{n:02}", minutes=10, text=TEXT) for n in range(9)]},
        {
            "steps": [step("kaa", minutes=10, text=TEXT)],
            "materials": [{"key": f"m{n:02}", "item": "Ding"} for n in range(16)],
        },
    ],
)
def test_where_there_is_none_their_titles_do(
    client: FlaskClient, cast: Cast, full: dict[str, Any]
) -> None:
    make_page("Lang", **full)

    paper = client.get("/wiki/lang/druck").text

    assert full["steps"][0]["title"] in paper
    assert TEXT not in paper


@pytest.mark.parametrize("address", ["/wiki/zeitlos", "/wiki/zeitlos/druck?beginn=18:00"])
def test_no_time_is_shown_where_nobody_gave_any(
    client: FlaskClient, cast: Cast, address: str
) -> None:
    make_page("Zeitlos", steps=[step("kaa"), step("kbb")])

    shown = client.get(address).text

    assert "0 min" not in shown
    assert "0:00" not in shown
    assert "Ende" not in shown.split("<ol")[1].split("</article>")[0]


@pytest.mark.parametrize("address", ["/wiki/teils", "/wiki/teils/druck"])
def test_a_step_without_minutes_stands_at_its_time_among_others(
    client: FlaskClient, cast: Cast, address: str
) -> None:
    make_page("Teils", steps=[step("kaa", minutes=20), step("kbb")])

    shown = client.get(address).text

    assert "20 min" in shown
    assert "0:20" in shown
    assert " 0 min" not in shown
    assert ">0 min" not in shown


def test_a_step_that_is_left_out_today_says_only_that(client: FlaskClient, cast: Cast) -> None:
    steps = [step("kaa", minutes=60), step("kbb", minutes=30, text=TEXT, if_short="skip")]
    make_page("Knapp", steps=steps)

    today = client.get("/wiki/knapp?minuten=60").text

    assert "Gekürzt auf 60 min" in today
    assert "fällt heute weg" in today
    assert TEXT not in today
    assert TEXT in client.get("/wiki/knapp").text
