"""Writing a batch of documents into an index folder: one lock, one commit, all or nothing."""

import gc
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from whoosh import fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.externalsort import SortingPool
from whoosh.index import FileIndex, LockError, create_in
from whoosh.reading import SegmentReader
from whoosh.writing import PostingPool, SegmentWriter

from search.analysis import German, plain
from search.documents import Document, IndexBroken, IndexBusy
from search.snapshot import HAS_PART, POSITION, Page, open_index, part_field

TITLE_WEIGHT = 6.0
TOPIC_WEIGHT = 3.0
SUMMARY_WEIGHT = 2.0
ATTACHED_WEIGHT = 0.4
#: What a part of a compound weighs beside the word itself.
PART_WEIGHT = 0.5

LOCK_SECONDS = 60.0
#: More than these are sorted on disk; they take about 250 MB.
POSTINGS_IN_MEMORY = 2_000_000
#: Larger segments are merged only by a rebuild: so many documents take a writer three seconds, and
#: memory that the process keeps.
MERGE_UP_TO = 1_000


def create(folder: Path, parts: Iterable[str] = ()) -> None:
    """An index without documents in an empty folder; whoever adds some adds the position.

    `parts` can be searched alone.
    """
    create_in(str(folder), _schema(parts))


@contextmanager
def writing(folder: Path, position: int, german: German) -> Iterator["Batch"]:
    """A batch that is committed, `position` with it, when the block ends well.

    Whatever goes wrong, nothing is written and the lock is free afterwards. Raises IndexBusy,
    IndexBroken, and OSError when the disk is full.
    """
    with _no_garbage_collection():
        try:
            writer = _Writer(
                open_index(folder),
                timeout=LOCK_SECONDS,
                delay=0.02,
                compound=False,
                codec=Codec(),
            )
        except LockError as error:
            raise IndexBusy(f"the index was locked for {LOCK_SECONDS:.0f} seconds") from error
        except OSError:
            raise
        except Exception as error:  # Whoosh answers damage with anything
            raise IndexBroken(f"the index cannot be opened: {error!r}") from error
        try:
            batch = Batch(writer, german)
            yield batch
            batch.commit(position)
        except BaseException:
            writer.abandon()
            raise


class Batch:
    """Documents to be added to or removed from the index together."""

    def __init__(self, writer: "_Writer", german: German) -> None:
        self._writer = writer
        self._german = german

    def add(self, document: Document) -> None:
        """Add a document; one that is there already is removed first by the caller."""
        page = Page.of(document)
        topics = plain(" / ".join(document.topics))
        texts = (
            (page.title, TITLE_WEIGHT),
            (topics, TOPIC_WEIGHT),
            (page.summary, SUMMARY_WEIGHT),
            (page.text, 1.0),
            *((plain(text), ATTACHED_WEIGHT) for text in document.attached),
        )
        self._writer.add_document(
            id=document.id,
            words=_weighted(texts, self._german),
            title=_weighted([(page.title, TITLE_WEIGHT)], self._german),
            # Most have no parts, and need not say so.
            page=tuple(page) if page.parts else tuple(page)[:-1],
            **{
                part_field(name): _weighted([(text, 1.0)], self._german) | {HAS_PART: (0, 1.0)}
                for name, text in page.parts
            },
        )

    def remove(self, ids: Collection[str]) -> None:
        """Remove the documents with these ids, as far as there are any."""
        with self._writer.reader() as reader:
            for segment, base in reader.leaf_readers():
                for document_id in ids:
                    term = ("id", document_id.encode())
                    if term in segment:
                        for number in segment.postings(*term).all_ids():
                            self._writer.delete_document(base + number)

    def commit(self, position: int) -> None:
        """Make all of it the index's state, in one step with the position."""
        self.remove([POSITION])
        self._writer.add_document(id=POSITION, page=(POSITION, position))
        self._writer.commit(mergetype=_merge_neighbours)


