"""What every answer carries: the content policy, no cookie for readers, nothing of others."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import token
from tests.security.conftest import BrowserOf, Stage
from tests.security.fields import FIELDS
from tests.security.test_every_address import ROWS
from tests.stages import everything_in

TOP = Path(__file__).parent.parent.parent
TEMPLATES = sorted(path for path in (TOP / "templates").rglob("*") if path.is_file())
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# What people uploaded runs nothing and loads nothing, not even from here.
FILE_POLICY = "sandbox; default-src 'none'"
FILE_BYTES = (
    r"/dateien/\w+/(bild\.png|vorschau/\d+)|/(plan|wiki)/[\w-]+/mitnehmen/(pdf|word|html|zip)"
)
READ = [address for method, address, *_outcomes in ROWS if method == "GET"]
WRITTEN = [address for method, address, *_outcomes in ROWS if method == "POST"]
# Only here does a reader without an account get a cookie: for the form's token.
FORMS_FOR_STRANGERS = {
    "/anmelden",
    "/anmelden/auswahl",
    "/anmelden/code",
    "/anmelden/ersatzcode",
    "/anmelden/hilfe",
    "/anmelden/link/{link_secret}",
    "/anmelden/passkey",
    "/einladung/{invitation_secret}",
    "/gastplatz",
    "/plan/{plan_secret}",
    "/plan/{plan_secret}/angaben",
    "/plan/{plan_secret}/durchfuehren/bericht",
    "/plan/{plan_read_secret}/durchfuehren/bericht",
    "/plan/{plan_secret}/kuerzung",
    "/plan/{plan_secret}/loeschen",
    "/wiki/smartphone-stunde/wir-auch",
    "/wiki/smartphone-stunde/durchfuehren/bericht",
    "/neu/plan",
    "/wiki/smartphone-stunde/zeitplan",
    "/wiki/nachmittag-am-geraet/durchfuehren/bericht",
    "/wiki/nachmittag-am-geraet/planen",
    "/plan/{from_template_secret}",
    "/wiki/geschuetzt/vorschlagen",
    "/wiki/impressum/vorschlagen",
    "/wiki/seite-der-nachbarn/vorschlagen",
    "/wiki/smartphone-stunde/vorschlagen",
    "/wuensche/neu",
    "/wiki/smartphone-stunde/diskussion/neu",
    "/konto/zwei-schritte",
    "/passwort-vergessen",
    "/passwort-vergessen/falsch",
}
STATIC = "/static/favicon.svg"
LINT = {
    "style attribute": r"<[^>]*\sstyle\s*=",
    "event attribute": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"hx-on",
    "javascript:": r"javascript:",
    "js: value": r"""["']js:""",
    "|safe": r"\|\s*safe\b",
    "autoescape off": r"autoescape",
    "inline script": r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")",
    "inline style": r"<style",
    "iframe": r"<(iframe|object|embed|base)\b",
}


@pytest.mark.parametrize("role", ["nobody", "anke"])
def test_every_answer_carries_the_content_policy(role: str, stage: Stage, browser_of: BrowserOf):
    browser = browser_of(role)
    for address in READ:
        if address != STATIC:
            assert_protected(browser.get(stage.fill(address)))
    for address in WRITTEN:
        assert_protected(browser.post(stage.fill(address)))


def test_errors_carry_the_content_policy_too(app: Flask, stage: Stage, browser_of: BrowserOf):
    browser = browser_of("nobody")
    answers = [
        (404, browser.get("/gibt-es-nicht")),
        (404, browser.get("/static/gibt-es-nicht.css")),
        (405, browser.delete("/wiki/smartphone-stunde")),
        (410, browser.get("/wiki/entfernt")),
        (400, browser.post("/anmelden")),
        (400, browser.get("/", headers={"Host": "evil.example"})),
        (413, browser.post("/anmelden", data={"email": "a" * 6_000_000})),
        (304, _asked_again(browser.get("/wiki/smartphone-stunde"), browser)),
    ]

    for status, answer in answers:
        assert answer.status_code == status
        assert_protected(answer)


