"""Documents that took long to make, kept on the disk until others need the room.

That one could not be made is kept, too, for a while: it would take as long each time.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from flask import current_app

from wiki.config import Settings
from wiki.reuse.places import count_document

KEPT_FILES = 300
KEPT_BYTES = 200_000_000
# The machine may only have had too much to do.
FAILED_SECONDS = 600


class Shelf:
    """One kind of document; in folders, so that all made of one thing can be thrown away.

    `failures` are what making one raises if it is too much.
    """

    def __init__(self, name: str, *failures: type[Exception]) -> None:
        self._name = name
        self._failures = {failure.__name__: failure for failure in failures}

    def get(
        self, folder: str, parts: Iterable[str], ending: str, make: Callable[[], bytes]
    ) -> bytes:
        """The document that these parts make, made now if it was not before.

        Raises:
            TooManyDocuments: very many were made for whoever asks.
            What `make` raises, without trying again if that was a short while ago.
        """
        said = "\0".join((*parts, current_app.config["BUILD"])).encode()
        key = hashlib.blake2b(said, digest_size=16).hexdigest()
        path = self._root / folder / f"{key}{ending}"
        with suppress(FileNotFoundError):
            data = path.read_bytes()
            path.touch()
            return data
        failed = path.with_name(f"{path.name}.failed")
        self._raise_again(failed)
        count_document()
        try:
            data = make()
        except tuple(self._failures.values()) as failure:
            self._keep(failed, type(failure).__name__.encode())
            raise
        self._keep(path, data)
        return data

    def clear(self, folder: str = "") -> None:
        """Throw away what is in this folder, or everything."""
        shutil.rmtree(self._root / folder, ignore_errors=True)

    def forget_unused(self, seconds: float) -> None:
        """Throw away what nobody asked for in so long."""
        oldest = time.time() - seconds
        for path in self._root.glob("*/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    @property
    def _root(self) -> Path:
        settings: Settings = current_app.config["LABORWIKI"]
        return settings.data / "cache" / self._name

    def _raise_again(self, failed: Path) -> None:
        with suppress(FileNotFoundError):
            if failed.stat().st_mtime > time.time() - FAILED_SECONDS:
                raise self._failures[failed.read_text()]

    def _keep(self, path: Path, data: bytes) -> None:
        """Whole or not at all; a full disk only means that it is made again."""
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(name).rename(path)
            self._make_room()

    def _make_room(self) -> None:
        """Throw out what was not asked for longest."""
        known: list[tuple[float, int, Path]] = []
        for path in self._root.glob("*/*"):
            with suppress(FileNotFoundError):
                status = path.stat()
                known.append((status.st_mtime, status.st_size, path))
        used = sum(size for _time, size, _path in known)
        count = len(known)
        for _time, size, path in sorted(known):
            if count <= KEPT_FILES and used <= KEPT_BYTES:
                return
            path.unlink(missing_ok=True)
            count, used = count - 1, used - size
