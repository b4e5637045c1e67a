"""Titles are completed while somebody types, by keyboard and by finger."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library
from tests.browser.test_axe import barriers


def options(page: Page) -> list[str]:
    return page.locator("#titles [role=option] b, #titles .titles-new").all_text_contents()


def test_a_title_is_completed_by_keyboard(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto("/neu/hintergrund")
    text = page.get_by_label("Text", exact=True)
    text.press_sequentially("Am Ende eine [[kart")

    expect(page.locator("#titles")).to_be_visible()
    assert options(page) == ["Kartenabfrage", "Neue Seite „kart“ verlinken"]
    expect(page.locator("#status")).to_have_text("1 Seite passt.")
    expect(text).to_have_attribute("aria-activedescendant", "title-1")
    assert barriers(page) == []
    text.press("ArrowDown")
    expect(text).to_have_attribute("aria-activedescendant", "title-new")
    text.press("ArrowDown")
    text.press("Enter")
    expect(text).to_have_value("Am Ende eine [[Kartenabfrage]]")
    expect(page.locator("#titles")).to_have_count(0)
    expect(text).not_to_have_attribute("aria-activedescendant", "title-1")

    text.press("Control+z")
    expect(text).to_have_value("Am Ende eine [[kart")
    text.press("Control+Shift+z")
    text.press_sequentially(" oder [[Fish")
    expect(page.locator("#title-new")).to_be_visible()
    text.press("Tab")
    expect(text).to_have_value("Am Ende eine [[Kartenabfrage]] oder [[Fish]]")
    expect(text).to_be_focused()


def test_escape_leaves_what_is_typed_as_it_is(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto("/neu/hintergrund")
    text = page.get_by_label("Text", exact=True)
    text.press_sequentially("[[kar")
    expect(page.locator("#titles")).to_be_visible()

    text.press("Escape")
    text.press_sequentially("ten]] und \\[[kart")
    page.wait_for_timeout(500)

    expect(page.locator("#titles")).to_have_count(0)
    expect(text).to_have_value("[[karten]] und \\[[kart")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_title_is_completed_with_a_finger(
    width: int, browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke", width=width)
    page.goto(f"{library.article}/bearbeiten")
    text = page.get_by_label("Text", exact=True)
    text.fill("Davor [[smar]] danach")
    text.evaluate("field => field.setSelectionRange(12, 12)")
    text.press("t")

    option = page.get_by_role("option", name="Smartphone-Sprechstunde")
    expect(option).to_be_in_viewport(ratio=1)
    option.click()

    expect(text).to_have_value("Davor [[Smartphone-Sprechstunde]] danach")
    expect(text).to_be_focused()


def test_a_step_is_given_its_method_and_may_name_one_that_is_missing(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    row = page.locator("#rows-steps li.row").first
    row.locator("summary", has_text="Mehr dazu").click()
    method = row.get_by_label("Methode")
    method.press_sequentially("karten")
    expect(method).to_have_attribute("aria-expanded", "true")
    assert options(page) == ["Kartenabfrage"]
    assert barriers(page) == []

    method.press("ArrowDown")
    method.press("Enter")
    expect(method).to_have_value("Kartenabfrage")
    expect(method).to_have_attribute("aria-expanded", "false")

    method.fill("")
    method.press_sequentially("Kartenh")
    page.wait_for_timeout(400)
    method.press("Tab")
    expect(method).to_have_value("Kartenh")


def test_tools_are_completed_line_by_line(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of("anke")
    page.goto("/neu/rezept")
    page.locator("summary", has_text="Material und Werkzeuge").click()
    tools = page.get_by_label("Werkzeuge", exact=True)
    tools.press_sequentially("Schere\nkarten")
    expect(page.locator("#titles")).to_be_visible()
    tools.press("ArrowDown")
    tools.press("Enter")

    expect(tools).to_have_value("Schere\nKartenabfrage")
