"""Pictures in texts: pasted, dropped and chosen; each with its progress and its description."""

import base64
import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import BrowserOf, becomes
from tests.browser.library import Library
from tests.browser.test_axe import barriers

TEXT = "textarea[data-markdown]"
GIVE = """([selector, kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const items = new DataTransfer();
  items.items.add(new File([bytes], "image.png", { type: "image/png" }));
  const about = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...about, clipboardData: items })
    : new DragEvent("drop", { ...about, dataTransfer: items });
  document.querySelector(selector).dispatchEvent(event);
}"""


def test_a_pasted_picture_is_described_and_stands_in_the_text(
    browser_of: BrowserOf, library: Library
):
    page = browser_of("anke")
    page.goto(f"{library.article}/bearbeiten")
    text = page.locator(TEXT).first
    text.fill("Vorher.\n\nNachher.")
    text.evaluate("field => field.setSelectionRange(7, 7)")

    give(page, "paste")
    words = page.get_by_label("Was ist auf dem Bild zu sehen?").locator("visible=true")
    expect(words).to_be_focused()
    assert page.locator("progress").count() == 0
    found = barriers(page, "dialog")
    words.fill("Zwei Kinder löten")
    page.get_by_label("Nein, niemand ist zu erkennen").locator("visible=true").check()
    page.get_by_role("button", name="In den Text setzen").click()

    expect(page.locator("dialog")).to_be_hidden()
    before, mention, after = text.input_value().split("\n\n")
    assert (before, after) == ("Vorher.", "Nachher.")
    assert mention.startswith("![Zwei Kinder löten](dateien/")
    assert found == []

    page.get_by_role("button", name="Vorschau").last.click()
    expect(page.locator(".preview figure.picture img")).to_have_attribute(
        "alt", "Zwei Kinder löten"
    )
    becomes(
        page.locator(".preview figure.picture img"), "picture => picture.naturalWidth > 0", True
    )


def test_after_a_picture_one_goes_on_writing_behind_it(browser_of: BrowserOf, library: Library):
    page = browser_of("anke")
    page.goto(f"{library.article}/bearbeiten")
    text = page.locator(TEXT).first
    text.fill("Vorher.")

    for words in ("Erstes Bild", "Zweites Bild"):
        give(page, "paste")
        page.get_by_label("Was ist auf dem Bild zu sehen?").locator("visible=true").fill(words)
        page.get_by_role("button", name="In den Text setzen").click()
        expect(page.locator("dialog")).to_be_hidden()
    expect(text).to_be_focused()
    text.press("!")

    pictures = r"!\[Erstes Bild\]\(\S+\)\s+!\[Zweites Bild\]\(\S+\)"
    expect(text).to_have_value(re.compile(rf"^Vorher\.\s+{pictures}!$"))


def test_an_upload_that_breaks_off_says_so_and_the_next_one_succeeds(
    browser_of: BrowserOf, library: Library
):
    page = browser_of("anke")
    page.goto(f"{library.article}/bearbeiten")

    page.route("**/dateien", break_off_once)
    give(page, "drop")
    expect(page.locator(".uploads .failed")).to_contain_text("abgebrochen")
    expect(page.locator("#status")).to_contain_text("abgebrochen")
    page.locator("#upload-files").set_input_files(
        {"name": "Werkbank.png", "mimeType": "image/png", "buffer": png()}
    )
    page.get_by_role("button", name="In den Text setzen").click()
    expect(page.locator("dialog")).to_be_hidden()
    assert "Werkbank.png" in page.locator(TEXT).first.input_value()


def test_a_title_picture_is_uploaded_where_it_is_chosen(browser_of: BrowserOf, library: Library):
    page = browser_of("anke")
    page.goto(f"{library.article}/bearbeiten")
    opener = page.get_by_text("Bild wählen oder hochladen")
    page.locator("details", has=opener).locator("> summary").first.click()
    opener.click()
    page.locator("dialog #upload-files").set_input_files(
        {"name": "Werkbank.png", "mimeType": "image/png", "buffer": png()}
    )
    page.get_by_label("Was ist auf dem Bild zu sehen?").locator("visible=true").fill("Eine Bank")
    page.get_by_role("button", name="Als Titelbild nehmen").click()

    expect(page.locator("dialog")).to_be_hidden()
    chosen = page.get_by_role("radio", name="Werkbank.png")
    expect(chosen).to_be_checked()


def test_a_picture_is_chosen_by_keyboard(browser_of: BrowserOf, library: Library):
    page = browser_of("anke", width=360)
    page.goto("/dateien")
    page.locator("#upload-files").set_input_files(
        {"name": "Werkbank.png", "mimeType": "image/png", "buffer": png()}
    )
    page.get_by_label("Was ist auf dem Bild zu sehen?").locator("visible=true").fill("Eine Bank")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Werkbank.png")).to_be_visible()

    page.goto(f"{library.article}/bearbeiten")
    text = page.locator(TEXT).first
    text.fill("")
    button = page.get_by_role("toolbar").locator("[data-pick-picture]")
    expect(button).to_be_visible()
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    choice = page.locator("dialog a", has_text="Werkbank.png")
    choice.focus()
    page.keyboard.press("Enter")

    expect(text).to_be_focused()
    assert text.input_value().startswith("![Eine Bank](dateien/")


def give(page: Page, kind: str) -> None:
    """Paste a picture into the first text, or drop it there."""
    page.evaluate(GIVE, [TEXT, kind, base64.b64encode(png()).decode()])


def break_off_once(route: Route) -> None:
    if route.request.method == "POST":
        route.abort("connectionreset")
        route.request.frame.page.unroute("**/dateien")
    else:
        route.fallback()


def png() -> bytes:
    out = BytesIO()
    Image.new("RGB", (900, 600), (180, 60, 30)).save(out, "PNG")
    return out.getvalue()
