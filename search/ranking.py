"""Which documents match a query, and how well: BM25 over arrays with a place for each document."""

import math
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from search.analysis import German
from search.arrays import Numbers, Scores, np
from search.query import Query, Word
from search.snapshot import K1, Part, Snapshot
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


#: What a query is asked of: whole documents, or one part of each.
Searched = Snapshot | Part


class Deadline:
    """A point in time after which a search ends with what it has."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.reached = False

    def is_over(self) -> bool:
        self.reached = self.reached or time.monotonic() >= self._end
        return self.reached


class Ranking(NamedTuple):
    """The numbers of the documents that match, best first, and the scores of all.

    words: the terms by which each word may be found. near: of each word that stands nowhere, the
    nearest terms that do.
    """

    numbers: Numbers
    scores: Scores
    words: list[frozenset[str]]
    near: dict[str, frozenset[str]]


def rank(
    snapshot: Searched,
    query: Query,
    german: German,
    deadline: Deadline,
) -> Ranking:
    """The pages with all words; where these are few, behind them those with the most of them."""
    found = [_Found.of(snapshot, word, deadline, german) for word in query.words]
    if not found:
        return Ranking(np.empty(0, np.int32), np.zeros(snapshot.size), [], {})
    scores = _together([word.scores for word in found])
    if query.phrases:
        written = _written(snapshot, query.phrases, scores, _MOST_PHRASE_CHECKS, deadline)
        scores = written if written.any() else scores
    unknown = {word.typed: by.near for word, by in zip(query.words, found, strict=True) if by.near}
    return Ranking(_best_first(scores), scores, [word.terms for word in found], unknown)


def holding_all(
    snapshot: Searched, query: Query, german: German, deadline: Deadline, among: Sequence[int]
) -> Numbers:
    """Those of these pages that hold all words as they were meant, in no order."""
    found = [_Found.of(snapshot, word, deadline, german, exactly=True) for word in query.words]
    if not found:
        return np.empty(0, np.int32)
    scores = np.zeros(snapshot.size)
    some = np.array(among, np.intp)
    scores[some] = _with_all([word.scores for word in found])[some]
    if query.phrases:
        scores = _written(snapshot, query.phrases, scores, len(some), deadline)
    return np.flatnonzero(scores).astype(np.int32)


def _best_first(scores: Scores) -> Numbers:
    """The numbers of those that match; equal ones in their order, so that slices never repeat."""
    numbers = np.flatnonzero(scores)
    return numbers[np.argsort(-scores[numbers], kind="stable")].astype(np.int32)


class _Found(NamedTuple):
    """What one word of the query found, and by which terms."""

    scores: Scores
    terms: frozenset[str]
    near: frozenset[str]

    @classmethod
    def of(
        cls,
        snapshot: Searched,
        word: Word,
        deadline: Deadline,
        german: German,
        *,
        exactly: bool = False,
    ) -> "_Found":
        """By all ways there are; a word the index lacks also by those nearest to it."""
        ways, near = list(word.ways), dict[str, int]()
        count = sum(snapshot.documents_with(term) for term in word.terms)
        is_known = count or any(map(snapshot.knows, word.terms)) or german.knows(word.typed)
        if not (is_known or exactly):
            near = nearest(word.spelled, snapshot.vocabularies())
            ways += [Way(((term,),), WORTH[slips]) for term, slips in near.items()]
        if count < ENOUGH:
            ways += _known_halves(snapshot, word, german)
        ways = list(_no_rarer(snapshot, ways))
        apart = [way for way in ways if len(way.groups) > 1 and way.side_by_side is None]
        whole = [way for way in ways if way not in apart]
        scores = _by_any(snapshot, whole, deadline)
        if np.count_nonzero(scores) < PLENTY:
            scores = np.maximum(scores, _by_any(snapshot, apart, deadline))
        else:
            ways = whole
        # Words that only count in a row are not found each by itself.
        single = [way for way in ways if not isinstance(way.side_by_side, Row)]
        terms = frozenset(term for way in single for group in way.groups for term in group)
        return cls(scores, terms, frozenset(near))


def _known_halves(snapshot: Searched, word: Word, german: German) -> Iterator[Way]:
    """The ways to take a word in two of which the index holds both."""

    def stands(terms: tuple[str, ...]) -> bool:
        return any(snapshot.documents_with(term) for term in terms)

    for first, second in word.halves():
        terms = german.terms_of(first)
        if stands(terms) and stands(german.terms_of(second)):
            yield Way((terms, german.terms_of(second)), side_by_side=beside(first, second))


def _no_rarer(snapshot: Searched, ways: list[Way]) -> Iterator[Way]:
    """Ways to other words are worth less where these are rarer than the word itself."""
    for way in ways:
        if way.is_other:
            share = _rarity_of(snapshot, ways[0]) / _rarity_of(snapshot, way)
            way = way._replace(worth=way.worth * min(1.0, share))
        yield way


def _rarity_of(snapshot: Searched, way: Way) -> float:
    return sum(
        _rarity(snapshot, max(snapshot.documents_with(term) for term in terms))
        for terms in way.groups
    )


def _rarity(snapshot: Searched, frequency: int) -> float:
    return (K1 + 1) * math.log(1 + (snapshot.size + 0.5) / (frequency + 0.5))


def _by_any(snapshot: Searched, ways: Iterable[Way], deadline: Deadline) -> Scores:
    scores = np.zeros(snapshot.size)
    for way in ways:
        found = _with_all([_by_terms(snapshot, terms, deadline) for terms in way.groups])
        if way.side_by_side is not None:
            row = [way.side_by_side]
            found = _written(snapshot, row, found, _MOST_HALVES_CHECKS, deadline)
        np.maximum(scores, found * way.worth, out=scores)
    return scores


def _by_terms(snapshot: Searched, terms: tuple[str, ...], deadline: Deadline) -> Scores:
    """The best score that any of these terms gives each page."""
    scores = np.zeros(snapshot.size)
    for term in terms:
        if not deadline.is_over():
            _add_term(scores, snapshot, term)
    scores[snapshot.deleted] = 0.0
    return scores


def _add_term(scores: Scores, snapshot: Searched, term: str) -> None:
    """What a term gives each page that holds it: Okapi BM25, and more for one in the title."""
    numbers, weights = snapshot.postings("words", term)
    rarity = _rarity(snapshot, len(numbers))
    here = np.zeros(snapshot.size)
    here[numbers] = rarity * weights / (weights + snapshot.length_penalty[numbers])
    titled, weights = snapshot.postings("title", term)
    here[titled] += TITLE_BONUS * rarity * weights
    np.maximum(scores, here, out=scores)


def _together(groups: list[Scores]) -> Scores:
    """Pages with all words; if there are few, those with some of them, worth so much less."""
    every = _with_all(groups)
    if np.count_nonzero(every) >= ENOUGH or len(groups) == 1:
        return every
    matched = sum((group > 0 for group in groups), start=np.zeros(len(every)))
    return sum(groups, start=np.zeros(len(every))) * (matched / len(groups)) ** 2


def _with_all(groups: list[Scores]) -> Scores:
    """Summed scores of the pages that all of these groups hold."""
    if len(groups) == 1:
        return groups[0]
    in_all = reduce(np.logical_and, (group > 0 for group in groups))
    return np.where(in_all, sum(groups), 0.0)


def _written(
    snapshot: Searched,
    phrases: Sequence[re.Pattern[str] | Row],
    scores: Scores,
    most: int,
    deadline: Deadline,
) -> Scores:
    """Those of the best pages, at most so many, that hold every phrase as it is written."""
    found = np.zeros(len(scores))
    for number in _best_first(scores)[:most].tolist():
        if deadline.is_over():
            break
        texts = snapshot.texts(number)
        if all(any(phrase.search(text) for text in texts) for phrase in phrases):
            found[number] = scores[number]
    return found
