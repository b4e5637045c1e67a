"""Signing in and out with a password."""

import statistics
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.journeys import PASSWORD, Post, is_signed_in, sign_in, token_in
from wiki.accounts import attempts
from wiki.accounts.models import SignInAttempt, User
from wiki.db import db, writing


def test_the_right_password_signs_in(client: FlaskClient, anke: User) -> None:
    response = sign_in(client)

    assert response.status_code == 302
    assert response.location == "/"
    assert is_signed_in(client)


def test_capitals_in_the_mail_address_do_not_matter(post: Post, client, anke) -> None:
    post("/anmelden", email="Anke@Example.org", password=PASSWORD)

    assert is_signed_in(client)


def test_signing_out_leaves_no_cookie_behind(client: FlaskClient, anke: User) -> None:
    sign_in(client)
    client.post("/abmelden", data={"csrf_token": token_in(client.get("/konto"))})

    assert not is_signed_in(client)
    assert client.get_cookie("session") is None
    assert client.get_cookie("remember_token") is None


def test_signing_out_by_following_a_link_is_not_possible(client, anke) -> None:
    sign_in(client)

    assert client.get("/abmelden").status_code == 405
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_account_look_the_same(post: Post, anke) -> None:
    wrong = post("/anmelden", email="anke@example.org", password="falsch")
    unknown = post("/anmelden", email="nobody@example.org", password="falsch")

    message = "Die E-Mail-Adresse oder das Passwort stimmt nicht."
    assert message in wrong.text
    plain = wrong.text.replace("anke@", "nobody@").replace(token_in(wrong), token_in(unknown))
    assert plain == unknown.text


def test_a_wrong_password_and_an_unknown_account_take_as_long(
    app: Flask, post: Post, anke, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashing = app.extensions["security"].pwd_context
    hashing.update(argon2__rounds=3, argon2__memory_cost=65536)
    with app.app_context(), writing():
        person = db.session.get(User, anke.id)
        assert person is not None
        person.password = hashing.hash(PASSWORD)
    monkeypatch.setattr(attempts, "PER_ACCOUNT", 1000)
    monkeypatch.setattr(attempts, "PER_ADDRESS", 1000)

    def seconds(email: str) -> float:
        started = time.perf_counter()
        post("/anmelden", email=email, password="falsch")
        return time.perf_counter() - started

    seconds("anke@example.org")
    pairs = [(seconds("anke@example.org"), seconds("nobody@example.org")) for _ in range(7)]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


def test_an_account_without_a_password_cannot_be_entered_by_one(app: Flask, post, client) -> None:
    from wiki.accounts.people import create_person

    with app.app_context(), writing():
        create_person("neu@example.org", "Neu")
    response = post("/anmelden", email="neu@example.org", password="")

    assert "stimmt nicht" in response.text
    assert not is_signed_in(client)


def test_after_ten_wrong_passwords_even_the_right_one_must_wait(post: Post, client, anke) -> None:
    for _ in range(attempts.PER_ACCOUNT):
        post("/anmelden", email="anke@example.org", password="falsch")
    response = post("/anmelden", email="ANKE@example.org ", password=PASSWORD)

    assert response.status_code == 429
    assert "Zu viele Versuche" in response.text
    assert not is_signed_in(client)


def test_unknown_accounts_are_limited_just_like_known_ones(post: Post) -> None:
    for _ in range(attempts.PER_ACCOUNT):
        post("/anmelden", email="nobody@example.org", password="falsch")

    assert post("/anmelden", email="nobody@example.org", password="x").status_code == 429


def test_one_address_cannot_try_many_accounts(post: Post, monkeypatch) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 5)
    for number in range(5):
        post("/anmelden", email=f"person{number}@example.org", password="falsch")

    assert post("/anmelden", email="another@example.org", password="x").status_code == 429


def test_right_passwords_do_not_count_towards_the_limits(client, post, anke, monkeypatch) -> None:
    monkeypatch.setattr(attempts, "PER_ACCOUNT", 2)
    for _ in range(4):
        sign_in(client)
        client.post("/abmelden", data={"csrf_token": token_in(client.get("/konto"))})

    assert sign_in(client).status_code == 302


def test_tries_are_forgotten_after_an_hour(app: Flask, post: Post, anke) -> None:
    for _ in range(attempts.PER_ACCOUNT):
        post("/anmelden", email="anke@example.org", password="falsch")
    with app.app_context(), writing() as session:
        for attempt in session.query(SignInAttempt):
            attempt.at -= attempts.WINDOW

    assert post("/anmelden", email="anke@example.org", password=PASSWORD).status_code == 302
    with app.app_context():
        assert db.session.query(SignInAttempt).count() == 0


