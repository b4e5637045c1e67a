"""Excerpts cut from stored plain text, with the found words marked in whatever form they stand.

Whoosh's own highlighter costs more than the query; this looks only where a found word may be.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from heapq import heapify, heappop, heapreplace, merge
from itertools import islice
from typing import NamedTuple

from search.analysis import GENDER, LETTERS, TOKEN, German
from search.documents import Marked
from search.ways import SHORTEST_HINT, Row, hints_of, plain_letters

LENGTH = 200
#: In so many characters words stand close together.
CLOSE = 60
_LEAD = 40
_FARTHEST = 50_000
_PARTING = " ·\n"
_MOST_SPANS = 20
_MOST_PLACES = 400
_LONGEST_TOKEN = 80
_WORD = re.compile(f"{LETTERS}{GENDER}?")
_WITHIN_TOKENS = "-\u2010\u2011:*/"


class Span(NamedTuple):
    start: int
    end: int
    term: str


class Cut(NamedTuple):
    """An excerpt, and whether all words of the query stand close together in it."""

    pieces: Marked
    is_close: bool


class _Best(NamedTuple):
    """Where the best stretch of a text begins, and the found words up to its end."""

    start: int
    spans: list[Span]
    is_close: bool


class Marker:
    """Marks the words of one query in titles and texts: those filed under one of its terms.

    `words` are the terms of each word of the query; `rows` several words that are found together,
    each with a term of the word they stand for.
    """

    def __init__(
        self,
        words: Collection[Collection[str]],
        german: German,
        rows: Iterable[tuple[Row, str]] = (),
    ) -> None:
        # The words that a term finds, and all of them, as sets of bits.
        self._words_of: dict[str, int] = defaultdict(int)
        for place, terms in enumerate(words):
            for term in terms:
                self._words_of[term] |= 1 << place
        self._all = (1 << len(words)) - 1
        self._terms = frozenset(self._words_of)
        self._german = german
        hints = {hint for term in self._terms for hint in hints_of(term)}
        # What begins with another hint is found with that one.
        self._hints = [
            hint
            for hint in hints
            if not any(hint[:end] in hints for end in range(SHORTEST_HINT, len(hint)))
        ]
        self._is_found: dict[str, str] = {}
        self._rows = list(rows)

    def mark(self, text: str) -> Marked:
        """All of `text`, with each found word as a piece of its own."""
        return _pieces(text, list(islice(self._spans(text), _MOST_SPANS)), 0, len(text))

    def excerpt(self, text: str) -> Marked:
        """About 200 characters of `text` around the found words, or the start of a text."""
        return self.cut(text).pieces

    def cut(self, text: str, otherwise: str = "") -> Cut:
        """An excerpt of the text, or of the other one if that alone holds a found word."""
        best = self._best(text)
        if not best.spans and otherwise:
            text, best = otherwise, self._best(otherwise)
        start, end = _window(text, best.start)
        # What parts texts says nothing where an excerpt ends.
        shown = start + len(text[start:end].rstrip(_PARTING))
        pieces = _pieces(text, best.spans, start, shown)
        before = (("… ", False),) if start else ()
        after = ((" …", False),) if end < len(text) else ()
        return Cut((*before, *pieces, *after), best.is_close)

    def _best(self, text: str) -> _Best:
        """The stretch with the most words of the query, the earliest of equals.

        Nothing is read behind a stretch with all of them.
        """
        spans: list[Span] = []
        best = start = 0
        is_close = False
        for span in self._spans(text):
            if best == self._all and span.end >= start + LENGTH:
                break
            spans.append(span)
            if best != self._all:
                near, begin = 0, span.start
                for earlier in reversed(spans):
                    if earlier.start + LENGTH <= span.end:
                        break
                    near |= self._words_of[earlier.term]
                    begin = earlier.start
                    is_close = near == self._all and span.end - begin <= CLOSE
                    if is_close:
                        break
                if near.bit_count() > best.bit_count():
                    best, start = near, begin
            if len(spans) == _MOST_SPANS:
                break
        return _Best(start, spans, is_close)

    def _spans(self, text: str) -> Iterator[Span]:
        """The found words of the text, in their order."""
        letters = plain_letters(text)
        places = _places(self._hints, letters)
        rows = {span.start: span for span in self._rows_in(text, letters)}
        if rows:
            places = merge(places, sorted(rows))
        end = 0
        for place in places:
            if place >= end and (span := rows.get(place) or self._span_at(text, place, end)):
                yield span
                end = span.end

    def _rows_in(self, text: str, letters: str) -> Iterator[Span]:
        for row, term in self._rows:
            for place in _places(row.hints, letters):
                if found := row.match(text, place):
                    yield Span(found.start(), found.end(), term)

    def _span_at(self, text: str, place: int, earliest: int) -> Span | None:
        """The found word in which this place is, or the token of several that is found as one."""
        for pattern, signs in ((_WORD, ""), (TOKEN, _WITHIN_TOKENS)):
            start = _beginning(text, place, earliest, signs)
            token = pattern.match(text, start)
            if token is not None and token.end() > place:
                term = self.term_of(token[0])
                if term:
                    return Span(start, token.end(), term)
        return None

    def term_of(self, surface: str) -> str:
        """The term that finds this word; empty if none does."""
        term = self._is_found.get(surface)
        if term is None:
            found = self._german.analyse(surface).terms() & self._terms
            term = self._is_found[surface] = min(found, default="")
        return term


def _places(hints: Iterable[str], text: str) -> Iterator[int]:
    """Where one of the hints stands, in the order of the text."""
    places = [(place, hint) for hint in hints if (place := text.find(hint, 0, _FARTHEST)) >= 0]
    heapify(places)
    for _ in range(_MOST_PLACES):
        if not places:
            break
        place, hint = places[0]
        yield place
        following = text.find(hint, place + 1, _FARTHEST)
        if following >= 0:
            heapreplace(places, (following, hint))
        else:
            heappop(places)


def _beginning(text: str, place: int, earliest: int, signs: str) -> int:
    """Where the word begins in which this place is; `signs` may stand between its letters."""
    start = place
    while start > earliest and place - start < _LONGEST_TOKEN:
        before = text[start - 1]
        within = before in signs and start - 1 > earliest and text[start - 2].isalnum()
        if not (before.isalnum() or within):
            break
        start -= 1
    return start


def _window(text: str, start: int) -> tuple[int, int]:
    """The stretch that begins there, with some words before it, whole words at both ends."""
    start = max(0, start - _LEAD)
    if start + LENGTH >= len(text):
        start = max(0, len(text) - LENGTH)
    end = min(len(text), start + LENGTH)
    # unless there are only endless ones
    if start and (space := text.find(" ", start, start + _LEAD)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", end - _LEAD, end)) > start:
        end = space
    return start, end


def _pieces(text: str, spans: list[Span], start: int, end: int) -> Marked:
    pieces: list[tuple[str, bool]] = []
    for span in spans:
        if span.start >= start and span.end <= end:
            pieces.append((text[start : span.start], False))
            pieces.append((text[span.start : span.end], True))
            start = span.end
    pieces.append((text[start:end], False))
    return tuple(piece for piece in pieces if piece[0])
