"""The cast in its labs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Browser
from tests.labs.cast import SignIn, make_lab, make_person
from tests.stages import empty_app
from wiki.accounts.models import ADMIN, Role, User
from wiki.config import Settings
from wiki.db import db
from wiki.labs.models import Lab, MemberRole


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = empty_app(Settings(data=tmp_path / "data", testing=True))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Deniz, who has no account."""
    return app.test_client()


@pytest.fixture
def soest(app: Flask) -> Lab:
    return make_lab("stadtlabor-soest", "stadtLABOR Soest", place="Soest", colour="#0b5c8a")


@pytest.fixture
def menden(app: Flask) -> Lab:
    return make_lab("zukunfts-werk-stadt", "Zukunfts.Werk.Stadt", place="Menden", colour="#5a3d8f")


@pytest.fixture
def anke(soest: Lab) -> User:
    """Looks after the lab in Soest."""
    return make_person("Anke", soest, MemberRole.EDITOR)


@pytest.fixture
def bilal(soest: Lab) -> User:
    """A member of Anke's lab."""
    return make_person("Bilal", soest)


@pytest.fixture
def carla(menden: Lab) -> User:
    """Looks after another lab, the one in Menden."""
    return make_person("Carla", menden, MemberRole.EDITOR)


@pytest.fixture
def vera(app: Flask) -> User:
    """Runs the site and belongs to no lab."""
    person = make_person("Vera")
    person.roles = [Role(name=ADMIN)]
    db.session.commit()
    return person


@pytest.fixture
def signed_in(app: Flask) -> SignIn:
    """A browser in which this person is signed in."""

    def browser_of(person: User) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
        return client

    return browser_of
