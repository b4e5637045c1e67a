"""Whether a file holds a picture as `wiki.uploads` writes it: its pixels and nothing beside them.

A JPEG or a lossy WebP loses a little whenever it is written anew, so one that is bare already
stays as it is: a package of ours comes back byte by byte, and the tenth import shows the same
picture as the first. Knows the outside of both formats only; whether the pixels can be decoded
is found out by decoding them.
"""

import struct
from collections.abc import Iterator

# JPEG markers (ITU-T T.81, table B.1): start and end, frames that Pillow writes, tables, scan.
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_NEEDED = frozenset({0xC0, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD})
_JFIF = 0xE0
# JFIF 1.01 with a density and no thumbnail (ITU-T T.871, section 10.1).
_JFIF_LENGTH = 16

# WebP chunks (RFC 9649): still pixels, their transparency, and the flags that announce it.
_STILL = {b"VP8 ", b"VP8L", b"ALPH", b"VP8X"}
_ONLY_ALPHA = 0x10


def is_bare(data: bytes, kind: str) -> bool:
    """Whether these bytes of a „JPEG“ or „WEBP“ hold nothing but what its pixels need."""
    try:
        if kind == "JPEG":
            return all(_needed(marker, body) for marker, body in _segments(data))
        return kind == "WEBP" and all(_still(name, body) for name, body in _chunks(data))
    except (ValueError, IndexError, struct.error):
        return False


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each segment; the compressed pixels behind a scan are passed over.

    Raises:
        ValueError: something stands between the segments or behind the end.
    """
    if data[:2] != _START:
        raise ValueError
    place = 2
    while data[place : place + 2] != _END:
        first, marker, length = struct.unpack_from(">BBH", data, place)
        if first != 0xFF:
            raise ValueError
        yield marker, data[place + 4 : place + 2 + length]
        place += 2 + length
        if marker == _SCAN:
            place = _end_of_scan(data, place)
    if place + 2 != len(data):
        raise ValueError


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker stands: inside a scan, 0xFF is followed by 0 or restarts it."""
    while True:
        place = data.index(b"\xff", place)
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2


def _needed(marker: int, body: bytes) -> bool:
    if marker == _JFIF:
        return body.startswith(b"JFIF\0") and len(body) == _JFIF_LENGTH - 2
    return marker in _NEEDED


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each chunk.

    Raises:
        ValueError: it is no WebP, or its length is not what it says.
    """
    riff, length, webp = struct.unpack_from("<4sI4s", data)
    if (riff, length, webp) != (b"RIFF", len(data) - 8, b"WEBP"):
        raise ValueError
    place = 12
    while place < len(data):
        name, length = struct.unpack_from("<4sI", data, place)
        yield name, data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
    if place != len(data):
        raise ValueError


def _still(name: bytes, body: bytes) -> bool:
    return name in _STILL and (name != b"VP8X" or body[0] & ~_ONLY_ALPHA == 0)
