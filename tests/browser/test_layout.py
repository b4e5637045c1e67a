"""Nothing is cut off or too small to hit, on a phone, zoomed in, and on paper."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import (
    ARTICLE,
    MATERIALS,
    RECIPE,
    STEPS,
    TOOL,
    Library,
    keep_announcement,
    keep_news,
    keep_search_words,
    make_findable,
    say_more,
)
from tests.conftest import Cast, all_labs, make_page
from tests.stages import made_once
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.labs.models import Lab
from wiki.watching.times import this_week

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
LONG_ADDRESS = "https://labor.example.org/" + "sehr-lange-adresse-ohne-umbruch/" * 4
LONG_TOOL = TOOL | {
    **dict.fromkeys(("summary", "provider", "cost_note", "software_licence", "devices_note"), LONG),
    **{name: [LONG] for name in ("uses", "pros", "cons", "alternatives", "topics")},
    **dict.fromkeys(("data_protection", "experience"), f"### {LONG}\n\n{LONG_ADDRESS}"),
    "address": LONG_ADDRESS,
}

# 640 is a window of 1280 enlarged twice.
WIDTHS = (320, 360, 640, 768, 1280)

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
    return ((["hidden", "clip"].includes(style.overflowX)
          && element.scrollWidth > element.clientWidth + 1)
        || (["hidden", "clip"].includes(style.overflowY)
          && element.scrollHeight > element.clientHeight + 1))
      && element.clientWidth > 1
      && element.checkVisibility({visibilityProperty: true}) && element.innerText?.trim()
      && !element.closest(".kern-sr-only, [aria-hidden=true], svg");
  }).map(element => element.outerHTML.replace(/\\s+/g, " ").slice(0, 150))"""

# WCAG 2.2, 2.5.8 "Target Size (Minimum)": 24 by 24, a circle of 24 that meets no other target,
# or a link within a sentence.
TOO_SMALL = """() => {
  const kinds = "a[href], button, input, select, textarea, summary";
  const targets = [...document.querySelectorAll(kinds)]
    .filter(target => target.checkVisibility({visibilityProperty: true})
      && !target.closest(".kern-sr-only, .skip"))
    .map(target => ({target, box: target.getBoundingClientRect()}))
    .filter(({box}) => box.width > 1);
  const inSentence = target => target.matches("a")
    && getComputedStyle(target).display.startsWith("inline")
    && [...target.parentElement.childNodes].some(node =>
      node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 1);
  const isSmall = ({box}) => box.width < 24 || box.height < 24;
  const middle = ({box}) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const meets = (one, other) => {
    const [x, y] = middle(one), [otherX, otherY] = middle(other), box = other.box;
    if (isSmall(other) && Math.hypot(x - otherX, y - otherY) < 24) return true;
    return Math.hypot(Math.max(box.left - x, 0, x - box.right),
      Math.max(box.top - y, 0, y - box.bottom)) < 12;
  };
  return targets.filter(one => isSmall(one) && !inSentence(one.target)
      && targets.some(other => other !== one && meets(one, other)))
    .map(({target, box}) => `${Math.round(box.width)} by ${Math.round(box.height)}: `
      + target.outerHTML.replace(/\\s+/g, " ").slice(0, 150));
}"""


@pytest.fixture
def long_words(app: Flask, library: Library, labs: dict[str, Lab], cast: Cast) -> Library:
    """The library, its words as long as German ones get."""
    return made_once(app, "long words", lambda: say_it_long(app, library, all_labs(), cast))


def say_it_long(app: Flask, library: Library, labs: dict[str, Lab], cast: Cast) -> Library:
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
    tool = make_page(f"Werkzeug {LONG}", by=cast.anke, lab=soest, kind="tool", **LONG_TOOL)
    make_findable(app)
    pages = {"recipe": recipe, "article": article, "tool": tool}
    return Library(**vars(library) | {name: f"/wiki/{page.slug}" for name, page in pages.items()})


