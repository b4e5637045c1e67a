"""Folders and ZIPs as people bring them, read without trusting them.

Nothing is ever unpacked to where a name says: texts and pictures are read one at a time, counted
while they are read. A package that is made to do harm is refused as a whole before anything of it
is used; a file that merely cannot be read is named, and the others come in.
"""

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from wiki.language import N_

MOST_FILES = 20_000
MOST_DEPTH = 20
MOST_BYTES = 2_000_000_000  # of all files together, unpacked
MOST_BYTES_OF_TEXT = 1_000_000
MOST_BYTES_OF_FILE = 30_000_000
# A text is packed to a tenth, a table with much repetition to a fiftieth.
MOST_RATIO = 200
SMALL = 1_000_000  # bytes: below that no ratio does harm
LONGEST_NAME = 500
MOST_DIRECTORY = 150 * MOST_FILES  # bytes of a ZIP's list of contents
PORTION = 65_536

_END = struct.Struct("<4s4H2LH")  # "end of central directory record" (APPNOTE 6.3.10, 4.3.16)
_END_SIGNATURE = b"PK\x05\x06"
_LOCAL_HEADER = 30  # bytes before a file's name in the archive (4.3.7)
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")
_LITTER = ("__MACOSX", ".git", "node_modules")


class Refused(Exception):
    """Something cannot be taken; `reason` is a German message, to be translated and filled."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason % params)
        self.reason = reason
        self.params = params


class PackageRefused(Refused):
    """The package as a whole is not taken."""


class FileRefused(Refused):
    """This file of a package is not taken."""


class Package(Protocol):
    """Files by name, with `/` between folders; names are checked and in a fixed order."""

    names: tuple[str, ...]

    def size(self, name: str) -> int: ...

    def open(self, name: str) -> IO[bytes]: ...

    def close(self) -> None: ...


def open_package(path: Path) -> Package:
    """The folder or ZIP at this path, its names and sizes checked.

    Raises:
        PackageRefused: it is neither, or made to do harm.
    """
    return Folder(path) if path.is_dir() else Zip(path)


def read_bytes(package: Package, name: str, limit: int = MOST_BYTES_OF_FILE) -> bytes:
    """A whole file, if it has at most `limit` bytes.

    Raises:
        FileRefused: it is larger or cannot be read.
    """
    with _reading(name), package.open(name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise FileRefused(N_("Größer als %(limit)s MB."), limit=limit // 1_000_000)
    return data


def read_text(package: Package, name: str) -> str:
    """A whole text in UTF-8, or in the old encoding of Windows.

    Raises:
        FileRefused: it is too large or no text.
    """
    return as_text(read_bytes(package, name, MOST_BYTES_OF_TEXT))


def as_text(data: bytes) -> str:
    """The words of a text file.

    Raises:
        FileRefused: it is no text.
    """
    if b"\0" in data:
        raise FileRefused(N_("Das ist kein Text."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _in_old_encoding(data)


def _in_old_encoding(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise FileRefused(N_("Die Umlaute sind nicht zu lesen: UTF-8 wird gebraucht.")) from None


class Folder:
    """A folder on this machine; links are not followed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sizes = dict(sorted(_found_in(path)))
        self.names = tuple(self._sizes)
        _check_amount(len(self.names), sum(self._sizes.values()))

    def size(self, name: str) -> int:
        return self._sizes[name]

    def open(self, name: str) -> IO[bytes]:
        # What became a link meanwhile is not followed either.
        descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW)
        return os.fdopen(descriptor, "rb")

    def close(self) -> None:
        """Nothing is open between two reads."""


def _found_in(path: Path, above: str = "") -> Iterator[tuple[str, int]]:
    with os.scandir(path) as entries:
        for entry in entries:
            name = above + entry.name
            if entry.is_symlink() or _is_litter(name):
                continue
            if entry.is_dir():
                if name.count("/") >= MOST_DEPTH:
                    raise PackageRefused(N_("Ordner stecken zu tief ineinander: %(n)s"), n=name)
                yield from _found_in(path / entry.name, f"{name}/")
            elif entry.is_file():
                yield name, entry.stat().st_size


