"""Watching by keyboard and without JavaScript; who opens news has read it."""

from playwright.sync_api import expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import Library, keep_news
from tests.browser.test_keyboard import press
from tests.durability.serving import wait_for
from wiki.db import db
from wiki.watching.models import Notice


def test_a_page_is_watched_by_keyboard_where_the_focus_stays(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("anke")
    page.goto(library.recipe)

    press(page, page.get_by_role("button", name="Beobachten", exact=True))
    expect(page.get_by_role("button", name="Nicht mehr beobachten")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Beobachten", exact=True)).to_be_focused()


def test_news_that_was_opened_is_read(browser_of: BrowserOf, library: Library) -> None:
    keep_news(library)
    page = browser_of("anke")
    page.goto("/neuigkeiten")
    expect(page.locator(".new-mark")).to_have_count(3)
    count = page.locator(".nav .bell")
    expect(count).to_contain_text("3")

    page.get_by_role("link", name="Kartenabfrage", exact=True).click()
    expect(page.get_by_role("heading", name="Kartenabfrage")).to_be_visible()

    # Its request outlives the page that sent it: nobody waits for the answer.
    wait_for(was_read, 15, pause=0.1)
    page.goto("/neuigkeiten")
    expect(page.locator(".new-mark")).to_have_count(2)


def was_read() -> bool:
    db.session.rollback()
    return db.session.query(Notice).filter(Notice.read_at.is_not(None)).count() == 1


def test_a_topic_is_watched_and_let_go_without_javascript(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of("carla", script=False)
    page.goto("/suche?thema=Labor")
    page.get_by_role("button", name="Dieses Thema beobachten").click()
    expect(page.get_by_role("button", name="Nicht mehr beobachten")).to_be_visible()
    page.goto("/konto")
    page.get_by_role("link", name="Ansehen und einstellen").click()
    expect(page.get_by_role("link", name="Thema: Labor")).to_be_visible()

    page.get_by_role("button", name="Nicht mehr beobachten").click()

    expect(page.get_by_text("Noch wird nichts beobachtet")).to_be_visible()
    assert db.session.query(Notice).count() == 0
