"""Texts that try to be scripts, in every field, in a real browser: none of them gets through."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from playwright.sync_api import Browser, Request
from playwright.sync_api import Page as BrowserPage
from sqlalchemy import select

from tests.conftest import PASSWORD, Cast, all_labs
from tests.live import LiveServer
from tests.stages import made_once
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.fields import fields_of
from wiki.finding.indexing import Follower
from wiki.labs.content import LabContent
from wiki.labs.models import Lab, Membership
from wiki.labs.writing import save_lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.writing import Contribution, create_page, save_edit
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.models import Thread
from wiki.talk.saying import answer, ask, publish, say

LURE = "Lockvogel"
HACK = "window.__hacked=1"
PAYLOADS = [
    f"<script>{HACK}</script>",
    f"<ScRiPt>{HACK}</sCrIpT>",
    f"</script><script>{HACK}</script>",
    f"</title><script>{HACK}</script>",
    f"</textarea><script>{HACK}</script>",
    f"<img src=x onerror={HACK}>",
    f"<img src=x onerror=alert(1)//{HACK}>",
    f"<svg onload={HACK}>",
    f"<svg><script>{HACK}</script></svg>",
    f"<svg><animate onbegin={HACK} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={HACK}>",
    f"<body onload={HACK}>",
    f"<details open ontoggle={HACK}>x</details>",
    f"<input autofocus onfocus={HACK}>",
    f"<video><source onerror={HACK}></video>",
    f'"><script>{HACK}</script>',
    f"'><script>{HACK}</script>",
    f'" onmouseover="{HACK}" x="',
    f'" autofocus onfocus="{HACK}" x="',
    f"' autofocus onfocus='{HACK}' x='",
    f"<a href=javascript:{HACK}>x</a>",
    f"[x](javascript:{HACK})",
    f"[x](JaVaScRiPt:{HACK})",
    f"[x](java\tscript:{HACK})",
    f"[x](&#106;avascript:{HACK})",
    f"[x](data:text/html,<script>{HACK}</script>)",
    f"[x](vbscript:{HACK})",
    f"![x](javascript:{HACK})",
    "![x](https://evil.example/a.png)",
    "![x](//evil.example/a.png)",
    f'![x](x"onerror="{HACK})',
    f'[x](https://example.org "onmouseover={HACK}")',
    f"[[x](javascript:{HACK})]",
    f"[[<img src=x onerror={HACK}>]]",
    f"<javascript:{HACK}>",
    f"```<script>{HACK}</script>```",
    f"<iframe src=javascript:{HACK}></iframe>",
    f"<iframe srcdoc='<script>{HACK}</script>'></iframe>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    "<style>@import url(//evil.example/a.css);</style>",
    "<p style=background:url(//evil.example/a.png)>x</p>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><button autofocus>x</button></form>",
    f"<div hx-get=/ hx-trigger=load hx-on:htmx:load={HACK}>x</div>",
    f"{{{{ config }}}}${{{HACK}}}{{% raw %}}",
    f"\u2028{HACK}\u2028<img src=`x` onerror={HACK}>",
    f"&lt;script&gt;{HACK}&lt;/script&gt;",
    f"]]><script>{HACK}</script>",
    f"--><script>{HACK}</script><!--",
]
WATCH = """
window.__violations = [];
addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Watched:
    """A browser window that notes everything that must not happen in it."""

    def __init__(self, page: BrowserPage, home: str) -> None:
        self.page = page
        self.home = home
        self.troubles: list[str] = []
        page.add_init_script(WATCH)
        page.on("dialog", self._note_dialog)
        page.on("request", self._note_request)
        page.on("pageerror", lambda error: self.troubles.append(f"error {error}"))
        page.on("console", lambda line: self._note_console(line.text))

    def visit(self, address: str) -> None:
        answer = self.page.goto(self.home + address)
        assert answer is not None
        assert answer.status == 200, address
        self.look(address)

    def look(self, where: str) -> None:
        """After what the page does by itself, and after pointing at what asks for it."""
        self.page.evaluate(
            """() => {
              for (const element of document.querySelectorAll("main *")) {
                for (const name of ["mouseover", "focus", "load", "error", "toggle"]) {
                  element.dispatchEvent(new Event(name));
                }
              }
            }"""
        )
        for bad in self.page.evaluate("window.__violations"):
            self.troubles.append(f"violation {bad} at {where}")
        if self.page.evaluate("'__hacked' in window"):
            self.troubles.append(f"a script ran at {where}")
        dangerous = self.page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((element) =>
              element.matches("iframe, object, embed, base, style, script:not([src])") ||
              /^\\s*(javascript|data|vbscript):/i.test(element.getAttribute("href") || "") ||
              [...element.attributes].some((a) => /^on|^style$|^hx-on/i.test(a.name))
            ).map((element) => element.outerHTML.slice(0, 200))"""
        )
        self.troubles += [f"{html} at {where}" for html in dangerous]

    def _note_dialog(self, dialog: Any) -> None:
        # Our own forms ask before what was typed is lost.
        if dialog.type != "beforeunload":
            self.troubles.append(f"dialog {dialog.message}")
        dialog.accept()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.home + "/", "data:image/")):
            self.troubles.append(f"request to {request.url}")

    def _note_console(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.troubles.append(f"console {text}")


@pytest.fixture
def window(chromium: Browser, live: LiveServer) -> Iterator[Watched]:
    page = chromium.new_page(locale="de-DE")
    page.set_default_timeout(20_000)
    yield Watched(page, live.url)
    page.close()


@pytest.fixture
def hostile(app: Flask, cast: Cast, labs: dict[str, Lab]) -> list[Page]:
    """A page of each kind that says every payload in every field, in two versions."""
    numbers = made_once(app, "hostile", lambda: write_hostile_pages(app, cast, all_labs()))
    return [db.session.get_one(Page, number) for number in numbers]


def write_hostile_pages(app: Flask, cast: Cast, labs: dict[str, Lab]) -> list[int]:
    by = db.session.get_one(User, cast.bilal)
    pages = []
    for name in ("format", "article", "tool", "outcome"):
        kind = kinds().named(name)
        contribution = Contribution(by=by, lab=labs["soest"], note=PAYLOADS[0])
        content = kind.content.model_validate(hostile_values(kind.content, PAYLOADS))
        page = create_page(kind, content, contribution, publish=True, slug=f"boese-{name}")
        turned = [*PAYLOADS[7:], *PAYLOADS[:7]]
        later = kind.content.model_validate(hostile_values(kind.content, turned))
        save_edit(page, kind, later, contribution, base=1, publish=True)
        pages.append(page.id)
        talk_hostile(page, by, db.session.get_one(User, cast.anke))
    ask(QuestionContent(title=PAYLOADS[0], text="\n\n".join(PAYLOADS[:40])), labs["soest"], by)
    make_lab_and_author_hostile(labs["soest"], by)
    with app.app_context():
        Follower(app.extensions["laborwiki-search"]).follow()
    return pages


def test_no_text_becomes_a_script_for_readers(window: Watched, hostile: list[Page]):
    for page in hostile:
        slug = db.session.get_one(Page, page.id).slug
        for ending in (
            "",
            "?personen=12&minuten=20",
            "/druck",
            "/versionen",
            "/versionen/1",
            "/diskussion",
        ):
            window.visit(f"/wiki/{slug}{ending}")
        window.visit(f"/wiki/{slug}/vergleich?von=1&bis=2")
    for address in ("/", f"/suche?q={LURE}", "/suche", "/labore", "/labore/soest", "/aenderungen"):
        window.visit(address)

    assert window.troubles == []


def test_no_text_becomes_a_script_for_who_edits_it(window: Watched, hostile: list[Page]):
    sign_in(window)
    for page in hostile:
        slug = db.session.get_one(Page, page.id).slug
        window.visit(f"/wiki/{slug}/bearbeiten")
        window.page.locator("button[name=do][value=preview]").last.click()
        window.page.locator("#preview").wait_for()
        window.look(f"preview of {slug}")

    window.visit("/neu/rezept?titel=%22%3E%3Cscript%3Ewindow.__hacked%3D1%3C/script%3E")
    window.page.fill("#f-title", f"{LURE} <img src=x onerror={HACK}>")
    window.page.locator("#similar a").first.wait_for()
    window.look("similar pages")
    question = db.session.scalars(select(Thread.id).where(Thread.page_id.is_(None))).one()
    talk = ("/wiki/boese-format/diskussion", "/fragen", f"/fragen/{question}", "/zu-tun")
    for address in ("/merkliste", "/konto", "/labore/soest", "/labore/soest/menschen", *talk):
        window.visit(address)

    assert window.troubles == []


def test_what_the_form_sends_is_as_harmless_as_what_is_stored(
    window: Watched, cast: Cast, labs: dict[str, Lab]
):
    sign_in(window)
    window.visit("/neu/hintergrund")
    window.page.fill("#f-title", f"{LURE} {PAYLOADS[5]}")
    window.page.fill("[name=summary]", PAYLOADS[7] + PAYLOADS[15])
    window.page.fill("[name=body]", "\n\n".join(PAYLOADS))
    window.page.locator("button[name=do][value=publish]").click()
    window.page.wait_for_url("**/wiki/*")
    window.look("the page just written")

    assert LURE in window.page.locator("h1").inner_text()
    assert window.troubles == []


@pytest.mark.parametrize("query", PAYLOADS[:30:3])
def test_what_is_searched_for_comes_back_as_text(query: str, app: Flask, hostile: list[Page]):
    html = app.test_client().get("/suche", query_string={"q": query, "labor": query}).text

    assert f"<script>{HACK}" not in html.lower()
    assert f"onerror={HACK}>" not in html
    assert "<svg onload" not in html


def test_feeds_stay_well_formed(app: Flask, hostile: list[Page]):
    for address in ("/aenderungen.atom", "/wiki/boese-format/versionen.atom", "/sitemap.xml"):
        answer = app.test_client().get(address)
        assert answer.status_code == 200
        elements = ElementTree.fromstring(answer.data).iter()
        tags = {element.tag.rpartition("}")[2] for element in elements}
        assert "script" not in tags
        assert "img" not in tags


def test_the_watch_notices_what_it_watches_for(window: Watched):
    """A page that does all of it, so that silence elsewhere means something."""
    window.page.goto(window.home + "/")
    window.page.evaluate(
        """() => {
          document.querySelector("main").innerHTML =
            "<img src='http://evil.example/a.png' onerror='window.__hacked=1'>" +
            "<a href='javascript:1'>x</a>";
          window.__hacked = 1;
          alert("x");
        }"""
    )
    window.page.wait_for_function("window.__violations.length > 0")
    window.look("the bad page")
    noted = json.dumps(window.troubles)

    assert "dialog x" in noted
    assert "a script ran" in noted
    assert "violation" in noted
    assert "javascript:1" in noted


def sign_in(window: Watched) -> None:
    window.page.goto(window.home + "/anmelden")
    window.page.fill("[name=email]", "bilal@example.org")
    window.page.fill("[name=password]", PASSWORD)
    window.page.locator("form[action^='/anmelden'] button[type=submit]").first.click()
    window.page.wait_for_url(window.home + "/")


def talk_hostile(page: Page, by: User, editor: User) -> None:
    """Every payload in what is said about a page, with an account and without."""
    for some in (PAYLOADS[:25], PAYLOADS[25:]):
        text = f"{LURE} @Bilal\n\n" + "\n\n".join(some)
        remark = say(page, RemarkContent(text=text, name=some[0]), None)
        publish(remark, editor)
        thread = db.session.get_one(Thread, remark.thread_id)
        answer(thread, RemarkContent(text="\n".join(some)), by)


def make_lab_and_author_hostile(lab: Lab, by: User) -> None:
    kept = {"colour": "#0b5c8a", "position": 1, "contact_mail": "lab@example.org"}
    website = {"website": f'https://example.org/"onmouseover="{HACK}'.replace(" ", "")}
    typed = {**hostile_values(LabContent, PAYLOADS[3:]), **kept, **website}
    typed["contact_phone"] = "<svg onload=x>"
    save_lab(db.session.get_one(Lab, lab.id), LabContent.model_validate(typed), base=1)
    with writing() as session:
        session.get_one(User, by.id).name = PAYLOADS[15]
        for membership in session.query(Membership).filter_by(user_id=by.id):
            membership.is_named = True


def hostile_values(model: Any, payloads: list[str]) -> dict[str, Any]:
    """Each text field of the model with as many payloads as it takes, rows included."""
    values: dict[str, Any] = {}
    for number, field in enumerate(fields_of(model)):
        turned = payloads[number % len(payloads) :] + payloads[: number % len(payloads)]
        if field.name == "language":
            continue
        if field.shape == "line":
            limit = field.max_length or 300
            values[field.name] = f"{LURE} {turned[0]}"[: min(limit, 110)]
        elif field.shape == "markdown":
            values[field.name] = LURE + "\n\n" + "\n\n".join(turned)
        elif field.shape == "lines":
            values[field.name] = [f"{LURE} {payload}" for payload in turned[:12]]
        elif field.shape == "rows":
            shifted = [turned[step * 5 :] + turned[: step * 5] for step in range(3)]
            values[field.name] = [
                {"key": f"kx{row}", **hostile_values(field.row, shifted[row])} for row in range(3)
            ]
    for name in ("url", "address"):
        if name in values:
            values[name] = f'https://example.org/"onmouseover="{HACK}'
    if "unit" in values:
        values["unit"] = "<svg onload=x>"
    return values
