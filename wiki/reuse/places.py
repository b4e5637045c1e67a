"""A few places for work that takes much, for all processes of the machine together.

Who finds none within a moment is told to come back: a hundred wishes at once cost no more than
those that are at work.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from flask import current_app

from wiki.config import Settings
from wiki.errors import LaborwikiError

PLACES = 2
WAIT_SECONDS = 5.0
RETRY_SECONDS = 10


class Busy(LaborwikiError):
    """Enough is being made; it works again in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


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


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
