"""The user's words as a restricted query: words and quoted phrases, nothing else."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from search.analysis import TOKEN, Analysed, German, fold, plain, spellings
from search.compounds import LONGEST
from search.synonyms import NONE, WORTH, Found, Lookup, Synonyms, Terms
from search.ways import Row, Way

MOST_WORDS = 10
#: Letters of the half of a word that is taken in two.
SHORTEST_HALF = 3
LONGEST_QUERY = 200
#: A page that holds the parts of a compound is worth less than one that holds the word itself.
WORTH_OF_PARTS = 0.6
#: Somebody who types Kuchen may mean Küchen, but rather does not.
WORTH_OF_UMLAUTS = 0.8

_QUOTED = re.compile('["„“”»«]([^"„“”»«]+)["„“”»«]')


class Word(NamedTuple):
    """A word that is looked for: as typed, its terms, and all ways to find it; one will do.

    Several words that count as one were not typed as a word. is_sure: it is no slip, whatever the
    index holds.
    """

    typed: str
    terms: tuple[str, ...]
    ways: tuple[Way, ...]
    is_sure: bool = False

    @property
    def spelled(self) -> tuple[str, ...]:
        """How the index may spell it, for the words nearest to it."""
        return () if self.is_sure else tuple(dict.fromkeys((fold(self.typed), *self.terms)))

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

    @property
    def rows(self) -> list[tuple[Row, str]]:
        """The other words of which several must stand in a row, with a term of the word itself."""
        return [
            (way.side_by_side, word.terms[0])
            for word in self.words
            for way in word.ways
            if isinstance(way.side_by_side, Row)
        ]


class Token(NamedTuple):
    """A token of the query, and whether it stands between quotation marks."""

    surface: str
    is_quoted: bool


def parse(text: str, german: German, synonyms: Synonyms = NONE) -> Query:
    """At most ten words of the first 200 characters; stop words count only among themselves."""
    text = plain(text[: LONGEST_QUERY * 2])[:LONGEST_QUERY]
    tokens = list(_tokens(text))
    telling = [token for token in tokens if not german.analyse(token.surface).is_stop_word]
    words = _words(telling or tokens, german, synonyms.lookup(german))
    return Query(" ".join(text.split()), tuple(words[:MOST_WORDS]), tuple(_phrases(text)))


def _tokens(text: str) -> Iterator[Token]:
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    for found in TOKEN.finditer(text):
        yield Token(found[0], any(start < found.start() < end for start, end in quoted))


def _words(tokens: list[Token], german: German, synonyms: Lookup) -> list[Word]:
    # "Elektro Schrott" also finds Elektroschrott: written as one, either word is satisfied.
    tokens = tokens[: MOST_WORDS * 2]
    as_one: list[list[Way]] = [[] for _ in tokens]
    for place, (first, second) in enumerate(pairwise(tokens)):
        way = Way((german.joined(first.surface, second.surface),))
        as_one[place].append(way)
        as_one[place + 1].append(way)

    words: list[Word] = []
    quoted: list[bool] = []
    for token, others in zip(tokens, as_one, strict=True):
        analysed = german.analyse(token.surface)
        if analysed.whole:
            others.append(Way((analysed.whole,)))
        for typed, terms, parts in _each_word(token.surface, analysed):
            ways = [Way((terms,)), *others]
            if meant := german.with_umlauts(typed):
                ways.append(Way((meant,), WORTH_OF_UMLAUTS))
            if parts:
                ways.append(Way(parts, WORTH_OF_PARTS))
                if not token.is_quoted:
                    ways += _of_like_parts(parts, synonyms)
            words.append(Word(typed.lower(), terms, tuple(ways)))
            quoted.append(token.is_quoted)
    different: dict[tuple[str, ...], Word] = {}
    for word in _with_synonyms(words, quoted, synonyms):
        different.setdefault(word.terms, word)
    return list(different.values())


def _with_synonyms(words: list[Word], quoted: list[bool], synonyms: Lookup) -> Iterator[Word]:
    """The words, those of them as one that mean together what others do."""
    place = 0
    while place < len(words):
        end = place
        while end < len(words) and not quoted[end]:
            end += 1
        found = _found_at(words[place:end], synonyms) if end > place else None
        if found is None:
            yield words[place]
            place += 1
        else:
            yield _together(words[place : place + found.length], found.ways)
            place += found.length


def _found_at(words: Sequence[Word], synonyms: Lookup) -> Found | None:
    """What the first of these words mean, the more together the better; also written as one."""
    best = synonyms.at(0, [word.terms for word in words])
    for way in words[0].ways:
        if len(way.groups) == 1 and way.worth == 1.0:
            found = synonyms.at(0, way.groups)
            length = _shared_by(words, way)
            if found and length >= (best.length if best else 1):
                best = Found(length, found.ways)
    return best


def _shared_by(words: Sequence[Word], way: Way) -> int:
    """How many of these words, from the first on, are found together in this way."""
    return sum(1 for _ in takewhile(lambda word: way in word.ways, words))


def _together(words: Sequence[Word], others: tuple[Way, ...]) -> Word:
    """Words that mean one thing: found all, one of them in another way, written as one, or by
    what means the same."""
    if len(words) == 1:
        return words[0]._replace(ways=words[0].ways + others, is_sure=True)
    every = tuple(word.terms for word in words)
    as_one = [way for way in words[0].ways if all(way in word.ways for word in words)]
    ways = [Way(every), *as_one]
    for place, word in enumerate(words):
        for way in word.ways[1:]:
            if way not in as_one:
                groups = (*every[:place], *way.groups, *every[place + 1 :])
                ways.append(way._replace(groups=groups))
    terms = tuple(dict.fromkeys(term for terms in every for term in terms))
    return Word("", terms, (*ways, *others), is_sure=True)


def _of_like_parts(parts: tuple[Terms, ...], synonyms: Lookup) -> Iterator[Way]:
    """A compound by words that mean the same as its parts: Handykurs by Smartphone and Kurs."""
    others = [synonyms.at(0, [part]) for part in parts]
    if any(others):
        yield Way(tuple(map(_with_others, parts, others)), WORTH_OF_PARTS * WORTH, is_other=True)


def _with_others(terms: Terms, found: Found | None) -> Terms:
    ways = found.ways if found else ()
    return (*terms, *(term for way in ways if len(way.groups) == 1 for term in way.groups[0]))


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
