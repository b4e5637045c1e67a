"""Filling ZIP archives: as much as fits, of what this reader may have."""

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from wiki.accounts.models import User
from wiki.files.blobs import incoming_folder
from wiki.files.models import File, FileVersion
from wiki.files.rights import may_read_file
from wiki.files.storing import open_blob
from wiki.reuse.places import a_place, count_document
from wiki.reuse.shelf import Shelf

MOST_BYTES = 200_000_000  # of the files in one ZIP
MOST_KEPT = 10_000_000  # bytes in a ZIP that is kept


@dataclass(frozen=True)
class Entry:
    """A file in an archive: its bytes, or the version of an uploaded file that has them."""

    name: str
    at: datetime
    content: bytes | FileVersion

    @property
    def size(self) -> int:
        return len(self.content) if isinstance(self.content, bytes) else self.content.size

    @property
    def mark(self) -> str:
        """Stands for the name and every byte."""
        said = self.content
        sha256 = hashlib.sha256(said).hexdigest() if isinstance(said, bytes) else said.sha256
        return f"{self.name}\n{self.at.isoformat()}\n{sha256}"

    def open(self) -> IO[bytes]:
        said = self.content
        return io.BytesIO(said) if isinstance(said, bytes) else open_blob(said)


def archive_of(entries: Sequence[Entry], shelf: Shelf, folder: str) -> IO[bytes]:
    """The entries in one ZIP, which stays on the shelf if it is small; who takes it closes it.

    Raises:
        Busy, TooManyDocuments: enough is being packed, or was for whoever asks.
    """
    if sum(entry.size for entry in entries) > MOST_KEPT:
        count_document()
        return _packed(entries)

    def made() -> bytes:
        with _packed(entries) as archive:
            return archive.read()

    marks = [entry.mark for entry in entries]
    return io.BytesIO(shelf.get(folder, ("zip", *marks), ".zip", made))


def _packed(entries: Iterable[Entry]) -> IO[bytes]:
    """On the disk: files may be more than a worker should hold."""
    with a_place("zip"), ExitStack() as stack:
        target = stack.enter_context(tempfile.TemporaryFile(dir=incoming_folder()))
        with zipfile.ZipFile(target, "w") as archive:
            for entry in entries:
                with entry.open() as stream:
                    put(archive, entry.name, stream, entry.at)
        target.seek(0)
        stack.pop_all()
        return target


def put(archive: zipfile.ZipFile, name: str, source: IO[bytes], at: datetime) -> None:
    """One more file, without holding it in memory."""
    entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target)


def readable(files: Iterable[File], reader: User | None) -> list[File]:
    return [file for file in files if may_read_file(reader, file)]


def all_fit(sizes: Iterable[int]) -> bool:
    """Whether files of so many bytes all go into one archive."""
    return sum(sizes) <= MOST_BYTES


def fitting(files: Iterable[File]) -> list[File]:
    """As many as fit into one archive."""
    left, found = MOST_BYTES, []
    for file in files:
        left -= file.current.size
        if left >= 0:
            found.append(file)
    return found
