"""What a file is, told by its content; what is made of it; what it cannot do to us."""

import struct
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.files import samples
from tests.files.samples import HTML, archive, picture
from wiki.uploads import LONGEST_SIDE, Found, Unusable, draw, look_at

Look = Callable[..., Found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    made.mkdir()
    return made


@pytest.fixture
def look(tmp_path: Path, folder: Path) -> Look:
    def look_at_bytes(data: bytes, name: str) -> Found:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return look_at(path, name, folder)

    return look_at_bytes


@pytest.mark.parametrize(
    ("data", "name", "media_type", "ending"),
    [
        (picture(kind="JPEG"), "a.jpg", "image/jpeg", "jpg"),
        (picture(kind="PNG"), "a.png", "image/png", "png"),
        (picture(kind="WEBP"), "a.webp", "image/webp", "webp"),
        (samples.moving_picture(), "a.gif", "image/png", "png"),
        (picture(kind="PNG"), "falsch.html", "image/png", "png"),
        (samples.pdf(), "a.exe", "application/pdf", "pdf"),
        (
            samples.open_document(),
            "a.zip",
            "application/vnd.oasis.opendocument.presentation",
            "odp",
        ),
        (archive(a_txt=b"x"), "teile.zip", "application/zip", "zip"),
        (archive(project_json=b"{}"), "Spiel.sb3", "application/zip", "sb3"),
        ("Grüße\n".encode(), "a.txt", "text/plain", "txt"),
        ("Maß;1\r\n".encode("cp1252"), "a.csv", "text/csv", "csv"),
        (b"cube([1,2,3]);", "halter.scad", "text/plain", "scad"),
        (b"solid x\nendsolid x\n", "a.stl", "model/stl", "stl"),
        (bytes(80) + b"\x01\0\0\0" + bytes(50), "a.stl", "model/stl", "stl"),
        (b"ID3\x04\0" + bytes(200), "a.mp3", "audio/mpeg", "mp3"),
        (b"OggS\0" + bytes(200), "a.ogg", "audio/ogg", "ogg"),
        (
            b"<svg xmlns='x'><script>alert(1)</script></svg>",
            "a.svg",
            "application/octet-stream",
            "svg",
        ),
    ],
)
def test_content_says_what_a_file_is(
    data: bytes, name: str, media_type: str, ending: str, look: Look
):
    found = look(data, name)

    assert (found.media_type, found.ending) == (media_type, ending)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (HTML, "seite.html", "html"),
        (HTML, "bild.jpg", "html"),
        (b"MZ\x90\0" + bytes(100), "spiel.exe", "type"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "IMG_1.jpg", "heic"),
        (b"\0\0\0\x18ftypmp42" + bytes(100), "film.mp4", "video"),
        (b"#!/bin/sh\n", "lauf.sh", "type"),
        (b"kein Bild", "plan.svg", "broken"),
        (picture()[:300], "halb.jpg", "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", "broken"),
        (b"PK\x03\x04" + bytes(50), "a.zip", "broken"),
        (archive(**{f"d{n}": b"" for n in range(5_001)}), "a.zip", "entries"),
        (samples.word_document(word__vbaProject_bin=b"x"), "a.docx", "macros"),
        (archive(a_class=b"x"), "spiel.jar", "type"),
        (samples.png_that_says(30_000, 30_000), "a.png", "pixels"),
        (samples.png_that_says(50_000_001, 1), "a.png", "pixels"),
    ],
)
def test_what_is_not_taken_is_told_apart(data: bytes, name: str, reason: str, look: Look):
    with pytest.raises(Unusable) as refused:
        look(data, name)

    assert refused.value.reason == reason


def test_a_photo_loses_where_it_was_taken_and_stands_upright(look: Look, folder: Path):
    found = look(samples.photo_with_place(), "IMG_0001.jpg")

    assert (found.width, found.height) == (400, 800)
    for path in folder.iterdir():
        kept = path.read_bytes()
        assert not any(trace in kept for trace in (b"Exif", b"GPS", b"Telefon", b"Geheimer"))
        with Image.open(path) as shown:
            assert not shown.getexif()


