"""The cast and the stage.

Anke and Bilal are members of Soest, Anke as its editor. Carla belongs to Menden. Gabi belongs
to a guest, a neighbouring town. Vera runs the site. Deniz has no account.
"""

import gc
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from werkzeug.test import TestResponse

from tests.live import real_browser
from tests.stages import empty_app, keep_secrets, made_once
from wiki.accounts import strangers
from wiki.accounts.models import User
from wiki.accounts.people import create_person
from wiki.config import Settings
from wiki.db import db, now, writing
from wiki.labs.models import Lab, LabKind, Membership
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.writing import Contribution, create_page

PASSWORD = "ein langes Passwort"
MEMORY = Path("/dev/shm")
SLOW = ("durability", "browser", "test_command_line.py", "security")


class Browser(FlaskClient):
    """Each request has a context of its own, as on the server, while the test holds one open."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if has_app_context():
            # What the test reads next is what the request wrote.
            db.session.rollback()
            db.session.expire_all()
        return response


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first in each of two processes: none waits for the other at the end."""
    slow = [item for name in SLOW for item in items if name in item.path.parts]
    quick = [item for item in items if not set(SLOW) & set(item.path.parts)]
    items[:] = (
        slow[: len(slow) // 2]
        + quick[: len(quick) // 2]
        + slow[len(slow) // 2 :]
        + quick[len(quick) // 2 :]
    )


def pytest_collection_finish() -> None:
    # What was imported stays: nobody need look through it for garbage again and again.
    gc.collect()
    gc.freeze()
    # Each test leaves an application behind, all in circles: looked through a few dozen at a time
    # they take a third less of the whole time, and half a gigabyte.
    gc.set_threshold(50_000, 10, 5)


@dataclass(frozen=True)
class Cast:
    """The people, by their ids: a test's own session loads them."""

    anke: int
    bilal: int
    carla: int
    gabi: int
    vera: int


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are faster than anybody types; those about haste say so themselves."""
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 0)


@pytest.fixture
def on_disk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the test's own that waits for a real disk."""
    return tmp_path_factory.mktemp(re.sub(r"\W", "_", request.node.name)[:30])


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of the test's own; in memory where there is room, for nobody waits for a disk."""
    if not has_room(MEMORY):
        yield request.getfixturevalue("on_disk")
        return
    with TemporaryDirectory(prefix="laborwiki-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def closes_files() -> Iterator[None]:
    """Whoosh leaves files open when it finds a damaged index: here they close with the test that
    expects that, and not with some other."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for a process; each test opens windows of its own, with their own cookies."""
    with real_browser() as browser:
        yield browser


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", testing=True, secret_key="a secret for tests")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application on an empty database, its tables made from the models."""
    keep_secrets(settings.data)
    app = empty_app(settings)
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def labs(app: Flask) -> dict[str, Lab]:
    made_once(app, "labs", _found_labs)
    return all_labs()


def all_labs() -> dict[str, Lab]:
    """By their slugs, as this session knows them."""
    return {lab.slug: lab for lab in db.session.query(Lab).order_by(Lab.id)}


def _found_labs() -> None:
    guest = LabKind.GUEST.value
    with writing() as session:
        session.add_all(
            [
                Lab(slug="soest", name="stadtLABOR Beispiel", colour="#0b5c8a", position=1),
                Lab(slug="menden", name="Werkstatt Beispiel", colour="#5a3d8f", position=2),
                Lab(slug="nachbar", name="Stadt Musterhausen", kind=guest, position=1),
            ]
        )


@pytest.fixture
def cast(app: Flask, labs: dict[str, Lab]) -> Cast:
    return made_once(app, "cast", lambda: _invite_cast(all_labs()))


def _invite_cast(labs: dict[str, Lab]) -> Cast:
    with writing() as session:
        people = {}
        for name, lab, role in (
            ("anke", "soest", "editor"),
            ("bilal", "soest", "member"),
            ("carla", "menden", "member"),
            ("gabi", "nachbar", "member"),
            ("vera", "", ""),
        ):
            person = create_person(
                f"{name}@example.org", name.title(), password=PASSWORD, admin=name == "vera"
            )
            person.agreed_at = now()
            people[name] = person
            if lab:
                session.add(Membership(user_id=person.id, lab_id=labs[lab].id, role=role))
    return Cast(**{name: person.id for name, person in people.items()})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Deniz's browser: nobody is signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """`signed_in("anke")` is Anke's browser; CSRF is checked as it is for everybody."""

    def sign_in(name: str) -> FlaskClient:
        user = db.session.get_one(User, getattr(cast, name))
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = user.fs_uniquifier
            session["_fresh"] = True
            session["fs_cc"] = "set"
            # Signed in a moment ago: sensitive pages do not ask again.
            session["fs_paa"] = time.time()
        return browser

    return sign_in


@pytest.fixture
def page(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Page:
    """A published format of Soest with two steps."""
    return make_page("Smartphone-Stunde", by=cast.anke, lab=labs["soest"])


def has_room(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free > 1_000_000_000


def make_page(
    title: str,
    *,
    by: int | None = None,
    lab: Lab | None = None,
    kind: str = "format",
    publish: bool = True,
    **fields: Any,
) -> Page:
    """A page with a little of everything; `fields` say more or something else."""
    found = kinds().named(kind)
    values: dict[str, Any] = {"title": title, "summary": "Zum Ausprobieren.", **fields}
    if "steps" in found.content.model_fields:
        values.setdefault(
            "steps",
            [
                {"key": "kaa", "title": "Ankommen", "minutes": 10, "text": "Alle kommen an."},
                {"key": "kbb", "title": "Machen", "minutes": 50, "text": "Alle machen mit."},
            ],
        )
    user = db.session.get(User, by) if by else None
    content = found.content.model_validate(values)
    return create_page(found, content, Contribution(by=user, lab=lab), publish=publish)


def token(browser: FlaskClient, address: str) -> str:
    """The CSRF token of the form at this address."""
    html = browser.get(address).text
    return html.split('name="csrf_token" value="')[1].split('"')[0]
