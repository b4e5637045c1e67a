"""„Für uns anpassen“: on a phone, with the keyboard alone, without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library
from tests.browser.test_axe import barriers


def adapt(page: Page, library: Library) -> None:
    page.goto(library.recipe)
    page.locator(".actions").get_by_role("link", name="Für uns anpassen").click()
    page.get_by_role("button", name="Entwurf anlegen").click()
    page.get_by_label("Worum geht es?").fill("So, wie es in Menden geht.")
    page.get_by_role("button", name="Veröffentlichen").click()
    expect(page.get_by_text("Angepasst aus")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_recipe_is_adapted_on_a_phone(
    browser_of: BrowserOf, library: Library, script: bool
) -> None:
    page = browser_of("carla", width=360, height=740, script=script)
    adapt(page, library)
    page.get_by_role("link", name="Worin sie sich unterscheiden").click()

    expect(page.get_by_text("So, wie es in Menden geht.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_new_in_the_source_is_taken_over_by_keyboard(
    browser_of: BrowserOf, library: Library
) -> None:
    carla, anke = browser_of("carla"), browser_of("anke")
    carla.goto(f"{library.recipe}/anpassen")
    found = barriers(carla)
    adapt(carla, library)
    anke.goto(f"{library.recipe}/bearbeiten")
    anke.get_by_label("Worum geht es?").fill("Im Original ist es jetzt so.")
    anke.get_by_role("button", name="Speichern", exact=True).click()
    expect(anke.get_by_role("heading", level=1)).to_have_text("Smartphone-Sprechstunde")
    carla.reload()
    carla.get_by_role("link", name="Im Original ist eine Stelle neu").click()
    expect(carla.get_by_role("button", name="Ausgewähltes übernehmen")).to_be_visible()
    found += barriers(carla)
    carla.get_by_role("button", name="Ausgewähltes übernehmen").focus()
    carla.keyboard.press("Enter")
    carla.get_by_role("radio", name="So steht es im Original").focus()
    carla.keyboard.press("Space")
    found += barriers(carla)
    carla.get_by_role("button", name="So übernehmen").focus()
    carla.keyboard.press("Enter")

    expect(carla.get_by_text("Beide sagen gerade dasselbe.")).to_be_visible()
    assert not found, "\n".join(found)
