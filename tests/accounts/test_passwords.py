"""Changing a password, and choosing a new one after forgetting it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.journeys import PASSWORD, Post, is_signed_in, poster, sign_in, token_in
from wiki import create_app
from wiki.accounts import attempts
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db

NEW = "vier trockene Enten"


def outbox(app: Flask) -> list:
    return getattr(app.extensions["mailman"], "outbox", [])


def test_a_forgotten_password_is_replaced_by_mail(app: Flask, client, post: Post, anke) -> None:
    post("/passwort-vergessen", email="anke@example.org")
    [mail] = outbox(app)
    address = re.search(r"http://wiki\.example\.org(/passwort-vergessen/\S+)", mail.body)
    assert address, mail.body
    response = post(address[1], password=NEW, password_confirm=NEW)

    assert mail.to == ["anke@example.org"]
    assert mail.subject == "Neues Passwort"
    assert mail.from_email == "wiki@example.org"
    assert response.location == "/anmelden"
    assert "Das neue Passwort gilt." in client.get("/anmelden").text
    assert sign_in(client, password=NEW).location == "/"
    assert outbox(app)[1].subject == "Das Passwort wurde geändert"


def test_a_reset_link_works_once(app: Flask, client, post: Post, anke) -> None:
    post("/passwort-vergessen", email="anke@example.org")
    address = re.search(r"/passwort-vergessen/\S+", outbox(app)[0].body)
    assert address
    post(address[0], password=NEW, password_confirm=NEW)

    assert client.get(address[0]).location == "/passwort-vergessen"
    assert "gilt nicht mehr" in client.get("/passwort-vergessen").text


def test_asking_for_an_unknown_account_looks_the_same_and_sends_nothing(app, post, anke) -> None:
    known = post("/passwort-vergessen", email="anke@example.org")
    unknown = post("/passwort-vergessen", email="nobody@example.org")

    assert len(outbox(app)) == 1
    plain = known.text.replace("anke@", "nobody@").replace(token_in(known), token_in(unknown))
    assert plain == unknown.text
    assert "Wenn es zu nobody@example.org ein Konto gibt" in unknown.text


def test_asking_again_and_again_is_limited_known_or_not(app, post, anke, monkeypatch) -> None:
    monkeypatch.setattr(attempts, "PER_ACCOUNT", 2)
    for email in ("anke@example.org", "nobody@example.org"):
        answers = [post("/passwort-vergessen", email=email).status_code for _ in range(3)]
        assert answers == [200, 200, 429]

    assert len(outbox(app)) == 2


def test_without_a_mail_server_the_page_says_who_helps(tmp_path) -> None:
    app = create_app(
        Settings(data=tmp_path, testing=True, secret_key="x", contact_mail="hilfe@example.org")
    )
    with app.app_context():
        db.create_all()
    client = app.test_client()
    page = client.get("/passwort-vergessen")

    assert "übergibt einen Link" in page.text
    assert "hilfe@example.org" in page.text
    token = token_in(client.get("/anmelden"))
    data = {"csrf_token": token, "email": "anke@example.org"}
    assert client.post("/passwort-vergessen", data=data).status_code == 404
    with app.app_context():
        db.engine.dispose()


def test_changing_the_password_signs_out_other_devices(app, client, post, anke) -> None:
    sign_in(client)
    other = app.test_client()
    sign_in(other)
    response = post(
        "/konto/passwort", password=PASSWORD, new_password=NEW, new_password_confirm=NEW
    )

    assert response.location == "/konto"
    assert is_signed_in(client)
    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"password": "falsch", "new_password": NEW}, "Das Passwort stimmt nicht."),
        ({"password": PASSWORD, "new_password": "kurz"}, "mindestens 10 Zeichen"),
        ({"password": PASSWORD, "new_password": PASSWORD}, "Das ist das bisherige Passwort."),
        (
            {"password": PASSWORD, "new_password": NEW, "new_password_confirm": "anders"},
            "Die beiden Passwörter sind verschieden.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_the_field(client, post, anke, fields, message) -> None:
    sign_in(client)
    confirmed = {"new_password_confirm": fields["new_password"], **fields}
    response = post("/konto/passwort", **confirmed)

    assert message in response.text
    assert 'aria-invalid="true"' in response.text


def test_a_simple_long_password_is_accepted(client, post: Post, anke) -> None:
    sign_in(client)
    simple = "aaaaaaaaaa"
    response = post(
        "/konto/passwort", password=PASSWORD, new_password=simple, new_password_confirm=simple
    )

    assert response.status_code == 302


def test_guessing_the_old_password_is_limited(client, post, anke, monkeypatch) -> None:
    sign_in(client)
    monkeypatch.setattr(attempts, "PER_ACCOUNT", 2)
    fields = {"password": "falsch", "new_password": NEW, "new_password_confirm": NEW}
    answers = [post("/konto/passwort", **fields).status_code for _ in range(3)]

    assert answers == [200, 200, 429]


def test_in_english_the_pages_of_flask_security_have_no_english_of_their_own(
    client: FlaskClient, anke: User
) -> None:
    response = poster(client)("/anmelden", page="/anmelden", email="", password="")

    for word in ("Authentication failed", "Password", "Login", "Remember"):
        assert word not in response.text.replace("aria-invalid", "")
