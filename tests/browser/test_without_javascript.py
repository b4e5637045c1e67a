"""Everything works without JavaScript: links, forms and plain buttons."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library


def without_script(browser_of: BrowserOf, name: str = "") -> Page:
    return browser_of(name, script=False)


def press(page: Page, name: str) -> None:
    """A button a reader sees; the form's hidden first one has the name of another."""
    page.get_by_role("button", name=name).last.click()


def test_rows_are_added_moved_and_removed_and_nothing_typed_is_lost(browser_of: BrowserOf) -> None:
    page = without_script(browser_of, "anke")
    rows = page.locator("#rows-steps li.row")
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Fahrradwerkstatt")
    page.get_by_label("Worum geht es?").fill("Gemeinsam schrauben.")
    page.locator("summary", has_text="Danach kann ich").click()
    page.locator("#f-goals").fill("einen Schlauch flicken\neine Kette ölen")
    rows.first.get_by_label("Schritt", exact=True).fill("Ankommen")
    rows.first.locator(".more > summary").click()
    rows.first.get_by_label("Leitfrage").fill("Was ist kaputt?")

    press(page, "Schritt hinzufügen")
    rows.nth(1).get_by_label("Schritt", exact=True).fill("Schrauben")
    press(page, "Schritt hinzufügen")
    rows.nth(2).get_by_label("Schritt", exact=True).fill("Fegen")
    press(page, "Schritt hinzufügen")
    rows.nth(3).get_by_label("Schritt", exact=True).fill("Zu viel")
    rows.nth(2).get_by_label("Minuten", exact=True).fill("zehn")
    press(page, "Schritt hinzufügen")
    page.get_by_role("button", name="„Fegen“ nach oben").click()
    page.get_by_role("button", name="„Fegen“ entfernen").click()
    page.get_by_role("button", name="Rückgängig").click()
    page.get_by_role("button", name="„Zu viel“ entfernen").click()
    page.get_by_role("button", name="„noch ohne Namen“ entfernen").click()

    expect(page.locator("#rows-steps .row-title")).to_have_text(
        ["1. Ankommen", "2. Fegen", "3. Schrauben"]
    )
    expect(page.get_by_label("Titel")).to_have_value("Fahrradwerkstatt")
    expect(page.get_by_label("Worum geht es?")).to_have_value("Gemeinsam schrauben.")
    expect(page.locator("#f-goals")).to_have_value("einen Schlauch flicken\neine Kette ölen")
    expect(page.locator("#f-goals")).to_be_visible()
    expect(rows.first.get_by_label("Leitfrage")).to_have_value("Was ist kaputt?")
    expect(rows.first.get_by_label("Leitfrage")).to_be_visible()
    expect(rows.nth(1).get_by_label("Minuten", exact=True)).to_have_value("zehn")
    expect(page.get_by_label("Personen mindestens")).to_be_hidden()


def test_a_new_row_is_where_the_reader_goes_on_writing(browser_of: BrowserOf) -> None:
    page = without_script(browser_of, "anke")
    page.goto("/neu/rezept")

    press(page, "Schritt hinzufügen")

    expect(page.locator("#rows-steps li.row").nth(1)).to_be_in_viewport()


def test_a_recipe_is_previewed_drafted_published_and_edited(browser_of: BrowserOf) -> None:
    page = without_script(browser_of, "anke")
    page.goto("/neu/rezept")
    page.get_by_label("Titel").fill("Fahrradwerkstatt")
    page.get_by_label("Worum geht es?").fill("Gemeinsam schrauben.")
    page.get_by_label("Schritt", exact=True).fill("Ankommen")
    page.get_by_label("Minuten", exact=True).fill("30")

    press(page, "Vorschau")
    expect(page.locator("#preview h1")).to_have_text("Fahrradwerkstatt")
    press(page, "Als Entwurf speichern")
    expect(page.locator(".messages")).to_contain_text("Als Entwurf gespeichert.")
    expect(page.locator(".banner")).to_contain_text("Entwurf")
    page.get_by_role("link", name="Bearbeiten").click()
    press(page, "Veröffentlichen")
    expect(page.locator(".banner")).to_have_count(0)
    page.get_by_role("link", name="Bearbeiten").click()
    page.get_by_label("Worum geht es?").fill("Gemeinsam flicken.")
    page.get_by_label("Was hat sich geändert?").fill("Es wird geflickt")
    press(page, "Speichern")
    expect(page.locator(".lead")).to_have_text("Gemeinsam flicken.")
    page.get_by_role("link", name="Versionen").first.click()

    expect(page.locator(".history")).to_contain_text("Es wird geflickt")


