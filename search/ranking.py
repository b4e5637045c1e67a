"""Which documents match a query, and how well: BM25 over whole blocks of postings."""

import math
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from search.analysis import German
from search.query import Query, Word
from search.snapshot import K1, Snapshot
from search.spelling import WORTH, nearest
from search.ways import Row, Way, beside

#: With fewer pages that hold all words, those that hold some are listed behind them.
ENOUGH = 10
#: With so many pages that hold a compound, those that only hold its parts are not looked for.
PLENTY = 100
#: What a word in the title adds, as a share of its rarity.
TITLE_BONUS = 0.08
_MOST_PHRASE_CHECKS = 300
_MOST_HALVES_CHECKS = 60


class Deadline:
    """A point in time after which a search ends with what it has."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.reached = False

    def is_over(self) -> bool:
        self.reached = self.reached or time.monotonic() >= self._end
        return self.reached


class Ranking(NamedTuple):
    """The document number and score of every match, best first.

    words: the terms by which each word may be found. near: of each word that stands nowhere, the
    nearest terms that do.
    """

    scores: dict[int, float]
    words: list[frozenset[str]]
    near: dict[str, frozenset[str]]


def rank(
    snapshot: Snapshot,
    query: Query,
    german: German,
    deadline: Deadline,
) -> Ranking:
    """The pages with all words; where these are few, behind them those with the most of them."""
    found = [_Found.of(snapshot, word, deadline, german) for word in query.words]
    if not found:
        return Ranking({}, [], {})
    scores = _together([word.scores for word in found])
    # a stable sort: equal pages keep their order, so that one slice never repeats another's
    ranked = {
        number: scores[number] for number in sorted(scores, key=scores.__getitem__, reverse=True)
    }
    if query.phrases:
        ranked = _written(snapshot, query.phrases, ranked, deadline) or ranked
    unknown = {word.typed: by.near for word, by in zip(query.words, found, strict=True) if by.near}
    return Ranking(ranked, [word.terms for word in found], unknown)


class _Found(NamedTuple):
    """What one word of the query found, and by which terms."""

    scores: dict[int, float]
    terms: frozenset[str]
    near: frozenset[str]

    @classmethod
    def of(cls, snapshot: Snapshot, word: Word, deadline: Deadline, german: German) -> "_Found":
        """By all ways there are; a word the index lacks also by those nearest to it."""
        ways, near = list(word.ways), dict[str, int]()
        count = sum(snapshot.documents_with("words", term) for term in word.terms)
        if not count and not german.knows(word.typed):
            near = nearest(word.spelled, snapshot.vocabularies())
            ways += [Way(((term,),), WORTH[slips]) for term, slips in near.items()]
        if count < ENOUGH:
            ways += _known_halves(snapshot, word, german)
        ways = list(_no_rarer(snapshot, ways))
        apart = [way for way in ways if len(way.groups) > 1 and way.side_by_side is None]
        whole = [way for way in ways if way not in apart]
        scores = _by_any(snapshot, whole, deadline)
        if len(scores) < PLENTY:
            scores = _best(scores, _by_any(snapshot, apart, deadline))
        else:
            ways = whole
        # Words that only count in a row are not found each by itself.
        single = [way for way in ways if not isinstance(way.side_by_side, Row)]
        terms = frozenset(term for way in single for group in way.groups for term in group)
        return cls(scores, terms, frozenset(near))


def _known_halves(snapshot: Snapshot, word: Word, german: German) -> Iterator[Way]:
    """The ways to take a word in two of which the index holds both."""

    def stands(terms: tuple[str, ...]) -> bool:
        return any(snapshot.documents_with("words", term) for term in terms)

    for first, second in word.halves():
        terms = german.terms_of(first)
        if stands(terms) and stands(german.terms_of(second)):
            yield Way((terms, german.terms_of(second)), side_by_side=beside(first, second))


def _no_rarer(snapshot: Snapshot, ways: list[Way]) -> Iterator[Way]:
    """Ways to other words are worth less where these are rarer than the word itself."""
    for way in ways:
        if way.is_other:
            share = _rarity_of(snapshot, ways[0]) / _rarity_of(snapshot, way)
            way = way._replace(worth=way.worth * min(1.0, share))
        yield way


def _rarity_of(snapshot: Snapshot, way: Way) -> float:
    return sum(
        _rarity(snapshot, max(snapshot.documents_with("words", term) for term in terms))
        for terms in way.groups
    )


def _rarity(snapshot: Snapshot, frequency: int) -> float:
    return (K1 + 1) * math.log(1 + (snapshot.size + 0.5) / (frequency + 0.5))


def _by_any(snapshot: Snapshot, ways: Iterable[Way], deadline: Deadline) -> dict[int, float]:
    scores: dict[int, float] = {}
    for way in ways:
        groups = [_by_terms(snapshot, terms, deadline) for terms in way.groups]
        found = _with_all(groups) if len(groups) > 1 else groups[0]
        if way.side_by_side is not None:
            likeliest = dict(nlargest(_MOST_HALVES_CHECKS, found.items(), itemgetter(1)))
            found = _written(snapshot, [way.side_by_side], likeliest, deadline)
        if way.worth != 1.0:
            found = {number: score * way.worth for number, score in found.items()}
        scores = _best(scores, found)
    return scores


def _best(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    """The better score of each page; the larger of both may be changed for it."""
    few, many = sorted((one, other), key=len)
    for number, score in few.items():
        if score > many.get(number, 0.0):
            many[number] = score
    return many


def _by_terms(snapshot: Snapshot, terms: tuple[str, ...], deadline: Deadline) -> dict[int, float]:
    """The best score that any of these terms gives each page."""
    scores: dict[int, float] = {}
    for term in terms:
        scores = _best(scores, _by_term(snapshot, term, deadline))
    return scores


def _by_term(snapshot: Snapshot, term: str, deadline: Deadline) -> dict[int, float]:
    """What a term gives each page that holds it: Okapi BM25, and more for one in the title."""
    known = snapshot.scores.of(term)
    if known is not None:
        return known
    scores: dict[int, float] = {}
    frequency = snapshot.documents_with("words", term)
    if not frequency:
        return scores
    rarity = _rarity(snapshot, frequency)
    penalty = snapshot.length_penalty
    for base, numbers, weights, lengths in snapshot.postings("words", term):
        if deadline.is_over():
            break
        for number, weight in zip(numbers, weights, strict=True):
            scores[base + number] = rarity * weight / (weight + penalty[lengths[number]])
    for base, numbers, weights, _lengths in snapshot.postings("title", term):
        for number, weight in zip(numbers, weights, strict=True):
            # When time ran out, pages may be missing here that have the word in their title.
            if base + number in scores:
                scores[base + number] += TITLE_BONUS * rarity * weight
    for gone in snapshot.deleted & scores.keys():
        del scores[gone]
    if not deadline.reached:
        snapshot.scores.keep(term, scores)
    return scores


def _together(groups: list[dict[int, float]]) -> dict[int, float]:
    """Pages with all words; if there are few, those with some of them, worth so much less."""
    every = _with_all(groups)
    if len(every) >= ENOUGH or len(groups) == 1:
        return every
    scores, matched = _with_any(groups)
    for number, score in scores.items():
        scores[number] = score * (matched[number] / len(groups)) ** 2
    return scores


def _with_all(groups: list[dict[int, float]]) -> dict[int, float]:
    scores, *others = sorted(groups, key=len)
    for other in others:
        scores = {
            number: score + other[number] for number, score in scores.items() if number in other
        }
    return scores


def _with_any(groups: list[dict[int, float]]) -> tuple[dict[int, float], dict[int, int]]:
    """Summed scores, and how many of the groups hold each page."""
    scores: dict[int, float] = {}
    matched: dict[int, int] = {}
    for group in groups:
        for document, score in group.items():
            scores[document] = scores.get(document, 0.0) + score
            matched[document] = matched.get(document, 0) + 1
    return scores, matched


def _written(
    snapshot: Snapshot,
    phrases: Sequence[re.Pattern[str] | Row],
    ranked: dict[int, float],
    deadline: Deadline,
) -> dict[int, float]:
    """Those of the first pages that hold every phrase as it is written."""
    found = {}
    for number, score in islice(ranked.items(), _MOST_PHRASE_CHECKS):
        if deadline.is_over():
            break
        page = snapshot.page(number)
        texts = (page.title, page.summary, page.text)
        if all(any(phrase.search(text) for text in texts) for phrase in phrases):
            found[number] = score
    return found
