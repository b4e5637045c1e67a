"""Files as people bring them, and as attackers do, made on the spot."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

HTML = b"<html><script>alert(1)</script></html>"


def picture(
    width: int = 900,
    height: int = 600,
    kind: str = "JPEG",
    colour: tuple[int, int, int] = (180, 60, 30),
    **options: object,
) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A photo taken upright with the phone turned, that says where: 51.57° N, 8.11° E."""
    notes = Image.Exif()
    notes[0x0112] = 6  # turned by 90°
    notes[0x010F] = "Telefonhersteller"
    place = notes.get_ifd(0x8825)
    place[1], place[2] = "N", (51.0, 34.0, 12.0)
    place[3], place[4] = "E", (8.0, 6.0, 36.0)
    return picture(800, 400, exif=notes, comment=b"Geheimer Ort")


def moving_picture() -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def png_bomb(side: int = 7_000) -> bytes:
    """A picture within the limit of pixels that is large when unpacked."""
    out = BytesIO()
    Image.new("L", (side, side)).save(out, "PNG", compress_level=9)
    return out.getvalue()


def pdf(words: str = "Handzettel", extra: str = "", pages: int = 1, trailer: str = "") -> bytes:
    """A few words on each page; `extra` goes into the catalogue."""
    stream = f"BT /F1 48 Tf 72 700 Td ({words}) Tj ET"
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + pages))
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>"
    )
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *[page] * pages,
    ]
    return _pdf_of(objects, trailer)


def encrypted_pdf(words: str = "Geheim") -> bytes:
    """Opens with a password only."""
    key = "0" * 64
    secured = f"<< /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -64 >>"
    return pdf(words, trailer=f"/Encrypt {secured} /ID [<{key}> <{key}>]")


def pdf_bomb() -> bytes:
    """A page that draws itself over and over: forms that call each other, ten at a time."""
    depth = 9
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /XObject << /X 5 0 R >> >> >>",
        "<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    for level in range(depth):
        body = "/X Do " * 10 if level < depth - 1 else "0 0 500 800 re f " * 10
        inner = f"/Resources << /XObject << /X {6 + level} 0 R >> >>" if level < depth - 1 else ""
        objects.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] {inner} "
            f"/Length {len(body)} >>\nstream\n{body}\nendstream"
        )
    return _pdf_of(objects)


def packed_pdf(size: int) -> bytes:
    """A page of so many blanks, packed twice until little is left of them."""
    pack = zlib.compressobj(9)
    once = b"".join(pack.compress(b" " * 1_000_000) for _ in range(size // 1_000_000))
    stream = zlib.compress(once + pack.flush(), 9)
    return _pdf_of(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            f"<< /Filter [/ASCIIHexDecode /FlateDecode /FlateDecode] /Length {2 * len(stream)} >>"
            f"\nstream\n{stream.hex()}\nendstream",
        ]
    )


def _pdf_of(objects: list[str], trailer: str = "") -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {size} /Root 1 0 R {trailer} >>\n"
    return out + end.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def archive(**entries: bytes) -> bytes:
    """A ZIP; `__` in a name stands for a slash, `_` for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def open_document() -> bytes:
    """Slides as LibreOffice writes them, with a small picture of the first one."""
    small = picture(256, 144, "PNG")
    kind = b"application/vnd.oasis.opendocument.presentation"
    return archive(mimetype=kind, content_xml=b"<x/>", Thumbnails__thumbnail_png=small)


def word_document(**more: bytes) -> bytes:
    out = BytesIO()
    small = picture(200, 280)
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", b"<x/>")
        packed.writestr("word/document.xml", b"<x/>")
        packed.writestr("docProps/thumbnail.jpeg", small)
        for name, data in more.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def text_document(body: str) -> bytes:
    """A text as LibreOffice writes it, with this XML as its body."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "text", "table")
    )
    content = f"<office:document-content {names}><office:body><office:text>{body}"
    content += "</office:text></office:body></office:document-content>"
    return archive(
        mimetype=b"application/vnd.oasis.opendocument.text", content_xml=content.encode()
    )


def office_document(**parts: str) -> bytes:
    """An Office document of these parts; what they say stands in them as `<t>`."""
    return archive(
        **{"[Content_Types].xml": b"<x/>"},
        **{name: f"<x>{body}</x>".encode() for name, body in parts.items()},
    )
