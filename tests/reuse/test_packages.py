"""Packages made to do harm are refused whole, before anything of them is used."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.reuse.conftest import folder, zipped
from tests.stages import everything_in
from wiki.pages.kinds import kinds
from wiki.reuse.packages import (
    MOST_FILES,
    FileRefused,
    PackageRefused,
    Zip,
    open_package,
    read_bytes,
    read_text,
)
from wiki.reuse.source import Source

GOOD = "# Harmlos\n\nText."


def with_names(*names: str, data: bytes = b"# x") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo("placeholder")
            entry.filename = name
            archive.writestr(entry, data)
    return written.getvalue()


def with_mode(mode: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        entry = zipfile.ZipInfo("passwd.md")
        entry.external_attr = mode << 16
        archive.writestr(entry, "/etc/passwd")
    return written.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(gut_md=GOOD))
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    return bytes(data)


def lying(packed: bytes, size: int) -> bytes:
    """The same archive with another size after unpacking, in both of its headers."""
    data = bytearray(packed)
    directory = data.index(b"PK\x01\x02")
    data[22:26] = data[directory + 24 : directory + 28] = struct.pack("<L", size)
    return bytes(data)


def overlapping() -> bytes:
    """Many names for the same packed bytes: small on the disk, as long as one likes unpacked."""
    data = zipped(kern_md="x" * 900_000)
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, count = data[start:end], 500
    entries = b"".join(entry.replace(b"kern.md", b"k%03d.md" % n) for n in range(count))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), start, 0)
    return data[:start] + entries + tail


def many(count: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.md", b"")
    return written.getvalue()


def hiding_its_number() -> bytes:
    """The record at the end says one file; the list has more than we take."""
    data = bytearray(many(MOST_FILES + 1))
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<2H", 1, 1)
    return bytes(data)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip-slip": lambda: with_names("../../evil.md"),
    "slip inside": lambda: with_names("a/../../evil.md"),
    "absolute": lambda: with_names("/etc/cron.d/evil.md"),
    "drive letter": lambda: with_names("C:evil.md"),
    "backslash": lambda: with_names("..\\evil.md"),
    "a line end in a name": lambda: with_names("a\nb.md"),
    "too deep": lambda: with_names("/".join("a" * 30) + ".md"),
    "symlink": lambda: with_mode(0o120777),
    "device": lambda: with_mode(0o020666),
    "encrypted": encrypted,
    "twice": lambda: with_names("a.md", "b.md", "c.md").replace(b"c.md", b"a.md"),
    "twice by case": lambda: with_names("Straße.md", "STRASSE.md"),
    "twice by composition": lambda: with_names("u\u0308.md", "\u00fc.md"),
    "a bomb": lambda: zipped(bombe_md="x" * 60_000_000),
    "overlapping": overlapping,
    "larger than it says": lambda: lying(zipped(gut_md=GOOD * 100), 10),
    "smaller than it says": lambda: lying(zipped(gut_md=GOOD * 100), 100_000),
    "too many": lambda: many(MOST_FILES + 1),
    "too many, hidden": hiding_its_number,
    "no zip": lambda: b"PK\x03\x04 almost",
    "empty": lambda: b"",
    "cut off": lambda: zipped(gut_md=GOOD * 100)[:-30],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_before_anything_of_it_is_used(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / "paket.zip"
    path.write_bytes(HOSTILE[name]())

    with pytest.raises(PackageRefused):
        Source(path, {}).check()


def test_hostile_archives_change_neither_database_nor_disk(app: Flask, tmp_path: Path) -> None:
    path, data = tmp_path / "paket.zip", tmp_path / "data"
    before = everything_in(app), sorted(data.rglob("*"))
    for name, made in HOSTILE.items():
        path.write_bytes(made())

        answer = app.test_cli_runner().invoke(args=["import", str(path), "--dry-run"])

        assert answer.exit_code == 1, name
        assert "Error: " in answer.output
    assert (everything_in(app), sorted(data.rglob("*"))) == before
    assert not (tmp_path / "evil.md").exists()


def test_an_archive_in_an_archive_is_left_closed(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "paket.zip"
    path.write_bytes(zipped(innen_zip=zipped(bombe_md="x" * 60_000_000), gut_md=GOOD))

    source = Source(path, kinds().models())
    source.check()

    assert len(source) == 1
    source.close()


def test_a_hundred_thousand_entries_are_refused_without_being_listed(tmp_path: Path) -> None:
    data = bytearray(many(1))
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 16] = struct.pack("<2HL", 0xFFFF, 0xFFFF, 0xFFFFFFFF)
    path = tmp_path / "viele.zip"
    path.write_bytes(bytes(data))

    with pytest.raises(PackageRefused, match=str(MOST_FILES)):
        Zip(path)


def test_an_honest_archive_is_read_without_the_folder_it_was_packed_with(tmp_path: Path) -> None:
    path = tmp_path / "paket.zip"
    path.write_bytes(zipped(wiki__a_md=GOOD, wiki__unter__b_md=GOOD, wiki__node_modules__c_md="x"))
    package = open_package(path)

    assert package.names == ("a.md", "unter/b.md")
    assert read_text(package, "a.md") == GOOD
    package.close()


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    inside = folder(tmp_path / "paket", gut_md=GOOD)
    (tmp_path / "geheim.md").write_text("geheim")
    (inside / "link.md").symlink_to(tmp_path / "geheim.md")
    (inside / "alles").symlink_to(tmp_path)
    package = open_package(inside)

    assert package.names == ("gut.md",)
    (inside / "gut.md").unlink()
    (inside / "gut.md").symlink_to(tmp_path / "geheim.md")
    with pytest.raises(FileRefused):
        read_bytes(package, "gut.md")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("Grüße".encode(), "Grüße"),
        (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "Grüße"),
        ("Grüße – „so“".encode("cp1252"), "Grüße – „so“"),
        (b"\x00\x01", None),
        (b"\x81\x8d", None),
        (b"x" * 1_000_001, None),
    ],
)
def test_texts_are_read_as_people_save_them(data: bytes, words: str | None, tmp_path: Path) -> None:
    package = open_package(folder(tmp_path / "paket", text_md=data))

    if words is None:
        with pytest.raises(FileRefused):
            read_text(package, "text.md")
    else:
        assert read_text(package, "text.md") == words
