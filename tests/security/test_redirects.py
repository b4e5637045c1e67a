"""`next` leads to this site or nowhere, whatever it is dressed up as."""

from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import PASSWORD, Cast, token
from tests.security.conftest import BrowserOf, Stage
from wiki.htmx import local_address

HOME = "http://localhost"
TRICKS = [
    "//evil.example",
    "///evil.example",
    "////evil.example/a",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "http:///evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "/\t/evil.example",
    "\t//evil.example",
    "%09//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x01https://evil.example",
    "user@evil.example",
    "http://localhost@evil.example",
    "//localhost@evil.example",
    "//localhost\\@evil.example",
    "http://localhost.evil.example",
    "http://localhost:80@evil.example/",
    "evil.example",
    ".evil.example",
    "@evil.example",
    "/\u2215/evil.example",
    "/\uff0fevil.example",
    "\u3000//evil.example",
    "//[::1]@evil.example",
    "//%65vil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "/..//evil.example",
    "/./\\evil.example",
    "?next=//evil.example",
    "#//evil.example",
]


@pytest.fixture
def stranger(app: Flask, cast: Cast) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_signing_in_leads_nowhere_else(headers: dict[str, str], app: Flask, cast: Cast):
    for trick in TRICKS:
        stranger = app.test_client()
        data = _credentials(stranger, next=trick)
        answer = stranger.post("/anmelden", data=data, headers=headers)

        assert answer.status_code in (204, 302, 303, 400), trick
        assert_stays_here(answer.headers.get("HX-Redirect") or answer.location)


def test_an_address_in_the_query_leads_nowhere_else(app: Flask, cast: Cast):
    for trick in TRICKS:
        stranger = app.test_client()
        address = f"/anmelden?next={quote(trick)}"
        shown = stranger.get(address)
        assert_stays_here(shown.location)
        assert "evil.example" not in shown.text or trick.startswith("/")

        answer = stranger.post(address, data=_credentials(stranger, next="/konto"))

        assert answer.status_code in (302, 303, 400), trick
        assert_stays_here(answer.location)


def test_htmx_is_sent_nowhere_else(stage: Stage, browser_of: BrowserOf):
    for trick in TRICKS:
        browser = browser_of("bilal")
        fields = {"csrf_token": token(browser, "/konto"), "is_named": "1", "next": trick}
        for address in ("/labore/soest/menschen/nennung", f"/abmelden?next={quote(trick)}"):
            answer = browser.post(address, data=fields, headers={"HX-Request": "true"})

            assert answer.status_code in (204, 302, 303, 400), trick
            assert_stays_here(answer.headers.get("HX-Redirect") or answer.location)


@pytest.mark.parametrize("address", ["/konto/bestaetigen", "/konto/passwort", "/konto/passkeys"])
def test_what_asks_again_leads_nowhere_else(address: str, stage: Stage, browser_of: BrowserOf):
    browser = browser_of("bilal")
    fields = {"csrf_token": token(browser, "/konto"), "password": PASSWORD}
    for trick in TRICKS:
        assert_stays_here(browser.get(f"{address}?next={quote(trick)}").location)
        assert_stays_here(browser.post(address, data={**fields, "next": trick}).location)


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "//evil.example/..", "//evil.example/konto", "/\\evil.example", "///a//b"],
)
def test_a_strange_path_is_no_redirect_elsewhere(path: str, stranger: FlaskClient):
    for method in ("GET", "POST"):
        answer = stranger.open(path, method=method, base_url=HOME)
        assert_stays_here(answer.location)
        assert_stays_here(answer.headers.get("HX-Redirect"))


def test_signing_in_leads_where_one_wanted_to_go(stranger: FlaskClient):
    answer = stranger.post("/anmelden", data=_credentials(stranger, next="/labore?sprache=de"))

    assert answer.location == "/labore?sprache=de"


@pytest.mark.parametrize("trick", TRICKS)
def test_what_counts_as_local_is_local_to_a_browser(trick: str):
    assert_stays_here(local_address(trick))


def assert_stays_here(location: str | None) -> None:
    """As a browser reads it: backslashes are slashes, tabs and line ends are dropped."""
    for read in _readings(location or "/"):
        assert urlsplit(urljoin(HOME + "/anmelden", read)).hostname == "localhost", location
        assert urlsplit(read).scheme in ("", "http"), location


def _readings(location: str) -> Iterator[str]:
    yield location
    dropped = "".join(sign for sign in location if sign not in "\t\r\n").strip(" \x00\x01")
    yield dropped.replace("\\", "/")


def _credentials(browser: FlaskClient, **more: str) -> dict[str, str]:
    return {
        "csrf_token": token(browser, "/anmelden"),
        "email": "bilal@example.org",
        "password": PASSWORD,
        **more,
    }
