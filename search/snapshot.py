"""One commit of the index, opened for reading by one thread.

The underscored names below belong to Whoosh 2.7.4, the last release there will be.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.index import FileIndex, open_dir
from whoosh.util.numeric import byte_to_length

from search.analysis import plain
from search.arrays import np
from search.documents import Document
from search.postings import NOWHERE, Postings, PostingsCache
from search.spelling import Vocabulary

#: Stands in the place of a page's id in the document that stores the position.
POSITION = ":position"
#: Under this term stands every document that has the part at all.
HAS_PART = ":"

# Okapi BM25: how soon repetition stops counting, how much a long text is held against a page
K1 = 1.2
B = 0.75


def open_index(folder: Path) -> FileIndex:
    """Whoosh's index in a folder, also while another process commits to it."""
    for _ in range(20):
        # The table of contents may be replaced between finding its name and opening it.
        with suppress(FileNotFoundError):
            return open_dir(str(folder))
    return open_dir(str(folder))


class Page(NamedTuple):
    """What the index stores of a document."""

    id: str
    revision: int
    title: str
    summary: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, document: Document) -> "Page":
        title, summary, text = map(plain, (document.title, document.summary, document.text))
        parts = tuple((name, plain(text)) for name, text in document.parts.items() if text)
        return cls(document.id, document.revision, title, summary, text, parts)

    def part(self, name: str) -> str:
        """The text of one of its parts; empty if it has none of this name."""
        return dict(self.parts).get(name, "")


class Segment(NamedTuple):
    reader: Any
    base: int
    lengths: bytes
    ids: tuple[str, ...]


class Snapshot:
    """The documents of one commit by their numbers, and the postings of terms."""

    def __init__(self, folder: Path, cache: PostingsCache) -> None:
        self.folder = folder
        self._cache = cache
        self._index = open_index(folder)
        # not index.reader(), which waits half a second over a file that is truly broken
        contents = self._index._read_toc()
        self._reader = FileIndex._reader(
            self._index.storage, contents.schema, contents.segments, contents.generation
        )
        self._segments = [
            Segment(reader, base, _lengths(reader), _ids(_SegmentReader.of(reader)))
            for reader, base in self._reader.leaf_readers()
        ]
        self.size: int = self._reader.doc_count_all()
        self.deleted = np.fromiter(
            (
                base + number
                for reader, base, *_ in self._segments
                for number in reader.segment().deleted_docs()
            ),
            np.int32,
        )
        average = self._reader.field_length("words") / max(1, self.size) or 1
        by_byte = np.array(
            [K1 * (1 - B + B * byte_to_length(byte) / average) for byte in range(256)]
        )
        lengths = b"".join(segment.lengths for segment in self._segments)
        #: What the length of each document is held against it.
        self.length_penalty = by_byte[np.frombuffer(lengths, np.uint8)]
        # Column files are opened when first used; by then a merge may have removed them.
        for segment in self._segments:
            segment.reader.stored_fields(0)
        self.ids = [document_id for segment in self._segments for document_id in segment.ids]

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Each document's number by its id."""
        gone = set(self.deleted.tolist())
        return {one: number for number, one in enumerate(self.ids) if number not in gone}

    def is_latest(self) -> bool:
        """Whether no commit followed; one look into the folder."""
        return bool(self._index.latest_generation() == self._reader.generation())

    def close(self) -> None:
        with suppress(Exception):
            self._reader.close()

    # a thread that ends takes its snapshot along
    __del__ = close

    def part(self, name: str) -> "Part":
        """The same documents as if each consisted of this part alone."""
        return Part(self, name)

    def with_part(self, name: str) -> list[str]:
        """The ids of the documents that have this part, in no order."""
        numbers = np.setdiff1d(self.postings(part_field(name), HAS_PART).numbers, self.deleted)
        return [self.ids[number] for number in numbers.tolist()]

    def documents_with(self, term: str) -> int:
        """How many documents hold the term, those deleted since included."""
        return sum(len(postings.numbers) for _base, postings in self._in_segments("words", term))

    def knows(self, term: str) -> bool:
        """Whether the term stands anywhere."""
        return self.documents_with(term) > 0

    def texts(self, number: int) -> tuple[str, ...]:
        """Where a phrase may stand in a document."""
        page = self.page(number)
        return page.title, page.summary, page.text

    def postings(self, field: str, term: str) -> Postings:
        """All postings of the term, those of deleted documents included."""
        found = [(0, NOWHERE), *self._in_segments(field, term)]
        return Postings(
            np.concatenate([base + each.numbers for base, each in found]),
            np.concatenate([each.weights for _base, each in found]),
        )

    def _in_segments(self, field: str, term: str) -> Iterator[tuple[int, Postings]]:
        for segment in self._segments:
            yield segment.base, self._cache.of(segment.reader, field, term)

    def vocabularies(self) -> Iterator[Vocabulary]:
        """The words of each segment, to look for near ones; kept per process: segments stay."""
        for segment in self._segments:
            yield _vocabulary(_SegmentReader.of(segment.reader))

    def page(self, number: int) -> Page:
        """The stored page of a document number."""
        return Page(*self._stored(number))

    def pages(self) -> Iterator[Page]:
        """All stored pages, in no order."""
        for document, number in self.number_of.items():
            if document != POSITION:
                yield Page(*self._stored(number))

    def position(self) -> int:
        """The change-log position stored with the commit."""
        # By its postings, as a search would: damage there is noticed before anybody searches.
        for number in np.setdiff1d(self.postings("id", POSITION).numbers, self.deleted).tolist():
            return int(self._stored(number)[1])
        raise LookupError("the index holds no position")

    def _stored(self, number: int) -> tuple[Any, ...]:
        stored: tuple[Any, ...] = self._reader.stored_fields(number)["page"]
        return stored


