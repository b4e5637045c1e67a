"""What somebody brings to be imported: a folder, a ZIP, or a list with a page on each line."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from wiki.markup import FILE_ID
from wiki.reuse.manifest import Manifest, manifest_of
from wiki.reuse.packages import FileRefused, check_whole, open_package, read_bytes
from wiki.reuse.reading import (
    LINES,
    FileMention,
    Models,
    PackageReader,
    ReadPage,
    RefusedPage,
    file_id_for,
    pages_of_lines,
)

_KEPT_PLACE = re.compile(rf"dateien/({FILE_ID})/[^/]+")

Progress = Callable[[int], None]


class Source:
    """A package as the import reads it, as often as it needs to, without holding it in memory.

    Raises:
        PackageRefused: it cannot be read, or is made to do harm.
    """

    def __init__(self, path: Path, models: Models) -> None:
        self.path = path
        self._package = None
        self.manifest = Manifest()
        if path.suffix.casefold() not in LINES or path.is_dir():
            self._package = open_package(path)
            manifest = manifest_of(self._package)
            self.manifest = manifest or self.manifest
            self._reader = PackageReader(self._package, models, manifest)

    def __len__(self) -> int:
        """How many texts there are."""
        if self._package is not None:
            return len(self._reader)
        with self.path.open("rb") as file:
            return sum(1 for line in file if line.strip())

    def check(self) -> None:
        """Whether the package holds what it says.

        Raises:
            PackageRefused: it does not.
        """
        if self._package is not None:
            check_whole(self._package)

    def pages(self, mention: FileMention) -> Iterator[ReadPage | RefusedPage]:
        if self._package is not None:
            return self._reader.pages(mention)
        return pages_of_lines(self.path)

    def open(self, name: str) -> IO[bytes]:
        """One of the package's files."""
        assert self._package is not None
        return self._package.open(name)

    def has(self, name: str) -> bool:
        return self._package is not None and name in self._package.names

    def file_id(self, name: str, place: str) -> str:
        """The id of one of its files: the one in its name, else one made of `place` and content.

        Raises:
            FileRefused: the file cannot be read.
        """
        kept = _KEPT_PLACE.fullmatch(name)
        if kept:
            return kept[1]
        assert self._package is not None
        return file_id_for(read_bytes(self._package, name), place)

    def planned_mention(self, name: str, place: str) -> str | None:
        """How a text will name this file, as far as that is known before the file is stored."""
        try:
            return f"dateien/{self.file_id(name, place)}/{name.rpartition('/')[2]}"
        except FileRefused:
            return None

    def close(self) -> None:
        if self._package is not None:
            self._package.close()
