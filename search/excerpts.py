"""Excerpts cut from stored plain text, with the found words marked in whatever form they stand.

Whoosh's own highlighter costs more than the query; this looks only where a found word may be.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice, product
from typing import NamedTuple

from search.analysis import GENDER, LETTERS, TOKEN, German
from search.documents import Marked

LENGTH = 200
_LEAD = 40
_FARTHEST = 50_000
_MOST_SPANS = 20
# How much of a base form its other forms keep: kündigen, gekündigt; Museum, Museen.
_KEPT = 0.7
_SHORTEST_HINT, _LONGEST_HINT = 3, 8
_MOST_HINTS = 64
_MOST_PLACES = 20
_LONGEST_TOKEN = 80
_WORD = re.compile(f"{LETTERS}{GENDER}?")
_WITHIN_TOKENS = "-\u2010\u2011:*/"
_WRITTEN = {
    "a": ("a", "ä", "ae"),
    "o": ("o", "ö", "oe"),
    "u": ("u", "ü", "ue"),
    "ß": ("ss", "ß"),
    "e": ("e", "é"),
}


class Span(NamedTuple):
    start: int
    end: int
    term: str


class Marker:
    """Marks the words of one query in titles and texts: those filed under one of its terms."""

    def __init__(self, terms: Collection[str], german: German) -> None:
        self._terms = frozenset(terms)
        self._german = german
        hints = {hint for term in self._terms for hint in _hints(term)}
        # Where one hint holds another, that one finds its places, too.
        self._hints = [hint for hint in hints if not any(o in hint for o in hints if o != hint)]
        self._is_found: dict[str, str] = {}

    def mark(self, text: str) -> Marked:
        """All of `text`, with each found word as a piece of its own."""
        return _pieces(text, self._spans(text), 0, len(text))

    def excerpt(self, text: str, otherwise: str = "") -> Marked:
        """About 200 characters of `text` around the found words, or the start of a text."""
        spans = self._spans(text)
        if not spans and otherwise:
            text, spans = otherwise, self._spans(otherwise)
        start, end = _window(text, spans)
        pieces = _pieces(text, spans, start, end)
        before = (("… ", False),) if start else ()
        after = ((" …", False),) if end < len(text) else ()
        return (*before, *pieces, *after)

    def _spans(self, text: str) -> list[Span]:
        """The first found words of the text, in their order."""
        small = text.lower()
        if len(small) != len(text):
            small = text
        spans: list[Span] = []
        end = 0
        for place in sorted(_places(self._hints, small)):
            if place >= end and (span := self._span_at(text, place, end)):
                spans.append(span)
                end = span.end
                if len(spans) == _MOST_SPANS:
                    break
        return spans

    def _span_at(self, text: str, place: int, earliest: int) -> Span | None:
        """The found word in which this place is, or the token of several that is found as one."""
        for pattern, signs in ((_WORD, ""), (TOKEN, _WITHIN_TOKENS)):
            start = _beginning(text, place, earliest, signs)
            token = pattern.match(text, start)
            if token is not None and token.end() > place:
                term = self._found_by(token[0])
                if term:
                    return Span(start, token.end(), term)
        return None

    def _found_by(self, surface: str) -> str:
        """The term that found this word; empty if none did."""
        term = self._is_found.get(surface)
        if term is None:
            found = self._german.analyse(surface).terms() & self._terms
            term = self._is_found[surface] = min(found, default="")
        return term


def _hints(term: str) -> Iterator[str]:
    """Letters that any form of this base form holds, in each way they may be written."""
    kept = term[: min(_LONGEST_HINT, max(_SHORTEST_HINT, round(len(term) * _KEPT)))]
    ways = [_WRITTEN.get(letter, (letter,)) for letter in kept.replace("ss", "ß")]
    return map("".join, islice(product(*ways), _MOST_HINTS))


def _places(hints: Iterable[str], text: str) -> Iterator[int]:
    for hint in hints:
        place = text.find(hint, 0, _FARTHEST)
        count = 0
        while place >= 0 and count < _MOST_PLACES:
            yield place
            count += 1
            place = text.find(hint, place + 1, _FARTHEST)


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


def _window(text: str, spans: list[Span]) -> tuple[int, int]:
    """The stretch with the most different terms, the earliest of equals."""
    best, start = 0, 0
    for place, first in enumerate(spans):
        near = {span.term for span in spans[place : place + 10] if span.end < first.start + LENGTH}
        if len(near) > best:
            best, start = len(near), first.start
    start = max(0, start - _LEAD)
    if start + LENGTH >= len(text):
        start = max(0, len(text) - LENGTH)
    end = min(len(text), start + LENGTH)
    # whole words at both ends, unless there are only endless ones
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