def test_the_wiki_stands_at_the_root_whatever_its_server_says(browser_of: BrowserOf, stage: Stage):
    """Each address of an answer would begin with it, also of those that are kept for others."""
    browser, claim = browser_of("nobody"), {"SCRIPT_NAME": "//evil.example"}
    addresses = ("/", "/wiki/smartphone-stunde", "/anmelden", "/gibt-es-nicht")

    answers = [browser.get(address, environ_overrides=claim) for address in addresses]

    assert [(answer.status_code, answer.text) for answer in answers] == [(400, "")] * 4
    assert "evil.example" not in "".join(browser.get(address).text for address in addresses)


def test_an_unexpected_error_says_nothing_and_carries_the_content_policy(
    app: Flask, stage: Stage, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
):
    def fail() -> None:
        raise RuntimeError("the inside of the machine")

    monkeypatch.setitem(app.view_functions, "health.healthz", fail)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    answer = browser_of("nobody").get("/healthz")

    assert answer.status_code == 500
    assert_protected(answer)
    assert "inside of the machine" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "address", [STATIC, "/static/css/laborwiki.css", "/static/vendor/htmx/htmx.min.js"]
)
def test_static_files_are_what_they_say(address: str, stage: Stage, browser_of: BrowserOf):
    answer = browser_of("nobody").get(address)

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_the_static_folder_has_no_way_out(stage: Stage, browser_of: BrowserOf):
    for address in ("../wsgi.py", "%2e%2e/wsgi.py", "..%2f..%2fetc/passwd", "css/../../wsgi.py"):
        assert browser_of("nobody").get(f"/static/{address}").status_code == 404, address


def test_reading_without_an_account_sets_no_cookie(stage: Stage, browser_of: BrowserOf):
    setting = set()
    for address in READ:
        answer = browser_of("nobody").get(stage.fill(address))
        if "Set-Cookie" in answer.headers:
            setting.add(address)

    assert setting - FORMS_FOR_STRANGERS == set()
    assert "/anmelden" in setting


def test_cookies_are_not_for_scripts_or_other_sites(stage: Stage, browser_of: BrowserOf):
    cookies = browser_of("nobody").get("/anmelden").headers.getlist("Set-Cookie")

    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("role", ["nobody", "vera"])
def test_no_page_loads_anything_from_elsewhere(role: str, stage: Stage, browser_of: BrowserOf):
    loaded = set()
    for address in READ:
        answer = browser_of(role).get(stage.fill(address))
        if answer.mimetype == "text/html":
            loads = Loads(answer.text)
            loaded |= loads.addresses
            assert loads.inline == [], address

    assert loaded
    assert {address for address in loaded if not is_of_this_site(address)} == set()


def test_no_stylesheet_loads_anything_from_elsewhere(stage: Stage, browser_of: BrowserOf):
    for address in ("/static/css/laborwiki.css", "/labore/farben.css"):
        css = browser_of("nobody").get(address).text
        found = re.findall(r"""(?:url\(|@import\s+)["']?([^"')]+)""", css)

        elsewhere = [name for name in found if not name.startswith(("/static/", "data:image/"))]
        assert elsewhere == [], address


def test_a_forged_host_is_refused_everywhere(stage: Stage, browser_of: BrowserOf):
    browser = browser_of("nobody")
    tries = [(address, "evil.example") for address in READ if address != STATIC]
    tries += [("/", "localhost.evil.example"), ("/", "evil.example:80"), ("/", "localhost@evil")]
    for address, host in tries:
        answer = browser.get(stage.fill(address), headers={"Host": host})
        assert answer.status_code == 400, address
        assert "evil" not in answer.text, address


def test_a_forged_forwarded_host_is_ignored(stage: Stage, browser_of: BrowserOf):
    headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    for address in ("/", "/sitemap.xml", "/aenderungen.atom", "/wiki/smartphone-stunde"):
        assert "evil.example" not in browser_of("nobody").get(address, headers=headers).text


