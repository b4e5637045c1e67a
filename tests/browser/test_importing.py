"""A package in a real browser: the page follows the work without being loaded anew."""

from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import BrowserOf
from tests.browser.test_axe import barriers, unfold
from tests.reuse.conftest import zipped
from wiki.reuse.importing import run
from wiki.reuse.job import source_of

PACKAGE = zipped(a_md="# Seite aus dem Paket", b_md="---\nArt: kuchen\n---", c_md="# Zweite")


def test_an_import_shows_itself_and_can_be_taken_back(app: Flask, browser_of: BrowserOf) -> None:
    page = browser_of("anke")
    page.goto("/import")
    found = barriers(page)
    package = {"name": "Paket.zip", "mimeType": "application/zip", "buffer": PACKAGE}
    page.get_by_label("Datei").set_input_files(package)
    page.get_by_role("button", name="Hochladen und ansehen").click()
    expect(page.get_by_text("Das Paket wird geprüft")).to_be_visible()
    found += barriers(page)
    number = int(page.url.rpartition("/")[2])
    page.evaluate("window.same = true")

    run(number, source_of)
    expect(page.get_by_role("button", name="Übernehmen")).to_be_visible()
    expect(page.locator("#status")).to_have_text("geprüft")
    assert page.evaluate("window.same")
    found += barriers(page)

    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Das Paket wird übernommen")).to_be_visible()
    run(number, source_of)
    expect(page.get_by_role("link", name="Seite aus dem Paket")).to_be_visible()
    unfold(page)
    found += barriers(page)

    page.get_by_role("button", name="Alles zurücknehmen").click()
    run(number, source_of)
    expect(page.get_by_text("Der Import ist zurückgenommen")).to_be_visible()
    found += barriers(page)
    assert not found, "\n".join(found)
