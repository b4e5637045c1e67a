"""Markdown fields: their tools and keys, and what becomes of text from Word and the web."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library
from tests.browser.test_axe import barriers

CLIPBOARD = Path(__file__).parent / "clipboard"
PASTE = """(field, [html, plain]) => {
  const clipboard = new DataTransfer();
  if (html) clipboard.setData("text/html", html);
  clipboard.setData("text/plain", plain);
  return field.dispatchEvent(new ClipboardEvent("paste",
    {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


def paste(field: Locator, html: str, plain: str = "als Text") -> bool:
    """Whether our script took it; a real browser would go on with the plain text if not."""
    return not field.evaluate(PASTE, [html, plain])


def tools(page: Page) -> Locator:
    return page.get_by_role("toolbar", name="Text gestalten")


def choose(field: Locator, words: str) -> None:
    """Select these words in the field."""
    field.evaluate(
        """(field, words) => {
          field.focus();
          const start = field.value.indexOf(words);
          field.setSelectionRange(start, start + words.length);
        }""",
        words,
    )


@pytest.fixture
def text(browser_of: BrowserOf) -> Locator:
    """The text of a new article, in use."""
    page = browser_of("anke")
    page.goto("/neu/hintergrund")
    field = page.get_by_label("Text", exact=True)
    field.focus()
    expect(tools(page)).to_be_visible()
    return field


def test_what_is_copied_elsewhere_is_markdown_here(text: Locator) -> None:
    for source in sorted(CLIPBOARD.glob("*.html")):
        text.fill("")
        assert paste(text, source.read_text())

        assert text.input_value() == source.with_suffix(".md").read_text().strip(), source.name


def test_what_is_pasted_keeps_its_distance_and_is_undone_at_once(text: Locator) -> None:
    text.fill("Davor danach")
    choose(text, " ")
    long_list = "<ul>" + "<li>Punkt</li>" * 500 + "</ul>"

    started = time.monotonic()
    assert paste(text, long_list)
    assert time.monotonic() - started < 3
    assert text.input_value() == "Davor\n\n" + "- Punkt\n" * 500 + "\ndanach"
    text.page.keyboard.type("!")
    text.page.keyboard.press("ControlOrMeta+Z")
    text.page.keyboard.press("ControlOrMeta+Z")
    expect(text).to_have_value("Davor danach")

    choose(text, "danach")
    assert paste(text, "<p>mit <b>Gewicht</b></p>")
    expect(text).to_have_value("Davor mit **Gewicht**")


def test_plain_text_files_and_code_are_left_to_the_browser(text: Locator) -> None:
    assert not paste(text, "")
    assert not paste(text, "<meta charset=utf-8><span>nur ein Wort</span>")
    assert not paste(text, '<div style="white-space: pre;"><div>**a**</div><div>b</div></div>')
    assert not paste(text, '<img src="file:///C:/bild.png" alt="Bild">')

    expect(text).to_have_value("")


def test_hostile_html_harms_nothing_and_takes_no_time(text: Locator) -> None:
    asked: list[str] = []
    text.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    started = time.monotonic()

    assert paste(
        text,
        "<p>Hallo <b>Welt</b></p><img src=x onerror=alert(1)><svg onload=alert(2)></svg>"
        '<base href="https://labor.example.org/">'
        '<iframe srcdoc="<script>alert(3)</script>"></iframe>'
        '<a href="java\nscript:alert(4)">hier</a><style>body { display: none }</style><style>offen',
    )
    assert text.input_value() == "Hallo **Welt**\n\nhier"
    for html in (
        "<p><b>x</b></p>" * 350_000,
        "<b><i>" * 150_000,
        "<style " * 100_000,
        '<a href="' * 100_000,
        "<" * 900_000,
    ):
        assert not paste(text, html)
    for html in ("<blockquote>" * 5_000 + "tief", "<p style='mso-list:l0 level1 lfo1'>x" * 2_500):
        assert paste(text, html)

    assert time.monotonic() - started < 10
    assert asked == []


def test_a_text_is_shaped_with_the_keyboard_alone(text: Locator) -> None:
    page = text.page
    keys = page.keyboard
    keys.type("Vom Anfang\nWir reparieren Räder.\nFlickzeug\nPumpe")
    choose(text, "reparieren")
    keys.press("ControlOrMeta+B")
    choose(text, "Räder")
    keys.press("ControlOrMeta+K")
    keys.type("https://labor.example.org")

    choose(text, "Anfang")
    keys.press("Shift+Tab")
    expect(tools(page).get_by_role("button", name="Fett")).to_be_focused()
    for _ in range(7):
        keys.press("ArrowRight")
    expect(tools(page).get_by_role("button", name="Überschrift")).to_be_focused()
    keys.press("Enter")
    expect(text).to_be_focused()
    choose(text, "Flickzeug\nPumpe")
    keys.press("Shift+Tab")
    keys.press("End")
    keys.press("Escape")
    expect(text).to_be_focused()
    tools(page).get_by_role("button", name="Liste", exact=True).click()

    shaped = (
        "## Vom Anfang\nWir **reparieren** [Räder](https://labor.example.org).\n\n"
        "- Flickzeug\n- Pumpe"
    )
    expect(text).to_have_value(shaped)
    expect(text).to_be_focused()
    keys.press("ControlOrMeta+Z")
    expect(text).to_have_value(shaped.replace("\n\n- Flickzeug\n- Pumpe", "\nFlickzeug\nPumpe"))


def test_what_a_tool_did_is_taken_back(text: Locator) -> None:
    keys = text.page.keyboard
    keys.press("ControlOrMeta+B")
    expect(text).to_have_value("****")
    keys.press("ControlOrMeta+B")
    expect(text).to_have_value("")

    keys.type("Siehe Blitzlicht und ")
    choose(text, "Blitzlicht")
    keys.press("ControlOrMeta+I")
    expect(text).to_have_value("Siehe _Blitzlicht_ und ")
    keys.press("ControlOrMeta+Z")
    choose(text, "Blitzlicht")
    page_link = tools(text.page).get_by_role("button", name="Seite aus dem Wiki")
    page_link.click()
    expect(text).to_have_value("Siehe [[Blitzlicht]] und ")
    text.press("End")
    page_link.click()
    keys.type("Karten")
    expect(text).to_have_value("Siehe [[Blitzlicht]] und [[Karten")


def test_the_tools_stand_beside_the_field_in_use_only(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    rows = page.locator("#rows-steps .row")
    expect(tools(page)).to_have_count(0)

    rows.first.get_by_label("Was passiert").click()
    expect(tools(page)).to_have_count(1)
    page.get_by_label("Titel").click()
    expect(tools(page)).to_have_count(0)
    page.get_by_role("button", name="Schritt hinzufügen").click()
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_label("Was passiert").click()
    expect(rows.nth(1).get_by_role("toolbar")).to_be_visible()
    picture = tools(page).get_by_role("button", name="Bild")
    field_id = rows.nth(1).get_by_label("Was passiert").get_attribute("id")
    expect(picture).to_have_attribute("data-pick-picture", str(field_id))
    rows.first.get_by_label("Was passiert").click()
    expect(rows.first.get_by_role("toolbar")).to_be_visible()
    expect(tools(page)).to_have_count(1)

    found = barriers(page, "#rows-steps")
    assert not found, "\n".join(found)


def test_on_a_phone_all_is_within_reach(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke", width=320, height=640)
    page.goto(f"{library.recipe}/bearbeiten")
    field = page.get_by_label("Was passiert").nth(2)
    field.scroll_into_view_if_needed()
    before = field.bounding_box()
    field.click()
    expect(tools(page)).to_be_visible()
    after = field.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2, "what is tapped stays under the finger"

    for button in tools(page).get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """[...document.querySelectorAll(".form :is(input, textarea, select)")]
          .filter(field => !["hidden", "checkbox", "radio", "file"].includes(field.type))
          .filter(field => parseFloat(getComputedStyle(field).fontSize) < 16).map(f => f.name)"""
    )
    assert small == [], "a phone would enlarge the page"

    covered = []
    for _ in range(60):
        page.keyboard.press("Tab")
        covered += page.evaluate(
            """() => {
              const focused = document.activeElement, box = focused.getBoundingClientRect();
              const bar = document.querySelector(".save-bar");
              if (bar.contains(focused) || focused.matches("textarea")) return [];
              return box.bottom > bar.getBoundingClientRect().top + 1
                ? [focused.outerHTML.slice(0, 90)] : [];
            }"""
        )
    assert covered == []


def test_a_field_somebody_pulled_larger_takes_part_when_rows_move(
    browser_of: BrowserOf, library: Library
) -> None:
    """htmx would copy the size as inline style, which the content policy forbids."""
    page = browser_of("anke")
    page.goto(f"{library.recipe}/bearbeiten")
    rows = page.locator("#rows-steps")
    field = rows.locator("textarea").locator("visible=true").first
    field.evaluate("field => { field.style.height = '300px'; }")
    first, second = rows.locator(".row-title").all_inner_texts()[:2]

    rows.locator("button[value^='down.']").first.click()

    moved = rows.locator(".row-title").first
    expect(moved).to_have_text(second.replace("2.", "1.", 1))
    assert rows.locator(".row-title").nth(1).inner_text() == first.replace("1.", "2.", 1)


def test_a_field_grows_with_its_text_in_every_browser(browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    for supported in (True, False):
        if not supported:
            page.add_init_script("CSS.supports = () => false")
        page.goto("/neu/hintergrund")
        field = page.get_by_label("Text", exact=True)
        if not supported:
            field.evaluate("field => { field.style.fieldSizing = 'fixed'; }")
        low = field.evaluate("field => field.offsetHeight")
        field.fill("Zeile\n" * 20)

        assert field.evaluate("field => field.offsetHeight") > low
        assert field.evaluate("field => field.scrollHeight - field.clientHeight") == 0
