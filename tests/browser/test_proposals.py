"""A change is proposed on a phone, without an account, and answered by who looks after the page."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library
from tests.browser.test_axe import barriers, barriers_at


def propose(page: Page, library: Library, sentence: str) -> None:
    page.goto(f"{library.recipe}/vorschlagen")
    page.get_by_label("Worum geht es?").fill(sentence)
    page.get_by_label("Warum?").fill("So war es bei uns.")
    page.get_by_role("button", name="Vorschlag abschicken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke für den Vorschlag")


def open_proposal(page: Page) -> None:
    page.goto("/zu-tun")
    page.get_by_text("Änderungsvorschlag: So war es bei uns.").locator("..").get_by_role(
        "link"
    ).click()


def test_a_change_goes_from_a_strangers_phone_onto_the_page(
    browser_of: BrowserOf, library: Library
) -> None:
    deniz = browser_of(width=360, height=740)
    deniz.goto(library.recipe)
    deniz.locator(".more-actions").get_by_role("link", name="Änderung vorschlagen").click()
    deniz.get_by_label("Worum geht es?").fill("Zu dritt am Telefon.")
    deniz.get_by_role("button", name="Schritt hinzufügen").click()
    added = deniz.locator("#rows-steps li.row").last.get_by_label("Schritt", exact=True)
    expect(added).to_be_focused()
    added.fill("Staunen")
    deniz.get_by_role("button", name="Vorschlag abschicken").click()
    expect(deniz.locator(".errors")).to_be_focused()
    deniz.locator(".errors").get_by_role("link").click()
    expect(deniz.get_by_label("Warum?")).to_be_focused()
    deniz.keyboard.type("So war es bei uns.")
    deniz.get_by_label("Name – freiwillig").fill("Deniz")
    deniz.get_by_role("button", name="Vorschlag abschicken").click()
    expect(deniz.get_by_role("heading", level=1)).to_have_text("Danke für den Vorschlag")

    anke = browser_of("anke")
    anke.goto(library.recipe)
    anke.get_by_role("link", name="1 Vorschlag wartet").click()
    anke.get_by_role("link", name="So war es bei uns.").click()
    expect(anke.locator(".proof ins").first).to_be_visible()
    anke.get_by_label("„Worum geht es?“ übernehmen").uncheck()
    anke.get_by_role("button", name="Übernehmen", exact=True).click()
    expect(anke.get_by_text("Der Vorschlag steht jetzt auf der Seite.")).to_be_visible()

    deniz.goto(library.recipe)
    expect(deniz.get_by_text("Staunen")).to_be_visible()
    expect(deniz.get_by_text("Zu dritt am Telefon.")).to_have_count(0)
    expect(deniz.get_by_text("Vorschlag von Deniz, übernommen von Anke")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_change_to_a_place_that_changed_meanwhile_is_decided(
    script: bool, browser_of: BrowserOf, library: Library
) -> None:
    propose(browser_of(script=script), library, "Vom Vorschlag.")
    anke = browser_of("anke", script=script)
    anke.goto(f"{library.recipe}/bearbeiten")
    anke.get_by_label("Worum geht es?").fill("Von Anke.")
    anke.get_by_role("button", name="Speichern", exact=True).click()
    expect(anke.get_by_role("heading", level=1)).to_have_text("Smartphone-Sprechstunde")

    open_proposal(anke)
    anke.get_by_role("button", name="Übernehmen", exact=True).click()
    anke.get_by_label("Beides zusammen, so:").check()
    anke.get_by_label("Zusammengefasster Text").fill("Von beiden.")
    anke.get_by_role("button", name="So übernehmen").click()

    expect(anke.locator(".recipe-head .lead")).to_have_text("Von beiden.")


def test_a_proposal_is_declined_with_one_tap_and_its_author_reads_why(
    browser_of: BrowserOf, library: Library
) -> None:
    gabi = browser_of("gabi")
    propose(gabi, library, "Anders.")
    anke = browser_of("anke", width=360, height=740)
    open_proposal(anke)
    anke.get_by_role("button", name="Das passt besser auf eine eigene Seite.").click()
    expect(anke.get_by_text("Abgelehnt, mit einer Antwort.")).to_be_visible()

    gabi.goto("/konto")
    gabi.locator("#vorschlaege").get_by_role("link").click()
    expect(gabi.get_by_text("Das passt besser auf eine eigene Seite.")).to_be_visible()


def test_what_somebody_with_an_account_types_is_kept_while_they_type(
    browser_of: BrowserOf, library: Library
) -> None:
    gabi = browser_of("gabi")
    gabi.goto(f"{library.recipe}/vorschlagen")
    gabi.get_by_label("Warum?").press_sequentially("Noch nicht fertig")
    expect(gabi.locator(".draft-words")).to_contain_text("Zwischenstand gesichert")

    gabi.goto("/zwischenstaende")
    gabi.locator("main").get_by_role("link", name="Weiterschreiben").click()
    expect(gabi.get_by_label("Warum?")).to_have_value("Noch nicht fertig")


def test_a_proposal_is_taken_over_with_the_keyboard_alone(
    browser_of: BrowserOf, library: Library
) -> None:
    propose(browser_of(), library, "Mit Tasten.")
    anke = browser_of("anke")
    open_proposal(anke)
    choice = anke.get_by_label("„Worum geht es?“ übernehmen")
    choice.focus()
    anke.keyboard.press("Space")
    expect(choice).not_to_be_checked()
    anke.keyboard.press("Space")
    anke.keyboard.press("Tab")
    expect(anke.get_by_label("Was hat sich geändert?")).to_be_focused()
    anke.keyboard.press("Enter")

    expect(anke.locator(".recipe-head .lead")).to_have_text("Mit Tasten.")


def test_nobody_meets_a_barrier_in_proposals(browser_of: BrowserOf, library: Library) -> None:
    gabi = browser_of("gabi")
    propose(gabi, library, "Vom Vorschlag.")
    found = barriers_at(
        gabi, f"{library.recipe}/vorschlaege", f"{library.recipe}/vorschlaege/1", "/konto"
    )
    gabi.goto(f"{library.recipe}/vorschlagen")
    gabi.get_by_role("button", name="Vorschlag abschicken").click()
    expect(gabi.locator(".errors")).to_be_visible()
    found += barriers(gabi)
    anke = browser_of("anke")
    anke.goto(f"{library.recipe}/bearbeiten")
    anke.get_by_label("Worum geht es?").fill("Von Anke.")
    anke.get_by_role("button", name="Speichern", exact=True).click()
    expect(anke.get_by_role("heading", level=1)).to_have_text("Smartphone-Sprechstunde")
    found += barriers_at(anke, f"{library.recipe}/vorschlaege/1", library.recipe, folded=True)
    anke.goto(f"{library.recipe}/vorschlaege/1")
    anke.get_by_role("button", name="Ablehnen", exact=True).click()
    expect(anke.locator(".errors")).to_be_visible()
    found += barriers(anke)
    anke.get_by_role("button", name="Übernehmen", exact=True).click()
    expect(anke.get_by_role("button", name="So übernehmen")).to_be_visible()
    found += barriers(anke)

    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_of_a_proposal_stands_wider_than_the_window(
    width: int, browser_of: BrowserOf, library: Library
) -> None:
    propose(browser_of(), library, "Rindfleischetikettierungsüberwachungsaufgaben" * 3)
    anke = browser_of("anke", width=width, height=640)
    for address in ("/vorschlaege", "/vorschlaege/1", "/vorschlagen/danke"):
        anke.goto(f"{library.recipe}{address}")
        assert anke.evaluate("document.documentElement.scrollWidth") <= width, address
