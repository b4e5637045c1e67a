"""Imports from the browser run in a process of their own, which the background process starts.

Beside the index, not in its stead: what people save meanwhile is found at once. It gives way to
the web workers, ends with its parent, and takes its memory with it.
"""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from wiki.background import HOUR
from wiki.config import Settings
from wiki.db import db, now, writing
from wiki.language import N_
from wiki.pages.kinds import kinds
from wiki.reuse.importing import refuse, run
from wiki.reuse.models import Import, ImportState
from wiki.reuse.packages import PackageRefused
from wiki.reuse.source import Source

UNDER_WAY = (ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING)
# What is kept of an upload is needed until it was applied.
_NEEDED = (ImportState.CHECKING.value, ImportState.CHECKED.value, ImportState.APPLYING.value)
TRIES = 3
KEPT = timedelta(days=14)

FAILED = N_("Beim Lesen ist etwas schiefgegangen. Wer das Wiki betreibt, findet es im Protokoll.")


def folder() -> Path:
    """Where uploaded packages wait."""
    settings: Settings = current_app.config["LABORWIKI"]
    path = settings.data / "imports"
    path.mkdir(exist_ok=True)
    return path


def source_of(import_: Import) -> Source:
    return Source(folder() / import_.file, kinds().models())


class Jobs:
    """Background chore: one process at a time, for the oldest import that waits."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._tries: dict[tuple[int, str], int] = {}

    @property
    def is_busy(self) -> bool:
        """Whether the process still runs; one that ended is done with."""
        if self._process is not None and self._process.poll() is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None
        return self._process is not None

    def follow(self) -> bool:
        if self.is_busy:
            return False
        waiting = select(Import).where(Import.state.in_(UNDER_WAY), Import.file != "")
        import_ = db.session.scalar(waiting.order_by(Import.id).limit(1))
        if import_ is None:
            return False
        step = (import_.id, import_.state)
        self._tries[step] = self._tries.get(step, 0) + 1
        if self._tries[step] > TRIES:
            refuse(import_.id, PackageRefused(FAILED))
        else:
            self._process = _start(import_.id)
        return False


def _start(import_id: int) -> "subprocess.Popen[bytes]":
    settings: Settings = current_app.config["LABORWIKI"]
    # It reads its standard input to notice that this process is gone.
    return subprocess.Popen(
        [sys.executable, "-m", "wiki.importer", str(import_id)],
        stdin=subprocess.PIPE,
        env={**os.environ, "LABORWIKI_DATA": str(settings.data)},
    )


def remove_old_packages() -> None:
    """Hourly chore: packages looked at and never used go after a while, and left over files."""
    old = select(Import).where(
        Import.state == ImportState.CHECKED.value, Import.at < now() - KEPT, Import.file != ""
    )
    for import_ in db.session.scalars(old).all():
        discard(import_)
    known = set(db.session.scalars(select(Import.file).where(Import.state.in_(_NEEDED))))
    for path in folder().iterdir():
        is_old = path.stat().st_mtime < time.time() - HOUR
        if is_old and path.name not in known:
            path.unlink(missing_ok=True)


def discard(import_: Import) -> None:
    """Forget a package that was only looked at."""
    path = folder() / import_.file
    with writing() as session:
        session.delete(session.get_one(Import, import_.id))
    path.unlink(missing_ok=True)


def do_next_step(import_id: int) -> None:
    """What the process does: the step the import's state says is next."""
    run(import_id, source_of)
    import_ = db.session.get_one(Import, import_id)
    if not import_.is_under_way and not import_.can_be_applied:
        (folder() / import_.file).unlink(missing_ok=True)
