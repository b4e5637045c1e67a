"""axe-core finds nothing: WCAG 2.2 A and AA and its best practices, in light and in dark."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import (
    Library,
    keep_announcement,
    keep_news,
    keep_plan,
    keep_search_words,
    keep_talk,
    keep_template,
)
from wiki.db import now
from wiki.watching.times import this_week

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Light and dark differ in their colours alone.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Pages of a plan's kit.
KIT = (
    *("packliste", "raum", "vorbereitung", "kosten", "einladung"),
    *("schritte", "material", "wand", "karten"),
)
RUN = """([where, type, values]) =>
  axe.run(where, {runOnly: {type, values}, resultTypes: ["violations"]})
  .then(found => found.violations.flatMap(rule => rule.nodes.map(node =>
    [rule.id, node.target.join(" "), ...node.any.concat(node.all).map(c => c.message),
     node.html.slice(0, 160)].join(" | "))))"""


def barriers(page: Page, within: str = "html") -> list[str]:
    """What axe complains about on the page, or a part of it, as it stands, in light and dark."""
    if not page.evaluate("typeof axe == 'object'"):
        page.evaluate(AXE_SCRIPT)
    where = "/" + page.url.split("/", 3)[3]
    light = page.evaluate(RUN, [within, "tag", RULES])
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(RUN, [within, "rule", COLOUR_RULES])
    page.emulate_media(color_scheme="light")
    return [f"{where} {line}" for line in light] + [f"{where} (dark) {line}" for line in dark]


def unfold(page: Page) -> None:
    """What is folded is read, too."""
    page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")


def barriers_at(page: Page, *addresses: str, folded: bool = False) -> list[str]:
    found = []
    for address in addresses:
        page.goto(address)
        if not folded:
            unfold(page)
        found += barriers(page)
    return found


def test_readers_meet_no_barrier_in_pages(browser_of: BrowserOf, library: Library) -> None:
    keep_talk(library)
    page = browser_of()

    found = barriers_at(
        page,
        "/",
        library.recipe,
        f"{library.recipe}?personen=24&beginn=18:00&minuten=30",
        f"{library.recipe}?personen=0&beginn=abends",
        library.article,
        library.tool,
        library.outcome,
        library.retired,
        f"{library.recipe}/druck",
        f"{library.article}/druck",
        f"{library.recipe}/mitnehmen",
        f"{library.recipe}/gelernt",
        f"{library.recipe}/wir-auch",
        f"{library.recipe}/zeitplan",
        "/neu/plan",
        f"{library.recipe}/fassungen",
        f"{library.recipe}/vorschlagen",
        f"{library.recipe}/vorschlagen/danke",
        "/gastplatz?seite=" + library.recipe.removeprefix("/wiki/"),
        "/gastplatz/danke",
        f"{library.recipe}/diskussion",
        f"{library.recipe}/diskussion?schritt=kcc",
        f"{library.recipe}/diskussion/neu",
        f"{library.recipe}/diskussion/neu?gespraech=1",
        f"{library.article}/diskussion",
        f"{library.retired}/diskussion",
    )
    page.goto(f"{library.recipe}/diskussion/neu")
    page.get_by_role("button", name="Abschicken").click()
    expect(page.locator(".errors")).to_be_visible()
    found += barriers(page)

    assert not found, "\n".join(found)


def test_those_who_plan_with_a_template_meet_no_barrier(
    browser_of: BrowserOf, library: Library
) -> None:
    template = keep_template(library)
    plan = keep_plan(library)

    found = barriers_at(
        browser_of("anke"),
        template,
        f"{template}/druck",
        f"{template}/planen",
        f"{template}/durchfuehren",
        f"{template}/durchfuehren/bericht",
        f"{template}/mitnehmen",
        *(f"{template}/mitnehmen/{part}" for part in KIT),
        f"{template}/bearbeiten",
        f"/plan/{plan.edit_secret}/vorlage",
        "/neu/vorlage",
        "/suche?art=vorlage",
    )

    assert not found, "\n".join(found)


def test_planners_meet_no_barrier(browser_of: BrowserOf, library: Library) -> None:
    plan = keep_plan(library)
    page, at = browser_of(), f"/plan/{plan.edit_secret}"
    key = plan.content["blocks"][2]["key"]

    found = barriers_at(
        page,
        f"/plan/{plan.read_secret}",
        f"{at}/druck",
        f"{at}/mitnehmen",
        *(f"{at}/mitnehmen/{part}" for part in KIT),
        f"{at}/angaben",
        f"{at}/kuerzung?minuten=30",
        f"{at}/kuerzung?minuten=viel",
        f"{at}/loeschen",
        f"{at}/durchfuehren",
        f"{at}/durchfuehren/bericht",
        f"{library.recipe}/durchfuehren",
        f"{library.recipe}/durchfuehren/bericht",
        f"{at}?block={key}",
        at,
    )
    page.get_by_label("Schritte eines weiteren Rezepts").fill("Gibt es nicht")
    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.locator("#f-recipe-error")).to_be_visible()
    found += barriers(page, "#agenda")
    page.get_by_role("button", name="nach unten").first.click()
    expect(page.locator("#f-recipe-error")).to_have_count(0)
    found += barriers(page, "#agenda")
    found += barriers_at(browser_of("anke"), "/plaene", at)

    assert not found, "\n".join(found)


def test_nobody_meets_a_barrier_in_announcements(browser_of: BrowserOf, library: Library) -> None:
    reader = browser_of()
    found = barriers_at(reader, "/termine")
    plan = keep_announcement(library)
    found += barriers_at(
        reader, "/", "/termine", "/termine?labor=soest", "/termine/1", "/termine/2", "/labore/soest"
    )
    anke, at = browser_of("anke"), f"/plan/{plan.edit_secret}"
    found += barriers_at(anke, "/termine/1", "/termine/2", "/termine/1/bearbeiten", at)
    anke.goto("/termine/1/bearbeiten")
    anke.get_by_label("Titel").fill("")
    anke.get_by_role("button", name="Speichern", exact=True).click()
    expect(anke.locator(".errors")).to_be_visible()
    found += barriers(anke)
    anke.goto("/termine/1")
    anke.get_by_text("Zurückziehen", exact=True).click()
    anke.get_by_role("button", name="Ankündigung zurückziehen").click()
    expect(anke.get_by_text("Die Ankündigung ist zurückgezogen.")).to_be_visible()
    found += barriers_at(anke, f"{at}/ankuendigung")

    assert not found, "\n".join(found)


def test_readers_meet_no_barrier_in_lists(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()

    found = barriers_at(
        page,
        "/suche",
        "/suche?q=smartphone",
        "/suche?q=quetzalcoatl",
        "/werkzeuge",
        "/werkzeuge?nur=quelloffen",
        "/aenderungen",
        "/gesuchte-seiten",
        "/verwaiste-seiten",
        f"{library.method}/verweise",
        "/labore",
        "/labore/soest",
        "/labore/nachbar",
        "/labore/soest/gelernt",
        "/labore/menden/gelernt",
    )

    assert not found, "\n".join(found)


def test_readers_meet_no_barrier_in_versions(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()

    found = barriers_at(
        page,
        f"{library.recipe}/versionen",
        f"{library.recipe}/versionen/1",
        f"{library.recipe}/vergleich?von=1&bis=3",
        f"{library.recipe}/vergleich?von=3&bis=3",
    )

    assert not found, "\n".join(found)


def test_readers_meet_no_barrier_at_the_door(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()

    found = barriers_at(
        page,
        "/anmelden/passkey",
        "/passwort-vergessen",
        library.invitation,
        "/einladung/falsch",
        "/anmelden/link/falsch",
        "/gibt-es-nicht",
        library.purged,
        "/anmelden",
    )
    page.get_by_label("E-Mail-Adresse").fill("anke@example.org")
    page.get_by_label("Passwort", exact=True).fill("falsch")
    page.locator("main").get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.locator(".errors")).to_be_visible()
    found += barriers(page)
    page.goto(library.invitation)
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.locator(".errors")).to_be_visible()

    found += barriers(page)

    assert not found, "\n".join(found)


def test_nobody_meets_a_barrier_on_a_phone(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke", width=360, height=740)

    found = barriers_at(page, library.recipe, "/suche?q=smartphone", folded=True)
    page.get_by_text("Mehr Filter", exact=True).click()
    found += barriers(page)
    page.goto("/")
    page.locator(".menu > summary").click()
    page.locator(".menu .drop > summary").click()
    found += barriers(page)

    found += barriers_at(page, "/neu/rezept", f"{library.recipe}/versionen", folded=True)

    assert not found, "\n".join(found)


def test_writers_meet_no_barrier_in_pages(browser_of: BrowserOf, library: Library) -> None:
    question = keep_talk(library)
    page = browser_of("anke")

    found = barriers_at(
        page,
        library.recipe,
        library.draft,
        f"{library.recipe}/versionen/1",
        f"{library.recipe}/entfernung",
        f"{library.recipe}/versionen/1/entfernung",
        "/suche?q=quetzalcoatl",
        "/merkliste",
        "/zu-tun",
        f"{library.recipe}/gelernt",
        f"{library.recipe}/bearbeiten",
        f"{library.protected}/bearbeiten",
        f"{library.tool}/bearbeiten",
        f"{library.recipe}/diskussion",
        f"{library.draft}/diskussion",
        "/fragen",
        "/fragen/neu",
        question,
    )
    # With all its rows' menus open at once, they would lie on each other.
    found += barriers_at(page, "/neu/erfahrung?rezept=1", folded=True)
    page.get_by_text("Wirkliche Minuten", exact=True).click()
    found += barriers(page)

    assert not found, "\n".join(found)


def test_editors_meet_no_barrier_in_search_words(browser_of: BrowserOf, library: Library) -> None:
    keep_search_words()
    page = browser_of("anke")

    found = barriers_at(
        page,
        "/suchwoerter",
        "/suchwoerter/1",
        "/suchwoerter/3",
        "/suchwoerter?wort=handy",
        "/suchwoerter?zuletzt=1",
        "/suchwoerter?zuletzt=3",
        "/zu-tun",
    )
    page.goto("/suchwoerter")
    page.get_by_label("Neue Gruppe").fill("Allein")
    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.locator(".errors")).to_be_visible()
    found += barriers(page)

    assert not found, "\n".join(found)


def test_nobody_meets_a_barrier_in_news_and_weeks(browser_of: BrowserOf, library: Library) -> None:
    to_stop, page, week = keep_news(library), browser_of("anke"), this_week(now())
    found = barriers_at(
        page,
        "/neuigkeiten",
        "/konto/beobachtungen",
        "/suche?thema=Holz",
        f"/wochen/{week.year}-{week.number}",
        "/wochen/2020-40",
    )
    page.goto("/neuigkeiten")
    page.get_by_role("button", name="Alles gelesen").click()
    expect(page.get_by_role("button", name="Alles gelesen")).to_have_count(0)
    found += barriers(page)
    deniz = browser_of()
    found += barriers_at(deniz, to_stop)
    deniz.get_by_role("button", name="Abbestellen").click()
    expect(deniz.get_by_text("Abbestellt", exact=False)).to_be_visible()
    found += barriers(deniz)

    assert not found, "\n".join(found)


def test_writers_meet_no_barrier_in_their_lab(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")

    found = barriers_at(page, "/labore/soest", library.invitation, "/labore/soest/menschen")
    page.get_by_label("E-Mail").fill("keine Adresse")
    page.get_by_role("button", name="Einladen").click()
    expect(page.locator(".errors")).to_be_visible()
    found += barriers(page)
    page.get_by_label("Name").last.fill("Emil")
    page.get_by_label("E-Mail").fill("emil@example.org")
    page.get_by_role("button", name="Einladen").click()
    expect(page.get_by_text("/einladung/").first).to_be_visible()
    found += barriers(page)
    found += barriers_at(page, "/labore/soest/bearbeiten")
    page.get_by_label("Name").first.fill("")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator(".errors")).to_be_visible()

    found += barriers(page)

    assert not found, "\n".join(found)


def test_people_meet_no_barrier_in_their_account(browser_of: BrowserOf) -> None:
    page = browser_of("anke")

    found = barriers_at(
        page,
        "/konto",
        "/konto/adresse",
        "/konto/schliessen",
        "/konto/passkeys",
        "/konto/zwei-schritte",
        "/konto/passwort",
    )
    for label in ("Bisheriges Passwort", "Neues Passwort", "Noch einmal"):
        page.get_by_label(label).fill("kurz")
    page.get_by_role("button", name="Speichern", exact=True).click()
    expect(page.locator("[aria-invalid]").first).to_be_visible()
    found += barriers(page)
    page.goto("/konto/zwei-schritte")
    page.get_by_role("button", name="Einrichten").click()
    expect(page.get_by_alt_text("QR-Code", exact=False)).to_be_visible()
    unfold(page)

    found += barriers(page)

    assert not found, "\n".join(found)


def test_admins_meet_no_barrier(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("vera")

    found = barriers_at(page, "/labore/neu", "/verwaltung/menschen/1/verwaltung", "/verwaltung")
    page.get_by_role("button", name="Anmelde-Link machen für Bilal").click()
    expect(page.get_by_role("heading", name="Anmelde-Link für Bilal")).to_be_visible()
    found += barriers(page)
    secret = page.locator("#sign-in-link").inner_text().split("/", 3)[3]

    found += barriers_at(browser_of(), "/" + secret)

    assert not found, "\n".join(found)


def test_writers_meet_no_barrier_in_a_new_recipe(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    found = barriers_at(page, "/neu/rezept")

    page.locator("#f-title").press_sequentially("Smartphone")
    expect(page.locator("#similar a")).to_have_count(1)
    found += barriers(page, "form.sheet > .stack")
    page.get_by_role("button", name="Vorschau").last.click()
    expect(page.get_by_role("heading", name="Vorschau")).to_be_visible()
    found += barriers(page)
    page.locator("summary", has_text="Für wen, wie viele").click()
    page.locator("#f-group_min").fill("viele")
    page.locator("#f-title").fill("")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.locator(".errors")).to_be_visible()
    found += barriers(page)

    assert not found, "\n".join(found)


def test_no_barrier_comes_with_rows(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    steps = page.locator("#rows-steps li.row")
    found = barriers_at(page, f"{library.article}/bearbeiten", f"{library.method}/bearbeiten")

    page.get_by_role("button", name="Schritt hinzufügen").click()
    expect(steps).to_have_count(3)
    unfold(page)
    found += barriers(page, "#rows-steps")
    steps.last.get_by_role("button", name="nach oben").click()
    expect(steps.nth(1).locator(".row-title")).to_have_text("2. noch ohne Namen")
    found += barriers(page, "#rows-steps")
    steps.nth(1).get_by_role("button", name="entfernen").click()
    expect(steps).to_have_count(2)
    found += barriers(page, "#rows-steps")
    page.get_by_role("button", name="Material hinzufügen").click()
    expect(page.locator("#rows-materials li.row")).to_have_count(1)
    unfold(page)
    found += barriers(page, "#rows-materials")

    assert not found, "\n".join(found)


def test_two_people_meet_no_barrier_at_a_conflict(browser_of: BrowserOf, library: Library) -> None:
    anke, bilal = browser_of("anke"), browser_of("bilal")
    for page in (anke, bilal):
        page.goto(f"{library.method}/bearbeiten")
        page.get_by_label("Worum geht es?").fill(f"Anders als {page is anke}.")
    for page in (anke, bilal):
        page.get_by_role("button", name="Speichern", exact=True).click()
    expect(bilal.get_by_role("heading", name="Zwei Menschen, eine Stelle")).to_be_visible()

    found = barriers(bilal)

    assert not found, "\n".join(found)


def test_no_barrier_comes_with_a_swap(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto(library.recipe)
    page.get_by_role("button", name="Auf die Merkliste").click()
    expect(page.get_by_role("button", name="Von der Merkliste nehmen")).to_be_visible()
    found = barriers(page)
    page.goto("/suche")
    page.get_by_label("Wonach?").press_sequentially("smartphone")
    expect(page.get_by_role("heading", name="für „smartphone“")).to_be_visible()
    found += barriers(page)

    found += barriers_at(page, "/merkliste")

    assert not found, "\n".join(found)
