"""One child process beside the web workers: it follows the change log and keeps the index.

It is started by the server (`wiki.server`), elected by a file lock, and dies with its parent.
Features add chores: some follow what people do, a little at a time, some tidy up by the hour.
"""

import fcntl
import logging
import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Flask

from wiki.config import Settings

PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
HOUR = 3_600.0
#: Beyond this much memory (bytes) and this age (seconds) the process makes room for a fresh one:
#: what an import or a rebuild took, Python does not give back. A search process needs 150 MB.
MOST_MEMORY = 190_000_000
LEAST_AGE = 300.0

log = logging.getLogger(__name__)


@dataclass
class Chore:
    """Work that is due every so many seconds; it is repeated at once while it returns True.

    One that is aside has a thread of its own: what it waits for, nobody else waits for.
    """

    work: Callable[[], bool | None]
    every: float
    is_aside: bool = False
    due: float = 0.0
    failures: int = 0
    last_failure: str = ""

    def take_turn(self, app: Flask, clock: Callable[[], float] = time.monotonic) -> None:
        """Do it if it is due. Failed, it is tried again, ever more rarely: the disk may be full,
        and nothing here may end the process that the others need."""
        if clock() < self.due:
            return
        pause = self.every
        try:
            with app.app_context():
                while self.work():
                    pass
            self.failures, self.last_failure = 0, ""
        except Exception as error:
            # What is the same each time it is tried needs no whole page of the log each time.
            if repr(error) == self.last_failure:
                log.error("background chore still fails: %s", type(error).__name__)
            else:
                log.exception("background chore failed")
            self.last_failure = repr(error)
            self.failures += 1
            pause = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2**self.failures)
        self.due = clock() + pause


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-chores"] = []


def add_chore(
    app: Flask,
    work: Callable[[], bool | None],
    *,
    every: float = PAUSE_SECONDS,
    is_aside: bool = False,
) -> None:
    """Let a feature have something done in the background, in an application context."""
    app.extensions["laborwiki-chores"].append(Chore(work, every, is_aside))


def run(app: Flask) -> None:
    """Do chores until the parent dies, or until it is time for a fresh process, which the parent
    starts; wait while another process is elected."""
    die_with_parent()
    settings: Settings = app.config["LABORWIKI"]
    with (settings.data / "background.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _do_chores(app, lock)


def _do_chores(app: Flask, _lock: IO[str]) -> None:
    """Until the process has grown too much; what is aside comes to its end before."""
    chores: list[Chore] = app.extensions["laborwiki-chores"]
    begun, ends = time.monotonic(), threading.Event()
    aside = [
        threading.Thread(target=_take_turns, args=(app, [chore], ends.is_set), daemon=True)
        for chore in chores
        if chore.is_aside
    ]
    for thread in aside:
        thread.start()

    def is_over() -> bool:
        if time.monotonic() - begun >= LEAST_AGE and memory() > MOST_MEMORY:
            ends.set()
        return ends.is_set() and not any(thread.is_alive() for thread in aside)

    _take_turns(app, [chore for chore in chores if not chore.is_aside], is_over)


def _take_turns(app: Flask, chores: Sequence[Chore], is_over: Callable[[], bool]) -> None:
    while not is_over():
        for chore in chores:
            chore.take_turn(app)
        time.sleep(PAUSE_SECONDS)


def memory() -> int:
    """Bytes this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def die_with_parent() -> None:
    """The parent holds the other end of standard input; when it is gone, reading ends."""

    def watch() -> None:
        # Not through sys.stdin: its lock, held here, breaks a process that ends by itself.
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
