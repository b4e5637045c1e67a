"""„Mein Konto": what people change about themselves."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.journeys import (
    PASSWORD,
    Post,
    is_signed_in,
    reload,
    sign_in,
    switch_second_step_on,
    token_in,
)
from wiki.accounts.account_parts import AccountPart, account_parts_for, add_account_part
from wiki.accounts.closing import add_closing_step, close_account
from wiki.accounts.exporting import add_part
from wiki.accounts.models import User
from wiki.accounts.people import AddressTaken, LastAdmin, WrongAddress, create_person
from wiki.accounts.waiting import Waiting, add_source
from wiki.db import db, now, writing


@pytest.fixture
def bilal(app: Flask) -> User:
    with app.app_context(), writing():
        return create_person("bilal@example.org", "Bilal Berg", "acht kleine Fische")


@pytest.fixture
def as_anke(client: FlaskClient, anke: User) -> FlaskClient:
    sign_in(client)
    return client


@pytest.fixture
def as_bilal(client: FlaskClient, bilal: User, anke: User) -> FlaskClient:
    data = {"email": bilal.email, "password": "acht kleine Fische", "remember": "y"}
    client.post("/anmelden", data={"csrf_token": token_in(client.get("/anmelden")), **data})
    return client


def long_ago(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["fs_paa"] = 0
        session.pop("fs_gexp", None)


def test_name_and_language_can_be_changed(app: Flask, as_anke, post: Post, anke) -> None:
    response = post("/konto", name="  Anke  Aalto ", language="en")

    assert response.status_code == 303
    known = reload(app, anke)
    assert (known.name, known.language) == ("Anke Aalto", "en")


def test_an_empty_name_is_refused_beside_its_field(as_anke, post: Post) -> None:
    response = post("/konto", name=" ", language="de")

    assert response.status_code == 422
    assert 'id="f-name-error"' in response.text
    assert 'value="de" selected' in response.text


def test_the_mail_address_can_be_changed(app: Flask, as_anke, post: Post, anke) -> None:
    response = post("/konto/adresse", email="Anke.Aalto@Example.org")

    assert response.status_code == 303
    assert reload(app, anke).email == "Anke.Aalto@example.org"
    [mail] = app.extensions["mailman"].outbox
    assert mail.to == ["anke@example.org"]


@pytest.mark.parametrize("email", ["BILAL@example.org", "kein at", ""])
def test_a_mail_address_must_be_one_and_free(app, as_anke, post, bilal, anke, email) -> None:
    response = post("/konto/adresse", email=email)

    assert response.status_code == 422
    assert 'id="f-email-error"' in response.text
    assert reload(app, anke).email == "anke@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "/konto/adresse",
        "/konto/daten.json",
        "/konto/schliessen",
        "/konto/passkeys",
        "/konto/zwei-schritte",
        "/konto/zwei-schritte/ersatzcodes",
    ],
)
def test_what_matters_is_confirmed_after_an_hour(as_anke, post: Post, address: str) -> None:
    long_ago(as_anke)
    asked = as_anke.get(address)
    assert asked.location == f"/konto/bestaetigen?next={address}"

    wrong = post(asked.location, password="falsch")
    assert "Das Passwort stimmt nicht." in wrong.text
    confirmed = post(asked.location, next=address, password=PASSWORD)
    assert confirmed.location == address
    assert as_anke.get(address).status_code == 200


def test_signing_out_everywhere_ends_every_session(app: Flask, as_anke, anke) -> None:
    other = app.test_client()
    sign_in(other)
    stolen = as_anke.get_cookie("session")
    as_anke.post("/konto/ueberall-abmelden", data={"csrf_token": token_in(as_anke.get("/konto"))})

    assert not is_signed_in(as_anke)
    assert not is_signed_in(other)
    thief = app.test_client()
    assert stolen is not None
    thief.set_cookie("session", stolen.value)
    assert not is_signed_in(thief)


def test_one_can_take_away_ones_data(app: Flask, as_anke, anke) -> None:
    add_part(app, "seiten", lambda user: [f"von {user.name}"])
    response = as_anke.get("/konto/daten.json")
    data = json.loads(response.text)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"] == "no-store"
    assert data["konto"]["email"] == "anke@example.org"
    assert data["seiten"] == ["von Anke Aal"]
    assert "argon2" not in response.text


def test_a_closed_account_keeps_a_pseudonym_and_nothing_else(app, as_bilal, post, bilal) -> None:
    switch_second_step_on(app, bilal)
    response = post("/konto/schliessen")

    assert "Das Konto ist geschlossen" in response.text
    assert not is_signed_in(as_bilal)
    known = reload(app, bilal)
    assert known.name.startswith("Ehemaliges Mitglied ")
    assert "bilal" not in known.email
    assert known.password is None
    assert known.tf_totp_secret is None
    assert not known.active


def test_a_closed_account_cannot_be_entered_and_looks_unknown(app, as_bilal, post, bilal) -> None:
    post("/konto/schliessen")
    response = post("/anmelden", email="bilal@example.org", password="acht kleine Fische")

    assert "stimmt nicht" in response.text
    assert not is_signed_in(as_bilal)


def test_pseudonyms_are_different_and_stay_the_same(app: Flask, anke: User) -> None:
    with app.app_context(), writing():
        people = [create_person(f"p{number}@example.org", "P") for number in range(30)]
        for person in people:
            close_account(person)
        names = [person.name for person in people]
        assert len(set(names)) == 30


def test_features_take_part_in_closing(app: Flask, as_bilal, post, bilal) -> None:
    closed: list[str] = []
    add_closing_step(app, lambda user: closed.append(user.name))
    post("/konto/schliessen")

    assert closed == ["Bilal Berg"]


def test_the_last_admin_cannot_close_their_account(app, as_anke, post, anke) -> None:
    asked = as_anke.get("/konto/schliessen").text
    assert "Das geht noch nicht" in asked
    assert "Zurück zum Konto" in asked
    token = token_in(as_anke.get("/konto"))
    response = as_anke.post("/konto/schliessen", data={"csrf_token": token})

    assert response.status_code == 409
    assert reload(app, anke).active
    with app.app_context(), pytest.raises(LastAdmin), writing():
        close_account(db.session.get_one(User, anke.id))


def test_of_two_admins_one_may_close_their_account(app: Flask, as_anke, post, anke) -> None:
    with app.app_context(), writing():
        create_person("carla@example.org", "Carla", admin=True)

    assert "Das Konto ist geschlossen" in post("/konto/schliessen").text


def test_features_add_parts_to_the_account_page(app: Flask, anke: User) -> None:
    add_account_part(app, AccountPart("late", "late.html", lambda user: {"a": 1}, order=90))
    add_account_part(app, AccountPart("early", "early.html", lambda user: {"b": 2}, order=10))
    add_account_part(app, AccountPart("not-here", "no.html", lambda user: None))

    with app.app_context():
        parts = account_parts_for(anke)
    names = [part.name for part, _data in parts if part.name in ("late", "early", "not-here")]
    assert names == ["early", "late"]


def test_the_list_of_what_waits_is_short_or_says_so(app: Flask, as_anke) -> None:
    assert "Nichts zu tun" in as_anke.get("/zu-tun").text
    since = now() - timedelta(days=3)
    add_source(
        app, lambda user: [Waiting("Smartphone-Café", "Vorschlag von Deniz", "/wiki/x", since)]
    )
    page = as_anke.get("/zu-tun").text

    assert '<a href="/wiki/x">Smartphone-Café</a>' in page
    assert "Vorschlag von Deniz" in page
    assert "vor 3 Tagen" in page


def test_a_person_needs_a_free_and_real_mail_address(app: Flask, anke: User) -> None:
    with app.app_context():
        with pytest.raises(AddressTaken), writing():
            create_person("ANKE@example.org", "Andere Anke")
        with pytest.raises(WrongAddress), writing():
            create_person("keine Adresse", "Niemand")


def test_pages_of_the_account_have_no_inline_script_or_style(app, as_anke) -> None:
    for address in ("/konto", "/konto/passwort", "/konto/passkeys", "/konto/zwei-schritte"):
        page = as_anke.get(address).text
        assert " style=" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count("<script defer src=")