class Zip:
    """A ZIP archive, every name and size in its directory checked before anything is read."""

    def __init__(self, path: Path, *, without_shared_folder: bool = True) -> None:
        size = path.stat().st_size
        try:
            with path.open("rb") as file:
                _check_directory(file, size)
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, struct.error):
            raise PackageRefused(N_("Das ist kein ZIP, das sich öffnen lässt.")) from None
        entries = self._archive.infolist()
        for entry in entries:
            _check_entry(entry)
        _check_unique(entry.filename for entry in entries)
        _check_overlap(entries, self._archive.start_dir)
        files = [
            entry for entry in entries if not entry.is_dir() and not _is_litter(entry.filename)
        ]
        _check_amount(len(entries), sum(entry.file_size for entry in entries))
        shared = _shared_folder(entry.filename for entry in files) if without_shared_folder else ""
        named = {entry.filename.removeprefix(shared): entry for entry in files}
        self._entries = {name: named[name] for name in sorted(named)}
        self.names = tuple(self._entries)

    def size(self, name: str) -> int:
        return self._entries[name].file_size

    def open(self, name: str) -> IO[bytes]:
        return self._archive.open(self._entries[name])

    def close(self) -> None:
        self._archive.close()

    def check(self) -> None:
        """Read every file to its end: sizes that were lied about come to light, and damage.

        Raises:
            PackageRefused: the archive is damaged or lies.
        """
        for name in self.names:
            try:
                is_honest = self._length(name) == self.size(name)
            except _DAMAGE:
                is_honest = False
            if not is_honest:
                raise PackageRefused(N_("Das ZIP ist beschädigt: %(name)s"), name=name)

    def _length(self, name: str) -> int:
        with self.open(name) as file:
            return sum(len(portion) for portion in iter(lambda: file.read(PORTION), b""))


def check_whole(package: Package) -> None:
    """Whether a package holds what it says, before anything of it is used.

    Raises:
        PackageRefused: it does not.
    """
    if isinstance(package, Zip):
        package.check()


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


@dataclass
class _reading:  # noqa: N801 - reads as a word: `with _reading(name)`
    """Makes one file's damage a reason to refuse that file."""

    name: str

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, _DAMAGE):
            raise FileRefused(N_("Die Datei ist beschädigt.")) from None


def _check_directory(file: IO[bytes], size: int) -> None:
    """Refuse what zipfile would read into memory for long: the directory says how long it is."""
    tail = min(size, _END.size + 65_535)
    file.seek(size - tail)
    data = file.read(tail)
    at = data.rfind(_END_SIGNATURE)
    if at < 0 or len(data) - at < _END.size:
        raise zipfile.BadZipFile
    _signature, _disk, _first, _here, count, length, offset, _comment = _END.unpack_from(data, at)
    # 0xFFFF and 0xFFFFFFFF point to the records of ZIP64: more than we take in any case.
    if count > MOST_FILES or length > MOST_DIRECTORY:
        raise PackageRefused(N_("Mehr als %(limit)s Dateien."), limit=MOST_FILES)
    if offset > size:
        raise zipfile.BadZipFile


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & _ENCRYPTED:
        raise PackageRefused(N_("Das ZIP ist verschlüsselt: %(name)s"), name=name)
    if not _is_harmless(name):
        raise PackageRefused(N_("Dieser Dateiname geht nicht: %(name)s"), name=name[:200])
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageRefused(N_("Verweise auf andere Dateien gehen nicht: %(name)s"), name=name)
    if entry.compress_type not in _METHODS:
        raise PackageRefused(N_("So gepackt lässt sich das nicht lesen: %(name)s"), name=name)
    if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        raise PackageRefused(N_("Unglaubwürdig stark gepackt: %(name)s"), name=name)


def _is_harmless(name: str) -> bool:
    """A relative name of ordinary parts, as every system understands it."""
    if not name or len(name) > LONGEST_NAME or "\\" in name or _DRIVE.match(name):
        return False
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        return False
    parts = name.removesuffix("/").split("/")
    return len(parts) <= MOST_DEPTH and not any(part in ("", ".", "..") for part in parts)


def _check_unique(names: Iterable[str]) -> None:
    """Two names that some system takes for one: then nobody knows which was meant."""
    seen: set[str] = set()
    for name in names:
        plain = unicodedata.normalize("NFC", name.removesuffix("/")).casefold()
        if plain in seen:
            raise PackageRefused(N_("Zweimal derselbe Dateiname: %(name)s"), name=name)
        seen.add(plain)


def _check_overlap(entries: Iterable[zipfile.ZipInfo], end: int) -> None:
    """The same packed bytes under many names are a bomb that no ratio shows."""
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < reached:
            raise PackageRefused(N_("Dateien liegen übereinander: %(name)s"), name=entry.filename)
        # The packed bytes come after the name; what an extra field takes is not counted.
        reached = entry.header_offset + _LOCAL_HEADER + entry.compress_size
    if reached > end:
        raise PackageRefused(N_("Das ist kein ZIP, das sich öffnen lässt."))


def _check_amount(count: int, size: int) -> None:
    if count > MOST_FILES:
        raise PackageRefused(N_("Mehr als %(limit)s Dateien."), limit=MOST_FILES)
    if size > MOST_BYTES:
        raise PackageRefused(N_("Ausgepackt mehr als %(limit)s MB."), limit=MOST_BYTES // 1_000_000)


def _shared_folder(names: Iterable[str]) -> str:
    """The one folder that everything lies in, as when a folder was packed; else nothing."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""


def _is_litter(name: str) -> bool:
    """What systems and tools put beside people's files."""
    path = PurePosixPath(name)
    return path.name.startswith(".") or any(part in _LITTER for part in path.parts)
