"""The form: rows by plain buttons, errors beside their fields, previews, conflicts."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import protect, revision_of

Browsers = Callable[[str], FlaskClient]
EDIT = "/wiki/smartphone-stunde/bearbeiten"


def recipe_form(browser: FlaskClient, **more: object) -> dict[str, object]:
    return {
        "csrf_token": token(browser, "/neu/rezept"),
        "title": "Kaffee und Kabel",
        "summary": "Alte Kabel, neuer Kaffee.",
        "steps": ["kaa", "kbb"],
        "steps.kaa.title": "Sortieren",
        "steps.kaa.minutes": "20",
        "steps.kbb.title": "Löten",
        "steps.kbb.minutes": "40",
        "kind": "format",
        **more,
    }


def edit_form(browser: FlaskClient, **more: object) -> MultiDict[str, str]:
    """The fields of the edit form as a browser sends them back, some of them changed."""
    return filled(form_in(browser.get(EDIT).text, EDIT), **more)


def answer(asked: TestResponse, **more: object) -> MultiDict[str, str]:
    """The fields of the conflict page, with a choice."""
    return filled(form_in(asked.text, EDIT), do="resolve", **more)


def titles(response: TestResponse) -> list[str]:
    return re.findall(r'name="steps\.\w+\.title"[^>]*value="([^"]*)"', response.text)


def test_title_sentence_and_steps_are_enough_to_publish(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")

    response = browser.post("/neu/rezept", data=recipe_form(browser, do="publish"))

    assert response.location == "/wiki/kaffee-und-kabel"
    page = db.session.query(Page).one()
    assert page.is_published
    assert page.lab is not None
    assert page.lab.slug == "soest"


def test_a_recipe_may_become_a_method(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    browser.post("/neu/rezept", data=recipe_form(browser, do="publish", kind="method"))

    assert db.session.query(Page).one().kind == "method"


@pytest.mark.parametrize(
    ("action", "order"),
    [
        ("add.steps", ["Sortieren", "Löten", ""]),
        ("add.steps.kaa", ["Sortieren", "", "Löten"]),
        ("up.steps.kbb", ["Löten", "Sortieren"]),
        ("down.steps.kaa", ["Löten", "Sortieren"]),
        ("remove.steps.kaa", ["Löten"]),
        ("restore.steps", ["Sortieren", "Löten"]),
        ("up.steps.kaa", ["Sortieren", "Löten"]),
        ("up.steps.nix", ["Sortieren", "Löten"]),
        ("up.title.nix", ["Sortieren", "Löten"]),
    ],
)
def test_rows_are_added_moved_and_removed_by_plain_buttons(
    cast: Cast, signed_in: Browsers, action: str, order: list[str]
) -> None:
    browser = signed_in("bilal")

    response = browser.post("/neu/rezept", data=recipe_form(browser, do=action))

    assert titles(response) == order
    assert 'value="Kaffee und Kabel"' in response.text


def test_htmx_gets_the_rows_alone(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")

    response = browser.post(
        "/neu/rezept",
        data=recipe_form(browser, do="up.steps.kbb"),
        headers={"HX-Request": "true", "HX-Target": "rows-steps"},
    )

    assert titles(response) == ["Löten", "Sortieren"]
    assert "<html" not in response.text


def test_an_error_stands_beside_its_field_and_what_was_typed_stays(
    cast: Cast, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    wrong = {"steps.kaa.minutes": "zwanzig", "materials": ["kmm"], "materials.kmm.per_person": "1"}

    response = browser.post("/neu/rezept", data=recipe_form(browser, do="publish", **wrong))

    assert response.status_code == 422
    assert 'value="zwanzig"' in response.text
    assert 'id="f-steps-kaa-minutes-error"' in response.text
    assert 'href="#f-materials-kmm-item"' in response.text
    assert db.session.query(Page).count() == 0


def test_rows_that_say_nothing_are_left_out(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    empty = {"materials": ["kmm"], "materials.kmm.category": "consumable"}

    browser.post("/neu/rezept", data=recipe_form(browser, do="publish", **empty))

    assert content_of(revision_of(db.session.query(Page).one(), 1)).to_json()["materials"] == []


def test_the_licence_is_agreed_to_once(cast: Cast, signed_in: Browsers) -> None:
    with writing() as session:
        session.get_one(User, cast.bilal).agreed_at = None
    browser = signed_in("bilal")

    refused = browser.post("/neu/rezept", data=recipe_form(browser, do="publish"))
    assert refused.status_code == 422
    assert "Ohne diese Zustimmung" in refused.text
    assert 'href="#f-agree">Lizenz: Ohne diese Zustimmung' in refused.text
    assert 'id="f-agree"' in refused.text
    assert "Eine Angabe passt noch nicht" in refused.text
    wrong = {"steps.kaa.minutes": "zwanzig"}
    both = browser.post("/neu/rezept", data=recipe_form(browser, do="publish", **wrong))
    assert "2 Angaben passen noch nicht" in both.text

    browser.post("/neu/rezept", data=recipe_form(browser, do="publish", agree="1"))
    assert revision_of(db.session.query(Page).one(), 1).agreed_licence == "CC-BY-4.0"
    assert 'name="agree"' not in browser.get("/neu/rezept").text


def test_deciding_between_two_texts_is_no_way_around_the_licence(
    page: Page, cast: Cast, signed_in: Browsers
) -> None:
    with writing() as session:
        session.get_one(User, cast.bilal).agreed_at = None
    anke, bilal = signed_in("anke"), signed_in("bilal")
    form = edit_form(bilal, summary="Bilals Satz.", do="save")
    anke.post(EDIT, data=edit_form(anke, summary="Ankes Satz.", do="save"))
    mine = content_of(revision_of(page, 1)).model_copy(update={"summary": "Bilals Satz."})
    made_up = filled(form, do="resolve", theirs="2", mine=mine.model_dump_json())
    made_up["pick.summary"] = "mine"

    assert bilal.post(EDIT, data=made_up).status_code == 400
    assert db.session.get_one(User, cast.bilal).agreed_at is None
    asked = bilal.post(EDIT, data=filled(form, agree="1"))
    assert asked.status_code == 409
    assert bilal.post(EDIT, data=answer(asked, **{"pick.summary": "mine"})).status_code == 303
    assert content_of(revision_of(page, 3)).summary == "Bilals Satz."


def test_a_similar_page_is_hinted_at_while_the_title_is_typed(
    page: Page, signed_in: Browsers
) -> None:
    response = signed_in("bilal").get(
        "/neu/rezept?title=Smartphone+für+alle",
        headers={"HX-Request": "true", "HX-Target": "similar"},
    )

    assert "/wiki/smartphone-stunde" in response.text
    assert "<html" not in response.text


def test_words_that_stand_in_any_title_hint_at_nothing(
    page: Page, cast: Cast, signed_in: Browsers
) -> None:
    make_page("1-2-4-Alle", by=cast.anke)
    browser = signed_in("bilal")
    headers = {"HX-Request": "true", "HX-Target": "similar"}

    assert (
        "1-2-4-Alle" not in browser.get("/neu/rezept?title=Fahrrad+für+alle", headers=headers).text
    )
    assert "1-2-4-Alle" in browser.get("/neu/rezept?title=1-2-4+alle", headers=headers).text


def test_the_preview_is_what_will_be_published(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    preview = browser.post("/neu/rezept", data=recipe_form(browser, do="preview")).text
    browser.post("/neu/rezept", data=recipe_form(browser, do="publish"))
    published = browser.get("/wiki/kaffee-und-kabel").text

    def steps(html: str) -> str:
        return html.split('<ol class="steps">')[1].split("</ol>")[0]

    assert steps(preview) == steps(published)
    assert db.session.query(Page).count() == 1


def test_a_text_too_deep_to_render_is_an_error_beside_it(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    bomb = {"steps.kaa.text": ">" * 500 + "tief"}

    response = browser.post("/neu/rezept", data=recipe_form(browser, do="publish", **bomb))

    assert response.status_code == 422
    assert 'id="f-steps-kaa-text-error"' in response.text


def test_an_edit_keeps_every_field_it_does_not_touch(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    before = content_of(revision_of(page, 1))

    browser.post(EDIT, data=edit_form(browser, do="publish", summary="Neu gesagt."))

    after = content_of(revision_of(page, 2))
    assert after == before.model_copy(update={"summary": "Neu gesagt."})


def test_two_people_in_different_places_are_merged_and_told(
    page: Page, signed_in: Browsers
) -> None:
    anke, bilal = signed_in("anke"), signed_in("bilal")
    hers, his = edit_form(anke, do="publish"), edit_form(bilal, do="publish")
    anke.post(EDIT, data=filled(hers, summary="Von Anke"))
    bilal.post(EDIT, data=filled(his, **{"steps.kaa.minutes": 15}))

    merged = content_of(revision_of(page, 3)).to_json()
    assert (merged["summary"], merged["steps"][0]["minutes"]) == ("Von Anke", 15)
    assert "zusammengeführt" in bilal.get("/wiki/smartphone-stunde").text


def test_two_people_in_one_place_choose_and_lose_nothing(page: Page, signed_in: Browsers) -> None:
    anke, bilal = signed_in("anke"), signed_in("bilal")
    hers, his = edit_form(anke, do="publish"), edit_form(bilal, do="publish")
    anke.post(EDIT, data=filled(hers, summary="Von Anke"))

    asked = bilal.post(EDIT, data=filled(his, summary="Von Bilal"))
    assert asked.status_code == 409
    assert "Von Anke" in asked.text
    assert "Von Bilal" in asked.text

    both = {"pick.summary": "own", "own.summary": "Von Anke und Bilal"}
    bilal.post(EDIT, data=answer(asked, **both))

    assert content_of(revision_of(page, 3)).summary == "Von Anke und Bilal"


def test_the_conflict_page_asks_again_when_nothing_was_chosen(
    page: Page, signed_in: Browsers
) -> None:
    anke, bilal = signed_in("anke"), signed_in("bilal")
    hers, his = edit_form(anke, do="publish"), edit_form(bilal, do="publish")
    anke.post(EDIT, data=filled(hers, summary="Von Anke"))
    asked = bilal.post(EDIT, data=filled(his, summary="Von Bilal"))
    again = bilal.post(EDIT, data=answer(asked))

    assert again.status_code == 409
    assert "Bei jeder Stelle wird eine Wahl gebraucht." in again.text


def test_a_version_is_compared_and_brought_back(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    browser.post(EDIT, data=edit_form(browser, do="publish", summary="Neu gesagt."))

    compared = browser.get("/wiki/smartphone-stunde/vergleich?von=1&bis=2").text
    assert "<ins>" in compared
    assert "<del>" in compared

    csrf = {"csrf_token": token(browser, EDIT)}
    browser.post("/wiki/smartphone-stunde/versionen/1/wiederherstellung", data=csrf)
    restored = revision_of(page, 3)
    assert content_of(restored).summary == "Zum Ausprobieren."
    assert restored.restored_number == 1


def test_guests_write_for_their_own_place(
    cast: Cast, labs: dict[str, Lab], signed_in: Browsers
) -> None:
    browser = signed_in("gabi")
    browser.post("/neu/rezept", data=recipe_form(browser, do="publish", lab="soest"))

    page = db.session.query(Page).one()
    assert page.lab is not None
    assert page.lab.slug == "nachbar"


def test_who_does_not_belong_anywhere_cannot_write(page: Page, client: FlaskClient) -> None:
    assert client.get("/neu/rezept").location.startswith("/anmelden?next=")
    assert client.post("/neu/rezept").status_code == 400


def test_a_page_of_the_network_is_edited_by_admins(cast: Cast, signed_in: Browsers) -> None:
    make_page("Impressum", kind="article", body="Hier steht es.")

    answers = [signed_in(n).get("/wiki/impressum/bearbeiten").status_code for n in ("anke", "vera")]
    assert answers == [403, 200]


def test_a_draft_is_published_from_its_own_page(
    signed_in: Browsers, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Noch leise", by=cast.anke, lab=labs["soest"], publish=False)
    address = "/wiki/noch-leise/veroeffentlichung"
    bilal = signed_in("bilal")
    assert client.get("/wiki/noch-leise").status_code == 404

    fields = form_in(bilal.get("/wiki/noch-leise").text, address)
    answer = bilal.post(address, data=fields)

    assert answer.location == "/wiki/noch-leise"
    assert client.get("/wiki/noch-leise").status_code == 200
    assert f'action="{address}"' not in bilal.get("/wiki/noch-leise").text


def test_a_draft_that_is_published_from_its_form_says_so(
    signed_in: Browsers, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Noch leise", by=cast.anke, lab=labs["soest"], publish=False)
    bilal, address = signed_in("bilal"), "/wiki/noch-leise/bearbeiten"
    form = filled(form_in(bilal.get(address).text, address), do="publish")

    told = bilal.post(address, data=form, follow_redirects=True).text

    assert "Veröffentlicht." in told
    assert "Nichts hat sich geändert." not in told


def test_a_protected_page_says_so_to_those_who_write(
    signed_in: Browsers, client: FlaskClient, page: Page, cast: Cast
) -> None:
    said = "Geschützt: Diese Seite bearbeitet nur die Redaktion."
    assert said not in signed_in("bilal").get("/wiki/smartphone-stunde").text
    protect(page, db.session.get_one(User, cast.anke), on=True)

    for name in ("bilal", "anke"):
        assert said in signed_in(name).get("/wiki/smartphone-stunde").text
    assert said not in client.get("/wiki/smartphone-stunde").text


def test_who_looks_after_a_retired_page_finds_it_again(
    signed_in: Browsers, client: FlaskClient, page: Page
) -> None:
    anke, address = signed_in("anke"), "/wiki/smartphone-stunde"
    sent = {"csrf_token": token(anke, "/konto")}

    told = anke.post(f"{address}/rueckzug", data=sent, follow_redirects=True).text

    assert "Die Seite steht nur noch unter „Merkliste“" in told
    found = {
        name: "Zurückgezogene Seiten" in signed_in(name).get("/merkliste").text
        for name in ("anke", "vera", "bilal", "gabi")
    }
    assert found == {"anke": True, "vera": True, "bilal": False, "gabi": False}
    assert f'href="{address}"' in anke.get("/merkliste").text
    anke.post(f"{address}/rueckkehr", data=sent)
    assert "Zurückgezogene Seiten" not in anke.get("/merkliste").text


def test_whoever_may_only_read_is_led_to_what_the_page_offers(
    signed_in: Browsers, page: Page, cast: Cast
) -> None:
    protect(page, db.session.get_one(User, cast.anke), on=True)

    refused = signed_in("bilal").get(EDIT)

    assert refused.status_code == 403
    assert 'href="/wiki/smartphone-stunde">Zur Seite' in " ".join(refused.text.split())


def test_the_preview_hints_at_a_similar_page_too(page: Page, signed_in: Browsers) -> None:
    """Without a script nobody heard of it while typing."""
    browser = signed_in("bilal")

    form = recipe_form(browser, do="preview", title="Smartphone-Stunden")

    assert "Gibt es das schon?" in browser.post("/neu/rezept", data=form).text
