"""Uploaded files looked at: told by their content, pictures made safe, first pages drawn small,
words read.

All of it happens in a process of its own with limits of memory, size and time (the worker of
`wiki.rendering_limit`): a file may be made to break whoever opens it. Knows no Flask and no
database.

A picture is decoded and written anew, so nothing of the upload is left but its pixels: no place
where it was taken, no second file behind it. One that holds nothing else already, as ours do when
they come back in a package, stays as it is. Moving pictures keep their first frame: what
moves must be possible to stop (WCAG 2.2, 2.2.2). Other files stay as they are and are never
shown by a browser, only handed over.
"""

import errno
import re
import resource
import shutil
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from wiki.bare_pictures import is_bare
from wiki.document_words import words_of
from wiki.rendering_limit import OutOfTime, Worker, WorkerLost

WIDTHS = (320, 640, 1280)
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 4096  # pixels of a stored picture
MAX_THUMBNAIL = 5_000_000  # bytes of the small picture inside a document
MAX_ENTRIES = 5_000  # files in a document or archive
MAX_WRITTEN = 120_000_000  # bytes of one file the worker may write
WIDEST_ON_PAPER = 1280  # pixels
SMALL_ON_PAPER = 300_000  # bytes of a picture that may stay as it is
PICTURE_SECONDS = 30.0
PREVIEW_SECONDS = 5.0

# Only the ending says what a text is for; none of them is ever run or shown by us.
TEXTS = {
    "txt": "text/plain",
    "md": "text/markdown",
    "csv": "text/csv",
    "ics": "text/calendar",
    "json": "application/json",
    "geojson": "application/geo+json",
    **dict.fromkeys(("dxf", "gcode", "gpx", "ino", "py", "scad"), "text/plain"),
    # Templates for laser and plotter; a browser would run scripts in them.
    "svg": "application/octet-stream",
}
ARCHIVES = {
    "zip": "application/zip",
    "sb3": "application/zip",  # Scratch
    "ggb": "application/zip",  # GeoGebra
    "h5p": "application/zip",
}
OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/vnd.oasis.opendocument.text-template": "ott",
    "application/vnd.oasis.opendocument.presentation-template": "otp",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
OFFICE_DOCUMENTS = {
    "word/document.xml": ("docx", _OFFICE + "wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", _OFFICE + "spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", _OFFICE + "presentationml.presentation"),
    "3D/3dmodel.model": ("3mf", "model/3mf"),
}
_THUMBNAILS = (
    "Thumbnails/thumbnail.png",
    "docProps/thumbnail.jpeg",
    "docProps/thumbnail.jpg",
    "docProps/thumbnail.png",
    "Metadata/thumbnail.png",
)
_PICTURES = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
}
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")

Reason = Literal[
    "broken",
    "encrypted",
    "entries",
    "full",
    "heic",
    "html",
    "macros",
    "pixels",
    "time",
    "type",
    "video",
]


