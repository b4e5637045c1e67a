"""A changed page is made by the request that changed it, for the readers of every process."""

import gzip
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from signal import SIG_IGN, SIGXFSZ, signal
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from flask_migrate import stamp
from werkzeug.test import TestResponse

from tests.conftest import Browser, Cast, make_page
from tests.forms import filled, form_in
from tests.talk.test_talking import said
from wiki import create_app
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages import ahead
from wiki.pages.keeping import Stamp
from wiki.pages.made_pages import SWEEP_SECONDS, forget_outdated, write_made
from wiki.pages.models import Page, PageState
from wiki.pages.purging import leave_no_trace
from wiki.pages.writing import purge, purge_within
from wiki.server import prepare
from wiki.talk import saying

SignIn = Callable[[str], FlaskClient]


def user(number: int) -> User:
    return db.session.get_one(User, number)


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


def made(settings: Settings) -> list[Path]:
    """The files of pages that were made."""
    return list((settings.data / "cache" / "pages").glob("*"))


def made_text(settings: Settings) -> str:
    """What the one page says that was made."""
    (file,) = made(settings)
    whole = file.read_bytes()
    return gzip.decompress(whole[whole.index(b"\x1f\x8b") :]).decode()


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
    assert "Anke" in anke.get(answer.location).text
    body = made_text(settings)
    assert body == other.get(address).text
    assert "Anke" not in body
    made(settings)[0].unlink()
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
    (file,) = made(settings)
    file.write_bytes(file.read_bytes()[:-20] if damage is None else damage)

    text = other.get(f"/wiki/{page.slug}").text

    assert "Mit eigenem Kabel." in text
    assert text.rstrip().endswith("</html>")


def test_it_goes_with_the_page(
    settings: Settings, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")
    assert "Mit eigenem Kabel." in made_text(settings)

    purge(page, user(cast.anke))

    assert made(settings) == []


def test_what_is_purged_while_it_is_made_is_not_left_behind(
    settings: Settings,
    signed_in: SignIn,
    page: Page,
    cast: Cast,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever saves still sees the page, until whoever purges it is through."""
    page_id, really = page.id, ahead.show
    is_inside, may_go_on = Event(), Event()

    def empty() -> None:
        with app.app_context():
            with writing() as session:
                purge_within(session.get_one(Page, page_id), session.get_one(User, cast.anke))
                is_inside.set()
                may_go_on.wait(30)
            leave_no_trace()

    other = Thread(target=empty)

    def show_meanwhile(slug: str) -> Any:
        response = really(slug)
        other.start()
        assert is_inside.wait(30)
        return response

    monkeypatch.setattr(ahead, "show", show_meanwhile)
    edit(signed_in("bilal"), page, summary="Streng geheim.")
    assert "Streng geheim." in made_text(settings)
    may_go_on.set()
    other.join(30)

    assert made(settings) == []


def test_what_another_page_said_of_it_goes_too(
    settings: Settings, signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    steps = [{"key": "kaa", "title": "Los", "text": f"Siehe [[{page.title}]]."}]
    secret = make_page("Streng geheim", by=cast.anke, lab=labs["soest"], steps=steps)
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")
    assert "Streng geheim" in made_text(settings)

    purge(secret, user(cast.anke))

    assert made(settings) == []


def test_a_remark_that_was_removed_does_not_lie_on_the_disk(
    settings: Settings, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    remark = said(page, cast, "Bei Fragen: 02931 000000")
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")
    assert "02931 000000" in made_text(settings)
    saying.remove(remark, user(cast.bilal))

    forget_outdated()

    assert made(settings) == []


def test_the_chore_leaves_what_is_as_new_as_the_page(
    settings: Settings, signed_in: SignIn, page: Page
) -> None:
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")

    forget_outdated()

    assert "Mit eigenem Kabel." in made_text(settings)


def test_on_a_full_disk_nothing_is_left_lying(
    settings: Settings, signed_in: SignIn, page: Page
) -> None:
    bilal = signed_in("bilal")
    before = getrlimit(RLIMIT_FSIZE)

    def write_little(stamp: Stamp, body: bytes) -> None:
        handler = signal(SIGXFSZ, SIG_IGN)
        setrlimit(RLIMIT_FSIZE, (2_000, before[1]))
        try:
            write_made(stamp, body)
        finally:
            setrlimit(RLIMIT_FSIZE, before)
            signal(SIGXFSZ, handler)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead, "write_made", write_little)
        edit(bilal, page, summary="Mit eigenem Kabel.")

    assert made(settings) == []


def test_a_file_that_nobody_finished_goes_after_a_while(settings: Settings, app: Flask) -> None:
    folder = settings.data / "cache" / "pages"
    folder.mkdir(parents=True)
    for name, age in ((".neu", 0.0), (".alt", 2 * SWEEP_SECONDS)):
        (folder / name).write_bytes(b"halb")
        os.utime(folder / name, (time.time() - age, time.time() - age))

    forget_outdated()

    assert [file.name for file in made(settings)] == [".neu"]


@pytest.mark.parametrize("first", ["", "?sprache=de"])
def test_a_language_in_the_address_stays_in_the_links_and_in_no_others(
    signed_in: SignIn, other: FlaskClient, page: Page, first: str
) -> None:
    """Whoever reads English by their browser and chose German here goes on in German."""
    edit(signed_in("bilal"), page, summary="Mit eigenem Kabel.")
    address, english = f"/wiki/{page.slug}", {"Accept-Language": "en"}
    other.get(address + first)

    chosen = other.get(f"{address}?sprache=de", headers=english).text
    plain = other.get(address).text

    assert 'href="/labore?sprache=de"' in chosen
    assert 'href="/labore"' in plain


def test_a_draft_is_made_for_nobody(settings: Settings, signed_in: SignIn, page: Page) -> None:
    page.state = PageState.DRAFT.value
    db.session.commit()
    edit(signed_in("bilal"), page, summary="Noch geheim.", do="draft")

    assert made(settings) == []


@pytest.mark.parametrize("step", ["_slugs_of", "show", "write_made"])
def test_a_change_is_saved_even_if_its_page_cannot_be_made(
    signed_in: SignIn,
    page: Page,
    step: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_values: object) -> Any:
        raise RuntimeError("something is broken")

    monkeypatch.setattr(ahead, step, fail)

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

    assert made(settings) == []