@pytest.mark.parametrize("role", ["nobody", "vera"])
def test_nothing_is_written_without_a_token(
    role: str, app: Flask, stage: Stage, browser_of: BrowserOf
):
    browser = browser_of(role)
    before = everything_in(app)
    adapter = app.url_map.bind("localhost")
    for address in WRITTEN:
        # Mail programs send this one by themselves (RFC 8058).
        if "{stop_secret}" in address:
            continue
        filled = stage.fill(address)
        fields = FIELDS.get(adapter.match(filled, "POST")[0], {})
        assert browser.post(filled, data=fields).status_code == 400, address
    made_up = {"csrf_token": "ausgedacht"}
    assert browser.post("/wiki/smartphone-stunde/rueckzug", data=made_up).status_code == 400

    assert everything_in(app) == before


def test_the_token_of_somebody_else_does_not_count(app: Flask, stage: Stage, browser_of: BrowserOf):
    before = everything_in(app)
    stolen = token(browser_of("gabi"), "/konto")

    answer = browser_of("anke").post(
        "/wiki/smartphone-stunde/rueckzug", data={"csrf_token": stolen}
    )

    assert answer.status_code == 400
    assert everything_in(app) == before


def test_opening_an_address_signs_nobody_out(stage: Stage, browser_of: BrowserOf):
    ending = []
    for address in READ:
        browser = browser_of("bilal")
        browser.get(stage.fill(address))
        with browser.session_transaction() as session:
            if "_user_id" not in session:
                ending.append(address)

    assert ending == []


@pytest.mark.parametrize("rule", LINT)
def test_no_template_contains_what_the_policy_forbids(rule: str):
    pattern = re.compile(LINT[rule], re.IGNORECASE)
    # Comments may speak about it.
    texts = {path: re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S) for path in TEMPLATES}

    assert [path.name for path, text in texts.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("style attribute", '<p class="a" style="color: red">'),
        ("event attribute", '<a href="/" onclick="go()">'),
        ("hx-on", '<a hx-on:click="go()">'),
        ("|safe", "{{ text | safe }}"),
        ("inline script", "<script>go()</script>"),
        ("inline script", '<script type="module">go()</script>'),
        ("inline style", "<style>p {}</style>"),
        ("js: value", """<a hx-vals='js:{a: 1}'>"""),
    ],
)
def test_the_lint_finds_what_it_looks_for(rule: str, bad: str):
    assert re.search(LINT[rule], bad, re.IGNORECASE)


class Loads(HTMLParser):
    """What a browser would fetch for a page by itself, and what stands inline in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.addresses |= {named[name] for name in ("src", "poster", "data") if name in named}
        if "srcset" in named:
            self.addresses |= {part.split()[0] for part in named["srcset"].split(",")}
        if tag == "link" and named.get("rel") not in ("license", "canonical", "alternate"):
            self.addresses.add(named.get("href", ""))
        if tag in ("use", "image"):
            self.addresses |= {named.get("href", ""), named.get("xlink:href", "")} - {""}
        is_script = tag == "script" and "src" not in named
        if is_script and named.get("type") != "application/json":
            self.inline.append("script")
        self.inline += [name for name in named if name == "style" or re.match("on[a-z]", name)]


def is_of_this_site(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "data" or not (parts.scheme or parts.netloc)


def assert_protected(answer: TestResponse) -> None:
    path = answer.request.path
    is_file = answer.status_code == 200 and re.fullmatch(FILE_BYTES, path)
    policy = FILE_POLICY if is_file else POLICY
    assert answer.headers.getlist("Content-Security-Policy") == [policy], path
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def _asked_again(answer: TestResponse, browser: FlaskClient) -> TestResponse:
    return browser.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})


def test_a_barrier_is_reported_without_what_opens_the_page(
    app: Flask, stage: Stage, browser_of: BrowserOf
) -> None:
    app.jinja_env.globals["site"].contact_mail = "labor@example.org"
    for name in ("plan_secret", "invitation_secret"):
        address = next(one for one in READ if f"{{{name}}}" in one)
        secret = stage.fill(f"{{{name}}}")
        page = browser_of("nobody").get(stage.fill(address)).text
        foot = page.partition("<footer")[2]
        assert "mailto:labor@example.org" in foot, address
        assert secret not in foot.partition("mailto:")[2].partition('"')[0], address