def test_errors_stand_beside_their_fields(browser_of: BrowserOf) -> None:
    page = without_script(browser_of, "anke")
    page.goto("/neu/rezept")
    page.get_by_label("Worum geht es?").fill("Ohne Titel.")
    page.locator("summary", has_text="Für wen, wie viele").click()
    page.get_by_label("Personen mindestens").fill("ein paar")

    press(page, "Veröffentlichen")

    expect(page.locator(".errors li")).to_have_count(2)
    expect(page.get_by_label("Personen mindestens")).to_be_visible()
    expect(page.get_by_label("Personen mindestens")).to_have_value("ein paar")
    expect(page.get_by_label("Personen mindestens")).to_have_accessible_description(
        "Hier wird eine Zahl gebraucht."
    )
    expect(page.get_by_label("Worum geht es?")).to_have_value("Ohne Titel.")


def test_versions_are_compared_and_brought_back(browser_of: BrowserOf, library: Library) -> None:
    page = without_script(browser_of, "anke")
    page.goto(f"{library.recipe}/versionen")

    page.get_by_label("Von").select_option("1")
    page.get_by_label("Bis").select_option("3")
    press(page, "Vergleichen")
    expect(page.locator(".proof ins").first).to_be_visible()
    page.get_by_role("link", name="Versionen").click()
    page.locator(".history li").last.get_by_role("link", name="Ansehen").click()
    expect(page.locator(".banner")).to_contain_text("Das ist Version 1")
    press(page, "wiederherstellen")

    expect(page.locator(".steps h3").first).to_have_text("Ankommen und sortieren")
    expect(page.locator(".imprint-line")).to_contain_text("Version 4")


def test_a_recipe_is_found_marked_computed_and_printed(
    browser_of: BrowserOf, library: Library
) -> None:
    page = without_script(browser_of, "bilal")
    page.get_by_role("combobox", name="Suchen").fill("telefon")
    page.get_by_role("combobox", name="Suchen").press("Enter")
    page.get_by_role("checkbox", name="Formate").check()
    press(page, "Suchen")
    page.locator("#results").get_by_role("link", name="Smartphone-Sprechstunde").click()

    press(page, "Auf die Merkliste")
    expect(page.get_by_role("button", name="Von der Merkliste nehmen")).to_be_visible()
    page.get_by_label("Personen").fill("24")
    page.get_by_label("Beginn").fill("18:00")
    press(page, "Umrechnen")
    expect(page.locator(".material li", has_text="Karten")).to_contain_text("48 Stück")
    expect(page.locator(".step-time time").first).to_have_text("18:00")
    page.get_by_role("link", name="Druckansicht").click()
    expect(page.get_by_role("heading", name="Material für 24")).to_be_visible()
    page.goto("/merkliste")
    expect(page.get_by_role("link", name="Smartphone-Sprechstunde").first).to_be_visible()
    page.locator(".nav summary", has_text="Bilal").click()
    press(page, "Abmelden")

    expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()


def test_the_menu_on_a_phone_opens(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke", width=360, script=False)
    page.goto(library.recipe)

    expect(page.locator(".material").first).to_be_visible()
    page.locator(".menu > summary").click()
    page.locator(".menu").get_by_role("link", name="Merkliste").click()

    expect(page.get_by_role("heading", name="Merkliste")).to_be_visible()


def test_two_people_at_one_place_lose_nothing(browser_of: BrowserOf, library: Library) -> None:
    anke, bilal = without_script(browser_of, "anke"), without_script(browser_of, "bilal")
    for page in (anke, bilal):
        page.goto(f"{library.recipe}/bearbeiten")
    anke.get_by_label("Worum geht es?").fill("Ankes Satz.")
    bilal.get_by_label("Worum geht es?").fill("Bilals Satz.")
    bilal.get_by_label("Minuten", exact=True).first.fill("77")
    press(anke, "Speichern")
    press(bilal, "Speichern")
    expect(bilal.locator(".conflict blockquote")).to_have_text(["Bilals Satz.", "Ankes Satz."])

    bilal.get_by_label("Beides zusammen, so:").check()
    expect(bilal.get_by_label("Zusammengefasster Text")).to_have_value("Bilals Satz. Ankes Satz.")
    press(bilal, "So speichern")

    expect(bilal.locator(".lead")).to_have_text("Bilals Satz. Ankes Satz.")
    expect(bilal.locator(".steps li").first).to_contain_text("77 min")
