"""What was kept of a page is never shown to somebody else, nor after anything changed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.db import database_stamp, db, writing
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.writing import protect

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def statements(app: Flask) -> list[str]:
    """Everything the database is asked from now on."""
    asked: list[str] = []
    event.listen(
        db.engine, "before_cursor_execute", lambda _c, _cursor, text, *_more: asked.append(text)
    )
    return asked


def test_the_stamp_stays_until_something_is_committed(app: Flask, page: Page) -> None:
    before = database_stamp()
    db.session.get(Page, page.id)
    assert database_stamp() == before

    with writing():
        pass
    still = database_stamp()
    make_page("Noch eine Seite")

    assert database_stamp() != still


def test_a_person_who_comes_back_costs_one_question(
    signed_in: SignIn, page: Page, statements: list[str]
) -> None:
    anke, address = signed_in("anke"), f"/wiki/{page.slug}"
    first = anke.get(address).text
    anke.get(address)
    statements.clear()

    assert anke.get(address).text == first
    assert [text.split()[0] for text in statements if text != "BEGIN"] == ["SELECT"]


def test_each_person_sees_the_page_as_theirs(signed_in: SignIn, page: Page) -> None:
    anke, gabi = signed_in("anke"), signed_in("gabi")
    for _time in range(2):
        assert "Für die Redaktion" in anke.get(f"/wiki/{page.slug}").text
        assert "Für die Redaktion" not in gabi.get(f"/wiki/{page.slug}").text


def test_a_change_is_seen_at_once(
    signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    bilal = signed_in("bilal")
    address = f"/wiki/{page.slug}"
    edit = f'href="{address}/bearbeiten"'
    for _time in range(2):
        assert edit in bilal.get(address).text

    protect(page, db.session.get_one(User, cast.anke), on=True)

    assert edit not in bilal.get(address).text


def test_a_message_is_said_once(signed_in: SignIn, page: Page) -> None:
    anke = signed_in("anke")
    address = f"/wiki/{page.slug}"
    for _time in range(2):
        anke.get(address)
    with anke.session_transaction() as session:
        session["_flashes"] = [("success", "Das ist jetzt gespeichert.")]

    assert "Das ist jetzt gespeichert." in anke.get(address).text
    assert "Das ist jetzt gespeichert." not in anke.get(address).text


def test_what_was_seen_before_a_commit_is_not_kept_for_after_it(
    app: Flask, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    slug = page.slug
    meanwhile: list[bool] = []

    def rename() -> None:
        with writing() as session:
            session.execute(update(Lab).where(Lab.slug == "soest").values(name="Umgezogen"))

    def rename_while_the_request_runs() -> None:
        # The request has read who asks: from now on it sees the database as it was then.
        if person() is not None and meanwhile:
            meanwhile.clear()
            at_once(rename, app=app)

    app.before_request(rename_while_the_request_runs)
    browser = signed_in("bilal")
    browser.get(f"/wiki/{slug}")
    meanwhile.append(True)
    browser.get(f"/wiki/{slug}")

    assert "Umgezogen" in browser.get(f"/wiki/{slug}").text
