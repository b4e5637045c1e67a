"""Finished pages on the disk, one of each page, for every process that serves readers."""

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from flask import current_app

from wiki.config import Settings
from wiki.pages.keeping import ETAG_BYTES, Stamp

_CHECK_BYTES = 16
_ETAG_LETTERS = 2 * ETAG_BYTES


def write_made(stamp: Stamp, body: bytes) -> None:
    """Put a compressed page in the place of the one before; on a full disk there is none."""
    path = _path(stamp.page_id)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(stamp.etag.encode() + _check(body) + body)
        Path(name).rename(path)


def read_made(stamp: Stamp) -> bytes | None:
    """The compressed page under this stamp, if it was made and is whole.

    Nobody waits for the disk when it is written: after a power cut part of it may be missing.
    """
    try:
        made = _path(stamp.page_id).read_bytes()
    except OSError:
        return None
    body = made[_ETAG_LETTERS + _CHECK_BYTES :]
    return body if made == stamp.etag.encode() + _check(body) + body else None


def forget_made(page_id: int) -> None:
    _path(page_id).unlink(missing_ok=True)


def forget_all_made() -> None:
    """Before a database is served that may be an older one: it counts its changes on from there."""
    shutil.rmtree(_folder(), ignore_errors=True)


def _path(page_id: int) -> Path:
    return _folder() / str(page_id)


def _folder() -> Path:
    settings: Settings = current_app.config["LABORWIKI"]
    return settings.data / "cache" / "pages"


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_CHECK_BYTES).digest()
