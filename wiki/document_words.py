"""The words inside documents, for the search: PDF, Office and OpenDocument files, plain texts.

Called in the worker of `wiki.uploads`, which is killed when it takes too long or too much memory.
What cannot be read to its end gives what came before. Knows no Flask and no database.
"""

import codecs
import re
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from xml.parsers.expat import ParserCreate, XMLParserType

LONGEST = 200_000  # characters kept of one file
MAX_UNPACKED = 50_000_000  # bytes of a document's parts that are looked at
MAX_PLAIN = 1_000_000  # bytes of a plain text
SECONDS = 2.0  # then what was found so far is enough
CHUNK = 65_536  # bytes

_Pieces = Iterator[str]


def words_of(path: Path, ending: str) -> str:
    """The words of a file in one line, at most `LONGEST` characters; none if it has none."""
    read = _READERS.get(ending)
    return tidied(_gathered(read(path))) if read else ""


def tidied(text: str) -> str:
    """The text in one line, in the letters that people type.

    >>> tidied("Laser-\\ncutter und Ton-\\nund Holz\\u00adwerk\\x07statt, Gra\\ufb01k")
    'Lasercutter und Ton- und Holzwerkstatt, Grafik'
    """
    # Its import is slow, and whoever only looks at pictures needs none of it.
    from wiki.fields import one_line

    text = one_line(_BROKEN_WORD.sub("", text[: 2 * LONGEST]).translate(_UNTYPED))
    return (
        text if len(text) <= LONGEST else text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]
    )


# Where a line ends inside a word, pdfium writes U+0002 or U+FFFE, other programs a hyphen. A
# hyphen that stands for a part of the next word stays: „Ton- und Holzwerkstatt“.
_BROKEN_WORD = re.compile(
    r"[\x02\ufffe](?:\r?\n)?"
    r"|(?<=[a-zäöüß])[-\u2010]\r?\n(?!(?:und|oder|bzw|sowie|bis)\b)(?=[a-zäöüß])"
)
_UNTYPED = str.maketrans(
    {
        **dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
        "\u2010": "-",
        "\u2011": "-",
        "\u00ad": "",
    }
)


def _gathered(pieces: _Pieces) -> str:
    """As much as is wanted and comes in time."""
    found: list[str] = []
    length, end = 0, time.monotonic() + SECONDS
    # Whatever a parser makes of bytes made to break it: what came before stays.
    with suppress(Exception):
        for piece in pieces:
            found.append(piece)
            length += len(piece)
            if length > 2 * LONGEST or time.monotonic() > end:
                break
    return "".join(found)


def _of_pdf(path: Path) -> _Pieces:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for page in document:
            words = page.get_textpage()
            yield words.get_text_bounded() + "\n"
            words.close()
            page.close()
    finally:
        document.close()


def _of_plain_text(path: Path) -> _Pieces:
    with path.open("rb") as file:
        data = file.read(MAX_PLAIN)
    try:
        # Incremental: the last letter may have been cut in two.
        yield codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        yield data.decode("cp1252", "replace")


def _of_markdown(path: Path) -> _Pieces:
    from wiki.markup import plain_text

    yield plain_text("".join(_of_plain_text(path)))


class _Unwanted(Exception):
    """It declares entities of its own, as no office program does."""


class _Words:
    """Gathers the characters inside some elements; names of elements without their namespace,
    which differs between editions of the same format."""

    def __init__(self, inside: str, ends: str, without: str = "") -> None:
        self.found: list[str] = []
        self._inside, self._ends = set(inside.split()), set(ends.split())
        self._without = set(without.split())
        self._depth = self._left_out = 0

    def parser(self) -> XMLParserType:
        parser = ParserCreate(namespace_separator="\n")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def taken(self) -> str:
        text = "".join(self.found)
        self.found.clear()
        return text

    def _start(self, name: str, _attributes: object) -> None:
        name = name.rpartition("\n")[2]
        self._depth += name in self._inside
        self._left_out += name in self._without

    def _end(self, name: str) -> None:
        name = name.rpartition("\n")[2]
        self._depth -= name in self._inside
        self._left_out -= name in self._without
        if name in self._ends:
            self.found.append("-" if name == "noBreakHyphen" else " ")

    def _text(self, text: str) -> None:
        if self._depth and not self._left_out:
            self.found.append(text)

    def _doctype(self, *_declared: object) -> None:
        raise _Unwanted


def _of_archive(parts: str, inside: str, ends: str, without: str = "") -> Callable[[Path], _Pieces]:
    """A reader of zipped XML: the words inside some elements of the parts with these names."""
    patterns = [re.compile(part) for part in parts.split()]

    def read(path: Path) -> _Pieces:
        left = MAX_UNPACKED
        with zipfile.ZipFile(path) as archive:
            for name in _in_order(archive.namelist(), patterns):
                words = _Words(inside, ends, without)
                # One damaged part does not take the others along.
                with suppress(Exception), archive.open(name) as part:
                    parser = words.parser()
                    while left > 0 and (data := part.read(min(CHUNK, left))):
                        left -= len(data)
                        parser.Parse(data, False)
                        yield words.taken()
                    # Newer parsers hold back the last of it until they are told that it is.
                    parser.Parse(b"", True)
                yield words.taken() + " "

    return read


def _in_order(names: Iterable[str], patterns: Iterable[re.Pattern[str]]) -> Iterator[str]:
    """The parts that match, slide 10 after slide 2."""
    known = set(names)
    for pattern in patterns:
        yield from sorted(filter(pattern.fullmatch, known), key=lambda name: (len(name), name))


_OPEN_DOCUMENT = _of_archive(
    r"content\.xml",
    inside="body",
    ends="p h s tab line-break",
    # What was deleted, and what people said to each other about it.
    without="tracked-changes annotation",
)

_READERS: dict[str, Callable[[Path], _Pieces]] = {
    "pdf": _of_pdf,
    "docx": _of_archive(
        r"word/document\.xml word/footnotes\.xml word/endnotes\.xml",
        inside="t",
        ends="p tab br cr tc noBreakHyphen",
        # The same text once more, for programs that are older.
        without="Fallback",
    ),
    "pptx": _of_archive(
        r"ppt/slides/slide\d+\.xml ppt/notesSlides/notesSlide\d+\.xml", inside="t", ends="p br"
    ),
    "xlsx": _of_archive(
        r"xl/sharedStrings\.xml xl/worksheets/sheet\d+\.xml",
        inside="t",
        ends="si is",
        # How to pronounce it.
        without="rPh",
    ),
    **dict.fromkeys(("odt", "ott", "ods", "odp", "otp", "odg"), _OPEN_DOCUMENT),
    "md": _of_markdown,
    **dict.fromkeys(("txt", "csv", "ics", "ino", "py", "scad"), _of_plain_text),
}
READABLE = tuple(_READERS)
