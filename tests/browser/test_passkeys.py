"""Passkeys in a real browser, with an authenticator that the browser plays itself."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.live import LiveServer
from tests.stages import empty_app
from wiki.accounts.models import User
from wiki.accounts.people import create_person
from wiki.config import Settings
from wiki.db import db, writing

PASSWORD = "drei nasse Enten"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = empty_app(Settings(data=tmp_path / "data", testing=True, secret_key="a secret for tests"))
    with app.app_context(), writing():
        create_person("anke@example.org", "Anke Aal", PASSWORD)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a live server answers; passkeys want a name, not a number."""
    with LiveServer(app, "localhost") as server:
        yield server.url


@contextmanager
def browser_page(
    chromium: Browser, *, authenticator: bool = True, script: bool = True
) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=script, locale="de-DE")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    if authenticator:
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    context.close()
    assert not [line for line in complaints if "Content Security Policy" in line]


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/anmelden?next=/konto")
    page.get_by_label("E-Mail-Adresse").fill("anke@example.org")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"{address}/konto")


def sign_out(page: Page, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/konto")
    expect(page).to_have_url(re.compile("/anmelden"))


def add_passkey(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/konto/passkeys")
    page.get_by_label("Name des Geräts").fill(name)
    page.get_by_role("button", name="Passkey hinzufügen").click()


def test_a_passkey_is_added_used_to_sign_in_and_deleted(
    app: Flask, chromium: Browser, address: str
) -> None:
    with browser_page(chromium) as page:
        sign_in(page, address)
        add_passkey(page, address, "Ankes Telefon")
        expect(page.get_by_text("Der Passkey „Ankes Telefon“ ist eingerichtet.")).to_be_visible()

        sign_out(page, address)
        page.goto(f"{address}/anmelden?next=/konto")
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        page.wait_for_url(f"{address}/konto")
        expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
        names = {cookie["name"]: cookie for cookie in page.context.cookies()}
        assert "remember_token" in names

        page.goto(f"{address}/konto/passkeys")
        page.get_by_role("button", name="Passkey „Ankes Telefon“ löschen").click()
        expect(page.get_by_text("ist gelöscht")).to_be_visible()

        sign_out(page, address)
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        expect(page.get_by_text("Diesen Passkey kennt das Wiki nicht.")).to_be_visible()


def test_a_passkey_confirms_who_it_is(app: Flask, chromium: Browser, address: str) -> None:
    with browser_page(chromium) as page:
        sign_in(page, address)
        add_passkey(page, address, "Telefon")
        expect(page.get_by_text("ist eingerichtet")).to_be_visible()
        # Without the session the cookie for staying signed in is left, and that is old.
        page.context.clear_cookies(name="session")

        page.goto(f"{address}/konto/schliessen")
        page.get_by_role("button", name="Mit Passkey bestätigen").click()
        page.wait_for_url(f"{address}/konto/schliessen")


def test_a_passkey_needs_no_second_step(app: Flask, chromium: Browser, address: str) -> None:
    with browser_page(chromium) as page:
        sign_in(page, address)
        add_passkey(page, address, "Telefon")
        expect(page.get_by_text("ist eingerichtet")).to_be_visible()
        with app.app_context(), writing() as session:
            person = session.query(User).one()
            person.tf_primary_method = "authenticator"
            person.tf_totp_secret = app.extensions["security"].totp_factory.generate_totp_secret()

        sign_out(page, address)
        page.get_by_role("button", name="Mit Passkey anmelden").click()
        page.wait_for_url(f"{address}/konto")


def test_without_a_passkey_the_page_says_what_happened(
    app: Flask, chromium: Browser, address: str
) -> None:
    with browser_page(chromium) as page:
        page.goto(f"{address}/anmelden")
        page.get_by_role("button", name="Mit Passkey anmelden").click()

        expect(
            page.get_by_text("Das wurde abgebrochen oder hat zu lange gedauert.")
        ).to_be_visible()
        expect(page.locator("main").get_by_role("button", name="Anmelden")).to_be_enabled()


def test_without_javascript_the_password_does(app: Flask, chromium: Browser, address: str) -> None:
    with browser_page(chromium, authenticator=False, script=False) as page:
        sign_in(page, address)
        page.goto(f"{address}/konto/passkeys")

        # Chromium keeps <noscript> hidden here: scripts are stopped after parsing, not before.
        assert "Passkeys brauchen JavaScript" in page.content()
        expect(page.get_by_role("button", name="Passkey hinzufügen")).to_be_hidden()
