"""A stage with one of everything that has an address, and the six who try to come in."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient

from tests.conftest import Browser, Cast, make_page
from tests.security.live import LiveServer
from wiki import create_app
from wiki.accounts.links import make_link
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db, writing
from wiki.labs.content import InvitationContent
from wiki.labs.inviting import invite
from wiki.labs.models import Lab, MemberRole
from wiki.pages.writing import protect, purge, retire

# Who tries: Deniz without an account, Gabi of a guest, Carla of another lab, Bilal of the lab,
# Anke its editor, Vera who runs the site.
ROLES = ("nobody", "gabi", "carla", "bilal", "anke", "vera")

BrowserOf = Callable[[str], FlaskClient]
Snapshot = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Stage:
    """What stands in the addresses: ids, and secrets nobody else knows."""

    page: int
    draft: int
    purged: int
    invitation: int
    invitation_secret: str
    link_secret: str
    cast: Cast
    restore: Callable[[], None]

    def fill(self, address: str) -> str:
        """`/r/{page}` → `/r/1`."""
        people = {name: getattr(self.cast, name) for name in ROLES if name != "nobody"}
        return address.format(
            page=self.page,
            draft=self.draft,
            purged=self.purged,
            invitation=self.invitation,
            invitation_secret=self.invitation_secret,
            link_secret=self.link_secret,
            **people,
        )


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Making the application takes longer than most of these tests, so they share one."""
    folder = tmp_path_factory.mktemp("security") / "data"
    app = create_app(Settings(data=folder, testing=True, secret_key="a secret for tests"))
    app.test_client_class = Browser
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(one_app: Flask) -> Iterator[Flask]:
    """The application on an empty database."""
    put_back = keeper_of(one_app)
    with one_app.app_context():
        yield one_app
        db.session.remove()
    put_back()


@pytest.fixture
def stage(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Stage:
    """Pages in every state, an open invitation, a sign-in link; `restore` brings all back."""
    soest = labs["soest"]
    anke = db.session.get_one(User, cast.anke)
    page = make_page("Smartphone-Stunde", by=cast.anke, lab=soest)
    draft = make_page("Leiser Entwurf", by=cast.anke, lab=soest, publish=False)
    make_page("Impressum", by=cast.vera, kind="article")
    make_page("Netzentwurf", by=cast.vera, kind="article", publish=False)
    make_page("Seite der Nachbarn", by=cast.gabi, lab=labs["nachbar"])
    protect(make_page("Geschützt", by=cast.anke, lab=soest), anke, on=True)
    retire(make_page("Zurückgezogen", by=cast.anke, lab=soest), anke)
    purged = make_page("Entfernt", by=cast.anke, lab=soest)
    purge(purged, anke)
    content = InvitationContent(name="Neue", email="neue@example.org", role=MemberRole.MEMBER)
    invitation, secret = invite(db.session.get_one(Lab, soest.id), content, by=anke)
    with writing():
        link = make_link(db.session.get_one(User, cast.bilal))
    return Stage(page.id, draft.id, purged.id, invitation.id, secret, link, cast, keeper_of(app))


@pytest.fixture
def browser_of(app: Flask, signed_in: Callable[[str], FlaskClient]) -> BrowserOf:
    """`browser_of("anke")` is Anke's browser, signed in a moment ago; "nobody" is Deniz."""

    def open_browser(role: str) -> FlaskClient:
        if role == "nobody":
            return app.test_client()
        browser = signed_in(role)
        with browser.session_transaction() as session:
            session["fs_paa"] = time.time()
        return browser

    return open_browser


@pytest.fixture
def live(app: Flask) -> Iterator[LiveServer]:
    """The application on a real socket."""
    with LiveServer(app) as server:
        yield server


def database_of(app: Flask) -> Path:
    return Path(app.config["LABORWIKI"].data) / "laborwiki.sqlite3"


def keeper_of(app: Flask) -> Callable[[], None]:
    """Remembers the database as it is now; calling the result brings it back."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(database_of(app))) as source:
        source.backup(kept)

    def put_back() -> None:
        if has_app_context():
            db.session.rollback()
            db.session.expire_all()
        with closing(sqlite3.connect(database_of(app))) as target:
            kept.backup(target)
        app.extensions.pop("laborwiki-shelf", None)

    return put_back


def everything_in(app: Flask) -> Snapshot:
    """All rows of all tables."""
    with closing(sqlite3.connect(database_of(app))) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: connection.execute(f'SELECT * FROM "{name}"').fetchall()
            for (name,) in tables.fetchall()
        }