class Unusable(Exception):
    """The file cannot be taken; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Found:
    """What a file is. A picture was written to `folder`/`picture` and has `previews` there."""

    media_type: str
    ending: str
    width: int = 0
    height: int = 0
    picture: str = ""
    previews: tuple[int, ...] = ()


def look_at(path: Path, name: str, folder: Path) -> Found:
    """What the file at `path` is; a picture is rewritten into `folder`, where previews go, too.

    Raises:
        Unusable: it is of no kind we take, damaged, too large as a picture, or took too long.
    """
    ending = name.rpartition(".")[2].lower()
    found = _ask(("look", str(path), ending, str(folder)), PICTURE_SECONDS)
    assert isinstance(found, Found)
    if not found.picture:
        return Found(found.media_type, found.ending, previews=draw(path, found.media_type, folder))
    return found


def draw(path: Path, media_type: str, folder: Path) -> tuple[int, ...]:
    """Small pictures of a file, as `folder`/`<width>.webp`; none if it cannot be drawn."""
    try:
        drawn = _ask(("draw", str(path), media_type, str(folder)), PREVIEW_SECONDS)
    except Unusable:
        return ()
    assert isinstance(drawn, tuple)
    return drawn


def words_in(path: Path, ending: str) -> str:
    """The words of a document in one line, for the search; none of what cannot be read."""
    try:
        words = _ask(("read", str(path), ending, ""), PREVIEW_SECONDS)
    except Unusable:
        return ""
    assert isinstance(words, str)
    return words


def for_paper(path: Path, folder: Path) -> Found:
    """A stored picture as JPEG or PNG in `folder`/`picture`, no larger than a sheet needs.

    Raises:
        Unusable: it cannot be made.
    """
    found = _ask(("paper", str(path), "", str(folder)), PREVIEW_SECONDS)
    assert isinstance(found, Found)
    return found


_WORKER = Worker("wiki.uploads", "answer")

_Job = tuple[Literal["look", "draw", "paper", "read"], str, str, str]


def _ask(job: _Job, seconds: float) -> Any:
    try:
        (found,) = _WORKER.ask(job, seconds)
    except (OutOfTime, WorkerLost):
        raise Unusable("time") from None
    if isinstance(found, Unusable):
        raise found
    return found


def answer(job: _Job) -> Iterator[Found | tuple[int, ...] | str | Unusable]:
    """What the worker does: one answer to one job."""
    what, path, detail, folder = job
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN, hard))
    # Pillow warns about odd metadata, which is dropped anyway.
    warnings.simplefilter("ignore")
    try:
        if what == "paper":
            yield _for_paper(Path(path), Path(folder))
        elif what == "read":
            yield words_of(Path(path), detail)
        else:
            look = _look if what == "look" else _draw
            yield look(Path(path), detail, Path(folder))
    except Unusable as unusable:
        yield unusable
    except MemoryError:
        yield Unusable("pixels")
    except OSError as error:
        yield Unusable("full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "broken")
    except Exception:  # noqa: BLE001 - whatever a parser makes of bytes made to break it
        yield Unusable("broken")


# What it is

_MP3 = re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_FOUND_BY_HEAD = (
    (re.compile(rb"%PDF-\d"), Found("application/pdf", "pdf")),
    (re.compile(rb"OggS\0"), Found("audio/ogg", "ogg")),
)


def _look(path: Path, ending: str, folder: Path) -> Found:
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    ):
        return _picture(path, folder)
    if head[4:8] == b"ftyp":
        raise Unusable("heic" if head[8:12] in _HEIC else "video")
    if head.startswith(b"\x1aE\xdf\xa3"):
        raise Unusable("video")
    if head.startswith(b"PK\x03\x04"):
        return _archive(path, ending)
    for pattern, found in _FOUND_BY_HEAD:
        if pattern.match(head):
            return found
    if ending == "mp3" and _MP3.match(head):
        return Found("audio/mpeg", "mp3")
    if ending == "stl" and _is_stl(path, head):
        return Found("model/stl", "stl")
    return _text(path, ending)


def _is_stl(path: Path, head: bytes) -> bool:
    """80 bytes, a number, and 50 bytes for each triangle; or a text that begins with `solid`."""
    triangles = int.from_bytes(head[80:84], "little")
    if len(head) >= 84 and path.stat().st_size == 84 + 50 * triangles:
        return True
    return head.lstrip().startswith(b"solid") and b"\0" not in head


def _text(path: Path, ending: str) -> Found:
    data = path.read_bytes()
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", data):
        raise Unusable("type")
    if ending not in TEXTS:
        start = data[:2_000].lower()
        raise Unusable("html" if b"<html" in start or b"<!doctype html" in start else "type")
    if ending == "svg" and b"<svg" not in data:
        raise Unusable("broken")
    return Found(TEXTS[ending], ending)


def _archive(path: Path, ending: str) -> Found:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise Unusable("entries")
        if any(entry.flag_bits & 1 for entry in entries):
            raise Unusable("encrypted")
        names = {entry.filename for entry in entries}
        if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
            raise Unusable("macros")
        if "mimetype" in names:
            with archive.open("mimetype") as file:
                media_type = file.read(200).decode("ascii", "replace").strip()
            if media_type in OPEN_DOCUMENTS:
                return Found(media_type, OPEN_DOCUMENTS[media_type])
        if "[Content_Types].xml" in names:
            for name, (office_ending, media_type) in OFFICE_DOCUMENTS.items():
                if name in names:
                    return Found(media_type, office_ending)
    if ending in ARCHIVES:
        return Found(ARCHIVES[ending], ending)
    raise Unusable("type")


# Pictures


def _picture(path: Path, folder: Path) -> Found:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # ours comes first, below
    data = path.read_bytes()
    with Image.open(BytesIO(data), formats=["JPEG", "PNG", "GIF", "WEBP"]) as opened:
        kind = "JPEG" if opened.format == "MPO" else opened.format or ""
        if opened.width * opened.height > MAX_PIXELS:
            raise Unusable("pixels")
        stays = max(opened.size) <= LONGEST_SIDE and is_bare(data, kind)
        # A JPEG can be decoded smaller than it is, in less memory.
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()
        pixels = _upright(opened)
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=3.0)
    media_type, ending = _PICTURES.get(kind, _PICTURES["PNG"])
    name = f"picture.{ending}"
    if stays:
        (folder / name).write_bytes(data)
    elif ending == "jpg":
        pixels = pixels.convert("RGB")
        pixels.save(folder / name, "JPEG", quality=88, optimize=True, progressive=True)
    elif ending == "webp":
        pixels.save(folder / name, "WEBP", quality=88, method=4)
    else:
        pixels.save(folder / name, "PNG", compress_level=4)
    width, height = pixels.size
    return Found(media_type, ending, width, height, name, _previews(pixels, folder, WIDTHS))


def _upright(opened: Any) -> Any:
    """The picture as it is meant to be seen, in sRGB, with nothing else about it."""
    from PIL import Image, ImageOps

    picture = opened
    try:
        picture = ImageOps.exif_transpose(opened)
    except Exception:  # noqa: BLE001 - damaged notes about a picture do not make it unusable
        picture = opened.copy()
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    wanted = "RGBA" if picture.has_transparency_data else "RGB"
    if picture.mode == "L" and wanted == "RGB":
        wanted = "L"
    if profile and picture.mode in ("RGB", "RGBA"):
        picture = _in_srgb(picture, profile)
    picture = picture.convert(wanted)
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    return clean


def _in_srgb(picture: Any, profile: bytes) -> Any:
    """Phones photograph in wider colours; without their profile these would look pale."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


