"""Excerpts cut from stored plain text, with the found words marked in whatever form they stand.

Whoosh's own highlighter costs more than the query; this looks only where a term may begin.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.analysis import TOKEN, analyse, spellings
from search.documents import Marked

LENGTH = 200
_LEAD = 40
_FARTHEST = 50_000
_MOST_SPANS = 20


class Span(NamedTuple):
    start: int
    end: int
    term: str


class Marker:
    """Marks the words of one query in titles and texts."""

    def __init__(self, terms: frozenset[str]) -> None:
        self.terms = terms
        beginnings = "|".join(spellings(term) for term in sorted(terms, key=len, reverse=True))
        self._beginning = re.compile(beginnings)

    def mark(self, text: str) -> Marked:
        """All of `text`, with each found word as a piece of its own."""
        return _pieces(text, list(self._spans(text)), 0, len(text))

    def excerpt(self, text: str, otherwise: str = "") -> Marked:
        """About 200 characters of `text` around the found words, or the start of a text."""
        spans = list(self._spans(text))
        if not spans and otherwise:
            text, spans = otherwise, list(self._spans(otherwise))
        start, end = _window(text, spans)
        pieces = _pieces(text, spans, start, end)
        before = (("… ", False),) if start else ()
        after = ((" …", False),) if end < len(text) else ()
        return (*before, *pieces, *after)

    def _spans(self, text: str) -> Iterator[Span]:
        if not self.terms:
            return
        # Small letters and no look-behind: the expression runs three times as fast.
        small = text.lower()
        if len(small) != len(text):
            small = text
        place, count = 0, 0
        while count < _MOST_SPANS and (found := self._beginning.search(small, place, _FARTHEST)):
            start = found.start()
            token = None if start and text[start - 1].isalnum() else TOKEN.match(text, start)
            if token is None:
                place = start + 1
                continue
            place = token.end()
            term = next((term for term in analyse(token[0]).terms if term in self.terms), None)
            if term is not None:
                count += 1
                yield Span(start, place, term)


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