def test_tries_are_kept_without_account_or_address(app: Flask, post: Post, anke) -> None:
    post("/anmelden", email="anke@example.org", password="falsch")

    with app.app_context():
        attempt = db.session.query(SignInAttempt).one()
        assert "anke" not in attempt.account
        assert "127" not in attempt.address[:4]
        assert len(attempt.account) == len(attempt.address) == 64


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2345:6:7:8:9", "2001:db8:1:2300::/56"),
        ("", ""),
    ],
)
def test_an_address_is_shortened_to_its_network(address: str, network: str) -> None:
    assert attempts.shortened(address) == network


def test_signing_in_starts_a_new_session(client: FlaskClient, anke: User) -> None:
    before = token_in(client.get("/anmelden"))
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        raw_token = session["csrf_token"]
    client.post(
        "/anmelden", data={"csrf_token": before, "email": "anke@example.org", "password": PASSWORD}
    )
    client.get("/konto")

    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["csrf_token"] != raw_token
    refused = client.post("/konto", data={"csrf_token": before, "name": "Anders"})
    assert refused.status_code == 400


def test_staying_signed_in_is_kept_for_ninety_days(client: FlaskClient, anke: User) -> None:
    sign_in(client)
    cookie = client.get_cookie("remember_token")

    assert cookie is not None
    assert cookie.expires is not None
    assert 89 * 86400 < cookie.expires.timestamp() - time.time() < 91 * 86400
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    client.delete_cookie("session")
    assert is_signed_in(client)


def test_not_staying_signed_in_leaves_only_the_session(post: Post, client, anke) -> None:
    post("/anmelden", email="anke@example.org", password=PASSWORD)

    assert client.get_cookie("remember_token") is None
    assert is_signed_in(client)


def test_the_box_for_staying_signed_in_is_ticked_at_first(client: FlaskClient) -> None:
    assert 'id="f-remember" name="remember" value="y" checked' in client.get("/anmelden").text


def test_after_signing_in_the_wanted_page_comes(client: FlaskClient, anke: User) -> None:
    asked = client.get("/konto")
    assert asked.location == "/anmelden?next=%2Fkonto"
    page = client.get(asked.location)
    assert 'name="next" value="/konto"' in page.text

    assert sign_in(client, next="/konto").location == "/konto"


TRICKS = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "/\tevil.example",
    "\t//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "user@evil.example",
    "//user@evil.example",
    "evil.example",
    "http://localhost@evil.example/",
    "http://localhost/konto",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_next_never_leads_out_of_the_wiki(client: FlaskClient, anke: User, trick: str) -> None:
    shown = client.get("/anmelden", query_string={"next": trick})
    assert shown.status_code == 302
    assert shown.location == "/anmelden"

    assert sign_in(client, next=trick).status_code == 400
    assert not is_signed_in(client)


def test_an_encoded_tab_in_next_stays_a_local_path(client: FlaskClient, anke: User) -> None:
    response = sign_in(client, next="/%09/evil.example")

    assert response.location == "/%2509/evil.example"


def test_a_missing_token_is_refused(client: FlaskClient, anke: User) -> None:
    client.get("/anmelden")
    response = client.post("/anmelden", data={"email": "anke@example.org", "password": PASSWORD})

    assert response.status_code == 400
    assert not is_signed_in(client)


def test_forms_are_not_taken_as_json(client: FlaskClient, anke: User) -> None:
    token = token_in(client.get("/anmelden"))
    response = client.post(
        "/anmelden?include_auth_token",
        json={"email": "anke@example.org", "password": PASSWORD},
        headers={"X-CSRFToken": token},
    )

    assert response.status_code == 400


def test_readers_get_no_cookie_and_are_not_looked_up(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise AssertionError("a reader was looked up")

    monkeypatch.setattr(app.extensions["security"].datastore, "find_user", refuse)
    response = client.get("/", headers={"Authentication-Token": "x"})

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_the_language_of_the_account_is_spoken(app: Flask, client, anke) -> None:
    with app.app_context(), writing():
        person = db.session.get(User, anke.id)
        assert person is not None
        person.language = "en"
    sign_in(client)

    assert '<html lang="en">' in client.get("/konto", headers={"Accept-Language": "de"}).text


def test_nothing_of_the_sign_in_pages_is_kept_by_the_browser(client: FlaskClient) -> None:
    assert "no-store" in client.get("/anmelden").headers["Cache-Control"]
    assert client.get("/fs-static/js/webauthn.js").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/konto",
        "/zu-tun",
        "/konto/adresse",
        "/konto/passwort",
        "/konto/zwei-schritte/ersatzcodes",
        "/konto/passkeys",
        "/konto/bestaetigen",
        "/konto/daten.json",
        "/konto/schliessen",
    ],
)
def test_strangers_are_asked_to_sign_in(client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert response.status_code in (302, 303)
    assert response.location.startswith("/anmelden?next=")
