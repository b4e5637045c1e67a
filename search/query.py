"""The user's words as a restricted query: words and quoted phrases, nothing else."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from search.analysis import TOKEN, Analysed, German, fold, plain, spellings
from search.compounds import LONGEST

MOST_WORDS = 10
#: Letters of the half of a word that is taken in two.
SHORTEST_HALF = 3
LONGEST_QUERY = 200
#: A page that holds the parts of a compound is worth less than one that holds the word itself.
WORTH_OF_PARTS = 0.6
#: Somebody who types Kuchen may mean Küchen, but rather does not.
WORTH_OF_UMLAUTS = 0.8

_QUOTED = re.compile('["„“”»«]([^"„“”»«]+)["„“”»«]')


class Way(NamedTuple):
    """One way to find a word: a page holds one term of each group; `worth` counts for the rank.

    side_by_side: what the page must hold besides, as it is written.
    """

    groups: tuple[tuple[str, ...], ...]
    worth: float = 1.0
    side_by_side: re.Pattern[str] | None = None


class Word(NamedTuple):
    """A word that is looked for: as typed, its terms, and all ways to find it; one will do."""

    typed: str
    terms: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def spelled(self) -> tuple[str, ...]:
        """How the index may spell it, for the words nearest to it."""
        return tuple(dict.fromkeys((fold(self.typed), *self.terms)))

    def halves(self) -> Iterator[tuple[str, str]]:
        """Each way to take it in two: Hatespeech may be Hate Speech."""
        if len(self.typed) > LONGEST:
            return
        for place in range(SHORTEST_HALF, len(self.typed) - SHORTEST_HALF + 1):
            yield self.typed[:place], self.typed[place:]


class Query(NamedTuple):
    """Words; and phrases, which match as they are written."""

    text: str
    words: tuple[Word, ...]
    phrases: tuple[re.Pattern[str], ...] = ()


def parse(text: str, german: German) -> Query:
    """At most ten words of the first 200 characters; stop words count only among themselves."""
    text = plain(text[: LONGEST_QUERY * 2])[:LONGEST_QUERY]
    surfaces = TOKEN.findall(text)
    telling = [surface for surface in surfaces if not german.analyse(surface).is_stop_word]
    words = _words(telling or surfaces, german)[:MOST_WORDS]
    return Query(" ".join(text.split()), tuple(words), tuple(_phrases(text)))


def _words(surfaces: list[str], german: German) -> list[Word]:
    # "Elektro Schrott" also finds Elektroschrott: written as one, either word is satisfied.
    surfaces = surfaces[: MOST_WORDS * 2]
    as_one: list[list[Way]] = [[] for _ in surfaces]
    for place, (first, second) in enumerate(pairwise(surfaces)):
        way = Way((german.joined(first, second),))
        as_one[place].append(way)
        as_one[place + 1].append(way)

    words: dict[tuple[str, ...], Word] = {}
    for surface, others in zip(surfaces, as_one, strict=True):
        analysed = german.analyse(surface)
        if analysed.whole:
            others.append(Way((analysed.whole,)))
        for typed, terms, parts in _each_word(surface, analysed):
            ways = [Way((terms,)), *others]
            if meant := german.with_umlauts(typed):
                ways.append(Way((meant,), WORTH_OF_UMLAUTS))
            if parts:
                ways.append(Way(parts, WORTH_OF_PARTS))
            words.setdefault(terms, Word(typed.lower(), terms, tuple(ways)))
    return list(words.values())


def beside(first: str, second: str) -> re.Pattern[str]:
    """Two words beside each other, the second in any form."""
    end = fold(second)
    written = spellings(fold(first)) + r"\w{0,2}[\W_]{1,3}" + spellings(end[: max(3, len(end) - 2)])
    return re.compile(rf"(?<![^\W_]){written}", re.IGNORECASE)


def _each_word(
    surface: str, analysed: Analysed
) -> list[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    typed = [surface] if len(analysed.words) == 1 else [terms[0] for terms in analysed.words]
    return list(zip(typed, analysed.words, analysed.parts, strict=True))


def _phrases(text: str) -> list[re.Pattern[str]]:
    phrases = []
    for quoted in _QUOTED.findall(text):
        words = re.findall(r"[^\W_]+", quoted)
        if len(words) > 1:
            written = r"[\W_]+".join(spellings(fold(word)) for word in words)
            phrases.append(re.compile(rf"(?<![^\W_]){written}(?![^\W_])", re.IGNORECASE))
    return phrases
