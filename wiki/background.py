"""One child process beside the web workers: it follows the change log and keeps the index.

It is started by the server (`wiki.server`), elected by a file lock, and dies with its parent.
Features add chores; each does a little at a time and says whether there is more to do.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import IO

from flask import Flask

from wiki.config import Settings

PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0

Chore = Callable[[], bool]
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-chores"] = []


def add_chore(app: Flask, chore: Chore) -> None:
    """Let a feature have something done in the background, in an application context."""
    app.extensions["laborwiki-chores"].append(chore)


def run(app: Flask) -> None:
    """Do chores until the parent dies; wait while another process is elected."""
    die_with_parent()
    settings: Settings = app.config["LABORWIKI"]
    with (settings.data / "background.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _do_chores(app, lock)


def _do_chores(app: Flask, _lock: IO[str]) -> None:
    chores: list[Chore] = app.extensions["laborwiki-chores"]
    pauses = dict.fromkeys(chores, 0.0)
    due = dict.fromkeys(chores, 0.0)
    while True:
        for chore in chores:
            if time.monotonic() < due[chore]:
                continue
            try:
                with app.app_context():
                    while chore():
                        pass
                pauses[chore] = PAUSE_SECONDS
            except Exception:
                # A chore that fails is tried again, ever more rarely: the disk may be full,
                # and nothing here may end the process that the others need.
                log.exception("background chore failed")
                pauses[chore] = min(LONGEST_PAUSE_SECONDS, (pauses[chore] or PAUSE_SECONDS) * 2)
            due[chore] = time.monotonic() + pauses[chore]
        time.sleep(PAUSE_SECONDS)


def die_with_parent() -> None:
    """The parent holds the other end of standard input; when it is gone, reading ends."""

    def watch() -> None:
        # Not through sys.stdin: its lock, held here, breaks a process that ends by itself.
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
