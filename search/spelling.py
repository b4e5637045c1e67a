"""The nearest words of the index for one that it does not hold: typing slips, swapped letters."""

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

#: Shorter words have too many neighbours.
SHORTEST = 4
#: From this length on, two slips are forgiven.
LONG = 8
#: What a page with the word meant is worth, by the number of slips.
WORTH = (1.0, 0.8, 0.6)
MOST = 5
# Endings that a mistyped word may wear while the index holds its base form.
_ENDINGS = ("innen", "in", "en", "ern", "er", "es", "e", "n", "s")


class Vocabulary:
    """The terms of one segment, by their length."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for term in terms:
            self._by_length.setdefault(len(term), []).append(term)

    def near(self, word: str, slips: int) -> Iterator[tuple[str, int]]:
        """Terms that differ from `word` in at most so many letters, and in how many."""
        for length in range(len(word) - slips, len(word) + slips + 1):
            terms = self._by_length.get(length, ())
            for term, distance, _place in extract_iter(
                word, terms, scorer=OSA.distance, score_cutoff=slips
            ):
                yield term, int(distance)


def nearest(words: Iterable[str], vocabularies: Iterable[Vocabulary]) -> dict[str, int]:
    """The terms that somebody may have meant who typed a word, each with its slips.

    `words` are its folded spellings, as typed first. Only terms with the fewest slips count; with
    its first letter rather than without, and with its ending rather than bare.
    """
    found: dict[str, tuple[int, bool, bool]] = {}
    typed = list(dict.fromkeys((word, bare) for word in words for bare in (False, True)))
    for vocabulary in vocabularies:
        for word, is_bare in typed:
            for spelled in _bare(word) if is_bare else (word,):
                if len(spelled) < SHORTEST:
                    continue
                for term, slips in vocabulary.near(spelled, 2 if len(spelled) >= LONG else 1):
                    rank = (slips, is_bare, term[0] != word[0])
                    if len(term) >= SHORTEST - 1:
                        found[term] = min(rank, found.get(term, rank))
    best = min(found.values(), default=None)
    return {term: rank[0] for term, rank in found.items() if rank == best}


def _bare(word: str) -> Iterator[str]:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > SHORTEST:
            yield word.removesuffix(ending)
