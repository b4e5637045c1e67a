"""From a recipe to an agenda for tomorrow: without JavaScript, and by keyboard alone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library, keep_plan, keep_template
from tests.browser.test_keyboard import press, tab_to


def titles(page: Page) -> list[str]:
    return page.locator(".plan-block > h3").all_inner_texts()


def test_a_plan_is_made_and_changed_without_javascript(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of(script=False)
    page.goto(library.recipe)
    page.get_by_role("link", name="Zeitplan machen").click()
    page.get_by_label("Beginn").fill("18:00")
    page.get_by_label("Personen").fill("12")
    page.get_by_role("button", name="Zeitplan machen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Smartphone-Sprechstunde")
    before = titles(page)

    page.get_by_role("button", name=f"„{before[0]}“ nach unten").click()
    expect(page.locator(".plan-block > h3").first).to_have_text(before[1])
    assert titles(page)[:2] == [before[1], before[0]]
    page.get_by_role("button", name=f"„{before[0]}“ 5 Minuten länger").click()
    page.get_by_role("link", name=f"„{before[0]}“ bearbeiten").click()
    page.get_by_label("Wer leitet").fill("Deniz")
    page.get_by_role("button", name="Speichern", exact=True).first.click()
    expect(page.locator(".plan-meta", has_text="Deniz")).to_contain_text("15 min (im Rezept 10)")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.locator(".plan-block > h3").last).to_have_text("Pause")
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.locator(".plan-block > h3")).to_have_count(len(before))
    page.get_by_role("link", name="Druckansicht").click()

    expect(page.locator(".plan-print")).to_contain_text("12 Personen")
    expect(page.locator(".plan-time b").first).to_have_text("18:00")


def test_a_template_is_found_and_planned_with_without_javascript(
    browser_of: BrowserOf, library: Library
) -> None:
    template = keep_template(library)
    page = browser_of(script=False)
    page.goto("/suche?art=vorlage")
    page.get_by_role("link", name="Nachmittag am Smartphone").click()
    expect(page).to_have_url(re.compile(template))
    assert page.locator(".plan-time b").all_inner_texts() == ["14:00", "14:20", "14:35", "14:00"]

    page.get_by_role("link", name="Damit planen").click()
    page.get_by_label("Datum").fill("2026-12-03")
    page.get_by_label("Ort").fill("Bürgerhaus")
    page.get_by_role("button", name="Zeitplan machen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Nachmittag am Smartphone")
    expect(page.locator(".plan-facts")).to_contain_text("3. Dezember 2026 · 2 Tage")
    expect(page.locator(".plan-facts")).to_contain_text("Bürgerhaus")


def test_blocks_are_moved_and_changed_by_keyboard_and_the_focus_stays(
    browser_of: BrowserOf, library: Library
) -> None:
    plan = keep_plan(library)
    page = browser_of()
    page.goto(f"/plan/{plan.edit_secret}")
    key = plan.content["blocks"][0]["key"]
    down, up = page.locator(f"#down-{key}"), page.locator(f"#up-{key}")

    press(page, down)
    expect(page.locator("#status")).to_contain_text("2 von")
    expect(down).to_be_focused()
    last = page.locator(".plan").first.locator(".plan-item").count()
    for number in range(3, last + 1):
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_contain_text(f"{number} von {last}")
    expect(up).to_be_focused()
    press(page, page.locator(f"#edit-{key}"))
    expect(page.get_by_label("Titel", exact=True)).to_be_focused()
    page.keyboard.type("Erst einmal reden")
    page.keyboard.press("Enter")
    expect(page.locator(f"#block-{key} h3")).to_have_text("Erst einmal reden")

    expect(page.locator(f"#edit-{key}")).to_be_focused()
    recipe, before = page.locator("#f-recipe"), len(titles(page))
    tab_to(page, recipe)
    recipe.press_sequentially("karten")
    expect(recipe).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(recipe).to_have_value("Kartenabfrage")
    page.keyboard.press("Enter")
    expect(page.locator(".plan-block > h3")).to_have_count(before + 2)

    expect(recipe).to_be_focused()


def test_the_words_of_a_phones_main_button_have_room(
    browser_of: BrowserOf, library: Library
) -> None:
    for width in (320, 360):
        page = browser_of(width=width)
        page.goto(library.recipe)

        expect(page.get_by_role("link", name="Zeitplan machen")).to_be_in_viewport()
        too_narrow = page.locator(".actions > *").evaluate_all(
            "all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.textContent)"
        )
        assert too_narrow == []


def test_who_reads_sees_what_to_say_and_no_button(browser_of: BrowserOf, library: Library) -> None:
    plan = keep_plan(library)
    page = browser_of(width=360)
    page.goto(f"/plan/{plan.read_secret}")

    expect(page.locator(".prompt").first).to_contain_text("Was ist heute schon gelungen?")
    expect(page.locator("main button")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not re.search(plan.edit_secret, page.content())
