"""Servers on data folders of their own, and links to sign in to them."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import IndexBroken
from tests.durability.serving import Server, serving, wait_for
from wiki import create_app
from wiki.accounts.links import address_of, make_link
from wiki.accounts.people import find_person
from wiki.config import Settings
from wiki.db import db, writing
from wiki.finding.indexing import out_of_step

ADMIN = "admin@example.org"


@pytest.fixture
def tmp_path(on_disk: Path) -> Path:
    """What is to last is written to a disk."""
    return on_disk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that started on an empty folder, as on the first day."""
    with serving(tmp_path_factory.mktemp("first-day") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the starter content, its index complete, and nobody using it.

    Whichever process of a run needs it first makes it for all of them.
    """
    together = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent
    done = together / "prepared"
    with (together / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            beside = tmp_path_factory.mktemp("beside")
            data = beside / "data"
            with serving(data):
                wait_for(lambda: is_in_step(data), 60, pause=0.2)
            beside.rename(done)
    return done / "data"


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def link_for(data: Path, mail: str = ADMIN) -> str:
    """What `flask user link` prints."""
    app = create_app(Settings(data=data))
    with app.app_context():
        with writing():
            person = find_person(mail)
            assert person is not None
            link = address_of(make_link(person))
        db.engine.dispose()
    return link


def is_in_step(data: Path) -> bool:
    """Whether the index says of every published page what the database says."""
    app = create_app(Settings(data=data))
    with app.app_context():
        index = app.extensions["laborwiki-search"]
        try:
            return index.position() > 0 and out_of_step(index) == ([], [])
        except IndexBroken:
            return False
        finally:
            db.session.remove()
            db.engine.dispose()
