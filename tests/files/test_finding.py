"""Words inside a page's files lead to the page, which says in which file they stand."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search import SearchIndex
from tests.conftest import Cast, make_page
from tests.files.conftest import Keep
from tests.files.samples import pdf
from wiki.db import db
from wiki.files.models import File
from wiki.files.reading import Reader
from wiki.files.storing import attach, detach
from wiki.finding.indexing import Follower
from wiki.finding.looking import Question, look_for
from wiki.labs.models import Lab
from wiki.pages.models import Page

Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def follow(app: Flask) -> Callable[[], None]:
    """The background reads the files, then the index follows."""
    index: SearchIndex = app.extensions["laborwiki-search"]
    reader, follower = Reader(), Follower(index)

    def read_and_follow() -> None:
        reader.read_some()
        while follower.follow():
            pass

    return read_and_follow


@pytest.fixture
def article(cast: Cast, labs: dict[str, Lab]) -> Page:
    return make_page(
        "Werkstatt", kind="article", by=cast.anke, lab=labs["soest"], body="Eine Hobelbank."
    )


def test_the_file_is_named_with_the_found_words(
    client: FlaskClient, article: Page, keep: Keep, follow: Callable[[], None]
) -> None:
    file = keep("Handzettel.pdf", pdf("Am Bandschleifer"))
    attach(article, file)
    slug, file_id = article.slug, file.id
    follow()

    html = client.get("/suche?q=Bandschleifern").text
    card = html.split('class="cards cards-list"')[1].split("</ul>")[0]

    assert f'href="/wiki/{slug}"' in card
    assert f'href="/dateien/{file_id}/' in card
    assert "Handzettel.pdf</a>" in card
    assert "Am <mark>Bandschleifer</mark>" in card


def test_what_the_page_says_itself_is_shown_instead(
    article: Page, keep: Keep, follow: Callable[[], None]
) -> None:
    attach(article, keep("Zettel.txt", b"Hobelbank und Zwinge"))
    follow()

    (hit,) = look_for(Question("Hobelbank"), None).found
    assert hit.file is None
    (hit,) = look_for(Question("Zwinge"), None).found
    assert hit.file is not None


def test_a_detached_file_is_no_longer_found(
    article: Page, keep: Keep, follow: Callable[[], None]
) -> None:
    file = keep("Zettel.txt", b"Zwinge")
    attach(article, file)
    page_id, file_id = article.id, file.id
    follow()
    assert look_for(Question("Zwinge"), None).total == 1

    detach(db.session.get_one(Page, page_id), db.session.get_one(File, file_id))
    follow()

    assert look_for(Question("Zwinge"), None).total == 0


def test_files_of_drafts_are_found_by_nobody(
    cast: Cast,
    labs: dict[str, Lab],
    client: FlaskClient,
    signed_in: Browsers,
    keep: Keep,
    follow: Callable[[], None],
) -> None:
    draft = make_page("Entwurf", kind="article", by=cast.anke, lab=labs["soest"], publish=False)
    attach(draft, keep("Geheim.txt", b"Zwinge"))
    follow()

    for browser in (client, signed_in("carla"), signed_in("anke")):
        assert "Geheim.txt" not in browser.get("/suche?q=Zwinge").text
