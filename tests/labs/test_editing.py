"""Founding a lab and writing its home."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.labs.cast import SOEST, SignIn, lab_form, words_of
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab


def test_an_editor_writes_the_home(signed_in: SignIn, soest: Lab, anke: User) -> None:
    browser = signed_in(anke)

    response = browser.post(
        f"{SOEST}/bearbeiten",
        data=lab_form(summary="Am Markt", text="# Offen\n\n**donnerstags** <b>", colour="#8A1C4A"),
        follow_redirects=True,
    )

    assert response.request.path == SOEST
    assert "Gespeichert." in words_of(response)
    assert "Am Markt" in words_of(response)
    assert "<strong>donnerstags</strong> &lt;b&gt;" in response.text
    assert "--lab-light:#8a1c4a" in browser.get("/labore/farben.css").text


def test_the_form_shows_what_is_stored(signed_in: SignIn, soest: Lab, anke: User) -> None:
    page = signed_in(anke).get(f"{SOEST}/bearbeiten").text

    assert 'value="stadtLABOR Soest"' in page
    assert 'value="#0b5c8a"' in page
    assert 'name="csrf_token"' in page


def test_those_who_run_the_site_may_edit_too(signed_in: SignIn, soest: Lab, vera: User) -> None:
    response = signed_in(vera).post(f"{SOEST}/bearbeiten", data=lab_form(name="Soest"))

    assert response.status_code == 303


def test_strangers_may_not_edit(
    client: FlaskClient, signed_in: SignIn, soest: Lab, bilal: User, carla: User
) -> None:
    address = f"{SOEST}/bearbeiten"

    for person in (bilal, carla):
        assert signed_in(person).get(address).status_code == 403
        assert signed_in(person).post(address, data=lab_form(name="Meins")).status_code == 403
    assert client.get(address).headers["Location"].startswith("/anmelden?next=")
    assert client.post(address, data=lab_form(name="Meins")).status_code == 303
    assert soest.name == "stadtLABOR Soest"


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("colour", "#ffee00", "auf Weiß zu schwach"),
        ("colour", "rot", "Eine Farbe sieht so aus"),
        ("name", "", "Hier fehlt noch etwas"),
        ("website", "javascript:alert(1)", "Eine Webadresse sieht so aus"),
        ("contact_mail", "labor@", "E-Mail-Adresse sieht so aus"),
        ("position", "vorn", "Zahl"),
        ("text", "> " * 60 + "tief", "zu verschachtelt"),
    ],
)
def test_bad_input_shows_its_error_beside_the_field_and_keeps_what_was_typed(
    signed_in: SignIn, soest: Lab, anke: User, name: str, typed: str, message: str
) -> None:
    response = signed_in(anke).post(
        f"{SOEST}/bearbeiten", data=lab_form(summary="Mein Satz", **{name: typed})
    )

    assert response.status_code == 422
    error = response.text.partition(f'id="f-{name}-error"')[2].partition("</p>")[0]
    assert message in error
    assert f'aria-describedby="f-{name}' in response.text.replace("f-position-hint ", "")
    assert 'value="Mein Satz"' in response.text
    assert typed.replace(">", "&gt;") in response.text
    assert soest.version == 1


def test_two_people_saving_at_once_lose_nothing(
    signed_in: SignIn, soest: Lab, anke: User, vera: User
) -> None:
    theirs = lab_form(summary="Veras Satz", text="eins\r\nzwei")
    signed_in(vera).post(f"{SOEST}/bearbeiten", data=theirs)
    browser = signed_in(anke)

    typed = lab_form(summary="Ankes Satz", text="eins\r\nzwei")
    response = browser.post(f"{SOEST}/bearbeiten", data=typed)

    assert response.status_code == 409
    assert "gespeichert: Veras Satz" in words_of(response)
    assert "eins zwei" not in words_of(response).partition("im Formular:")[0]
    assert 'value="Ankes Satz"' in response.text
    assert 'name="version" value="2"' in response.text
    assert soest.summary == "Veras Satz"

    again = browser.post(f"{SOEST}/bearbeiten", data=lab_form(summary="Beides", version="2"))
    assert again.status_code == 303


def test_pressing_save_twice_is_no_conflict(signed_in: SignIn, soest: Lab, anke: User) -> None:
    browser = signed_in(anke)
    for _time in range(2):
        response = browser.post(f"{SOEST}/bearbeiten", data=lab_form(summary="Neu"))
        assert response.status_code == 303

    assert soest.version == 2


def test_a_form_without_its_token_is_refused(
    app: Flask, signed_in: SignIn, soest: Lab, anke: User
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    response = signed_in(anke).post(f"{SOEST}/bearbeiten", data=lab_form(name="Meins"))

    assert response.status_code == 400


def test_an_admin_founds_a_guest(signed_in: SignIn, vera: User) -> None:
    browser = signed_in(vera)
    assert browser.get("/labore/neu").status_code == 200

    form = {"name": "Jugendtreff Lüdenscheid", "kind": "guest", "place": "Lüdenscheid"}
    response = browser.post("/labore/neu", data=form, follow_redirects=True)

    assert response.request.path == "/labore/jugendtreff-luedenscheid/bearbeiten"
    assert "Jugendtreff" in words_of(browser.get("/labore")).partition("Zu Gast")[2]


@pytest.mark.parametrize("name", ["Neu", "Farben", "stadtLABOR Soest"])
def test_a_name_whose_address_is_not_free_is_refused(
    signed_in: SignIn, soest: Lab, vera: User, name: str
) -> None:
    response = signed_in(vera).post("/labore/neu", data={"name": name, "kind": "lab"})

    assert response.status_code == 422
    assert "Unter diesem Namen gibt es hier schon etwas" in words_of(response)
    assert f'value="{name}"' in response.text
    assert db.session.query(Lab).count() == 1


def test_only_admins_found_labs(client: FlaskClient, signed_in: SignIn, anke: User) -> None:
    assert signed_in(anke).get("/labore/neu").status_code == 403
    assert signed_in(anke).post("/labore/neu", data={"name": "Meins"}).status_code == 403
    assert client.post("/labore/neu", data={"name": "Meins"}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.stadtlabor.example/ueber-uns", "https://www.stadtlabor.example/ueber-uns"),
        ("http://stadtlabor.example", "http://stadtlabor.example"),
        ("", ""),
    ],
)
def test_a_website_is_understood_as_people_write_it(
    signed_in: SignIn, soest: Lab, anke: User, typed: str, kept: str
) -> None:
    signed_in(anke).post(f"{SOEST}/bearbeiten", data=lab_form(website=typed))

    assert soest.website == kept
