"""Filling ZIP archives: as much as fits, of what this reader may have."""

import shutil
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO

from wiki.accounts.models import User
from wiki.files.models import File
from wiki.files.rights import may_read_file

MOST_BYTES = 200_000_000  # of the files in one ZIP


def put(archive: zipfile.ZipFile, name: str, source: IO[bytes], at: datetime) -> None:
    """One more file, without holding it in memory."""
    entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target)


def readable(files: Iterable[File], reader: User | None) -> list[File]:
    return [file for file in files if may_read_file(reader, file)]


def fitting(files: Iterable[File]) -> list[File]:
    """As many as fit into one archive."""
    left, found = MOST_BYTES, []
    for file in files:
        left -= file.current.size
        if left >= 0:
            found.append(file)
    return found