class _Writer(SegmentWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's writer, which also forces a segment to disk before naming it in the contents."""

    def __init__(self, index: FileIndex, **options: Any) -> None:
        super().__init__(index, **options)
        self.pool = _Pool(self._tempstorage)

    def _commit_toc(self, segments: list[Any]) -> None:
        folder = Path(self.storage.folder)
        for unfinished in folder.glob("_*.toc.*"):  # of a writer that was killed
            unfinished.unlink()
        for path in folder.glob(f"{self.newsegment.segment_id()}.*"):
            with path.open("rb") as file:
                os.fsync(file.fileno())
        super()._commit_toc(segments)

    def abandon(self) -> None:
        """Give up what was written; the files are swept away by the next commit."""
        with suppress(Exception):
            self.cancel()
        with suppress(Exception):
            self.writelock.release()


class _Pool(PostingPool):  # type: ignore[misc]
    """Whoosh's pool of postings, which counts them instead of estimating the size of each."""

    def __init__(self, folder: Any) -> None:
        super().__init__(folder, None, maxsize=POSTINGS_IN_MEMORY)

    add = SortingPool.add


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's format with large blocks that need no unpacking, which are read faster."""

    # Lengths in postings serve Whoosh's own searcher only; they cost a third of a rebuild.
    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=512, compression=0)

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        # Whoosh takes names from `random`, whose state forked or seeded processes share: the
        # same name again would overwrite a segment in use.
        return W3Segment(self, indexname, segid=uuid4().hex)


class Words(fields.FieldType):  # type: ignore[misc]
    """A field whose terms come with their count and their weight."""

    def __init__(self, *, with_lengths: bool = True) -> None:
        super().__init__(formats.Existence(), None, scorable=with_lengths)

    def index(
        self, value: dict[str, tuple[int, float]], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, (count, weight) in value.items():
            yield _encoded(term), count, weight, b""


# One object for each term instead of one for each posting: less memory, faster sorting.
_encoded = lru_cache(maxsize=50_000)(str.encode)


def _schema(parts: Iterable[str]) -> fields.Schema:
    return fields.Schema(
        id=fields.ID(unique=True, sortable=True),
        words=Words(),
        title=Words(),
        page=fields.STORED(),
        **{part_field(name): Words(with_lengths=False) for name in parts},
    )


def _weighted(texts: Iterable[tuple[str, float]], german: German) -> dict[str, tuple[int, float]]:
    """Each term's count and weight in texts that weigh differently.

    Stop words count where they weigh most, in titles ("Über uns"). The counts are what the page's
    length is made of: a word counts once, whatever it is filed under.
    """
    counts: dict[str, int] = defaultdict(int)
    weights: dict[str, float] = defaultdict(float)
    for text, weight in texts:
        for token, times in german.tokens(text).items():
            if token.is_stop_word and weight != TITLE_WEIGHT:
                continue
            # A page is not longer for what hangs on it.
            for terms in token.words if weight != ATTACHED_WEIGHT else ():
                counts[terms[0]] += times
            for terms in (*token.words, token.whole):
                for term in terms:
                    weights[term] += weight * times
            for parts in token.parts:
                for terms in parts:
                    for term in terms:
                        weights[term] += weight * times * PART_WEIGHT
    return {term: (counts.get(term, 0), weight) for term, weight in weights.items()}


def _merge_neighbours(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy, bounded: segments join the new one while it outweighs them.

    So their sizes grow like powers of two: few to search, and each document is rewritten
    seldom. Whoosh's own policy lets dozens of middle-sized segments stand.
    """
    kept = []
    size = writer.doc_count()
    for segment in sorted(segments, key=lambda segment: int(segment.doc_count())):
        living, all_ = segment.doc_count(), segment.doc_count_all()
        if living == 0:
            continue
        if living <= min(size, MERGE_UP_TO) or living < all_ / 2:
            size += living
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
        else:
            kept.append(segment)
    return kept


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # The millions of postings are no garbage; looking for some among them doubles the time.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
