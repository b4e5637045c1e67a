"""Words that mean the same: Handy and Smartphone, KI and künstliche Intelligenz.

A search looks its words up by their terms, so that its cost does not grow with the list; what
means the same as a synonym is not followed any further, so that nothing can go round in circles.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from weakref import WeakKeyDictionary

from search.analysis import TOKEN, German, plain
from search.ways import Row, Way

MOST_GROUPS = 500
MOST_WORDS_OF_GROUP = 12
LONGEST = 60
#: What a page with the other word is worth beside one with the word itself.
WORTH = 0.85
#: So many ways lead from one word to others, in however many groups it stands.
MOST_WAYS = 16

Terms = tuple[str, ...]


class Reading(NamedTuple):
    """One way to read a synonym: the terms of each of its words, and what stands before each.

    `gaps` are the words between that count for nothing: Internet der Dinge.
    """

    words: tuple[Terms, ...]
    gaps: tuple[int, ...]


@lru_cache(maxsize=1_000)
def _way(reading: Reading) -> Way:
    """How pages hold it: of several words, one must follow the other."""
    row = Row(reading.words, reading.gaps) if len(reading.words) > 1 else None
    return Way(reading.words, WORTH, row, is_other=True)


class Found(NamedTuple):
    """So many words of a query have synonyms together, to be found in these ways."""

    length: int
    ways: tuple[Way, ...]


class Synonyms:
    """Groups of words that mean the same; to be made once and given to every search.

    A group has two to twelve words or phrases of up to 60 characters; there are up to 500. What
    goes beyond, and what has no letter, is left out.
    """

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        cleaned = (tuple(_cleaned(group)) for group in groups)
        self.groups = tuple(group for group in cleaned if len(group) > 1)[:MOST_GROUPS]
        self._looked_up: WeakKeyDictionary[German, Lookup] = WeakKeyDictionary()

    def lookup(self, german: German) -> "Lookup":
        """The groups by their terms, put together when first asked for."""
        found = self._looked_up.get(german)
        if found is None:
            found = self._looked_up[german] = Lookup(self.groups, german)
        return found


class Lookup:
    """From the words of a query to the ways in which what they mean is found, too."""

    def __init__(self, groups: Iterable[Sequence[str]], german: German) -> None:
        self._beginning: dict[str, dict[tuple[Terms, ...], dict[Reading, None]]] = {}
        for group in groups:
            members = [tuple(_readings(words, german)) for words in group]
            for readings in members:
                others = [other for member in members if member != readings for other in member]
                for reading in readings:
                    self._add(reading, others)

    def _add(self, reading: Reading, others: Iterable[Reading]) -> None:
        for term in reading.words[0]:
            known = self._beginning.setdefault(term, {}).setdefault(reading.words, {})
            for other in others:
                if len(known) < MOST_WAYS and other.words != reading.words:
                    known[other] = None

    def at(self, place: int, words: Sequence[Terms]) -> Found | None:
        """What is known of the words from this place on; the most words together count."""
        length, others = 0, dict[Reading, None]()
        for term in words[place]:
            for reading, meant in self._beginning.get(term, {}).items():
                if len(reading) >= length and _begin(words, place, reading):
                    if len(reading) > length:
                        length, others = len(reading), {}
                    others.update(meant)
        if not others:
            return None
        return Found(length, tuple(map(_way, islice(others, MOST_WAYS))))


def _begin(words: Sequence[Terms], place: int, reading: tuple[Terms, ...]) -> bool:
    """Whether the words from this place on may be read like this."""
    here = words[place : place + len(reading)]
    return len(here) == len(reading) and all(
        not set(terms).isdisjoint(wanted) for terms, wanted in zip(here, reading, strict=True)
    )


def _cleaned(group: Sequence[str]) -> Iterator[str]:
    written = (plain(words[: LONGEST * 4]) for words in group)
    fitting = (words for words in written if len(words) <= LONGEST and _LETTER.search(words))
    yield from list(dict.fromkeys(fitting))[:MOST_WORDS_OF_GROUP]


def _readings(words: str, german: German) -> Iterator[Reading]:
    """Word by word; and as one word, as Repair-Café may be written Repaircafé."""
    tokens = TOKEN.findall(words)
    analysed = [german.analyse(token) for token in tokens]
    found: list[Terms] = []
    gaps: list[int] = []
    gap = 0
    for token in analysed:
        if token.is_stop_word:
            gap += 1
            continue
        # E-Auto is no Auto: what its stop word leaves is another word.
        each = (token.whole,) if token.whole and len(token.words) == 1 else token.words
        found += each
        gaps += [gap] + [0] * (len(each) - 1)
        gap = 0
    if found:
        yield Reading(tuple(found), tuple(gaps))
    if len(tokens) == 1 and len(found) > 1:
        yield Reading((analysed[0].whole,), (0,))
    elif len(tokens) == len(found) == 2:
        yield Reading((german.joined(*tokens),), (0,))


_LETTER = re.compile(r"[^\W\d_]")

#: No words mean the same.
NONE = Synonyms()
