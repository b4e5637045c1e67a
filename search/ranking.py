"""Which documents match a query, and how well: BM25 over whole blocks of postings.

All words are required first; if no document has them all, any word will do.
"""

import math
import time
from collections.abc import Collection
from itertools import islice

from search.query import Query
from search.snapshot import K1, Snapshot

_MOST_PHRASE_CHECKS = 300


class Deadline:
    """A point in time after which a search ends with what it has."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.reached = False

    def is_over(self) -> bool:
        self.reached = self.reached or time.monotonic() >= self._end
        return self.reached


def rank(
    snapshot: Snapshot,
    query: Query,
    deadline: Deadline,
    kinds: Collection[str] = (),
    labs: Collection[str] = (),
) -> dict[int, float]:
    """The document number and score of every match, best first."""
    allowed = _allowed(snapshot, kinds, labs)
    groups = [_scores_of_word(snapshot, word, allowed, deadline) for word in query.words]
    if not groups:
        return {}
    scores = _with_all(groups) or _with_any(groups)
    # a stable sort: equal pages keep their order, so that one slice never repeats another's
    ranked = {
        number: scores[number] for number in sorted(scores, key=scores.__getitem__, reverse=True)
    }
    if query.phrases:
        ranked = _with_phrases(snapshot, query, ranked, deadline) or ranked
    return ranked


def _allowed(
    snapshot: Snapshot, kinds: Collection[str], labs: Collection[str]
) -> frozenset[int] | None:
    allowed: frozenset[int] | None = None
    for field, values in (("kind", kinds), ("lab", labs)):
        if values:
            numbers = frozenset(
                postings.base + number
                for value in set(values)
                for postings in snapshot.postings(field, value)
                for number in postings.numbers
            )
            allowed = numbers if allowed is None else allowed & numbers
    return allowed


def _scores_of_word(
    snapshot: Snapshot,
    word: tuple[str, ...],
    allowed: frozenset[int] | None,
    deadline: Deadline,
) -> dict[int, float]:
    scores: dict[int, float] = {}
    for term in word:
        frequency = snapshot.documents_with("words", term)
        rarity = (K1 + 1) * math.log(1 + (snapshot.size + 0.5) / (frequency + 0.5))
        penalty = snapshot.length_penalty
        for base, numbers, weights, lengths in snapshot.postings("words", term):
            if deadline.is_over():
                break
            found = {
                base + number: rarity * weight / (weight + penalty[lengths[number]])
                for number, weight in zip(numbers, weights, strict=True)
            }
            if term == word[0]:
                scores.update(found)
            else:
                for number, score in found.items():
                    scores[number] = max(score, scores.get(number, 0.0))
    for gone in snapshot.deleted & scores.keys():
        del scores[gone]
    if allowed is not None:
        scores = {document: scores[document] for document in allowed & scores.keys()}
    return scores


def _with_all(groups: list[dict[int, float]]) -> dict[int, float]:
    rarest, *others = sorted(groups, key=len)
    return {
        document: score + sum(other[document] for other in others)
        for document, score in rarest.items()
        if all(document in other for other in others)
    }


def _with_any(groups: list[dict[int, float]]) -> dict[int, float]:
    scores: dict[int, float] = {}
    for group in groups:
        for document, score in group.items():
            scores[document] = scores.get(document, 0.0) + score
    return scores


def _with_phrases(
    snapshot: Snapshot, query: Query, ranked: dict[int, float], deadline: Deadline
) -> dict[int, float]:
    """Those of the best matches that hold every phrase as it is written."""
    found = {}
    for number, score in islice(ranked.items(), _MOST_PHRASE_CHECKS):
        if deadline.is_over():
            break
        page = snapshot.page(number)
        texts = (page.title, page.summary, page.text)
        if all(any(phrase.search(text) for text in texts) for phrase in query.phrases):
            found[number] = score
    return found
