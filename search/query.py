"""The user's words as a restricted query: words and quoted phrases, nothing else."""

import re
from itertools import islice, pairwise
from typing import NamedTuple

from search.analysis import TOKEN, analyse, fold, joined, plain, spellings

MOST_WORDS = 10
LONGEST_QUERY = 200

_QUOTED = re.compile('["„“”»«]([^"„“”»«]+)["„“”»«]')


class Query(NamedTuple):
    """Each word is a group of terms of which one suffices; phrases match as they are written."""

    words: tuple[tuple[str, ...], ...]
    phrases: tuple[re.Pattern[str], ...] = ()

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for word in self.words for term in word)


def parse(text: str) -> Query:
    """At most ten words of the first 200 characters; stop words count only among themselves."""
    text = plain(text[: LONGEST_QUERY * 2])[:LONGEST_QUERY]
    surfaces = TOKEN.findall(text)
    telling = [surface for surface in surfaces if not analyse(surface).is_stop_word]
    words = _words(telling or surfaces)
    return Query(tuple(islice(words, MOST_WORDS)), tuple(_phrases(text)))


def _words(surfaces: list[str]) -> dict[tuple[str, ...], None]:
    # "Elektro Schrott" also finds Elektroschrott: written as one, either word is satisfied
    surfaces = surfaces[: MOST_WORDS * 2]
    whole: list[list[str]] = [[] for _ in surfaces]
    for place, (first, second) in enumerate(pairwise(surfaces)):
        for words in whole[place : place + 2]:
            words.append(joined(first, second))

    groups: dict[tuple[str, ...], None] = {}
    seen: set[str] = set()
    for surface, others in zip(surfaces, whole, strict=True):
        analysed = analyse(surface)
        if analysed.whole:
            others.append(analysed.whole)
        for part in analysed.parts:
            if part not in seen:
                seen.add(part)
                groups[part, *others] = None
    return groups


def _phrases(text: str) -> list[re.Pattern[str]]:
    phrases = []
    for quoted in _QUOTED.findall(text):
        words = re.findall(r"[^\W_]+", quoted)
        if len(words) > 1:
            written = r"[\W_]+".join(spellings(fold(word)) for word in words)
            phrases.append(re.compile(rf"(?<![^\W_]){written}(?![^\W_])", re.IGNORECASE))
    return phrases
