"""Talk in a real browser: on a phone, with the keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library, keep_talk
from wiki.accounts import strangers


@pytest.fixture(autouse=True)
def talk(library: Library) -> None:
    """Something was said before."""
    keep_talk(library)


def test_a_question_on_a_step_is_asked_answered_and_resolved_on_a_phone(
    browser_of: BrowserOf, library: Library
) -> None:
    carla = browser_of("carla", width=360, height=740)
    carla.goto(library.recipe)
    carla.locator(".more-actions").get_by_role("link", name="Diskussion").click()
    carla.get_by_label("Bemerkung").fill("Reicht eine Viertelstunde, @Bilal?")
    carla.get_by_label("Worum geht es?").select_option(label="2. Ankommen und sortieren")
    carla.get_by_role("button", name="Abschicken").first.click()
    expect(carla.locator("ol.talk .prose").first).to_contain_text("Viertelstunde, @Bilal?")

    bilal = browser_of("bilal", width=360, height=740)
    bilal.goto("/zu-tun")
    expect(bilal.get_by_text("Carla fragt hier nach Bilal")).to_be_visible()
    bilal.locator("li", has_text="Carla fragt hier nach Bilal").get_by_role("link").click()
    asked = bilal.locator(".talk > li", has_text="Reicht eine Viertelstunde")
    expect(asked.get_by_text("Hier wird nach Bilal gefragt.")).to_have_count(0)
    asked.locator("summary", has_text="Antworten").click()
    asked.get_by_label("Antwort").fill("Mit zwei Leuten an der Tür.")
    asked.get_by_role("button", name="Abschicken").click()
    expect(bilal.get_by_text("Mit zwei Leuten an der Tür.")).to_be_visible()
    asked.get_by_role("button", name="Erledigt").click()

    expect(bilal.get_by_text("Erledigt (2)")).to_be_visible()
    bilal.goto("/zu-tun")
    expect(bilal.get_by_text("fragt hier nach Bilal")).to_have_count(0)


def test_an_editor_publishes_with_the_keyboard_alone(
    browser_of: BrowserOf, library: Library
) -> None:
    anke = browser_of("anke")
    anke.goto(f"{library.recipe}/diskussion")
    button = anke.get_by_role("button", name="Veröffentlichen")
    button.focus()
    anke.keyboard.press("Enter")

    expect(button).to_have_count(0)
    expect(anke.locator("ol.talk")).to_contain_text(["Gibt es das auf Türkisch?"])
    # Focus goes on where the list begins, not back to the top of the window.
    expect(anke.locator("#talk h1")).to_be_focused()


def test_a_reader_without_account_and_without_javascript_says_something(
    browser_of: BrowserOf, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    deniz = browser_of(script=False)
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 3)
    deniz.goto(library.recipe)
    deniz.locator(".more-actions").get_by_role("link", name="Diskussion").click()
    deniz.get_by_role("link", name="Antworten").first.click()
    deniz.get_by_label("Bemerkung").fill("Im Rathaus gibt es WLAN.")
    deniz.get_by_role("button", name="Abschicken").click()
    expect(deniz.locator(".errors")).to_contain_text("Das ging sehr schnell")
    expect(deniz.get_by_label("Bemerkung")).to_have_value("Im Rathaus gibt es WLAN.")
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 0)
    deniz.get_by_role("button", name="Abschicken").click()
    expect(deniz.get_by_text("Danke!", exact=False)).to_be_visible()

    anke = browser_of("anke", script=False)
    anke.goto(f"{library.recipe}/diskussion")
    waiting = anke.locator("li", has_text="Im Rathaus gibt es WLAN.")
    waiting.get_by_role("button", name="Veröffentlichen").click()
    expect(waiting.get_by_role("button", name="Veröffentlichen")).to_have_count(0)
    deniz.reload()

    expect(deniz.get_by_text("Im Rathaus gibt es WLAN.")).to_be_visible()


def test_a_lab_says_that_it_runs_a_recipe_too(browser_of: BrowserOf, library: Library) -> None:
    gabi = browser_of("gabi")
    gabi.goto(library.recipe)
    gabi.get_by_role("button", name="Machen wir auch").click()
    expect(gabi.locator("#also-running")).to_contain_text("Stadt Musterhausen")
    expect(gabi.get_by_role("button", name="Machen wir doch nicht")).to_be_focused()
    gabi.reload()
    gabi.get_by_role("button", name="Machen wir doch nicht").click()

    expect(gabi.locator("#also-running")).not_to_contain_text("Stadt Musterhausen")


def test_one_tap_in_the_list_says_that_a_lab_knows_nothing(
    browser_of: BrowserOf, library: Library
) -> None:
    anke = browser_of("anke", width=320, height=700)
    anke.goto("/zu-tun")
    anke.get_by_role("button", name="Dazu wissen wir nichts").click()

    expect(anke).to_have_url(re.compile("/zu-tun$"))
    expect(anke.get_by_text("Wer hat Erfahrung mit Zelten?")).to_have_count(0)
