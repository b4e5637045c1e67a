"""Documents that took long to make, kept on the disk until others need the room."""

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

KEPT_FILES = 300
KEPT_BYTES = 200_000_000


class Shelf:
    """One kind of document; in folders, so that all made of one thing can be thrown away."""

    def __init__(self, name: str) -> None:
        self._name = name

    def get(
        self, folder: str, parts: Iterable[str], ending: str, make: Callable[[], bytes]
    ) -> bytes:
        """The document that these parts make, made now if it was not before."""
        said = "\0".join((*parts, current_app.config["BUILD"])).encode()
        key = hashlib.blake2b(said, digest_size=16).hexdigest()
        path = self._root / folder / f"{key}{ending}"
        with suppress(FileNotFoundError):
            data = path.read_bytes()
            path.touch()
            return data
        data = make()
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
