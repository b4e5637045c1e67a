"""The ways in which a page may hold a word: by its terms, or by several words in a row."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search.analysis import fold, spellings

# How much of a base form its other forms keep, and what they add at most: kündigen, gekündigt;
# Museum, Museen.
_KEPT, _LONGEST_ENDING = 0.7, 4
SHORTEST_HINT, _LONGEST_HINT = 3, 8
_PLAIN_LETTERS = (("ä", "a"), ("ö", "o"), ("ü", "u"), ("é", "e"))


class Way(NamedTuple):
    """One way to find a word: a page holds one term of each group; `worth` counts for the rank.

    side_by_side: what the page must hold besides, as it is written; is_other: it finds another
    word that means the same, which is worth no more for being rarer.
    """

    groups: tuple[tuple[str, ...], ...]
    worth: float = 1.0
    side_by_side: "re.Pattern[str] | Row | None" = None
    is_other: bool = False


def beside(first: str, second: str) -> re.Pattern[str]:
    """Two words beside each other, the second in any form."""
    end = fold(second)
    written = spellings(fold(first)) + r"\w{0,2}[\W_]{1,3}" + spellings(end[: max(3, len(end) - 2)])
    return re.compile(rf"(?<![^\W_]){written}", re.IGNORECASE)


def hints_of(term: str) -> Iterator[str]:
    """Letters that any form of this base form holds, in each way a text of plain letters has."""
    kept = term[: min(_LONGEST_HINT, max(SHORTEST_HINT, round(len(term) * _KEPT)))]
    # Haeuser; two of them hardly stand so close together.
    with_e = (f"{kept[:at]}e{kept[at:]}" for at, letter in enumerate(kept, 1) if letter in "aou")
    for hint in (kept, *with_e):
        yield hint
        if "ss" in hint:
            yield hint.replace("ss", "ß")


def plain_letters(text: str) -> str:
    """The text in small letters without dots and accents, each in its place."""
    small = text.lower()
    if len(small) != len(text):
        small = text
    for letter, instead in _PLAIN_LETTERS:
        small = small.replace(letter, instead)
    return small


class Row:
    """Several words one after another, each in any form; found by the places of the first.

    A regular expression alone takes ten times as long over a whole text.
    """

    def __init__(self, words: Sequence[tuple[str, ...]], gaps: Sequence[int]) -> None:
        """Words by their terms, with so many others at most before each."""
        self.words = tuple(words)
        self.hints = list(dict.fromkeys(hint for term in words[0] for hint in hints_of(term)))
        written = ""
        for terms, gap in zip(words, gaps, strict=True):
            if written:
                written += r"[\W_]{1,3}" + rf"(?:\w+[\W_]{{1,3}}){{0,{gap}}}" * bool(gap)
            written += rf"(?:{'|'.join(map(_any_form, terms))})"
        self._pattern = re.compile(rf"(?<![^\W_]){written}(?![^\W_])", re.IGNORECASE)

    def match(self, text: str, place: int) -> re.Match[str] | None:
        """What stands at this place, if it is the row."""
        return self._pattern.match(text, place)

    def search(self, text: str) -> re.Match[str] | None:
        """Where it stands first, or nearly so."""
        small = plain_letters(text)
        for hint in self.hints:
            place = small.find(hint)
            while place >= 0:
                if found := self._pattern.match(text, place):
                    return found
                place = small.find(hint, place + 1)
        return None


def _any_form(term: str) -> str:
    kept = term[: max(SHORTEST_HINT, round(len(term) * _KEPT))]
    return rf"{spellings(kept)}\w{{0,{len(term) - len(kept) + _LONGEST_ENDING}}}"