def noise(kind: str) -> bytes:
    """A picture that loses something whenever it is written anew."""
    out = BytesIO()
    Image.effect_noise((300, 200), 80).convert("RGB").save(out, kind, quality=60)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_nothing_rides_along_behind_a_picture(kind: str, look: Look, folder: Path):
    look(picture(kind=kind) + HTML + archive(a_txt=b"x"), "harmlos.jpg")

    for path in folder.iterdir():
        assert b"script" not in path.read_bytes()
        assert b"PK\x03\x04" not in path.read_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_ours_comes_back_byte_by_byte(kind: str, look: Look, folder: Path):
    first = look(noise(kind), "a.jpg")
    ours = (folder / first.picture).read_bytes()

    again = look(ours, "a.jpg")

    assert again == first
    assert (folder / again.picture).read_bytes() == ours


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_what_is_hidden_inside_a_picture_of_ours_goes(kind: str, look: Look, folder: Path):
    found = look(noise(kind), "a.jpg")
    ours = (folder / found.picture).read_bytes()
    secret = b"GPS und Skript"
    riff = ours[:4] + struct.pack("<I", len(ours) - 8 + 22) + ours[8:]
    hiding = {
        "JPEG": [
            ours[:2] + b"\xff\xfe\x00\x10" + secret + ours[2:],
            ours[:2] + b"\xff\xe1\x00\x10" + secret + ours[2:],
            ours[:-2] + b"\xff\xfe\x00\x10" + secret + ours[-2:],
            ours + secret,
        ],
        "WEBP": [riff + b"XMP \x0e\x00\x00\x00" + secret, ours + secret],
    }
    for data in hiding[kind]:
        kept = look(data, "a.jpg")

        assert secret not in (folder / kept.picture).read_bytes()


def test_previews_are_never_larger_than_the_picture(look: Look, folder: Path):
    found = look(picture(900, 450), "a.jpg")

    assert found.previews == (320, 640, 1280)
    sizes = {int(path.stem): size_of(path) for path in folder.glob("*.webp")}
    assert sizes == {320: (320, 160), 640: (640, 320), 1280: (900, 450)}


def test_a_picture_of_a_camera_is_kept_in_a_size_for_screens(look: Look, folder: Path):
    found = look(picture(8_192, 400), "a.jpg")

    assert (found.width, found.height) == (LONGEST_SIDE, 200)
    assert size_of(folder / found.picture) == (LONGEST_SIDE, 200)


def test_transparency_stays(look: Look, folder: Path):
    out = BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")

    found = look(out.getvalue(), "logo.png")

    with Image.open(folder / found.picture) as shown:
        assert shown.getpixel((5, 5)) == (255, 0, 0, 0)


@pytest.mark.parametrize("kind", ["document", "slides", "pdf"])
def test_documents_show_their_first_page(kind: str, look: Look, folder: Path):
    data = {
        "document": samples.word_document(),
        "slides": samples.open_document(),
        "pdf": samples.pdf(),
    }[kind]

    assert look(data, "vorlage").previews[0] == 320
    assert size_of(folder / "320.webp")[0] <= 320


def test_a_document_whose_small_picture_is_a_bomb_has_none(look: Look, folder: Path):
    huge = archive(
        mimetype=b"application/vnd.oasis.opendocument.text",
        Thumbnails__thumbnail_png=bytes(20_000_000),
    )

    assert look(huge, "a.odt").previews == ()
    assert list(folder.glob("*.webp")) == []


def test_bombs_end_soon(look: Look, tmp_path: Path, folder: Path):
    began = time.monotonic()
    assert look(samples.png_bomb(), "a.png").width == LONGEST_SIDE
    assert look(samples.pdf_bomb(), "a.pdf").ending == "pdf"
    (tmp_path / "broken.pdf").write_bytes(samples.pdf()[:200])
    assert draw(tmp_path / "broken.pdf", "application/pdf", folder) == ()

    assert time.monotonic() - began < 40


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as shown:
        return shown.size
