"""The answer to who gets no guest place: one mail, in their language, after it is decided."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, token
from tests.watching.smtp import MailServer, mail_server
from wiki.config import Settings
from wiki.db import db
from wiki.guests.asking import ask_for_place
from wiki.guests.content import RequestContent
from wiki.guests.models import GuestRequest

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return replace(
        settings,
        mail_server="127.0.0.1",
        mail_port=server.port,
        mail_sender="wiki@example.org",
    )


@pytest.fixture
def app(app: Flask) -> Flask:
    """Its mails go over the wire, as they do for everybody."""
    app.extensions["mailman"].backend = "smtp"
    return app


@pytest.mark.parametrize(("language", "greeting"), [("de", "Hallo Erika"), ("en", "Hello Erika")])
def test_of_two_who_decline_one_mails(
    signed_in: SignIn, cast: Cast, server: MailServer, language: str, greeting: str
) -> None:
    asked = RequestContent(guest="Stadt Beispielhausen", name="Erika", email="e@example.org")
    ask_for_place(asked, None, language)
    address = f"/gastplatz/{db.session.query(GuestRequest).one().id}"
    browsers = [signed_in("anke"), signed_in("vera")]
    tokens = [token(browser, address) for browser in browsers]

    answers = [
        browser.post(f"{address}/ablehnung", data={"csrf_token": mine, "answer": "Noch nicht."})
        for browser, mine in zip(browsers, tokens, strict=True)
    ]

    assert [one.status_code for one in answers] == [303, 404]
    [mail] = server.mails
    assert mail["To"] == "e@example.org"
    assert greeting in mail.get_content()
    assert "Noch nicht." in mail.get_content()
    assert not db.session.query(GuestRequest).count()
