"""„So war’s“ on a phone, with the thumb and with the keyboard alone."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library
from tests.files.samples import picture


def test_a_report_is_written_on_a_phone_in_five_answers(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("carla", width=360, height=740)
    page.goto(library.recipe)
    page.locator(".actions").get_by_role("link", name="So war’s").click()

    assert page.locator("details.section[open]").count() == 0
    page.get_by_label("Wo?").fill("Marktplatz")
    page.get_by_label("Wie viele waren da?").fill("17")
    sentences = page.get_by_label("In einem Satz")
    sentences.nth(0).fill("Viele sind einfach stehen geblieben.")
    sentences.nth(1).fill("Der Wind hat die Karten mitgenommen.")
    page.get_by_role("button", name="Veröffentlichen").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Marktplatz")
    expect(page.get_by_text("Der Wind hat die Karten mitgenommen.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Smartphone-Sprechstunde").first.click()
    expect(page.get_by_text("2× erprobt")).to_be_visible()
    expect(page.get_by_text("17 Personen · Version 3")).to_be_visible()


def test_a_report_is_written_with_the_keyboard_alone(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("carla")
    page.goto("/neu/erfahrung")
    page.get_by_label("Wo?").focus()
    page.keyboard.type("Bücherei")
    page.keyboard.press("Tab")
    page.keyboard.type("9")
    page.get_by_label("In einem Satz").nth(0).focus()
    page.keyboard.type("Es hat allen gefallen.")
    add = page.get_by_role("button", name="Zeile hinzufügen").first
    add.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rows-worked").get_by_label("In einem Satz").nth(1)).to_be_focused()
    page.keyboard.type("Alle wollen wiederkommen.")
    page.get_by_role("button", name="Veröffentlichen").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Bücherei")
    expect(page.get_by_text("Alle wollen wiederkommen.")).to_be_visible()


def test_a_learning_goes_into_the_recipe_by_keyboard(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    page.goto(f"{library.recipe}/gelernt")
    lesson = page.get_by_role("listitem").filter(has_text="Drei Ladekabel haben gefehlt.").first
    lesson.get_by_role("link", name="Einarbeiten").focus()
    page.keyboard.press("Enter")

    tick = page.get_by_role("checkbox", name="Drei Ladekabel haben gefehlt.")
    expect(tick).to_be_checked()
    page.get_by_label("Worum geht es?").fill("Mit genug Ladekabeln für alle.")
    page.get_by_role("button", name="Speichern", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Aus einer Durchführung gelernt")).to_be_visible()
    page.get_by_role("link", name="2 Hinweise aus Durchführungen sind noch offen").click()
    expect(page.get_by_role("heading", name="Aus einer Durchführung gelernt")).to_be_visible()


def test_a_learning_is_declined_with_one_tap_and_without_javascript(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke", width=360, height=740, script=False)
    page.goto(f"{library.recipe}/gelernt")
    lesson = page.get_by_role("listitem").filter(has_text="Namensschilder auch für").first
    lesson.get_by_text("Nicht einarbeiten").click()
    lesson.get_by_role("button", name="Steht schon drin").click()

    declined = page.locator("section", has=page.get_by_role("heading", name="Bewusst nicht"))
    expect(declined).to_contain_text("Namensschilder auch für Helfende.")
    expect(declined).to_contain_text("Steht schon drin")
    declined.get_by_role("button", name="Wieder öffnen").click()
    expect(lesson.get_by_role("link", name="Einarbeiten")).to_be_visible()


def test_a_stranger_tells_of_a_run_on_a_phone_without_javascript(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of(width=360, height=740, script=False)
    page.goto(library.recipe)
    page.locator(".actions").get_by_role("link", name="So war’s").click()
    page.get_by_role("button", name="Abschicken").click()
    expect(page.locator(".errors")).to_contain_text("Welche Kommune")
    page.get_by_label("Welche Kommune, welcher Verein?").fill("Gemeinde Beispielhausen")
    page.get_by_label("Wie viele waren da?").fill("21")
    page.get_by_role("button", name="Abschicken").click()

    expect(page.get_by_text("Sobald die Redaktion es gelesen hat")).to_be_visible()
    editor = browser_of("anke")
    editor.goto("/zu-tun")
    editor.get_by_role("link", name="Smartphone-Sprechstunde").first.click()
    editor.get_by_role("button", name="Veröffentlichen").click()
    expect(editor.get_by_role("heading", level=1)).to_contain_text("Gemeinde Beispielhausen")


def test_a_photo_and_a_step_go_along_without_javascript(
    browser_of: BrowserOf, library: Library, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_0815.jpg"
    photo.write_bytes(picture(1600, 1200))
    page = browser_of("carla", width=360, height=740, script=False)
    page.goto(library.recipe)
    page.locator(".actions").get_by_role("link", name="So war’s").click()
    page.get_by_label("Foto", exact=True).set_input_files(photo)
    page.locator("#rows-failed").get_by_role("button", name="Zeile hinzufügen").click()

    expect(page.get_by_role("radio", name="IMG-0815.jpg")).to_be_checked()
    row = page.locator("#rows-failed li.row").first
    row.get_by_label("In einem Satz").fill("Zu laut.")
    row.get_by_text("Mehr dazu").click()
    row.get_by_label("Bei welchem Schritt?").select_option(index=1)
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.locator("main figure img")).to_have_count(1)
    expect(page.get_by_text("Zu laut. bei „")).to_be_visible()
