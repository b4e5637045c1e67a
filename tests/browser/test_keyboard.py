"""Everything is done with the keyboard alone, and one always sees where one is."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library
from tests.conftest import PASSWORD

MOST_STOPS = 250
FOCUS = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    what: element === document.body ? "" : element.outerHTML.slice(0, 120),
    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    shadow: style.boxShadow !== "none",
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
  };
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STOPS):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def write(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True).last)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)


def stops_of(page: Page) -> list[dict[str, object]]:
    """Each stop of the Tab key from the top of the page until it starts again."""
    stops: list[dict[str, object]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if not stop["what"] or (stops and stop["what"] == stops[0]["what"]):
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab does not leave {stops[-1]}")


def test_the_first_stop_leads_to_the_content(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()
    page.goto(library.recipe)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt")).to_be_focused()
    expect(page.get_by_role("link", name="Zum Inhalt")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_something_is_searched_and_opened(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()
    page.goto("/")

    tab_to(page, page.get_by_role("combobox", name="Suchen"))
    page.keyboard.type("Telefon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Treffer für „Telefon“")).to_be_visible()
    press(page, page.get_by_role("link", name="Smartphone-Sprechstunde"))

    expect(page.get_by_role("heading", level=1)).to_have_text("Smartphone-Sprechstunde")


def test_a_search_keeps_the_focus_while_hits_come(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()
    page.goto("/suche")

    write(page, "Wonach?", "telefon")
    expect(page.get_by_role("heading", name="für „telefon“")).to_be_visible()
    expect(page.get_by_label("Wonach?")).to_be_focused()
    expect(page.locator("#status")).to_have_text("1 Treffer")
    press(page, page.get_by_role("checkbox", name="Formate"), "Space")
    expect(page.locator("#results .chips")).to_contain_text("Formate")

    expect(page.get_by_role("checkbox", name="Formate")).to_be_focused()


def test_people_sign_in_and_out(browser_of: BrowserOf) -> None:
    page = browser_of()
    page.goto("/")

    press(page, page.get_by_role("link", name="Anmelden"))
    write(page, "E-Mail-Adresse", "anke@example.org")
    write(page, "Passwort", PASSWORD)
    page.keyboard.press("Enter")
    menu = page.locator(".nav summary", has_text="Anke")
    press(page, menu)
    press(page, page.get_by_role("button", name="Abmelden"))

    expect(page.get_by_role("link", name="Anmelden")).to_be_visible()


def test_a_recipe_is_written_previewed_and_published(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    rows = page.locator("#rows-steps li.row")
    page.goto("/neu/rezept")

    write(page, "Titel", "Fahrradwerkstatt")
    write(page, "Worum geht es?", "Gemeinsam schrauben.")
    write(page, "Schritt", "Ankommen")
    write(page, "Minuten", "10")
    press(page, page.get_by_role("button", name="Schritt hinzufügen"))
    expect(rows).to_have_count(2)
    expect(rows.nth(1).get_by_label("Schritt", exact=True)).to_be_focused()
    page.keyboard.type("Schrauben")
    write(page, "Minuten", "50")
    press(page, page.get_by_role("button", name="Vorschau", exact=True).last)
    expect(page.get_by_role("heading", name="Vorschau")).to_be_focused()
    expect(page.locator("#preview h3").nth(1)).to_have_text("Schrauben")
    press(page, page.get_by_role("button", name="Veröffentlichen"))

    expect(page).to_have_url(re.compile("/wiki/fahrradwerkstatt$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Fahrradwerkstatt")
    expect(page.locator(".steps h3")).to_have_text(["Ankommen", "Schrauben"])


def test_rows_are_moved_and_removed_where_the_focus_stays(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    rows = page.locator("#rows-steps li.row")
    page.goto(f"{library.method}/bearbeiten")

    press(page, page.get_by_role("button", name="„Machen“ nach oben"))
    expect(rows.first.locator(".row-title")).to_have_text("1. Machen")
    expect(rows.first.locator(":focus")).to_have_count(1)
    press(page, rows.first.get_by_role("button", name="nach unten"))
    expect(rows.nth(1).locator(".row-title")).to_have_text("2. Machen")
    expect(rows.nth(1).locator(":focus")).to_have_count(1)
    press(page, rows.nth(1).get_by_role("button", name="entfernen"))
    expect(rows).to_have_count(1)
    undo = page.locator("#rows-steps").get_by_role("button", name="Rückgängig")
    expect(undo).to_be_focused()
    expect(page.locator("#status")).to_contain_text("„Machen“ ist entfernt.")
    press(page, undo)
    expect(rows.nth(1).locator(".row-title")).to_have_text("2. Machen")
    expect(rows.nth(1).locator(":focus")).to_have_count(1)
    press(page, page.get_by_role("button", name="Schritt hinzufügen"))
    press(page, rows.nth(2).get_by_role("button", name="entfernen"))

    expect(rows.nth(1).locator(":focus")).to_have_count(1)
    expect(undo).to_have_count(0)


def test_errors_take_the_focus_and_lead_to_their_fields(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")

    write(page, "Worum geht es?", "Ohne Titel.")
    write(page, "Minuten", "lange")
    press(page, page.get_by_role("button", name="Veröffentlichen"))
    expect(page.locator(".errors")).to_be_focused()
    press(page, page.locator(".errors a", has_text="Minuten"))
    expect(page.get_by_label("Minuten", exact=True).first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.goto(page.url + "#errors-title")

    expect(page.get_by_label("Worum geht es?")).to_have_value("Ohne Titel.")


def test_an_error_in_a_folded_section_is_reached(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")

    write(page, "Titel", "Fahrradwerkstatt")
    press(page, page.locator("summary", has_text="Für wen, wie viele"))
    write(page, "Personen mindestens", "ein paar")
    press(page, page.get_by_role("button", name="Als Entwurf speichern"))
    press(page, page.locator(".errors a", has_text="Personen mindestens"))

    expect(page.get_by_label("Personen mindestens")).to_be_focused()
    expect(page.get_by_label("Personen mindestens")).to_have_value("ein paar")


def test_the_menu_on_a_phone_closes_with_escape(browser_of: BrowserOf) -> None:
    page = browser_of("anke", width=360, height=740)
    page.goto("/")
    menu = page.locator(".menu > summary")

    press(page, menu)
    expect(page.locator(".menu nav")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.locator(".menu nav")).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_bookmark_is_set_where_the_focus_stays(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto(library.recipe)

    press(page, page.get_by_role("button", name="Auf die Merkliste"))

    expect(page.get_by_role("button", name="Von der Merkliste nehmen")).to_be_focused()


def test_the_focus_is_seen_at_each_stop_and_never_caught(
    browser_of: BrowserOf, library: Library
) -> None:
    for width, scheme in ((1280, "light"), (360, "dark")):
        page = browser_of("anke", width=width, scheme=scheme)
        page.goto(library.recipe)

        stops = stops_of(page)

        assert len(stops) > 20
        assert [s["what"] for s in stops if not s["seen"]] == []
        assert [s["what"] for s in stops if not (s["outline"] or s["shadow"])] == []


def test_the_form_has_no_trap(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto(f"{library.method}/bearbeiten")

    stops = stops_of(page)

    assert [s["what"] for s in stops if not s["seen"]] == []
    assert [s["what"] for s in stops if not (s["outline"] or s["shadow"])] == []