def unfits(page: Page, *addresses: str) -> list[str]:
    """What does not fit or is too small to hit, at each width."""
    found = []
    for address in addresses:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            for script in (TOO_WIDE, CUT_OFF, TOO_SMALL):
                found += [f"{address[:40]} at {width} {line}" for line in page.evaluate(script)]
    return found


def test_what_readers_see_fits(browser_of: BrowserOf, long_words: Library) -> None:
    page = browser_of()

    found = unfits(
        page,
        "/",
        "/suche?q=Rindfleischetikettierungsüberwachung",
        "/suche?q=quetzalcoatl",
        long_words.recipe,
        f"{long_words.recipe}?personen=24&beginn=18:00&minuten=30",
        f"{long_words.recipe}/druck",
        f"{long_words.recipe}/versionen",
        f"{long_words.recipe}/versionen/1",
        f"{long_words.recipe}/vergleich?von=1&bis=2",
        long_words.article,
        f"{long_words.article}/druck",
        f"{long_words.recipe}/mitnehmen",
        long_words.tool,
        "/werkzeuge",
        "/aenderungen",
        "/gesuchte-seiten",
        "/verwaiste-seiten",
        f"{long_words.method}/verweise",
        "/labore",
        "/labore/soest",
        "/gibt-es-nicht",
        "/anmelden",
        "/anmelden/passkey",
        "/passwort-vergessen",
        long_words.invitation,
    )

    assert not found, "\n".join(found)


def test_what_writers_see_fits(browser_of: BrowserOf, long_words: Library) -> None:
    page = browser_of("anke")

    found = unfits(
        page,
        "/",
        long_words.recipe,
        f"{long_words.recipe}/versionen/1",
        f"{long_words.recipe}/bearbeiten",
        f"{long_words.recipe}/entfernung",
        f"{long_words.article}/bearbeiten",
        f"{long_words.tool}/bearbeiten",
        "/labore/soest",
        "/labore/soest/menschen",
        "/labore/soest/bearbeiten",
        "/neu/rezept",
        "/import",
        "/merkliste",
        "/zu-tun",
        "/konto",
        "/konto/passwort",
        "/konto/passkeys",
        "/konto/zwei-schritte",
        "/konto/schliessen",
        long_words.invitation,
    )

    assert not found, "\n".join(found)


def test_news_fit(browser_of: BrowserOf, long_words: Library) -> None:
    keep_news(long_words)
    week = this_week(now())
    found = unfits(
        browser_of("anke"),
        "/neuigkeiten",
        "/konto/beobachtungen",
        f"/wochen/{week.year}-{week.number}",
        "/suche?thema=Holz",
    )

    assert not found, "\n".join(found)


def test_announcements_fit(browser_of: BrowserOf, long_words: Library) -> None:
    long = dict.fromkeys(("title", "place", "audience"), LONG)
    plan = keep_announcement(long_words, **long, places=LONG, how_to=f"{LONG} {LONG_ADDRESS}")
    at = f"/plan/{plan.edit_secret}"

    found = unfits(
        browser_of("anke"), "/", "/termine", "/labore/soest", "/termine/1", "/termine/2", at
    )
    found += unfits(browser_of("anke"), "/termine/1/bearbeiten")

    assert not found, "\n".join(found)


def test_search_words_fit(browser_of: BrowserOf, long_words: Library) -> None:
    keep_search_words()
    found = unfits(
        browser_of("anke"), "/suchwoerter", "/suchwoerter/1", "/suchwoerter?zuletzt=1", "/zu-tun"
    )

    assert not found, "\n".join(found)


def test_what_admins_see_fits(browser_of: BrowserOf, long_words: Library) -> None:
    found = unfits(
        browser_of("vera"), "/verwaltung", "/verwaltung/menschen/1/verwaltung", "/labore/neu"
    )

    assert not found, "\n".join(found)


