"""„So war’s“ in the car park: typed, photographed and sent through a lost network."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf, becomes
from tests.browser.library import Library
from tests.browser.test_axe import barriers
from tests.browser.test_drafts import COPIES, leave
from tests.files.samples import picture
from wiki.db import db
from wiki.files.models import File

PHOTOS = """() => new Promise((done) => {
  const opening = indexedDB.open("laborwiki-photos", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("photos", { keyPath: "key" });
  opening.onsuccess = () => {
    const all = opening.result.transaction("photos").objectStore("photos").getAllKeys();
    all.onsuccess = () => { opening.result.close(); done(all.result.length); };
  };
})"""


def no_network_is_said(page: Page) -> None:
    expect(page.locator("#draft")).to_contain_text("Gerade gibt es kein Netz. Nichts ist verloren")
    expect(page.locator("#status")).to_contain_text("Nichts ist verloren")
    again = page.get_by_role("button", name="Jetzt senden")
    reaches = "button => { const at = button.getBoundingClientRect(); return button.contains("
    reaches += "document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)); }"
    assert again.evaluate(reaches), "something stands in front of the button"


def test_a_report_with_a_photo_waits_for_the_network(
    browser_of: BrowserOf, library: Library, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_0815.jpg"
    photo.write_bytes(picture(1600, 1200))
    page = browser_of("carla", width=360, height=740)
    page.on("dialog", leave)
    page.goto("/neu/erfahrung")
    page.context.set_offline(True)
    page.get_by_label("Wo?").fill("Parkplatz")
    page.get_by_label("Foto", exact=True).set_input_files(photo)
    page.get_by_role("button", name="Veröffentlichen").click()
    no_network_is_said(page)
    becomes(page, PHOTOS, 1)
    becomes(page, COPIES, 1)
    found = barriers(page)

    # The phone goes into the pocket, the page is gone; later it is opened again.
    # Nor does what a page sends when it goes outlast the time without a network.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/neu/erfahrung")
    page.get_by_role("button", name="Diesen Text verwenden").click()
    expect(page.get_by_label("Wo?")).to_have_value("Parkplatz")
    expect(page.get_by_text("Noch ohne Beschreibung")).to_be_visible()
    assert page.get_by_role("radio", name="IMG-0815.jpg").is_checked()
    becomes(page, PHOTOS, 0)

    page.context.set_offline(True)
    page.get_by_role("button", name="Veröffentlichen").click()
    no_network_is_said(page)
    page.context.set_offline(False)
    # It goes by itself.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Parkplatz")
    expect(page.locator("main figure img, main .cover img").first).to_be_visible()
    becomes(page, COPIES, 0)
    assert db.session.scalars(db.select(File.author).where(File.name == "IMG-0815.jpg")).all() == [
        "Carla"
    ]
    assert not found, "\n".join(found)


def test_who_writes_on_sends_when_they_are_done(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("carla", width=360, height=740)
    page.on("dialog", leave)
    page.goto("/neu/erfahrung")
    page.context.set_offline(True)
    page.get_by_label("Wo?").fill("Park")
    page.get_by_role("button", name="Veröffentlichen").click()
    no_network_is_said(page)
    page.get_by_label("Wo?").fill("Parkplatz Nord")
    page.context.set_offline(False)

    expect(page.locator("#draft")).to_contain_text("Zwischenstand gesichert")
    expect(page.get_by_role("button", name="Jetzt senden")).to_have_count(0)
    expect(page).to_have_url("/neu/erfahrung")


def test_a_strangers_words_stay_on_their_device_until_they_are_sent(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of(width=360, height=740)
    page.on("dialog", leave)
    page.goto(f"{library.recipe}/wir-auch")
    page.context.set_offline(True)
    page.get_by_label("Welche Kommune, welcher Verein?").fill("Gemeinde Beispielhausen")
    page.get_by_label("Noch einmal machen?").select_option("yes")
    expect(page.locator("#draft")).to_contain_text("Gemerkt nur auf diesem Gerät")
    page.get_by_role("button", name="Abschicken").click()
    no_network_is_said(page)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "csrf" not in kept
    assert "seit" not in kept

    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{library.recipe}/wir-auch")
    found = barriers(page)
    page.get_by_role("button", name="Diesen Text verwenden").click()
    expect(page.get_by_label("Noch einmal machen?")).to_have_value("yes")
    page.get_by_role("button", name="Abschicken").click()

    expect(page.get_by_text("Sobald die Redaktion es gelesen hat")).to_be_visible()
    becomes(page, COPIES, 0)
    assert not found, "\n".join(found)


def test_on_a_shared_tablet_it_is_deleted_with_one_tap_or_by_itself(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of(width=360, height=740)
    page.on("dialog", leave)
    page.goto(f"{library.recipe}/wir-auch")
    place = page.get_by_label("Welche Kommune, welcher Verein?")
    place.fill("Verein im Haus")
    page.get_by_role("button", name="Hier löschen").click()
    expect(place).to_have_value("")
    becomes(page, COPIES, 0)

    place.fill("Verein im Haus")
    page.evaluate("""() => {
      const [name] = Object.keys(localStorage);
      const copy = JSON.parse(localStorage[name]);
      localStorage[name] = JSON.stringify({ ...copy, at: Date.now() - 8 * 86400000 });
    }""")
    elsewhere = page.context.new_page()
    elsewhere.goto("/")

    becomes(elsewhere, COPIES, 0)
