"""Finished pages on the disk, for every process that serves readers."""

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from flask import current_app

from wiki.config import Settings
from wiki.pages.keeping import ETAG_BYTES, Stamp, current_versions

SWEEP_SECONDS = 60.0
_CHECK_BYTES = 16
_ETAG_LETTERS = 2 * ETAG_BYTES
_UNFINISHED = "."


def write_made(stamp: Stamp, body: bytes) -> None:
    """Leave a compressed page; on a full disk there is none."""
    path = _path(stamp)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(stamp.etag.encode() + _check(body) + body)
            Path(name).rename(path)
        except OSError:
            Path(name).unlink()
            raise


def read_made(stamp: Stamp) -> bytes | None:
    """The compressed page under this stamp, if it was made and is whole.

    Nobody waits for the disk when it is written: after a power cut part of it may be missing.
    """
    try:
        made = _path(stamp).read_bytes()
    except OSError:
        return None
    body = made[_ETAG_LETTERS + _CHECK_BYTES :]
    return body if made == stamp.etag.encode() + _check(body) + body else None


def forget_made(stamp: Stamp) -> None:
    _path(stamp).unlink(missing_ok=True)


def forget_outdated() -> None:
    """Chore, and after a purge: no page lies here as it was before its last change."""
    made = list(_folder().glob("*")) if _folder().is_dir() else []
    current = current_versions() if made else set()
    for path in made:
        if path.name not in current and not _is_being_written(path):
            path.unlink(missing_ok=True)


def forget_all_made() -> None:
    """Before a database is served that may be an older one: it counts its changes on from there."""
    shutil.rmtree(_folder(), ignore_errors=True)


def _is_being_written(path: Path) -> bool:
    with suppress(FileNotFoundError):
        is_new = path.stat().st_mtime > time.time() - SWEEP_SECONDS
        return path.name.startswith(_UNFINISHED) and is_new
    return True


def _path(stamp: Stamp) -> Path:
    return _folder() / stamp.version


def _folder() -> Path:
    settings: Settings = current_app.config["LABORWIKI"]
    return settings.data / "cache" / "pages"


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECK_BYTES).digest()
