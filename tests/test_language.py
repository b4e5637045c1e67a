"""Words, dates and addresses in the language of whoever reads them, one after the other."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import gettext

from tests.conftest import make_page
from wiki.language import chosen_language, in_language, translated
from wiki.templating import day

AT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def said() -> tuple[str, str, str, str]:
    return chosen_language(), gettext("Abmelden"), translated("Abmelden"), day(AT)


GERMAN = ("de", "Abmelden", "Abmelden", "25. November 2026")
ENGLISH = ("en", "Sign out", "Sign out", "25 November 2026")


def test_several_mails_of_one_turn_are_each_in_their_own_language(app: Flask) -> None:
    seen = []
    for language in ("de", "en", "de", "en"):
        with in_language(language):
            seen.append(said())

    assert seen == [GERMAN, ENGLISH] * 2


def test_a_mail_changes_nothing_for_whoever_sends_it(app: Flask) -> None:
    with app.test_request_context("/"):
        before = said()
        with in_language("en"):
            assert said() == ENGLISH
        assert said() == before == GERMAN


def test_an_error_in_a_mail_leaves_no_language_behind(app: Flask) -> None:
    with app.test_request_context("/"):
        with pytest.raises(RuntimeError), in_language("en"):
            raise RuntimeError

        assert said() == GERMAN


def test_an_address_in_a_mail_names_no_language(app: Flask) -> None:
    with app.test_request_context("/?sprache=en"), in_language("de"):
        assert app.url_for("start.show") == "/"


def test_lists_say_in_which_language_a_page_is_written(client: FlaskClient) -> None:
    """The words around it are in the reader's."""
    make_page("Werkstatt am Abend")
    make_page("Workshop at night", language="en")

    german, english = client.get("/").text, client.get("/?sprache=en").text

    assert [lang_of(title, german) for title in TITLES] == [None, "en"]
    assert [lang_of(title, english) for title in TITLES] == ["de", None]


TITLES = ("Werkstatt am Abend", "Workshop at night")


def lang_of(title: str, html: str) -> str | None:
    """What the heading with this title says of its language."""
    heading = re.search(rf"<h\d([^>]*)><a [^>]*>{title}</a>", html)
    assert heading
    said = re.search(r'lang="(\w+)"', heading[1])
    return said[1] if said else None
