"""Reading: what everybody sees, kept pages, feeds, the Merkliste."""

from collections.abc import Callable
from xml.etree import ElementTree

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, retire, revision_of, save_edit

Browsers = Callable[[str], FlaskClient]


def save(page: Page, by: int, **fields: object) -> None:
    old = content_of(revision_of(page, page.current_number))
    content = type(old).model_validate({**old.to_json(), **fields})
    who = Contribution(by=db.session.get_one(User, by))
    kind = kinds().named(page.kind)
    save_edit(page, kind, content, who, base=page.current_number, publish=False)


def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient, page: Page) -> None:
    first = client.get("/wiki/smartphone-stunde")

    again = client.get("/wiki/smartphone-stunde", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_a_kept_page_shows_what_was_saved_since(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    old = client.get("/wiki/smartphone-stunde")
    assert "Zum Ausprobieren." in old.text

    save(page, cast.anke, summary="Ganz neu gefasst.")

    fresh = client.get("/wiki/smartphone-stunde", headers={"If-None-Match": old.headers["ETag"]})
    assert fresh.status_code == 200
    assert "Ganz neu gefasst." in fresh.text


def test_a_kept_page_follows_its_labs_name(
    client: FlaskClient, page: Page, labs: dict[str, Lab]
) -> None:
    client.get("/wiki/smartphone-stunde")
    with writing() as session:
        lab = session.get_one(Lab, labs["soest"].id)
        lab.name, lab.version = "Neues Haus", lab.version + 1

    assert "Neues Haus" in client.get("/wiki/smartphone-stunde").text


def test_a_kept_page_is_not_shown_after_it_was_retired(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    client.get("/wiki/smartphone-stunde")
    retire(page, db.session.get_one(User, cast.anke))

    assert "zurückgezogen" in client.get("/wiki/smartphone-stunde").text


def test_a_signed_in_persons_page_is_never_kept_for_others(
    client: FlaskClient, page: Page, signed_in: Browsers
) -> None:
    assert "Bearbeiten" in signed_in("anke").get("/wiki/smartphone-stunde").text

    assert "Bearbeiten" not in client.get("/wiki/smartphone-stunde").text


def test_each_language_is_kept_by_itself(client: FlaskClient, page: Page) -> None:
    german = client.get("/wiki/smartphone-stunde").text
    english = client.get("/wiki/smartphone-stunde?sprache=en").text

    assert '<html lang="de">' in german
    assert '<html lang="en">' in english


def test_people_start_and_minutes_compute_the_page(client: FlaskClient, page: Page) -> None:
    html = client.get("/wiki/smartphone-stunde?personen=24&beginn=18:00&minuten=30").text

    assert "18:10" in html
    assert "Auch gekürzt dauert es 30 Minuten länger, als Zeit ist." in html


def test_the_print_view_is_asked_for_what_was_asked_here(client: FlaskClient, page: Page) -> None:
    plain = client.get("/wiki/smartphone-stunde").text
    asked = client.get("/wiki/smartphone-stunde?personen=24&beginn=18:00").text

    assert 'href="/wiki/smartphone-stunde/druck"' in plain
    assert 'href="/wiki/smartphone-stunde/druck?personen=24&amp;beginn=18:00"' in asked


def test_an_old_version_is_compared_with_the_current_one(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    save(page, cast.anke, summary="Ganz neu gefasst.")
    address = "/wiki/smartphone-stunde/vergleich?von=1&amp;bis=2"

    assert address in client.get("/wiki/smartphone-stunde/versionen/1").text
    assert address not in client.get("/wiki/smartphone-stunde/versionen/2").text
    assert "bis=2" not in client.get("/wiki/smartphone-stunde/versionen/2").text


def test_the_short_address_leads_to_the_page(client: FlaskClient, page: Page) -> None:
    response = client.get(f"/r/{page.id}")

    assert response.status_code == 301
    assert response.location.endswith("/wiki/smartphone-stunde")


def test_a_draft_is_seen_by_its_lab_alone(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], signed_in: Browsers
) -> None:
    make_page("Geheim", by=cast.anke, lab=labs["soest"], publish=False)

    seen = {name: signed_in(name).get("/wiki/geheim").status_code for name in vars(cast)}
    assert client.get("/wiki/geheim").status_code == 404
    assert seen == {"anke": 200, "bilal": 200, "carla": 404, "gabi": 404, "vera": 200}


def test_the_feed_is_atom_and_holds_published_pages(
    client: FlaskClient, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Geheim", by=cast.anke, lab=labs["soest"], publish=False)

    feed = ElementTree.fromstring(client.get("/aenderungen.atom").data)
    titles = [
        entry.findtext("{*}title") for entry in feed.iter("{http://www.w3.org/2005/Atom}entry")
    ]
    assert titles == ["Smartphone-Stunde"]


def test_the_merkliste_keeps_and_forgets(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    csrf = {"csrf_token": token(browser, "/wiki/smartphone-stunde")}

    browser.post("/wiki/smartphone-stunde/merken", data=csrf)
    assert "Smartphone-Stunde" in browser.get("/merkliste").text.split("Zuletzt")[0]
    browser.post("/wiki/smartphone-stunde/merken/aufhebung", data=csrf)
    assert "Noch nichts gemerkt" in browser.get("/merkliste").text


def test_pages_seen_last_stand_on_the_merkliste(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    browser.get("/wiki/smartphone-stunde")

    assert "Smartphone-Stunde" in browser.get("/merkliste").text.split("Zuletzt angesehen")[1]


def test_an_article_has_a_table_of_contents(app: Flask, client: FlaskClient) -> None:
    make_page("Lang", kind="article", body="## Eins\n\nA\n\n## Zwei\n\nB\n\n## Drei\n\nC")

    html = client.get("/wiki/lang").text
    assert 'href="#abschnitt-zwei"' in html
    assert '<h2 id="abschnitt-zwei">' in html