class Part:
    """One part of the documents of a snapshot, to be searched alone."""

    def __init__(self, whole: Snapshot, name: str) -> None:
        self._whole = whole
        self._name = name
        self.size = whole.size
        self.deleted = whole.deleted
        self.length_penalty = whole.length_penalty

    def documents_with(self, term: str) -> int:
        """How many documents hold the term in this part."""
        return len(self.postings("words", term).numbers)

    def knows(self, term: str) -> bool:
        """Whether the term stands anywhere: one that only stands elsewhere is spelled right."""
        return self._whole.knows(term)

    def postings(self, field: str, term: str) -> Postings:
        """All postings of the term in this part; a part has no title."""
        return self._whole.postings(part_field(self._name), term) if field == "words" else NOWHERE

    def vocabularies(self) -> Iterator[Vocabulary]:
        """The words of all parts: who errs may mean any."""
        return self._whole.vocabularies()

    def texts(self, number: int) -> tuple[str, ...]:
        """Where a phrase may stand in a document."""
        return (self._whole.page(number).part(self._name),)


def part_field(name: str) -> str:
    """The field that holds the words of this part."""
    return f"part_{name}"


def _lengths(reader: Any) -> bytes:
    """The number of words of each document of a segment, each as Whoosh's one-byte code."""
    segment, count = reader.segment(), reader.doc_count_all()
    name = reader.codec().column_filename(segment, "_words_len")
    if not reader.storage().file_exists(name):  # no document with words: only the position
        return bytes(count)
    with reader.storage().open_file(name) as file:
        return bytes(file.read()).ljust(count, b"\0")


class _SegmentReader(NamedTuple):
    """A segment's reader, told apart by the segment alone."""

    segment: str
    reader: Any

    @classmethod
    def of(cls, reader: Any) -> "_SegmentReader":
        return cls(reader.segment().segment_id(), reader)

    def __hash__(self) -> int:
        return hash(self.segment)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SegmentReader) and other.segment == self.segment


@lru_cache(maxsize=16)
def _vocabulary(segment: _SegmentReader) -> Vocabulary:
    return Vocabulary(term.decode() for term in segment.reader.lexicon("words"))


@lru_cache(maxsize=16)
def _ids(segment: _SegmentReader) -> tuple[str, ...]:
    """The id of each of a segment's documents."""
    return tuple(segment.reader.column_reader("id"))
