"""Who belongs to a lab, in which role, and who is named."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.labs.cast import SOEST, SignIn, role_of, words_of
from wiki.accounts.models import User
from wiki.labs.models import Lab


def test_members_see_each_other_but_no_mail_addresses(
    signed_in: SignIn, anke: User, bilal: User
) -> None:
    words = words_of(signed_in(bilal).get(f"{SOEST}/menschen"))

    assert "Anke Redaktion Bilal Mitglied" in words
    assert "anke@example.org" not in words
    assert "Einladen" not in words


def test_strangers_do_not_see_them(
    client: FlaskClient, signed_in: SignIn, anke: User, carla: User
) -> None:
    assert signed_in(carla).get(f"{SOEST}/menschen").status_code == 403
    assert client.get(f"{SOEST}/menschen").status_code == 303


def test_an_editor_gives_roles(signed_in: SignIn, soest: Lab, anke: User, bilal: User) -> None:
    browser = signed_in(anke)
    address = f"{SOEST}/menschen/{bilal.id}/rolle"

    assert browser.post(address, data={"role": "editor"}).status_code == 303
    assert role_of(bilal, soest) == "editor"
    assert browser.post(address, data={"role": "king"}).status_code == 400
    browser.post(address, data={"role": "member"})
    assert role_of(bilal, soest) == "member"


@pytest.mark.parametrize("verb", ["rolle", "entfernen"])
def test_members_and_strangers_manage_nobody(
    client: FlaskClient,
    signed_in: SignIn,
    soest: Lab,
    anke: User,
    bilal: User,
    carla: User,
    verb: str,
) -> None:
    address = f"{SOEST}/menschen/{anke.id}/{verb}"

    assert signed_in(bilal).post(address, data={"role": "member"}).status_code == 403
    assert signed_in(carla).post(address, data={"role": "member"}).status_code == 403
    assert client.post(address, data={"role": "member"}).status_code == 303
    assert role_of(anke, soest) == "editor"


@pytest.mark.parametrize("verb", ["rolle", "entfernen"])
def test_the_last_editor_stays_unless_an_admin_decides(
    signed_in: SignIn, soest: Lab, anke: User, vera: User, verb: str
) -> None:
    address = f"{SOEST}/menschen/{anke.id}/{verb}"

    response = signed_in(anke).post(address, data={"role": "member"}, follow_redirects=True)
    assert "Jemand muss in der Redaktion bleiben" in words_of(response)
    assert role_of(anke, soest) == "editor"

    signed_in(vera).post(address, data={"role": "member"})
    assert role_of(anke, soest) != "editor"


def test_an_editor_takes_somebody_out(
    signed_in: SignIn, soest: Lab, anke: User, bilal: User
) -> None:
    address = f"{SOEST}/menschen/{bilal.id}/entfernen"

    assert signed_in(anke).post(address).status_code == 303
    assert role_of(bilal, soest) is None
    assert signed_in(anke).post(address).status_code == 404
    assert signed_in(bilal).get(f"{SOEST}/menschen").status_code == 403


def test_everyone_may_leave(signed_in: SignIn, soest: Lab, anke: User, bilal: User) -> None:
    response = signed_in(bilal).post(f"{SOEST}/menschen/{bilal.id}/entfernen")

    assert response.headers["Location"] == SOEST
    assert role_of(bilal, soest) is None


def test_people_choose_for_themselves_whether_they_are_named(
    client: FlaskClient, signed_in: SignIn, anke: User, bilal: User
) -> None:
    browser = signed_in(bilal)

    browser.post(f"{SOEST}/menschen/nennung", data={"is_named": "1"})
    assert "Bilal" in words_of(client.get(SOEST))

    response = browser.post(f"{SOEST}/menschen/nennung", data={"next": "/konto"})
    assert response.headers["Location"] == "/konto"
    assert "Bilal" not in words_of(client.get(SOEST))


def test_naming_leads_nowhere_else_and_is_for_members(
    signed_in: SignIn, bilal: User, carla: User
) -> None:
    away = {"next": "//example.org"}

    response = signed_in(bilal).post(f"{SOEST}/menschen/nennung", data=away)

    assert response.headers["Location"] == f"{SOEST}/menschen"
    assert signed_in(carla).post(f"{SOEST}/menschen/nennung").status_code == 404


def test_the_account_page_shows_the_labs(signed_in: SignIn, bilal: User) -> None:
    words = words_of(signed_in(bilal).get("/konto"))

    assert "stadtLABOR Soest Mitglied" in words
    assert "Auf der Laborseite genannt werden" in words


def test_a_command_makes_an_account_in_a_lab(app: Flask, soest: Lab, signed_in: SignIn) -> None:
    options = ["--email", "Dora@example.org", "--name", "Dora", "--password", "lang genug 12"]
    run = app.test_cli_runner().invoke

    done = run(args=["user", "create", *options, "--lab", soest.slug, "--role", "editor"])

    assert done.exit_code == 0, done.output
    dora = User.query.filter_by(name="Dora").one()
    assert role_of(dora, soest) == "editor"
    assert dora.verify_and_update_password("lang genug 12")
    again = run(args=["user", "create", *options])
    assert again.exit_code == 1
    assert "already" in again.output


def test_the_command_says_what_is_wrong(app: Flask) -> None:
    options = ["--email", "dora@example.org", "--name", "Dora", "--lab", "atlantis"]

    done = app.test_cli_runner().invoke(args=["user", "create", *options])

    assert done.exit_code == 2
    assert "There is no lab 'atlantis'" in done.output
