"""Where the index lies: numbered folders beside each other and a pointer to the one in use.

A rebuild fills a new folder and then replaces the pointer in one step, so readers in other
processes see either the old index or the new one, whole.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.documents import IndexBroken, IndexBusy

#: Raised whenever analysis or schema change; an index of another format asks for a rebuild.
FORMAT = 4

_NAME = re.compile(r"v(\d{1,6})-(\d{6,12})")


class Generations:
    """The numbered index folders inside one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"

    def current(self) -> Path | None:
        """The folder in use, None before the first index. Raises IndexBroken."""
        try:
            name = self._pointer.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise IndexBroken(f"pointer {self._pointer} cannot be read") from error
        found = _NAME.fullmatch(name)
        if found is None:
            raise IndexBroken(f"pointer {self._pointer} holds garbage")
        if int(found[1]) != FORMAT:
            raise IndexBroken(f"index of format {found[1]}, needed is {FORMAT}")
        return self.folder / name

    @contextmanager
    def new(self) -> Iterator[Path]:
        """An empty folder that is in use when the block ends well. Raises IndexBusy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._only_one_rebuild():
            folder = self.folder / f"v{FORMAT}-{max(self._numbers(), default=0) + 1:06d}"
            folder.mkdir()
            try:
                yield folder
                _write_through(folder)
                self._point_to(folder.name)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self._remove_older_than(folder)

    @contextmanager
    def _only_one_rebuild(self) -> Iterator[None]:
        with (self.folder / "rebuild.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy("another process is rebuilding the index") from error
            yield

    def _numbers(self) -> list[int]:
        names = (_NAME.fullmatch(path.name) for path in self.folder.iterdir())
        return [int(found[2]) for found in names if found]

    def _point_to(self, name: str) -> None:
        new = self.folder / "current.new"
        with new.open("w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self._pointer)
        _sync(self.folder)

    def _remove_older_than(self, folder: Path) -> None:
        # the one before stays: a reader may be about to open it, a person may want to look
        older = sorted(path for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        older.sort(key=lambda path: int(path.name.partition("-")[2]))
        for path in older[: older.index(folder)][:-1]:
            shutil.rmtree(path, ignore_errors=True)


def _write_through(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
