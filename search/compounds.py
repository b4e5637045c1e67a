"""German compounds taken apart: `Bürgerbeteiligungsprozess` is Bürger, Beteiligung, Prozess.

The way with the least cost wins: each part costs about one, short and unusual ones more. A word
whose parts are too costly stays whole; so does a word of the list whose parts are not plainly
cheap, since `Alternativen` is neither Alter nor Native.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from search.lexicon import Lexicon

#: Shorter words are not taken apart, nor longer ones than the longest that was ever a law.
SHORTEST, LONGEST = 7, 64
#: Pieces of words remembered per process, some 200 bytes each.
KEPT = 15_000
#: Parts this long may be compounds themselves: Bürgerbeteiligung, but not Werkstatt.
LONG = 11
#: What a part may cost on average: in a word that no list knows, and in one that it knows.
LIMIT, LIMIT_OF_KNOWN = 1.45, 1.35

# What stands between two parts, and behind which endings an s is usual.
_LINKS = ("s", "es", "n", "en", "er", "e", "ens")
_BEFORE_S = ("ung", "heit", "keit", "schaft", "ion", "tät", "ling", "tum", "ment")
_TOO_SHORT = {3: 0.45, 4: 0.2}
_HOPELESS = 9.0
# Endings and foreign suffixes that happen to be words.
_NEVER_LAST = re.compile(
    r".*(?:ischen?|ische[mrns]?|ellen?|elle[rs]?)|ionen?|ungen?|ring|ration(?:en)?|samen|kolle?"
    r"|nisse?|enden?|ende[nr]|esse|hode|rial|eum|tat|tät|ent|ant|ist|isten|ieren?|iert|ling"
    r"|schaft|keit|heit|leicht|ion|kation|fon|hoden|late|gen|formieren|scheid\w*|nommen|ischem|innen|haft|sam|bar|lich"
)
# Beginnings of foreign origin, which no list of words holds.
_PREFIXES = frozenset(
    re.findall(
        r"\w+",
        """
        audio auto bio elektro euro foto geo hydro info inter kino makro meta mikro mini mobil
        multi öko online photo radio repair robo social solar start techno tele thermo video web
        """,
    )
)
_PREFIX_LENGTHS = range(min(map(len, _PREFIXES)), max(map(len, _PREFIXES)) + 1)


class Splitter:
    """Takes compounds apart, by the words and stems of a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lemmas = lru_cache(KEPT)(lexicon.lemmas)
        self._beginnings = lexicon.beginnings
        self._is_verb_stem = lexicon.is_verb_stem
        self._first = lru_cache(KEPT)(self._cost_of_first)
        self._last = lru_cache(KEPT)(self._cost_of_last)

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of `word`, in small letters as written; `word` alone if it is no compound."""
        lemmas = self._lemmas(word)
        if not SHORTEST <= len(word) <= LONGEST or any(lemma[0].islower() for lemma in lemmas):
            # What is put together is a noun: "zusammenfassen" has no parts to look for.
            return (word,)
        ways: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
        best: tuple[float, tuple[str, ...]] = (_HOPELESS * 9, (word,))
        for place in range(len(word) - 2):
            if place not in ways:
                continue
            cost, parts = ways[place]
            rest = word[place:]
            for part in self._parts_at(rest):
                if len(part) == len(rest):
                    continue
                so_far = cost + self._first(part) + 0.15 * bool(parts)
                for link in self._links_behind(part, rest):
                    after = place + len(part) + len(link)
                    through = so_far + self._cost_of_link(part, link)
                    if through < ways.get(after, best)[0]:
                        ways[after] = (through, (*parts, part))
            if parts:
                whole = cost + self._last(rest)
                if whole < best[0]:
                    best = (whole, (*parts, rest))
        cost, parts = best
        limit = LIMIT_OF_KNOWN if lemmas else LIMIT
        if len(parts) == 1 or cost > limit * len(parts):
            return (word,)
        leaves = (self.split(part) if len(part) >= LONG else (part,) for part in parts)
        return tuple(chain.from_iterable(leaves))

    def _parts_at(self, rest: str) -> Iterator[str]:
        """What the rest of a word may begin with: a word, a verb's stem, a foreign beginning."""
        known = [part for part in self._beginnings(rest) if len(part) >= 3]
        words = [part for part in known if self._lemmas(part)]
        yield from words
        # The list holds "fahr", but not "mitfahr" of Mitfahrbank.
        yield from (part for part in known if part not in words)
        for length in _PREFIX_LENGTHS:
            part = rest[:length]
            if part in _PREFIXES and part not in known:
                yield part

    def _links_behind(self, part: str, rest: str) -> Iterator[str]:
        yield ""
        if self._is_noun(part) == 2 and len(part) > 3:
            for link in _LINKS:
                if rest.startswith(link, len(part)):
                    yield link

    def _is_noun(self, part: str) -> int:
        """2 for a noun's base form, 1 for another form of one, 0 for no noun."""
        nouns = [lemma for lemma in self._lemmas(part) if lemma[0].isupper()]
        return 2 if part.capitalize() in nouns else 1 if nouns else 0

    def _cost_of_link(self, part: str, link: str) -> float:
        if not link:
            return 0.0
        usual = link in ("n", "en") or (
            link == "s" and (part.endswith(_BEFORE_S) or part[-1] in "tdgkrlmn")
        )
        return 0.1 if usual else 0.5

    def _cost_of_first(self, part: str) -> float:
        short = _TOO_SHORT.get(len(part), 0.0)
        if part in _PREFIXES:
            return 1.0
        noun = self._is_noun(part)
        costs = [_HOPELESS]
        if noun == 2:
            costs.append(1 + short)
        elif noun and len(part) > 4:
            costs.append(1.1)
        if self._is_verb_stem(part):
            costs.append(1.2 + short)
        if part in self._lemmas(part) and len(part) > 3:
            costs.append(1.6 + short)
        return min(costs)

    def _cost_of_last(self, part: str) -> float:
        if len(part) < 3 or _NEVER_LAST.fullmatch(part):
            return _HOPELESS
        short = _TOO_SHORT.get(len(part), 0.0)
        if self._is_noun(part):
            return 1 + short
        if self._lemmas(part) and len(part) > 4:
            return 1.5
        return _HOPELESS
