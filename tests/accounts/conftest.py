"""An application of its own per test, with Anke, who has an account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.journeys import PASSWORD, Post, poster
from tests.stages import empty_app
from wiki.accounts.models import User
from wiki.accounts.people import create_person
from wiki.config import Settings
from wiki.db import db, writing


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    application = empty_app(
        Settings(
            data=tmp_path,
            testing=True,
            secret_key="test-secret",
            mail_server="mail.example.org",
            mail_sender="wiki@example.org",
            base_url="http://wiki.example.org",
            trusted_hosts=("localhost",),
        )
    )
    # The application context is not kept open: each request must start with an empty `g`.
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def anke(app: Flask) -> User:
    with app.app_context(), writing():
        return create_person("anke@example.org", "Anke Aal", PASSWORD, admin=True)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def post(client: FlaskClient) -> Post:
    return poster(client)
