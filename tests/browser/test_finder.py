"""The finder as people use it: while typing, with the keyboard, without JavaScript, too late."""

import re
import time

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library


def address_of(page: Page) -> str:
    return page.url.split("/suche")[1]


def test_counts_and_address_follow_what_is_ticked_and_typed(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto("/suche")
    everything = page.locator("#results h1").inner_text()

    page.get_by_role("checkbox", name="Methoden").press("Space")
    expect(page.locator("#results h1")).not_to_have_text(everything)
    expect(page.get_by_role("checkbox", name="Methoden")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Methoden")).to_be_checked()
    expect(page).to_have_url(re.compile(r"\?art=methode$"))
    found = page.locator("#results h1").inner_text()
    methods = page.locator("#facet-art label", has_text="Methoden").inner_text()
    assert methods == f"Methoden {found.split()[0]}"
    expect(page.locator("#status")).to_have_text(found)

    page.locator("input[name=minuten]").fill("600")
    expect(page).to_have_url(re.compile(r"\?minuten=600&art=methode$"))
    page.get_by_role("link", name="600 Minuten entfernen").click()
    expect(page).to_have_url(re.compile(r"\?art=methode$"))
    expect(page.locator("input[name=minuten]")).to_have_value("")

    page.go_back()
    expect(page.locator("input[name=minuten]")).to_have_value("600")


def test_an_answer_that_comes_too_late_is_not_shown(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto("/suche")

    def slowly(route: Route) -> None:
        if route.request.url.endswith("q=tele"):
            time.sleep(1.5)
        route.continue_()

    page.route("**/suche?*", slowly)
    with page.expect_request(re.compile("q=tele$")):
        page.get_by_label("Wonach?").fill("tele")
    page.get_by_label("Wonach?").fill("smartphone")
    expect(page.locator("#results h1")).to_contain_text("„smartphone“")
    page.wait_for_timeout(2_000)

    expect(page.locator("#results h1")).to_contain_text("„smartphone“")
    assert address_of(page) == "?q=smartphone"


def test_what_is_ticked_while_an_answer_is_on_its_way_stays_ticked(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto("/suche")
    asked = []

    def slowly(route: Route) -> None:
        asked.append(route.request.url)
        time.sleep(0.4)
        route.continue_()

    page.route("**/suche?*", slowly)
    with page.expect_request("**/suche?*"):
        page.get_by_role("checkbox", name="Formate").check()
    page.get_by_role("checkbox", name="Methoden").check()
    expect(page).to_have_url(re.compile(r"\?art=format&art=methode$"))

    expect(page.get_by_role("checkbox", name="Formate")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Methoden")).to_be_checked()


def test_the_sentence_is_filled_with_the_keyboard(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()
    page.goto("/suche")
    blank = page.locator(".blank summary")

    blank.focus()
    page.keyboard.press("Enter")
    first = page.locator("#facet-zielgruppe input").first
    first.press("Space")
    expect(blank).not_to_contain_text("alle")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")

    expect(blank).to_be_focused()
    expect(first).not_to_be_visible()
    expect(page.locator("#results .chips")).to_contain_text(blank.inner_text().split("\n")[-1])


def test_titles_are_suggested_in_the_search_field(browser_of: BrowserOf, library: Library) -> None:
    page = browser_of()
    page.goto("/")

    page.get_by_role("combobox", name="Suchen").press_sequentially("smartph")

    expect(page.locator("#suggestions option").first).to_have_attribute(
        "value", re.compile("^Smartphone")
    )


def test_without_a_script_the_finder_asks_by_its_button(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of(script=False)
    page.goto("/")

    page.locator("main input[name=minuten]").fill("600")
    page.get_by_role("button", name="Rezepte finden").click()
    expect(page).to_have_url(re.compile("minuten=600"))
    page.get_by_role("checkbox", name="Methoden").check()
    page.get_by_role("button", name="Suchen", exact=True).last.click()

    expect(page).to_have_url(re.compile("art=methode"))
    assert "minuten=600" in page.url
    expect(page.locator("#results .chips li")).to_have_count(3)
    page.get_by_role("link", name="Alle Filter weg").click()
    expect(page.locator("#results .chips li")).to_have_count(0)
    assert address_of(page) == ""
