"""Nothing is cut off or too small to hit, on a phone, zoomed in, and on paper."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import ARTICLE, RECIPE, STEPS, Library, make_findable, say_more
from tests.conftest import Cast, make_page
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
LONG_ADDRESS = "https://labor.example.org/" + "sehr-lange-adresse-ohne-umbruch/" * 4

# What stands wider than the window without a box of its own to scroll in.
TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolls = element => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(box).overflowX)) return true;
    return false;
  };
  const found = [...document.body.querySelectorAll("*")].filter(element => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({visibilityProperty: true}) && box.width > 1 && box.height > 1
      && (box.right > wide + 1 || box.left < -1) && !element.closest(".kern-sr-only, .skip")
      && !scrolls(element);
  });
  const inner = found.filter(element => !found.some(other => other.parentElement === element));
  if (document.documentElement.scrollWidth > wide + 1 && !inner.length)
    return [`the page is ${document.documentElement.scrollWidth} wide`];
  return inner.map(element => `${Math.round(element.getBoundingClientRect().right)}: `
    + element.outerHTML.replace(/\\s+/g, " ").slice(0, 150));
}"""

# Text that a box of fixed size cuts off.
CUT_OFF = """() => [...document.body.querySelectorAll("*")].filter(element => {
    const style = getComputedStyle(element);
    return element.checkVisibility({visibilityProperty: true}) && element.innerText?.trim()
      && !element.closest(".kern-sr-only, [aria-hidden=true], svg")
      && ((["hidden", "clip"].includes(style.overflowX)
          && element.scrollWidth > element.clientWidth + 1)
        || (["hidden", "clip"].includes(style.overflowY)
          && element.scrollHeight > element.clientHeight + 1))
      && element.clientWidth > 1;
  }).map(element => element.outerHTML.replace(/\\s+/g, " ").slice(0, 150))"""

# WCAG 2.2, 2.5.8: at least 24 by 24, but for links within a sentence.
TOO_SMALL = """() => {
  const targets = "a[href], button, input, select, textarea, summary";
  const inSentence = element => element.matches("a") && getComputedStyle(element).display === "inline"
    && [...element.parentElement.childNodes].some(node =>
      node !== element && node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 1);
  return [...document.querySelectorAll(targets)].filter(element => {
    if (!element.checkVisibility({visibilityProperty: true})) return false;
    if (element.closest(".kern-sr-only, .skip") || inSentence(element)) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && (box.width < 24 || box.height < 24);
  }).map(element => { const box = element.getBoundingClientRect(); return (
    `${Math.round(box.width)}x${Math.round(box.height)}: `
    + element.outerHTML.replace(/\\s+/g, " ").slice(0, 150)); });
}"""


@pytest.fixture
def long_words(app: Flask, library: Library, labs: dict[str, Lab], cast: Cast) -> Library:
    """The library, its words as long as German ones get."""
    soest, anke = labs["soest"], db.session.get_one(User, cast.anke)
    with writing():
        soest.name, soest.place = LONG, f"Bad {LONG[:30]}"
        soest.summary, soest.contact_name = f"Ein {LONG}.", LONG
        soest.contact_mail, soest.website = f"{LONG[:50].lower()}@example.org", LONG_ADDRESS
    recipe = make_page(
        f"{LONG} {LONG[:40]}",
        by=cast.anke,
        lab=soest,
        **RECIPE
        | {
            "summary": f"{LONG} und {LONG}",
            "goals": [LONG],
            "topics": [LONG],
            "audiences": [LONG],
            "tools": [LONG],
            "steps": [
                {**STEPS[0], "title": LONG, "text": f"{LONG} <{LONG_ADDRESS}>", "tip": LONG},
                {**STEPS[2], "method": LONG},
            ],
            "materials": [{"item": LONG, "per_person": "2", "unit": LONG[:40], "substitute": LONG}],
            "roles": [{"name": LONG, "count": 2, "briefing": LONG}],
            "creators": [{"name": LONG, "url": LONG_ADDRESS}],
            "variations": f"### {LONG}\n\n{LONG_ADDRESS}",
        },
    )
    say_more(recipe, anke, summary=f"{LONG} oder {LONG}", goals=[LONG, f"{LONG}s"])
    article = make_page(
        f"Hintergrund {LONG}",
        by=cast.anke,
        lab=soest,
        kind="article",
        body=f"{ARTICLE}\n\n## {LONG}\n\n{LONG}, `{LONG}`, {LONG_ADDRESS}\n\n- {LONG}",
    )
    make_findable(app)
    return Library(
        **vars(library) | {"recipe": f"/wiki/{recipe.slug}", "article": f"/wiki/{article.slug}"}
    )


