"""Bytes on the disk: `files/<two letters>/<sha256>`, each written once, whole or not at all."""

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO, BinaryIO

from flask import current_app
from flask_babel import gettext as _

from wiki.config import Settings
from wiki.pages.attachments import AttachmentRefused

CHUNK = 1_048_576  # bytes
# An upload is looked at for a minute at most; what is older was left by a process that died.
INCOMING_SECONDS = 3_600
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileRefused(AttachmentRefused):
    """A file cannot be taken, whatever door it came through."""


class DiskFull(FileRefused):
    """There is no room for it."""

    status = HTTPStatus.INSUFFICIENT_STORAGE

    def __init__(self) -> None:
        super().__init__(
            _(
                "Auf dem Server ist gerade kein Platz für weitere Dateien. Gespeichert wurde "
                "nichts; wer das Wiki betreibt, muss Platz schaffen."
            )
        )


@dataclass(frozen=True)
class Received:
    """An upload on the disk, in a folder of its own that goes when it is done with."""

    path: Path
    sha256: str
    size: int

    @property
    def folder(self) -> Path:
        return self.path.parent


def settings() -> Settings:
    known: Settings = current_app.config["LABORWIKI"]
    return known


def blob_path(sha256: str) -> Path:
    return settings().data / "files" / sha256[:2] / sha256


def preview_folder(sha256: str) -> Path:
    """Where a blob's small pictures are kept; all of this folder can be made anew."""
    return settings().data / "cache" / "previews" / sha256[:2] / sha256


def incoming_folder() -> Path:
    folder = settings().data / "files" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def disk_may_be_full() -> Iterator[None]:
    """Tell a full disk from everything else that can go wrong.

    Raises:
        DiskFull: in place of the operating system's error.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        raise


@contextmanager
def received(stream: IO[bytes], limit: int) -> Iterator[Received]:
    """The stream's bytes on the disk, as long as the block lasts.

    Raises:
        FileRefused: there are more than `limit` bytes, or none.
        DiskFull: there is no room for them.
    """
    with disk_may_be_full():
        folder = Path(tempfile.mkdtemp(dir=incoming_folder()))
        try:
            path = folder / "upload"
            digest, size = hashlib.sha256(), 0
            with path.open("wb") as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise FileRefused(too_large(limit))
                    digest.update(chunk)
                    file.write(chunk)
            if not size:
                raise FileRefused(_("Diese Datei ist leer."))
            yield Received(path, digest.hexdigest(), size)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def too_large(limit: int) -> str:
    return str(_("Diese Datei ist größer als %(number)s MB.", number=limit // 1_000_000))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Wait until the file's bytes are on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def place(path: Path, sha256: str) -> None:
    """Move flushed bytes to where they stay; quick, so it may happen inside a transaction.

    The write lock that the transaction holds keeps `remove_discarded` from taking away, in the
    same moment, equal bytes that nothing needed until now.
    """
    target = blob_path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    path.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def keep_previews(folder: Path, sha256: str) -> None:
    """Move the small pictures made in `folder` to where they are looked for."""
    target = preview_folder(sha256)
    target.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.webp"):
        path.rename(target / path.name)


def open_bytes(sha256: str) -> BinaryIO:
    return blob_path(sha256).open("rb")


def remove_bytes(sha256: str) -> None:
    """Take bytes and small pictures off the disk."""
    blob_path(sha256).unlink(missing_ok=True)
    shutil.rmtree(preview_folder(sha256), ignore_errors=True)


def all_blobs() -> Iterator[str]:
    """The hashes of everything kept."""
    for path in (settings().data / "files").glob("??/*"):
        if len(path.name) == 64:
            yield path.name


def remove_left_over_uploads() -> None:
    """Take away what a process that died in the middle of an upload left behind."""
    for folder in incoming_folder().iterdir():
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > INCOMING_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
