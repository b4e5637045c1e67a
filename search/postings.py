"""Postings of terms as arrays, decoded once for each segment.

Whoosh's own searcher walks its matchers posting by posting, which takes 50 ms for a word that
stands on every other page. Here whole blocks are read, about 2 ms for the same word, and kept:
a segment never changes. The underscored names belong to Whoosh 2.7.4, the last release there
will be.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any, NamedTuple

from numpy.typing import NDArray
from whoosh.reading import TermNotFound

from search.arrays import Numbers, np

#: So many postings are kept per process, 8 bytes each.
KEPT = 1_000_000
# What remembering any term costs, even one that a segment lacks, counted in postings.
_EACH = 40


class Postings(NamedTuple):
    """The documents of a segment that hold a term, by their numbers, and how often, weighted."""

    numbers: Numbers
    weights: NDArray[np.float32]


NOWHERE = Postings(np.empty(0, np.int32), np.empty(0, np.float32))


class PostingsCache:
    """The postings asked for last, for all threads, told apart by segment, field and term."""

    def __init__(self, room: int = KEPT) -> None:
        self._kept: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._room = room
        self._lock = Lock()

    def of(self, reader: Any, field: str, term: str) -> Postings:
        """A term's postings in the segment of this reader, deleted documents included."""
        key = (reader.segment().segment_id(), field, term)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        postings = _decoded(reader, field, term)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = postings
                self._room -= _EACH + len(postings.numbers)
            while self._room < 0:
                _key, oldest = self._kept.popitem(last=False)
                self._room += _EACH + len(oldest.numbers)
        return postings


def _decoded(reader: Any, field: str, term: str) -> Postings:
    numbers: list[int] = []
    weights: list[float] = []
    try:
        matcher = reader._terms.matcher(field, term.encode(), reader.schema[field].format)
    except TermNotFound:
        return NOWHERE
    while not matcher._atend:
        matcher._read_ids()
        matcher._read_weights()
        numbers += matcher._ids
        weights += matcher._weights
        matcher._next_block()
    return Postings(np.array(numbers, np.int32), np.array(weights, np.float32))
