"""The shelf, the homes and what other features put there."""

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader

from tests.conftest import make_page
from tests.labs.cast import SOEST, SignIn, make_lab, words_of
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.home import Part, add_part, count_recipes_with
from wiki.labs.models import Lab, LabKind
from wiki.labs.people import choose_naming


def test_an_empty_shelf_says_what_will_stand_there(client: FlaskClient) -> None:
    response = client.get("/labore")

    assert response.status_code == 200
    assert "Das Regal ist noch leer" in words_of(response)


def test_the_mobile_lab_stands_beside_the_labs_and_guests_apart(
    client: FlaskClient, soest: Lab
) -> None:
    make_lab("mobil", "Mobiles Labor", LabKind.MOBILE)
    make_lab("halver", "Stadt Halver", LabKind.GUEST)

    shelf, _apart, guests = client.get("/labore").text.partition("Zu Gast")

    assert 'class="book" href="/labore/mobil"' in shelf
    assert shelf.index(f'href="{SOEST}"') < shelf.index('href="/labore/mobil"')
    assert "Stadt Halver" in guests
    assert "Stadt Halver" not in shelf


def test_labs_stand_in_their_chosen_order(client: FlaskClient, soest: Lab, menden: Lab) -> None:
    soest.position, menden.position = 2, 1
    db.session.commit()

    words = words_of(client.get("/labore"))

    assert words.index("Menden") < words.index("Soest")


def test_a_spine_shows_name_and_place_once(soest: Lab, menden: Lab) -> None:
    assert soest.spine_lines == ("stadtLABOR", "Soest")
    assert menden.spine_lines == ("Zukunfts.Werk.Stadt", "Menden")
    assert Lab(name="Soest", place="Soest").spine_lines == ("Soest", "")


def test_a_spine_shows_the_number_of_recipes(app: Flask, client: FlaskClient, soest: Lab) -> None:
    count_recipes_with(app, lambda: {soest.id: 12})

    assert "stadtLABOR Soest 12 Rezepte" in words_of(client.get("/labore"))


def test_a_home_shows_what_the_lab_says_about_itself(client: FlaskClient, soest: Lab) -> None:
    soest.summary = "Ein Ort zum Ausprobieren"
    soest.text_html = "<h2>Offene Werkstatt</h2>"
    soest.contact_mail = "labor@soest.example"
    soest.contact_phone = "02921 / 103-0"
    soest.website = "https://soest.example/labor"
    db.session.commit()

    response = client.get(SOEST)

    assert "Ein Ort zum Ausprobieren" in words_of(response)
    assert "<h2>Offene Werkstatt</h2>" in response.text
    assert 'href="mailto:labor@soest.example"' in response.text
    assert 'href="tel:029211030"' in response.text
    assert 'href="tel:029211030"' in client.get(f"/wiki/{make_page('Treff', lab=soest).slug}").text
    assert 'href="https://soest.example/labor"' in response.text


def test_a_home_names_only_those_who_want_it(
    client: FlaskClient, soest: Lab, anke: User, bilal: User
) -> None:
    choose_naming(soest, bilal, True)

    words = words_of(client.get(SOEST))

    assert "Bilal" in words
    assert "Anke" not in words


def test_a_home_offers_its_tools_to_those_who_may_use_them(
    client: FlaskClient, signed_in: SignIn, anke: User, bilal: User, carla: User
) -> None:
    def tools_of(browser: FlaskClient) -> list[str]:
        page = browser.get(SOEST).text
        return [tool for tool in ("bearbeiten", "menschen") if f'href="{SOEST}/{tool}"' in page]

    assert tools_of(signed_in(anke)) == ["bearbeiten", "menschen"]
    assert tools_of(signed_in(bilal)) == ["menschen"]
    assert tools_of(signed_in(carla)) == []
    assert tools_of(client) == []


def test_reading_sets_no_cookie(client: FlaskClient, soest: Lab) -> None:
    for address in ("/labore", SOEST, "/labore/farben.css"):
        assert "Set-Cookie" not in client.get(address).headers
        assert "csrf" not in client.get(address).text


def test_an_unknown_lab_is_not_found(client: FlaskClient) -> None:
    assert client.get("/labore/atlantis").status_code == 404


def test_a_feature_shows_its_part_on_a_home(app: Flask, client: FlaskClient, soest: Lab) -> None:
    template = {"part.html": "<p>{{ part.count }} neue Seiten aus {{ lab.place }}</p>"}
    app.jinja_loader = ChoiceLoader([DictLoader(template), app.jinja_loader])
    add_part(app, Part("new", "part.html", lambda lab, person: {"count": 3}))

    assert "3 neue Seiten aus Soest" in words_of(client.get(SOEST))