def test_the_open_menu_fits(browser_of: BrowserOf, long_words: Library) -> None:
    found = []
    for width in WIDTHS:
        page = browser_of("anke", width=width)
        for opener in (".menu > summary", ".menu .drop > summary", ".nav .drop > summary"):
            for summary in page.locator(opener).locator("visible=true").all():
                summary.click()
                for script in (TOO_WIDE, CUT_OFF):
                    found += [f"{width} {line}" for line in page.evaluate(script)]

    assert not found, "\n".join(found)


def test_a_conflict_fits_on_a_phone(browser_of: BrowserOf, long_words: Library) -> None:
    anke, bilal = browser_of("anke", width=320), browser_of("bilal", width=320)
    for page, words in ((anke, LONG), (bilal, LONG[::-1])):
        page.goto(f"{long_words.recipe}/bearbeiten")
        page.get_by_label("Worum geht es?").fill(words)
    for page in (anke, bilal):
        page.get_by_role("button", name="Speichern", exact=True).click()
    expect(bilal.get_by_role("heading", name="Zwei Menschen, eine Stelle")).to_be_visible()

    found = bilal.evaluate(TOO_WIDE) + bilal.evaluate(CUT_OFF) + bilal.evaluate(TOO_SMALL)
    assert not found, "\n".join(found)


