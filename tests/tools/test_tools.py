"""Tools: what one sees at a glance, what is out of date, and where they are used."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.forms import filled, form_in
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages import keeping
from wiki.pages.kinds import kinds
from wiki.pages.textform import TextFormError, from_text
from wiki.pages.writing import retire
from wiki.tools import KIND, listing
from wiki.tools.facts import is_old

PAD: dict[str, Any] = {
    "kind": KIND,
    "summary": "Ein Text, an dem viele zugleich schreiben.",
    "uses": ["gemeinsam mitschreiben"],
    "address": "https://pad.example.org/",
    "cost": "free",
    "account": "lead",
    "data_place": "own_server",
    "open_source": "yes",
    "offline": "no",
    "checked_on": "2026-11-23",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`clock(2027, 12)` makes it the first day of that month."""

    def set_to(year: int, month: int) -> None:
        day = datetime(year, month, 1, 12, tzinfo=UTC)
        monkeypatch.setattr("wiki.tools.now", lambda: day)
        monkeypatch.setattr(keeping, "now", lambda: day)

    return set_to


def test_a_reader_sees_at_a_glance_what_matters(client: FlaskClient, clock: Any) -> None:
    clock(2026, 12)
    make_page("Pad", **PAD)

    html = client.get("/wiki/pad").text

    row = html.split('class="facts"')[1].split("</ul>")[0]
    for words in (
        "kostenlos",
        "Konto nur für die Leitung",
        "auf einem eigenen Server",
        "quelloffen",
        "nur mit Internet",
        "23.11.2026",
    ):
        assert words in row
    assert 'href="https://pad.example.org/"' in html
    assert "überholt" not in html


