"""Signing in by a one-time link."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.journeys import (
    PASSWORD,
    Post,
    is_signed_in,
    poster,
    reload,
    sign_in,
    switch_second_step_on,
    token_in,
)
from tests.at_once import Act, prepared_at_once
from wiki.accounts import attempts
from wiki.accounts.links import make_link
from wiki.accounts.models import SignInLink, User
from wiki.accounts.people import create_person
from wiki.db import db, writing


@pytest.fixture
def secret(app: Flask, anke: User) -> str:
    return link_for(app, anke)


def link_for(app: Flask, person: User, hours: int = 1) -> str:
    with app.app_context(), writing():
        known = db.session.get(User, person.id)
        assert known is not None
        return make_link(known, hours)


def test_opening_a_link_shows_whom_it_signs_in_and_does_nothing(client, secret) -> None:
    first = client.get(f"/anmelden/link/{secret}")
    second = client.get(f"/anmelden/link/{secret}")

    assert "Anmelden als Anke Aal" in first.text
    assert second.status_code == 200
    assert first.headers["Cache-Control"] == "no-store"
    assert not is_signed_in(client)


def test_a_link_signs_in_and_leads_to_a_new_password(client, post: Post, secret: str) -> None:
    response = post(f"/anmelden/link/{secret}", remember="y")

    assert response.status_code == 303
    assert response.location == "/konto/passwort"
    assert is_signed_in(client)
    assert client.get_cookie("remember_token") is not None


def test_a_link_works_once(app: Flask, post: Post, secret: str) -> None:
    post(f"/anmelden/link/{secret}")
    other = app.test_client()

    shown = other.get(f"/anmelden/link/{secret}")
    assert shown.status_code == 410
    assert "Dieser Link gilt nicht mehr" in shown.text
    token = token_in(other.get("/anmelden"))
    assert other.post(f"/anmelden/link/{secret}", data={"csrf_token": token}).status_code == 410
    assert not is_signed_in(other)


def test_of_two_who_use_a_link_at_the_same_time_one_gets_in(app: Flask, secret: str) -> None:
    address = f"/anmelden/link/{secret}"

    def use(client: FlaskClient) -> Act:
        token = token_in(client.get(address))
        return partial(client.post, address, data={"csrf_token": token})

    clients = [app.test_client() for _ in range(4)]
    answers = prepared_at_once(*(partial(use, client) for client in clients))

    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]
    assert sum(is_signed_in(client) for client in clients) == 1


def test_using_one_link_ends_the_others_of_the_same_person(app, post, anke, secret) -> None:
    other = link_for(app, anke)
    post(f"/anmelden/link/{secret}")

    assert app.test_client().get(f"/anmelden/link/{other}").status_code == 410


def test_a_link_expires(app: Flask, client: FlaskClient, secret: str) -> None:
    with app.app_context(), writing() as session:
        session.query(SignInLink).one().expires_at -= timedelta(hours=1, seconds=1)

    assert client.get(f"/anmelden/link/{secret}").status_code == 410


def test_a_link_needs_the_token_of_its_page(client: FlaskClient, secret: str) -> None:
    assert client.post(f"/anmelden/link/{secret}").status_code == 400
    assert not is_signed_in(client)


def test_guessing_links_is_limited(client: FlaskClient, monkeypatch) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 3)
    token = token_in(client.get("/anmelden"))
    answers = [
        client.post(f"/anmelden/link/guess{number}", data={"csrf_token": token}).status_code
        for number in range(4)
    ]

    assert answers == [410, 410, 410, 429]


def test_only_a_hash_of_a_link_is_kept(app: Flask, secret: str) -> None:
    with app.app_context():
        assert secret not in db.session.query(SignInLink).one().secret_hash


def test_who_came_by_a_link_chooses_a_password_without_the_old_one(app, post, secret) -> None:
    post(f"/anmelden/link/{secret}")
    response = post(
        "/konto/passwort",
        new_password="vier trockene Enten",
        new_password_confirm="vier trockene Enten",
    )

    assert response.location == "/konto"
    other = app.test_client()
    assert sign_in(other, password="vier trockene Enten").location == "/"


def test_who_came_by_password_needs_the_old_one(client, post: Post, anke) -> None:
    sign_in(client)
    response = post("/konto/passwort", new_password="x" * 12, new_password_confirm="x" * 12)

    assert "Das Passwort fehlt noch." in response.text


def test_a_new_person_without_a_password_comes_in_by_a_link(app, client, post) -> None:
    with app.app_context(), writing():
        secret = make_link(create_person("neu@example.org", "Nina Neu"), hours=72)
    post(f"/anmelden/link/{secret}")
    page = client.get("/konto/passwort")

    assert "Passwort wählen" in page.text
    assert "Bisheriges Passwort" not in page.text


def test_a_link_replaces_who_was_signed_in(app: Flask, client, post, anke) -> None:
    sign_in(client)
    with app.app_context(), writing():
        secret = make_link(create_person("neu@example.org", "Nina Neu"))
    post(f"/anmelden/link/{secret}")

    assert "neu@example.org" in client.get("/konto").text
    client.delete_cookie("session")
    assert not is_signed_in(client)


def test_a_link_does_not_replace_the_second_step(app: Flask, client, post, anke) -> None:
    switch_second_step_on(app, anke)
    response = post(f"/anmelden/link/{link_for(app, anke)}")

    assert response.location.startswith("/anmelden/code")
    assert not is_signed_in(client)


def test_the_command_prints_a_link_that_works(app: Flask, client, anke: User) -> None:
    result = app.test_cli_runner().invoke(args=["user", "link", "ANKE@example.org"])
    address = result.output.strip()

    assert address.startswith("http://wiki.example.org/anmelden/link/")
    assert poster(client)(address.removeprefix("http://wiki.example.org")).status_code == 303


def test_the_command_can_turn_the_second_step_off(app: Flask, client, anke: User) -> None:
    switch_second_step_on(app, anke)
    app.test_cli_runner().invoke(args=["user", "link", anke.email, "--without-second-step"])

    assert reload(app, anke).tf_primary_method is None
    assert sign_in(client, password=PASSWORD).location == "/"


def test_the_command_says_when_there_is_no_such_account(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["user", "link", "nobody@example.org"])

    assert result.exit_code == 1
    assert "no account" in result.output
