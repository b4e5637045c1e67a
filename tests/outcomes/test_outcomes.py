"""Reports: written in a minute, tied to a version, counted for the recipe they speak of."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.finding.test_finder import counts, titles
from tests.forms import filled, form_in
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab, LabKind
from wiki.outcomes.content import OutcomeContent
from wiki.outcomes.evidence import IDEA, IN_LABS, TRIED, Evidence, evidence_on
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, purge, retire, revision_of, save_edit

Browsers = Callable[[str], FlaskClient]
FORM = "/neu/erfahrung"


def report(recipe: Page | None, lab: Lab | None = None, **fields: Any) -> Page:
    """A published report on a run of the recipe."""
    named = {"recipe": recipe.title, "recipe_version": recipe.current_number} if recipe else {}
    return make_page("", kind="outcome", lab=lab, **{"held_on": "2026-11-02", **named, **fields})


def evidence(page: Page) -> Evidence:
    """What is known now; a test is one long request."""
    g.pop("evidence", None)
    return evidence_on(page)


def rename(page: Page, title: str) -> None:
    before = content_of(revision_of(page, page.current_number))
    kind, contribution = kinds().named(page.kind), Contribution(by=None, is_operator=True)
    content = before.model_copy(update={"title": title})
    save_edit(page, kind, content, contribution, base=page.current_number, publish=True)


def test_a_report_that_tells_nothing_is_not_published_and_counts_for_nothing(
    signed_in: Browsers, page: Page
) -> None:
    """A tap on an untouched form would make the recipe look tried."""
    browser = signed_in("carla")
    address = browser.get(f"/wiki/{page.slug}").text.split("/neu/erfahrung?")[1].split('"')[0]
    opened = browser.get(f"{FORM}?{address.replace('&amp;', '&')}").text

    answer = browser.post(FORM, data=filled(form_in(opened, FORM), place="Markt", do="publish"))

    assert answer.status_code == 422
    assert 'href="#f-worked">Was hat geklappt?: Ein Satz genügt' in answer.text
    assert evidence(page).maturity == IDEA
    said = filled(form_in(answer.text, FORM), people="9", do="publish")
    assert browser.post(FORM, data=said).status_code == 303
    assert evidence(page).maturity == TRIED


def test_five_answers_make_a_report_that_the_recipe_shows(
    signed_in: Browsers, client: FlaskClient, page: Page
) -> None:
    browser = signed_in("carla")
    address = browser.get(f"/wiki/{page.slug}").text.split("/neu/erfahrung?")[1].split('"')[0]
    opened = browser.get(f"{FORM}?{address.replace('&amp;', '&')}").text
    form = form_in(opened, FORM)
    worked, failed = form.getlist("worked")[0], form.getlist("failed")[0]
    typed = {
        "held_on": "2.11.2026",
        "place": "Stadtbücherei",
        "people": "14",
        f"worked.{worked}.text": "Alle haben mitgemacht.",
        f"failed.{failed}.text": "Es fehlten Kabel.",
    }

    answer = browser.post(FORM, data=filled(form, **typed, do="publish"))

    assert answer.status_code == 303
    told = client.get(answer.headers["Location"]).text
    assert "Smartphone-Stunde, Stadtbücherei, 02.11.2026</h1>" in told
    assert f'<a href="/wiki/{page.slug}">Smartphone-Stunde</a>, Version 1' in told
    assert "Es fehlten Kabel." in told
    shown = client.get(f"/wiki/{page.slug}").text
    assert "1× erprobt" in shown
    assert "2.11.2026 · Werkstatt Beispiel · 14 Personen · Version 1" in shown
    assert "in 1 Labor, mit 14 Personen" in shown


def test_steps_stand_ready_to_be_measured_but_planned_minutes_are_no_experience(
    signed_in: Browsers, page: Page
) -> None:
    browser = signed_in("carla")
    form = form_in(browser.get(f"{FORM}?rezept={page.id}&version=1").text, FORM)

    assert '<details class="section" open>' not in browser.get(FORM + f"?rezept={page.id}").text
    assert form["times.kaa.step"] == "Ankommen"
    assert form["times.kaa.minutes"] == ""
    browser.post(FORM, data=filled(form, **{"times.kbb.minutes": "70"}, do="publish"))

    found = evidence(page)
    assert {key: (one.median, one.count) for key, one in found.minutes.items()} == {"kbb": (70, 1)}


def test_a_report_stands_alone_too(client: FlaskClient, cast: Cast) -> None:
    alone = make_page("", kind="outcome", place="Marktplatz")
    nothing = make_page("", kind="outcome")

    assert (alone.title, nothing.title) == ("Marktplatz", "Erfahrungsbericht")
    assert "Nach diesem Rezept" not in client.get(f"/wiki/{alone.slug}").text


@pytest.mark.parametrize(
    ("held_on", "title"),
    [("2026-11-02", "Marktplatz, 02.11.2026"), ("2.11.2026", "Marktplatz, 02.11.2026")],
)
def test_a_report_is_called_by_place_and_day_however_typed(held_on: str, title: str) -> None:
    content = OutcomeContent.model_validate({"place": " Marktplatz ", "held_on": held_on})

    assert content.title == title
    assert content.held_on == date(2026, 11, 2)


def test_its_own_title_wins_and_a_long_one_is_cut() -> None:
    named = OutcomeContent.model_validate({"title": "Ein Abend", "place": "Marktplatz"})
    long = OutcomeContent.model_validate({"recipe": "R" * 300, "place": "P" * 120})

    assert named.title == "Ein Abend"
    assert len(long.title) == 120


@pytest.mark.parametrize("number", ["", "0", "-1", "9" * 40, "x", "٣", "1 OR 1=1"])
def test_addresses_that_name_no_recipe_open_an_empty_form(
    signed_in: Browsers, page: Page, number: str
) -> None:
    answer = signed_in("carla").get(FORM, query_string={"rezept": number, "version": number})

    assert answer.status_code == 200
    assert form_in(answer.text, FORM)["recipe"] == ""


@pytest.mark.parametrize("version", ["0", "7", "x", "9" * 40])
def test_a_version_that_is_not_there_becomes_the_current_one(
    signed_in: Browsers, page: Page, version: str
) -> None:
    answer = signed_in("carla").get(FORM, query_string={"rezept": page.id, "version": version})

    assert form_in(answer.text, FORM)["recipe_version"] == "1"


def test_the_form_tells_nothing_of_what_one_may_not_read(
    signed_in: Browsers, labs: dict[str, Lab], cast: Cast
) -> None:
    secret = make_page("Geheimes Rezept", by=cast.anke, lab=labs["soest"], publish=False)

    for name in ("carla", "gabi", "anke"):
        assert "Geheimes Rezept" not in signed_in(name).get(f"{FORM}?rezept={secret.id}").text


def test_who_may_not_write_here_tells_of_a_run_instead(
    client: FlaskClient, signed_in: Browsers, page: Page
) -> None:
    told, written = f"/wiki/{page.slug}/wir-auch", f"{FORM}?rezept={page.id}"
    reader = client.get(f"/wiki/{page.slug}").text
    member = signed_in("gabi").get(f"/wiki/{page.slug}").text

    assert (told in reader, written in reader) == (True, False)
    assert (told in member, written in member) == (False, True)
    assert client.get(FORM).status_code == 303


def test_maturity_comes_from_published_reports_of_labs(
    labs: dict[str, Lab], cast: Cast, page: Page
) -> None:
    assert evidence(page).maturity == IDEA
    report(page, labs["soest"], publish=False)
    assert evidence(page).maturity == IDEA
    first = report(page, labs["soest"])
    report(page, labs["soest"])
    assert evidence(page).maturity == TRIED
    second = report(page, labs["menden"])
    assert evidence(page).maturity == IN_LABS

    vera = db.session.get_one(User, cast.vera)
    retire(second, vera)
    assert evidence(page).maturity == TRIED
    purge(first, vera)
    assert len(evidence(page).runs) == 1


def test_what_the_runs_say_together(client: FlaskClient, labs: dict[str, Lab], page: Page) -> None:
    with writing():
        labs["menden"].kind = LabKind.MOBILE.value
    report(page, labs["soest"], people=8, again="yes", times=[_took(60)])
    report(page, labs["menden"], people=20, again="no", times=[_took(75)], held_on="2026-11-20")
    report(page, labs["soest"], again="yes", times=[_took(90)], held_on=None)

    found = evidence(page)
    assert found.group == (8, 20)
    assert [(choice.value, count) for choice, count in found.again.items()] == [
        ("yes", 2),
        ("no", 1),
    ]
    assert (found.minutes["kbb"].median, found.minutes["kbb"].count) == (75, 3)
    assert found.was_mobile
    assert [run.day for run in found.runs] == [date(2026, 11, 20), date(2026, 11, 2), None]
    shown = client.get(f"/wiki/{page.slug}").text
    assert "Machen: geplant 50 min, gemessen 75 min, die Mitte aus 3" in shown
    assert "Noch einmal machen? 2× ja, genau so · 1× nein" in " ".join(shown.split())


@pytest.mark.parametrize(("people", "is_new"), [(7, True), (8, False), (20, False), (21, True)])
def test_more_or_fewer_people_than_ever_came_are_noticed(
    client: FlaskClient, labs: dict[str, Lab], page: Page, people: int, is_new: bool
) -> None:
    report(page, labs["soest"], people=8)
    report(page, labs["menden"], people=20)

    html = client.get(f"/wiki/{page.slug}?personen={people}").text
    assert "in 2 Laboren, mit 8–20 Personen" in html
    assert ("bisher waren es 8–20" in html) == is_new


def test_runs_are_kept_through_a_new_name_of_the_recipe(labs: dict[str, Lab], page: Page) -> None:
    report(page, labs["soest"])

    rename(page, "Handy-Stunde")
    other = make_page("Etwas anderes", lab=labs["soest"])
    assert len(evidence(page).runs) == 1
    assert not evidence(other).runs

    report(page, labs["menden"])
    assert len(evidence(page).runs) == 2


def test_a_recipe_that_goes_leaves_its_reports(
    client: FlaskClient, labs: dict[str, Lab], cast: Cast, page: Page
) -> None:
    told = report(page, labs["soest"])

    purge(page, db.session.get_one(User, cast.vera))

    html = client.get(f"/wiki/{told.slug}").text
    assert "Smartphone-Stunde" in html
    assert f'href="/wiki/{page.slug}"' not in html


def test_a_kept_page_learns_of_each_report(
    client: FlaskClient, labs: dict[str, Lab], cast: Cast, page: Page
) -> None:
    address = f"/wiki/{page.slug}"
    assert "noch ohne Erfahrungsbericht" in client.get(address).text

    told = report(page, labs["soest"])
    assert "1× erprobt" in client.get(address).text

    retire(told, db.session.get_one(User, cast.vera))
    assert "noch ohne Erfahrungsbericht" in client.get(address).text


def test_a_labs_home_shows_what_it_tried_most(
    client: FlaskClient, labs: dict[str, Lab], cast: Cast, page: Page
) -> None:
    often = make_page("Oft", lab=labs["soest"])
    make_page("Nie", lab=labs["soest"])
    draft = make_page("Geheim", lab=labs["soest"], publish=False)
    foreign = make_page("Fremd", lab=labs["menden"])
    assert "Am meisten erprobt" not in client.get("/labore/soest").text

    for recipe in (page, often, often, draft, foreign, foreign, foreign):
        report(recipe, labs["menden"])

    part = (
        client.get("/labore/soest").text.split("Am meisten erprobt</h2>")[1].split("</section")[0]
    )
    assert re.findall(r"<h3><a [^>]*>(.*?)</a></h3>", part) == ["Oft", "Smartphone-Stunde"]
    assert re.findall(r"(\d+)× erprobt", part) == ["2", "1"]


def test_a_labs_spine_counts_recipes_alone(
    client: FlaskClient, labs: dict[str, Lab], cast: Cast, page: Page
) -> None:
    report(page, labs["soest"])
    make_page("Ein Text", kind="article", lab=labs["soest"])

    for address in ("/", "/labore"):
        shelf = client.get(address).text.split('class="shelf')[1].split("</ul>")[0]
        assert re.findall(r"book-count\">(\d+) <", shelf) == ["1"]


def test_a_report_is_no_duplicate_of_its_recipe(
    signed_in: Browsers, labs: dict[str, Lab], page: Page
) -> None:
    report(page, labs["soest"])

    hint = signed_in("anke").get("/neu/rezept?titel=Smartphone-Stunde").text
    assert f'href="/wiki/{page.slug}"' in hint
    assert "02.11.2026" not in hint


def test_reports_stand_apart_from_what_else_speaks_of_a_page(
    client: FlaskClient, labs: dict[str, Lab], page: Page
) -> None:
    report(page, labs["soest"])
    assert "Darauf verweisen" not in client.get(f"/wiki/{page.slug}").text

    make_page("Nachlese", kind="article", body="Siehe [[Smartphone-Stunde]].")
    assert "Darauf verweisen" in client.get(f"/wiki/{page.slug}").text


def test_the_finder_knows_what_is_tried(
    app: Flask, client: FlaskClient, labs: dict[str, Lab], cast: Cast, page: Page
) -> None:
    fresh = make_page("Frisch")
    often = make_page("Oft")
    make_page("Text", kind="article")
    assert counts(client, "reife") == {"Idee": 3}

    for name in ("soest", "menden", "menden"):
        report(often, labs[name])
    told = report(page, labs["soest"])

    assert counts(client, "reife") == {
        "Idee": 1,
        "erprobt": 1,
        "in mehreren Laboren erprobt": 1,
    }
    assert titles(client, reife="idee") == [fresh.title]
    assert client.get("/suche?reife=labore").text.count("3× erprobt") == 1
    assert titles(client, reife=["erprobt", "labore"], sortiert="erprobt") == ["Oft", page.title]
    assert len(titles(client, art="erfahrung")) == 4

    retire(told, db.session.get_one(User, cast.vera))
    assert titles(client, reife="erprobt") == []


def _took(minutes: int) -> dict[str, Any]:
    return {"key": "kbb", "step": "Machen", "minutes": minutes}