def test_the_kept_page_of_a_tool_grows_old(client: FlaskClient, clock: Any) -> None:
    clock(2027, 11)
    make_page("Pad", **PAD)
    first = client.get("/wiki/pad")
    assert "überholt" not in first.text

    clock(2027, 12)
    again = client.get("/wiki/pad", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 200
    assert "Angaben vom 23. November 2026 – vielleicht überholt" in again.text


@pytest.mark.parametrize(
    ("today", "old"),
    [
        (date(2026, 11, 23), False),
        (date(2027, 11, 30), False),
        (date(2027, 12, 1), True),
        (date(2031, 1, 1), True),
    ],
)
def test_facts_are_old_in_the_month_after_a_year(today: date, old: bool) -> None:
    assert is_old(date(2026, 11, 23), today) is old


def test_who_may_edit_is_asked_to_look_again(signed_in: Any, clock: Any, labs: Any) -> None:
    clock(2028, 1)
    make_page("Pad", lab=labs["soest"], **PAD)

    assert "Nachsehen und erneuern" in signed_in("anke").get("/wiki/pad").text


def test_a_recipe_leads_to_its_tools_that_have_a_page(client: FlaskClient) -> None:
    make_page("Pad", **PAD)
    make_page("Hackathon", tools=["Pad", "Beamer"])

    line = client.get("/wiki/hackathon").text.split("Werkzeuge:</b>")[1].split("</p>")[0]

    assert line.strip() == '<a href="/wiki/pad">Pad</a> · Beamer'


def test_a_tool_that_comes_later_is_linked_from_then_on(client: FlaskClient) -> None:
    make_page("Hackathon", tools=["Pad"])
    assert 'href="/wiki/pad"' not in client.get("/wiki/hackathon").text

    make_page("Pad", **PAD)

    assert '<a href="/wiki/pad">Pad</a>' in client.get("/wiki/hackathon").text


def test_an_alternative_is_a_link_only_if_it_has_a_page(client: FlaskClient) -> None:
    make_page("Pad", **PAD)
    make_page("Word im Netz", kind=KIND, alternatives=["Pad", "Schreibmaschine"])

    html = client.get("/wiki/word-im-netz").text

    assert '<a href="/wiki/pad">Pad</a> · Schreibmaschine' in html


def test_a_tool_is_written_with_its_form(signed_in: Any, client: FlaskClient) -> None:
    browser = signed_in("anke")
    form = form_in(browser.get("/neu/werkzeug").text, "/neu/werkzeug")
    typed = {"title": "Pad", "uses": "schreiben\nlesen", "checked_on": "23.11.2026"}

    sent = filled(form, **typed, cost="free", devices=["browser", "phone"], do="publish")
    browser.post("/neu/werkzeug", data=sent)

    html = client.get("/wiki/pad").text
    assert "im Browser, Smartphone" in html
    assert "23.11.2026" in html
    again = form_in(browser.get("/wiki/pad/bearbeiten").text, "/wiki/pad/bearbeiten")
    assert again["checked_on"] == "2026-11-23"


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("checked_on", "31.2.2026", "Ein Datum sieht so aus"),
        ("checked_on", "1700000000", "Ein Datum sieht so aus"),
        (
            "address",
            "javascript:alert(1)",
            "Eine Webadresse sieht so aus: https://www.example.org.",
        ),
    ],
)
def test_what_makes_no_sense_is_kept_and_said(
    signed_in: Any, name: str, typed: str, words: str
) -> None:
    browser = signed_in("anke")
    form = form_in(browser.get("/neu/werkzeug").text, "/neu/werkzeug")

    answer = browser.post(
        "/neu/werkzeug", data=filled(form, title="Pad", **{name: typed}, do="publish")
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_file_with_a_wrong_day_says_where(app: Flask) -> None:
    with pytest.raises(TextFormError) as problem:
        from_text("---\nArt: werkzeug\nTitel: Pad\nStand: gestern\n---\n", kinds().models())

    assert "Zeile 4: „Stand“ ist ein Datum" in str(problem.value)


def titles(html: str) -> list[str]:
    """The tools in the list, in their order."""
    return [
        part.split(">", 1)[1].split("<")[0]
        for part in html.split('id="results"')[1].split("<h3><a ")[1:]
    ]


def test_tools_are_listed_by_name(client: FlaskClient) -> None:
    for title in ("Zeichenbrett", "pad", "Karte"):
        make_page(title, **PAD)
    make_page("Hackathon")

    assert titles(client.get("/werkzeuge").text) == ["Karte", "pad", "Zeichenbrett"]


def test_the_list_shows_what_is_wished_for(client: FlaskClient) -> None:
    make_page("Pad", **PAD)
    make_page("Offline", **PAD | {"offline": "yes"})
    make_page("Wolke", **PAD | {"data_place": "outside", "account": "all", "offline": "yes"})

    assert titles(client.get("/werkzeuge?nur=ohne-internet").text) == ["Offline", "Wolke"]
    wishes = "nur=ohne-internet&nur=in-der-eu&nur=ohne-konto&nur=Unsinn"
    assert titles(client.get(f"/werkzeuge?{wishes}").text) == ["Offline"]


def test_where_nothing_fits_a_way_back_is_offered(client: FlaskClient) -> None:
    make_page("Pad", **PAD)

    html = client.get("/werkzeuge?nur=ohne-internet").text

    assert "So eines ist nicht dabei" in html
    assert '<a class="kern-btn kern-btn--secondary kern-btn--x-small" href="/werkzeuge">' in html


def test_a_long_list_has_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ON_A_PAGE", 2)
    for title in ("A", "B", "C"):
        make_page(title, **PAD)

    first = client.get("/werkzeuge?nur=kostenlos").text

    assert titles(first) == ["A", "B"]
    assert 'href="/werkzeuge?nur=kostenlos&amp;seite=2"' in first
    assert titles(client.get("/werkzeuge?nur=kostenlos&seite=9").text) == ["C"]


def test_the_list_hides_drafts_and_what_was_retired(
    client: FlaskClient, signed_in: Any, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Entwurf", lab=labs["soest"], by=cast.anke, publish=False, **PAD)
    old = make_page("Fax", lab=labs["soest"], by=cast.anke, **PAD)
    retire(old, db.session.get_one(User, cast.anke))

    for browser in (client, signed_in("anke")):
        assert "Hier stehen bald Werkzeuge" in browser.get("/werkzeuge").text


def test_the_menu_leads_to_tools_and_to_every_form(client: FlaskClient, signed_in: Any) -> None:
    assert 'href="/werkzeuge"' in client.get("/").text

    html = signed_in("anke").get("/").text

    for kind in kinds():
        assert kind.writable is (f'href="/neu/{kind.write_word}"' in html)
