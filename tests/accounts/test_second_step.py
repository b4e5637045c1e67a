"""Signing in with a code from an app, and with recovery codes."""

import re
from functools import partial

from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.journeys import (
    Post,
    code_of,
    is_signed_in,
    poster,
    reload,
    sign_in,
    switch_second_step_on,
    token_in,
)
from tests.at_once import Act, prepared_at_once
from wiki.accounts import attempts
from wiki.accounts.models import User
from wiki.db import db, writing


def set_up(post: Post) -> str:
    shown = post("/konto/zwei-schritte", setup="authenticator")
    assert 'src="data:image/svg+xml' in shown.text
    key = re.search(r"<code>([A-Z2-7-]+)</code>", shown.text)
    assert key
    return key[1].replace("-", "")


def test_switching_it_on_leads_to_recovery_codes(app: Flask, client, post: Post, anke) -> None:
    sign_in(client)
    key = set_up(post)
    done = post("/anmelden/code", page="/konto/zwei-schritte", code=code_of(key))
    assert done.location == "/konto/zwei-schritte/fertig"
    assert client.get(done.location).location == "/konto/zwei-schritte/ersatzcodes"

    codes = post("/konto/zwei-schritte/ersatzcodes", generate_new_codes="1").text
    assert len(re.findall(r"\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b", codes)) == 8
    assert reload(app, anke).tf_primary_method == "authenticator"


def test_a_mistyped_code_is_tried_again_without_a_new_key(client, post: Post, anke) -> None:
    sign_in(client)
    key = set_up(post)
    wrong = post("/anmelden/code", page="/konto/zwei-schritte", code="000000")
    assert "Der Code stimmt nicht." in wrong.text
    shown = re.search(r"<code>([A-Z2-7-]+)</code>", wrong.text)
    assert shown
    assert shown[1].replace("-", "") == key, "who had not photographed it still can"
    assert 'src="data:image/svg+xml' in wrong.text

    done = post("/anmelden/code", page="/anmelden/code", code=code_of(key))
    assert done.location == "/konto/zwei-schritte/fertig"


def test_after_the_password_the_code_is_needed(app: Flask, client, post, anke) -> None:
    key = switch_second_step_on(app, anke)
    asked = sign_in(client, next="/zu-tun")
    assert asked.location == "/anmelden/code?next=/zu-tun"
    assert not is_signed_in(client)

    code = code_of(key)
    done = post(asked.location, code=f"{code[:3]} {code[3:]}")
    assert done.location == "/zu-tun"
    assert is_signed_in(client)


def test_a_code_is_accepted_once(app: Flask, anke: User) -> None:
    key = switch_second_step_on(app, anke)
    code = code_of(key)
    answers = []
    for _ in range(2):
        client = app.test_client()
        poster(client)(sign_in(client).location, code=code)
        answers.append(is_signed_in(client))

    assert answers == [True, False]


def test_guessing_codes_is_limited(app: Flask, client, post, anke, monkeypatch) -> None:
    switch_second_step_on(app, anke)
    sign_in(client)
    monkeypatch.setattr(attempts, "PER_ACCOUNT", 2)
    answers = [post("/anmelden/code", code="000000").status_code for _ in range(2)]
    token_page = client.get("/anmelden/code")

    assert answers == [200, 200]
    assert token_page.status_code == 200
    assert post("/anmelden/code", code="000000").status_code == 429


def test_not_staying_signed_in_is_kept_through_the_second_step(app, client, post, anke) -> None:
    key = switch_second_step_on(app, anke)
    asked = post("/anmelden", email=anke.email, password="drei nasse Enten")
    post(asked.location, code=code_of(key))

    assert is_signed_in(client)
    assert client.get_cookie("remember_token") is None


def recovery_codes(app: Flask, person: User) -> list[str]:
    with app.app_context():
        known = db.session.get(User, person.id)
        with writing():
            codes: list[str] = app.extensions[
                "security"
            ].mf_recovery_codes_util.create_recovery_codes(known)
        return codes


def test_a_recovery_code_replaces_the_phone_once(app: Flask, anke: User) -> None:
    switch_second_step_on(app, anke)
    code = recovery_codes(app, anke)[0]
    answers = []
    for _ in range(2):
        client = app.test_client()
        sign_in(client)
        poster(client)("/anmelden/ersatzcode", code=f" {code.upper()} ")
        answers.append(is_signed_in(client))

    assert answers == [True, False]
    assert len(reload(app, anke).mf_recovery_codes or ()) == 7


def test_of_two_who_use_a_recovery_code_at_once_one_gets_in(app: Flask, anke: User) -> None:
    switch_second_step_on(app, anke)
    code = recovery_codes(app, anke)[0]
    address = "/anmelden/ersatzcode"

    def use(client: FlaskClient) -> Act:
        sign_in(client)
        token = token_in(client.get(address))
        return partial(client.post, address, data={"csrf_token": token, "code": code})

    clients = [app.test_client() for _ in range(3)]
    prepared_at_once(*(partial(use, client) for client in clients))

    assert sum(is_signed_in(client) for client in clients) == 1


def test_recovery_codes_are_kept_encrypted(app: Flask, anke: User) -> None:
    code = recovery_codes(app, anke)[0]

    assert code not in str(reload(app, anke).mf_recovery_codes)


def test_switching_it_off_throws_the_codes_away(app, client, post, anke) -> None:
    sign_in(client)
    switch_second_step_on(app, anke)
    recovery_codes(app, anke)
    response = post("/konto/zwei-schritte", setup="disable")

    assert response.location == "/konto/zwei-schritte/fertig"
    known = reload(app, anke)
    assert known.tf_primary_method is None
    assert known.tf_totp_secret is None
    assert not known.mf_recovery_codes


def test_the_second_step_cannot_be_entered_directly(client: FlaskClient, anke: User) -> None:
    for address in ("/anmelden/code", "/anmelden/ersatzcode", "/anmelden/auswahl"):
        assert client.get(address).location == "/anmelden"


def test_no_mail_goes_to_an_unknown_helper(app: Flask, client, post, anke) -> None:
    switch_second_step_on(app, anke)
    sign_in(client)
    response = post("/anmelden/hilfe", page="/anmelden/code", help_setup="help")

    assert response.status_code == 200
    assert not getattr(app.extensions["mailman"], "outbox", [])
