"""Runs told of without an account, recipes made of reports, what became of it later."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from tests.outcomes.test_learning import edit
from tests.outcomes.test_outcomes import evidence, report
from wiki.accounts.models import User
from wiki.db import db, now
from wiki.errors import NotFound
from wiki.labs.models import Lab
from wiki.outcomes import recipe_making
from wiki.outcomes.models import ToldRun
from wiki.outcomes.recipe_making import make_recipe
from wiki.outcomes.told import (
    MOST_WAITING,
    RecipeElsewhere,
    ToldContent,
    TooManyTold,
    publish_told,
    tell,
)
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import purge, retire, revision_of

Browsers = Callable[[str], FlaskClient]
TOLD = {
    "place": "Gemeinde Beispielhausen",
    "held_on": "2.11.2026",
    "people": "19",
    "worked": "Alle hatten ihr Gerät dabei.",
    "failed": "Zu wenig Steckdosen.",
    "again": "yes",
}


def told_at(browser: FlaskClient, page: Page, **fields: str) -> int:
    address = f"/wiki/{page.slug}/wir-auch"
    data = {**form_in(browser.get(address).text, address), **TOLD, **fields}
    return browser.post(address, data=data).status_code


def waiting() -> list[ToldRun]:
    db.session.rollback()
    return list(db.session.scalars(db.select(ToldRun)))


def test_a_stranger_tells_an_editor_looks_then_it_counts(
    client: FlaskClient, signed_in: Browsers, page: Page
) -> None:
    assert f'href="/wiki/{page.slug}/wir-auch"' in client.get(f"/wiki/{page.slug}").text
    assert told_at(client, page) == 303
    assert evidence(page).runs == []
    assert "Beispielhausen" not in client.get(f"/wiki/{page.slug}").text

    editor = signed_in("anke")
    assert "Gemeinde Beispielhausen hat das gemacht" in editor.get("/zu-tun").text
    address = f"/wiki/{page.slug}/wir-auch/{waiting()[0].id}"
    assert "Zu wenig Steckdosen." in editor.get(address).text
    csrf = token(editor, address)
    assert editor.post(f"{address}/veroeffentlichung", data={"csrf_token": csrf}).status_code == 303

    found = evidence(page)
    assert [run.outcome.people for run in found.runs] == [19]
    assert found.labs == 0, "a municipality is no lab"
    shown = client.get(f"/wiki/{found.runs[0].page.slug}").text
    assert "Gemeinde Beispielhausen" in shown
    assert "Zu wenig Steckdosen." in shown
    assert waiting() == []


def test_what_is_no_run_is_deleted(client: FlaskClient, signed_in: Browsers, page: Page) -> None:
    told_at(client, page)
    editor, address = signed_in("anke"), f"/wiki/{page.slug}/wir-auch/{waiting()[0].id}"

    editor.post(f"{address}/loeschen", data={"csrf_token": token(editor, address)})

    assert waiting() == []
    assert editor.get(address).status_code == 404
    assert evidence(page).runs == []


def test_members_and_strangers_do_not_look(
    client: FlaskClient, signed_in: Browsers, page: Page
) -> None:
    told_at(client, page)
    address = f"/wiki/{page.slug}/wir-auch/{waiting()[0].id}"

    assert signed_in("carla").get(address).status_code == 403
    assert "Beispielhausen" not in signed_in("carla").get("/zu-tun").text


def test_who_writes_here_writes_a_report(signed_in: Browsers, page: Page) -> None:
    browser = signed_in("carla")

    assert "/wir-auch" not in browser.get(f"/wiki/{page.slug}").text
    assert "/neu/erfahrung?rezept=" in browser.get(f"/wiki/{page.slug}/wir-auch").location


@pytest.mark.parametrize(
    ("field", "value"),
    [("place", ""), ("place", "x" * 121), ("people", "viele"), ("worked", "x" * 301)],
)
def test_what_does_not_fit_is_said_beside_the_field(
    client: FlaskClient, page: Page, field: str, value: str
) -> None:
    address = f"/wiki/{page.slug}/wir-auch"
    data = {"csrf_token": token(client, address), **TOLD, field: value}

    answer = client.post(address, data=data)

    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert "Zu wenig Steckdosen." in answer.text
    assert waiting() == []


def test_programs_fill_in_what_nobody_sees(client: FlaskClient, page: Page) -> None:
    assert told_at(client, page, webseite="https://example.org") == 303
    assert waiting() == []


def test_there_is_an_end_to_what_waits(client: FlaskClient, page: Page) -> None:
    content = ToldContent(place="Irgendwo")
    for _one in range(MOST_WAITING):
        tell(page, content)
    with pytest.raises(TooManyTold):
        tell(page, content)

    assert told_at(client, page) == 429
    assert len(waiting()) == MOST_WAITING


def test_one_address_tells_ten_times_an_hour(client: FlaskClient, page: Page) -> None:
    answers = [told_at(client, page) for _one in range(11)]

    assert answers == [303] * 10 + [429]


def test_only_published_recipes_are_told_of(client: FlaskClient, page: Page, cast: Cast) -> None:
    article = make_page("Ein Hintergrund", kind="article", by=cast.anke)
    assert client.get(f"/wiki/{article.slug}/wir-auch").status_code == 404
    told_at(client, page)
    editor = db.session.get_one(User, cast.vera)
    retire(page, editor)
    assert client.get(f"/wiki/{page.slug}/wir-auch").status_code == 404
    with pytest.raises(NotFound):
        tell(page, ToldContent(place="Irgendwo"))
    purge(page, editor)
    assert waiting() == []


def test_a_printed_sheet_leads_to_the_form_with_its_version(
    client: FlaskClient, signed_in: Browsers, page: Page
) -> None:
    edit(page, summary="Inzwischen anders.")
    scanned = f"/r/{page.id}/so-wars?version=1"

    form = client.get(client.get(scanned).location)
    data = {**form_in(form.text, f"/wiki/{page.slug}/wir-auch"), **TOLD}
    client.post(f"/wiki/{page.slug}/wir-auch", data=data)

    assert [told.number for told in waiting()] == [1]
    member = signed_in("carla")
    assert member.get(member.get(scanned).location).location.endswith("version=1")
    assert client.get("/r/999/so-wars").status_code == 404


@pytest.mark.parametrize("number", [-1, 0, 99])
def test_a_made_up_version_is_the_current_one(page: Page, number: int) -> None:
    assert tell(page, ToldContent(place="Irgendwo"), number).number == page.current_number


def test_two_editors_at_once_make_one_report(page: Page, cast: Cast) -> None:
    told = tell(page, ToldContent(place="Beispielhausen"))
    anke = db.session.get_one(User, cast.anke)
    publish_told(page, told.id, anke)

    with pytest.raises(NotFound):
        publish_told(page, told.id, anke)
    assert len(evidence(page).runs) == 1


def test_a_report_without_a_recipe_becomes_the_draft_of_one(
    signed_in: Browsers, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    told = make_page(
        "Löten am Sonntag",
        kind="outcome",
        by=cast.anke,
        lab=labs["soest"],
        people=9,
        happened="Erst gelötet, dann gegessen.",
        failed=[{"text": "Zwei Kolben für neun."}],
        ideas=[{"text": "Mit Brillen für alle."}],
    )
    browser = signed_in("anke")
    shown = browser.get(f"/wiki/{told.slug}").text
    assert "Rezept daraus machen" in shown
    data = {"csrf_token": token(browser, f"/wiki/{told.slug}")}

    opened = browser.post(f"/wiki/{told.slug}/rezept", data=data)

    form = form_in(browser.get(opened.location).text, opened.location)
    assert form["title"] == "Rezept: Löten am Sonntag"
    assert "- Zwei Kolben für neun." in form["pitfalls"]
    assert "- Mit Brillen für alle." in form["variations"]
    key = form.getlist("steps")[0]
    assert "Erst gelötet" in form[f"steps.{key}.text"]
    assert client.get("/wiki/rezept-loeten-am-sonntag").status_code == 404
    browser.post(opened.location, data=filled(form, do="publish"))
    assert "1× erprobt" in client.get("/wiki/rezept-loeten-am-sonntag").text
    assert "Rezept daraus machen" not in browser.get(f"/wiki/{told.slug}").text


def test_a_report_with_a_recipe_makes_no_second_one(page: Page, cast: Cast) -> None:
    with pytest.raises(NotFound):
        make_recipe(report(page), db.session.get_one(User, cast.anke))


@pytest.mark.parametrize(("days", "asked"), [(20, False), (43, True), (190, False)])
def test_six_weeks_later_its_author_is_asked_what_became_of_it(
    signed_in: Browsers, cast: Cast, labs: dict[str, Lab], days: int, asked: bool
) -> None:
    day = str(now().date() - timedelta(days=days))
    make_page("Mein Bericht", kind="outcome", by=cast.bilal, lab=labs["soest"], held_on=day)

    assert ("Mein Bericht" in signed_in("bilal").get("/zu-tun").text) is asked
    assert "Mein Bericht" not in signed_in("anke").get("/zu-tun").text


def test_who_has_answered_is_not_asked_again(
    signed_in: Browsers, cast: Cast, labs: dict[str, Lab]
) -> None:
    day = str(now().date() - timedelta(days=50))
    told = make_page("Mein Bericht", kind="outcome", by=cast.bilal, lab=labs["soest"], held_on=day)
    browser = signed_in("bilal")
    assert f'/wiki/{told.slug}/bearbeiten#f-effect"' in browser.get("/zu-tun").text
    address = f"/wiki/{told.slug}/bearbeiten"
    form = form_in(browser.get(address).text, address)

    browser.post(address, data=filled(form, effect="Jetzt gibt es WLAN.", do="publish"))

    assert "Sechs Wochen" not in browser.get("/zu-tun").text


def test_a_told_run_goes_to_no_namesake(
    client: FlaskClient, signed_in: Browsers, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    namesake = make_page(page.title, by=cast.anke, lab=labs["soest"])
    told = tell(namesake, ToldContent(place="Beispielhausen"))
    with pytest.raises(RecipeElsewhere):
        publish_told(namesake, told.id, db.session.get_one(User, cast.anke))

    editor, address = signed_in("anke"), f"/wiki/{namesake.slug}/wir-auch/{told.id}"
    data = {"csrf_token": token(editor, address)}
    answer = editor.post(f"{address}/veroeffentlichung", data=data)
    assert "keine oder eine andere Seite" in editor.get(answer.location).text
    assert len(waiting()) == 1
    assert evidence(page).runs == []


def test_telling_leaves_the_tries_to_sign_in_alone(client: FlaskClient, page: Page) -> None:
    for _one in range(11):
        told_at(client, page)

    form = form_in(client.get("/anmelden").text, "/anmelden")
    wrong = filled(form, email="anke@example.org", password="falsch")
    assert [client.post("/anmelden", data=wrong).status_code for _one in range(9)] == [200] * 9


def test_a_recipe_made_of_a_report_belongs_to_who_makes_it(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    told = make_page("Löten", kind="outcome", by=cast.anke, lab=labs["soest"], planned="Löten.")

    recipe = make_recipe(told, db.session.get_one(User, cast.carla))

    assert recipe.lab == labs["menden"]
    assert revision_of(told, 2).lab == labs["menden"]


def test_reports_of_one_title_make_recipes_of_two(cast: Cast, labs: dict[str, Lab]) -> None:
    anke, titles = db.session.get_one(User, cast.anke), []
    for _one in range(3):
        told = make_page("Nachmittag", kind="outcome", by=cast.anke, lab=labs["soest"])
        titles.append(make_recipe(told, anke).title)

    assert titles == ["Rezept: Nachmittag", "Rezept: Nachmittag 2", "Rezept: Nachmittag 3"]


def test_the_longest_report_makes_a_recipe(cast: Cast, labs: dict[str, Lab]) -> None:
    lines = [{"text": "x" * 290} for _line in range(200)]
    text = "Wort " * 5_900
    told = make_page(
        "T" * 120,
        kind="outcome",
        by=cast.anke,
        lab=labs["soest"],
        planned=text,
        happened=text,
        failed=lines,
        ideas=lines,
    )

    recipe = make_recipe(told, db.session.get_one(User, cast.anke))

    content = content_of(revision_of(recipe, 1)).to_json()
    assert len(content["steps"][0]["text"]) > 29_000
    assert 20_000 < len(content["pitfalls"]) <= 30_000


def test_a_recipe_is_made_whole_or_not_at_all(
    cast: Cast, labs: dict[str, Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = make_page("Löten", kind="outcome", by=cast.anke, lab=labs["soest"])
    before = db.session.query(Page).count()

    def fail(_new: object) -> None:
        raise OSError("the power is gone")

    monkeypatch.setattr(recipe_making, "add_pages", fail)
    with pytest.raises(OSError, match="power"):
        make_recipe(told, db.session.get_one(User, cast.anke))

    db.session.rollback()
    assert db.session.query(Page).count() == before
    assert db.session.get_one(Page, told.id).current_number == 1