def _previews(picture: Any, folder: Path, widths: tuple[int, ...]) -> tuple[int, ...]:
    """WebP in each width up to the first that holds the whole picture; never larger than it."""
    from PIL import Image

    made = []
    if picture.mode not in ("RGB", "RGBA"):
        picture = picture.convert("RGB")
    for width in widths:
        shown = min(width, picture.width)
        size = (shown, max(1, round(picture.height * shown / picture.width)))
        small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        # WebP ends at 16,383 pixels.
        if size[1] <= 16_000:
            small.save(folder / f"{width}.webp", "WEBP", quality=80, method=4)
            made.append(width)
        if width >= picture.width:
            break
    return tuple(made)


def _for_paper(path: Path, folder: Path) -> Found:
    """Word shows WebP only in its newest versions."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    with Image.open(path, formats=["JPEG", "PNG", "WEBP"]) as picture:
        kind = picture.format or ""
        stays = kind != "WEBP" and path.stat().st_size <= SMALL_ON_PAPER
        picture.draft("RGB", (WIDEST_ON_PAPER, WIDEST_ON_PAPER))
        picture.thumbnail((WIDEST_ON_PAPER, WIDEST_ON_PAPER), reducing_gap=3.0)
        if not stays:
            kind = "PNG" if picture.has_transparency_data else "JPEG"
        media_type, ending = _PICTURES[kind]
        name = f"picture.{ending}"
        if stays:
            shutil.copyfile(path, folder / name)
        elif kind == "JPEG":
            picture.convert("RGB").save(folder / name, "JPEG", quality=85)
        else:
            picture.save(folder / name, "PNG")
        return Found(media_type, ending, picture.width, picture.height, name)


# Small pictures of what is no picture, and of pictures whose previews were lost


def _draw(path: Path, media_type: str, folder: Path) -> tuple[int, ...]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    if media_type.startswith("image/"):
        with Image.open(path, formats=["JPEG", "PNG", "WEBP"]) as picture:
            return _previews(picture, folder, WIDTHS)
    if media_type == "application/pdf":
        return _previews(_first_page(path), folder, WIDTHS[:2])
    if media_type in OPEN_DOCUMENTS or media_type.startswith((_OFFICE, "model/3mf")):
        data = _thumbnail(path)
        if data:
            with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise Unusable("pixels")
                opened.load()
                return _previews(_upright(opened), folder, WIDTHS[:2])
    return ()


def _first_page(path: Path) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        page = document[0]
        width, height = page.get_size()
        # A page may say it is a kilometre high.
        scale = min(WIDTHS[1] / max(width, 1.0), 1_600 / max(height, 1.0))
        return page.render(scale=scale).to_pil().convert("RGB")
    finally:
        document.close()


def _thumbnail(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for name in _THUMBNAILS:
            if name in names:
                with archive.open(name) as file:
                    data = file.read(MAX_THUMBNAIL + 1)
                return data if len(data) <= MAX_THUMBNAIL else b""
    return b""