def test_on_a_phone_what_was_computed_is_what_is_seen(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(library.recipe)
    asked = page.locator("#rechnen")
    expect(asked).not_to_have_attribute("open", "")
    asked.locator("summary").first.click()
    asked.get_by_label("Personen").fill("24")
    asked.get_by_role("button", name="Umrechnen").click()
    page.wait_for_url("**personen=24**")

    expect(asked).to_have_attribute("open", "")
    expect(asked.get_by_label("Personen")).to_be_in_viewport()
    page.goto(f"{library.recipe}?personen=0")
    expect(asked.get_by_text("Nicht verstanden")).to_be_visible()


def test_a_long_title_stays_inside_the_note_on_its_draft(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Veranstaltungstechnikverantwortlichkeitsübergabe" * 2)
    expect(page.locator("#draft")).to_contain_text("Zwischenstand gesichert")
    page.goto("/neu/rezept")

    title = page.locator(".kern-alert .kern-title", has_text="Veranstaltungstechnik")

    expect(title).to_be_visible()
    assert title.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert title.evaluate("e => e.getBoundingClientRect().right") <= 344


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


def test_the_longest_texts_that_stay_on_the_sheet_fit_it(
    browser_of: BrowserOf, library: Library, labs: dict[str, Lab], cast: Cast
) -> None:
    """All that a sheet without the whole texts may hold beside them, and as many lines of these."""
    materials = [{"key": f"m{n:02}x", "item": f"Ding Nummer {n}"} for n in range(12)]
    roles = [{"key": f"r{n:02}x", "name": f"Rolle {n}"} for n in range(3)]
    line = "Alles bereitlegen und der Reihe nach ausprobieren."
    steps = [
        {"key": f"s{n:02}x", "title": f"Schritt {n}", "minutes": 10, "text": f"- {line}\n- {line}"}
        for n in range(8)
    ]
    summary = (
        "Ein Satz, der über zwei Zeilen geht, weil er sagt, worum es hier im Ganzen geht. " * 2
    )
    recipe = {"summary": summary, "materials": materials, "roles": roles, "steps": steps}
    made = make_page("Gerade noch Platz", by=cast.anke, lab=labs["soest"], **recipe)
    page = browser_of("anke")

    page.goto(f"/wiki/{made.slug}/druck?beginn=18:00")

    expect(page.locator(".sheet-print .prose li")).to_have_count(16)
    assert sheets(page) == 1


def test_a_full_sheet_is_read_on_a_phone_as_any_other(
    browser_of: BrowserOf, library: Library, labs: dict[str, Lab], cast: Cast
) -> None:
    more = [{**one, "item": f"{one['item']} {n}"} for n in range(3) for one in MATERIALS]
    steps = [{**one, "key": f"k{n}{one['key']}"} for n in range(2) for one in STEPS]
    full = RECIPE | {"materials": more, "steps": steps}
    made = make_page("Ein voller Tag", by=cast.anke, lab=labs["soest"], **full)
    page = browser_of(width=320)

    found = unfits(page, f"/wiki/{made.slug}/druck")

    expect(page.locator(".sheet-print-full")).to_be_visible()
    address = f"/r/{made.id}"
    expect(page.locator(".sheet-print h2", has_text="ausführlich")).to_contain_text(address)
    assert not found, "\n".join(found)


def test_a_phone_folds_the_table_of_contents(browser_of: BrowserOf, library: Library) -> None:
    phone, desk = browser_of(width=360), browser_of()
    for page in (phone, desk):
        page.goto(library.article)

    expect(desk.locator(".toc")).to_be_visible()
    expect(phone.locator(".toc")).to_be_hidden()
    phone.locator("summary", has_text="Inhalt").click()
    expect(phone.locator(".toc")).to_be_visible()


# Words of headings that stand on two lines: `Quartiersentwicklun|g`, `E-Mail-|Adresse`.
TORN = r"""() => [...document.querySelectorAll("main :is(h1, h2, h3)")].flatMap(heading => {
  const torn = [];
  const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode());) {
    for (const word of text.data.matchAll(/\S+/g)) {
      let top, lines = "";
      for (let at = word.index; at < word.index + word[0].length; at++) {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const box = range.getBoundingClientRect();
        if (top !== undefined && Math.abs(box.top - top) > 3) lines += "|";
        lines += text.data[at];
        top = box.top;
      }
      if (lines.includes("|")) torn.push(lines);
    }
  }
  return torn;
})"""


@pytest.mark.parametrize("width", [320, 360])
def test_headings_are_not_torn_on_a_phone(
    browser_of: BrowserOf, app: Flask, cast: Cast, width: int
) -> None:
    title = "Bürgerwerkstatt zur Quartiersentwicklung"
    body = "## Datenschutzbeauftragte:r\n\nText"
    make_page(title, by=cast.anke)
    make_page("Datenschutz", kind="article", body=body)
    page = browser_of("anke", width=width)

    torn = []
    for address in (
        "/konto/adresse",
        "/wiki/buergerwerkstatt-zur-quartiersentwicklung",
        "/wiki/datenschutz",
    ):
        page.goto(address)
        torn += page.evaluate(TORN)

    assert torn == []


def test_the_code_for_the_app_is_square(browser_of: BrowserOf) -> None:
    page = browser_of("anke", width=360)
    page.goto("/konto/zwei-schritte")
    page.get_by_role("button", name="Einrichten").click()

    code = page.get_by_role("img", name="QR-Code").bounding_box()

    assert code is not None
    assert code["width"] == code["height"]


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
    for address, title in (
        ("/", "Laborwiki der SWF-Labore"),
        (library.recipe, "Smartphone-Sprechstunde · Laborwiki"),
        (f"{library.recipe}/bearbeiten", "„Smartphone-Sprechstunde“ bearbeiten · Laborwiki"),
        (f"{library.recipe}/versionen", "Versionen · Smartphone-Sprechstunde · Laborwiki"),
        ("/labore/soest", "stadtLABOR Beispiel · Laborwiki"),
        ("/gibt-es-nicht", "Hier ist nichts · Laborwiki"),
    ):
        page.goto(address)
        expect(page).to_have_title(title)


def test_the_title_follows_a_search_while_it_is_typed(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto("/suche")

    page.get_by_label("Wonach?").press_sequentially("telefon")
    expect(page.locator("#results h1")).to_contain_text("telefon")

    expect(page).to_have_title("Suche: telefon · Laborwiki")
