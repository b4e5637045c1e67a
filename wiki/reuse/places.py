"""A few places for work that takes much, for all processes of the machine together.

Who finds none within a moment is told to come back: a hundred wishes at once cost no more than
those that are at work. Who has no account is told to come back later after very many of them, so
that one address does not keep the places from all others.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

from flask import current_app

from wiki.accounts.attempts import network_mark
from wiki.accounts.current import person
from wiki.background import HOUR
from wiki.config import Settings
from wiki.errors import LaborwikiError, TooMany

PLACES = 2
WAIT_SECONDS = 5.0
RETRY_SECONDS = 10
# Documents in an hour of the clock that nobody had made yet. A whole town hall may share one
# address.
MOST_FROM_ADDRESS = 200


class Busy(LaborwikiError):
    """Enough is being made; it works again in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class TooManyDocuments(TooMany):
    """Very many documents were made for one address within an hour."""


def count_document() -> None:
    """To be called before something is made that takes much, if nobody had it made before.

    The count is the length of a file: reading writes nothing into the database.

    Raises:
        TooManyDocuments: very many were made for this address; people with an account may go on.
    """
    if person() is not None:
        return
    folder = _counts()
    # A full disk keeps nobody from reading.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{_hour()}-{network_mark('document')}").open("ab") as counted:
            counted.write(b".")
            counted.flush()
            if counted.tell() > MOST_FROM_ADDRESS:
                raise TooManyDocuments


def forget_counts() -> None:
    """Hourly chore: what was counted in hours that are over."""
    for path in _counts().glob("*"):
        if not path.name.startswith(f"{_hour()}-"):
            path.unlink(missing_ok=True)


@contextmanager
def a_place(kind: str) -> Iterator[None]:
    """One of the places for this kind of work; the lock of a dead process is free again.

    Raises:
        Busy: all of them stayed taken.
    """
    settings: Settings = current_app.config["LABORWIKI"]
    folder = settings.data / "cache"
    folder.mkdir(exist_ok=True)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        for number in range(PLACES):
            with (folder / f"{kind}-{number}.lock").open("w") as lock:
                if _taken(lock.fileno()):
                    yield
                    return
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(0.05)


def _counts() -> Path:
    settings: Settings = current_app.config["LABORWIKI"]
    return settings.data / "cache" / "asked"


def _hour() -> int:
    return int(time.time() // HOUR)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