def addresses_of(library: Library) -> tuple[str, ...]:
    return (
        "/",
        f"/suche?q={LONG}",
        "/suche?q=quetzalcoatl",
        library.recipe,
        f"{library.recipe}?personen=24&beginn=18:00&minuten=30",
        f"{library.recipe}/druck",
        f"{library.recipe}/versionen",
        f"{library.recipe}/versionen/1",
        f"{library.recipe}/vergleich?von=1&bis=2",
        f"{library.recipe}/bearbeiten",
        f"{library.recipe}/entfernung",
        library.article,
        f"{library.article}/druck",
        f"{library.article}/bearbeiten",
        "/aenderungen",
        "/labore",
        "/labore/soest",
        "/labore/soest/menschen",
        "/labore/soest/bearbeiten",
        "/neu/rezept",
        "/merkliste",
        "/zu-tun",
        "/konto",
        "/konto/passwort",
        "/konto/passkeys",
        "/konto/zwei-schritte",
        "/konto/schliessen",
        library.invitation,
        "/gibt-es-nicht",
        "/anmelden/passkey",
    )


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")


def measured(page: Page, library: Library, *scripts: str) -> list[str]:
    found = []
    for address in addresses_of(library):
        page.goto(address)
        unfold(page)
        for script in scripts:
            found += [f"{address[:60]} {line}" for line in page.evaluate(script)]
    return found


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_long_words_fit(browser_of: BrowserOf, long_words: Library, width: int) -> None:
    page = browser_of("anke", width=width)

    assert measured(page, long_words, TOO_WIDE, CUT_OFF) == []


def test_pages_fit_when_enlarged_twice(browser_of: BrowserOf, long_words: Library) -> None:
    page = browser_of("anke", width=640, height=450, scale=2)

    assert measured(page, long_words, TOO_WIDE, CUT_OFF) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_targets_are_large_enough(browser_of: BrowserOf, library: Library, width: int) -> None:
    page = browser_of("anke", width=width)

    assert measured(page, library, TOO_SMALL) == []


def test_the_site_fits_for_readers_and_admins(browser_of: BrowserOf, long_words: Library) -> None:
    found = []
    for name, addresses in (
        ("", ("/", long_words.recipe, "/anmelden", "/passwort-vergessen", long_words.invitation)),
        ("vera", ("/verwaltung", "/labore/neu")),
    ):
        page = browser_of(name, width=320)
        for address in addresses:
            page.goto(address)
            found += [f"{address[:60]} {line}" for line in page.evaluate(TOO_WIDE)]
            found += [f"{address[:60]} {line}" for line in page.evaluate(TOO_SMALL)]

    assert found == []


def test_a_conflict_fits_on_a_phone(browser_of: BrowserOf, long_words: Library) -> None:
    anke, bilal = browser_of("anke", width=320), browser_of("bilal", width=320)
    for page, words in ((anke, LONG), (bilal, LONG[::-1])):
        page.goto(f"{long_words.recipe}/bearbeiten")
        page.get_by_label("Worum geht es?").fill(words)
    for page in (anke, bilal):
        page.get_by_role("button", name="Speichern").click()
    expect(bilal.get_by_role("heading", name="Zwei Menschen, eine Stelle")).to_be_visible()

    assert bilal.evaluate(TOO_WIDE) + bilal.evaluate(CUT_OFF) + bilal.evaluate(TOO_SMALL) == []


def test_a_recipe_prints_on_one_sheet(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto(f"{library.recipe}/versionen/1")
    page.get_by_role("button", name="wiederherstellen").click()
    expect(page.locator(".steps > li")).to_have_count(8)

    for asked in ("", "?personen=24&beginn=18:00"):
        page.goto(f"{library.recipe}/druck{asked}")
        expect(page.locator(".sheet-print .steps > li")).to_have_count(8)
        expect(page.locator(".sheet-print .material li")).to_have_count(13)

        assert sheets(page) == 1


def test_what_is_folded_is_printed(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of(width=360)
    page.goto(library.recipe)
    expect(page.locator(".material").first).to_be_hidden()

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".material").first).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")

    expect(page.locator(".material").first).to_be_hidden()


def sheets(page: Page) -> int:
    """How many sheets of A4 a printer would need."""
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_language_follows_the_address(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of(language="de-DE")
    page.goto(library.recipe)
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.goto("/labore?sprache=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".shelf a").first.click()

    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_title_follows_the_page(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    titles = []
    for address in dict.fromkeys(addresses_of(library)):
        page.goto(address)
        titles.append(page.title())
        assert titles[-1].strip(" ·"), address
        assert "Laborwiki" in titles[-1] or "Druckansicht" in titles[-1], address
    page.goto("/suche")
    page.get_by_label("Wonach?").press_sequentially("telefon")
    expect(page.locator("#results h1")).to_contain_text("telefon")

    expect(page).to_have_title(re.compile("telefon"))
    assert len(set(titles)) >= len(titles) - 4
