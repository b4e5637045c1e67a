"""A page printed as it stands: everything that helps, nothing that only a screen needs."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf
from tests.browser.library import STEPS, Library
from tests.conftest import Cast
from tests.files.samples import pdf
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.storing import store_file
from wiki.labs.models import Lab
from wiki.pages.addresses import find_page
from wiki.pages.kinds import kinds
from wiki.pages.textform import from_text
from wiki.pages.writing import Contribution, create_page
from wiki.starter.loading import CONTENT

Starter = Callable[[str], str]


@pytest.fixture
def starter(app: Flask) -> Starter:
    """`starter("hackathon")` loads this page of the starter content; returns its address."""

    def load(slug: str) -> str:
        word, content = from_text((CONTENT / f"{slug}.md").read_text(), kinds().models())
        kind = kinds().with_word(word)
        assert kind is not None
        create_page(kind, content, Contribution(by=None), publish=True, slug=slug)
        return f"/wiki/{slug}"

    return load


def printed(page: Page) -> list[str]:
    """The words on each sheet of A4."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    return [sheet.get_textpage().get_text_bounded().replace("\r\n", "\n") for sheet in document]


@pytest.mark.parametrize(("slug", "most"), [("hackathon", 6), ("beebots", 4), ("check-in", 3)])
def test_a_recipe_takes_few_sheets(
    slug: str, most: int, starter: Starter, browser_of: BrowserOf
) -> None:
    page = browser_of()
    page.goto(starter(slug))

    sheets = printed(page)

    assert len(sheets) <= most
    # The last sheet is worth its paper.
    assert len(sheets[-1].split()) > 40
    for title in page.locator(".steps h3").all_inner_texts():
        assert not any(sheet.rstrip().endswith(title) for sheet in sheets), title


@pytest.mark.parametrize("width", [360, 1280])
def test_paper_holds_what_helps_and_no_tools(
    width: int, library: Library, browser_of: BrowserOf
) -> None:
    page = browser_of("anke", width=width)
    page.goto(f"{library.recipe}?personen=12&beginn=18:00")

    words = " ".join(" ".join(printed(page)).split())

    for useful in (
        "Danach kann ich",
        "Material für 12 Personen",
        "24 Stück",
        "18:00",
        STEPS[2]["title"],
        "Jemand hilft dir dabei.",
        "Hört zuerst zu.",
        "Was war leicht?",
        "labor@example.org",
        "Senior:innen",
        "CC BY 4.0",
        "/r/1",
    ):
        assert useful in words, useful
    for tool in (
        "Suchen",
        "Menü",
        "Umrechnen",
        "Mitnehmen",
        "Bearbeiten",
        "Darauf verweisen",
        "Für die Redaktion",
        "Impressum",
        "Material und Zeit",
    ):
        assert tool not in words, tool


def test_an_article_is_printed_without_its_list_of_contents(
    library: Library, browser_of: BrowserOf
) -> None:
    page = browser_of()
    page.goto(library.article)

    words = " ".join(printed(page))

    assert words.count("Woher es kommt") == 1
    assert "Inhalt" not in words


def test_of_a_file_its_name_is_printed(
    cast: Cast, labs: dict[str, Lab], library: Library, browser_of: BrowserOf
) -> None:
    recipe = find_page(library.recipe.removeprefix("/wiki/"))
    anke = db.session.get_one(User, cast.anke)
    store_file(BytesIO(pdf()), "Handzettel.pdf", by=anke, lab=labs["soest"], page=recipe)
    page = browser_of()
    page.goto(library.recipe)
    expect(page.locator(".thumbnail")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.get_by_role("link", name="Handzettel.pdf")).to_be_visible()
    expect(page.locator(".thumbnail")).to_be_hidden()


def test_letters_on_paper_are_as_large_as_in_a_book(
    library: Library, browser_of: BrowserOf
) -> None:
    page = browser_of()
    page.goto(library.recipe)
    page.emulate_media(media="print")

    sizes = page.evaluate(
        "[...document.querySelectorAll('.sheet .prose p, .sheet .note, .sheet .prompt p')]"
        ".map(element => parseFloat(getComputedStyle(element).fontSize) * 0.75)"
    )

    assert sizes
    assert min(sizes) >= 9.9


def test_what_was_found_is_printed_without_the_finder(
    browser_of: BrowserOf, library: Library
) -> None:
    page = browser_of()
    page.goto("/suche?q=smartphone&personen=8")

    (sheet,) = printed(page)

    assert "Smartphone-Sprechstunde" in sheet
    assert "8 Personen" in sheet
    for words in ("Wonach?", "Für wen", "Senior:innen", "Mehr Filter", "abonnieren"):
        assert words not in sheet
