"""A changed page is made by the request that changed it, for the readers of every process."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from flask_migrate import stamp
from werkzeug.test import TestResponse

from tests.conftest import Browser, Cast
from tests.forms import filled, form_in
from wiki import create_app
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db, writing
from wiki.pages import ahead
from wiki.pages.models import Page
from wiki.pages.writing import purge, purge_within
from wiki.server import prepare

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def other(app: Flask, settings: Settings) -> FlaskClient:
    """A reader of another web process on the same data."""
    application = create_app(settings)
    application.test_client_class = Browser
    return application.test_client()


def edit(browser: FlaskClient, page: Page, **changes: object) -> TestResponse:
    address = f"/wiki/{page.slug}/bearbeiten"
    form = filled(
        form_in(browser.get(address).text, address), **{"agree": "1", "do": "publish", **changes}
    )
    answer = browser.post(address, data=form)
    assert answer.status_code == 303, answer.text
    return answer


def made(settings: Settings, page: Page) -> Path:
    return settings.data / "cache" / "pages" / str(page.id)


@contextmanager
def templates_of(browser: FlaskClient) -> Iterator[list[str]]:
    """The templates that a browser's application renders from now on."""
    seen: list[str] = []

    def remember(_app: Flask, template: Any, **_more: object) -> None:
        seen.append(template.name)

    with template_rendered.connected_to(remember, browser.application):
        yield seen


def test_the_next_reader_waits_for_no_template_in_no_process(
    signed_in: SignIn, client: FlaskClient, other: FlaskClient, page: Page
) -> None:
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")

    for reader in (client, other):
        with templates_of(reader) as rendered:
            assert "Mit eigenem Kabel." in reader.get(f"/wiki/{page.slug}").text
        assert rendered == []


def test_it_is_what_somebody_without_an_account_sees(
    settings: Settings, signed_in: SignIn, other: FlaskClient, page: Page
) -> None:
    """Whoever saved has a name, rights and maybe another language: none of it is in there."""
    address = f"/wiki/{page.slug}"
    anke = signed_in("anke")
    assert "Für die Redaktion" in anke.get(address).text
    answer = edit(anke, page, summary="Mit eigenem Kabel.")
    page_made = made(settings, page).read_bytes()

    assert "Anke" in anke.get(answer.location).text
    body = gzip.decompress(page_made[page_made.index(b"\x1f\x8b") :]).decode()
    assert body == other.get(address).text
    assert "Anke" not in body
    made(settings, page).unlink()
    assert create_app(settings).test_client().get(address).text == body


def test_whoever_reads_another_language_has_it(
    signed_in: SignIn, other: FlaskClient, page: Page
) -> None:
    bilal = signed_in("bilal")
    bilal.get("/?sprache=en")
    edit(bilal, page, summary="Mit eigenem Kabel.")

    german = other.get(f"/wiki/{page.slug}").text
    english = other.get(f"/wiki/{page.slug}", headers={"Accept-Language": "en"}).text

    assert ("Zum Inhalt" in german, "Zum Inhalt" in english) == (True, False)


@pytest.mark.parametrize("damage", [b"", b"x" * 60, None])
def test_a_damaged_one_is_made_anew(
    settings: Settings, signed_in: SignIn, other: FlaskClient, page: Page, damage: bytes | None
) -> None:
    """After a power cut the file may be empty or end early."""
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")
    file = made(settings, page)
    file.write_bytes(file.read_bytes()[:-20] if damage is None else damage)

    text = other.get(f"/wiki/{page.slug}").text

    assert "Mit eigenem Kabel." in text
    assert text.rstrip().endswith("</html>")


def test_it_goes_with_the_page(
    settings: Settings, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")
    assert made(settings, page).exists()

    purge(page, db.session.get_one(User, cast.anke))

    assert not made(settings, page).exists()


def test_what_is_taken_away_meanwhile_is_not_left_behind(
    settings: Settings,
    signed_in: SignIn,
    page: Page,
    cast: Cast,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page_id, really = page.id, ahead.show

    def show_and_lose(slug: str) -> Any:
        response = really(slug)
        with app.app_context(), writing() as session:
            purge_within(session.get_one(Page, page_id), session.get_one(User, cast.anke))
        return response

    monkeypatch.setattr(ahead, "show", show_and_lose)
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")

    assert not (settings.data / "cache" / "pages" / str(page_id)).exists()


def test_a_draft_is_made_for_nobody(settings: Settings, signed_in: SignIn, page: Page) -> None:
    page.state = "draft"
    db.session.commit()
    edit(signed_in("bilal"), page, summary="Noch geheim.", do="draft")

    assert not made(settings, page).exists()


def test_a_change_is_saved_even_if_its_page_cannot_be_made(
    signed_in: SignIn, page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_slug: str) -> Any:
        raise RuntimeError("a template is broken")

    monkeypatch.setattr(ahead, "show", fail)

    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")

    assert page.current_number == 2
    assert "could not be made ahead" in caplog.text


def test_a_start_may_be_with_an_older_database(
    settings: Settings, signed_in: SignIn, page: Page
) -> None:
    """Whoever puts a copy back counts changes anew: another change would have the same stamp."""
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")

    stamp()
    prepare(settings)

    assert not made(settings, page).exists()
