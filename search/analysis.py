"""From German text to the terms that index and query share.

A word is filed under its base forms: Räume and Raum under `raum`, gekündigt and Kündigung under
`kundigen`, Teilnehmer:innen under `teilnehmer`. A compound is filed under its parts, too.

Whoever changes what comes out here raises `generations.FORMAT`: old indexes then ask for a rebuild.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import combinations, product
from typing import NamedTuple

from whoosh.lang.stopwords import stoplists

from search.compounds import Splitter
from search.lexicon import Lexicon

LONGEST_TERM = 64
#: Distinct words remembered per process, about 500 bytes each.
WORDS_KEPT = 30_000

LETTERS = r"[^\W_]+"
HYPHEN = r"[-\u2010\u2011]"
# Teilnehmer:innen, Mentor/-innen, Lehrer(innen), jede:r, Bürger:innenhaus
GENDER = rf"(?:[:*·/_]-?(?:innen(?:{LETTERS})?|(?:in|[rnesm])(?![^\W_]))|\({HYPHEN}?(?:innen|in)\))"
TOKEN = re.compile(rf"{LETTERS}{GENDER}?(?:{HYPHEN}{LETTERS}{GENDER}?)*")

_HYPHEN = re.compile(HYPHEN)
_PART = re.compile(rf"({LETTERS})({GENDER})?")
# Mess- und Laborgeräte; Kinderbetreuung und -erziehung
_AND = r"\s*(?:,\s*|/\s*|(?:,\s*)?(?:und|oder|sowie|bzw\.)\s+)"
# The longer patterns look at every word: these say whether that is worth it.
_FIRST_HALF = re.compile(rf"[^\W\d_]{HYPHEN}[\s,/]")
_SECOND_HALF = re.compile(rf"[\s,/.]{HYPHEN}[^\W\d_]")
_SHARED_END = re.compile(rf"(?<![^\W_])([^\W\d_]{{2,}}+){HYPHEN}(?={_AND})")
_SHARED_BEGINNING = re.compile(rf"(?<![^\W\d_])([^\W\d_]{{6,}}+)(?:{_AND}){HYPHEN}([^\W\d_]{{3,}})")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# lone surrogates cannot be encoded, control characters not be shown
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# "ue" after a vowel or q is no umlaut: neue, bauen, Quelle
_SPELLED_UMLAUT = re.compile(r"ae|oe|(?<![aeouq])ue")
_SPELLED = {"ae": "ä", "oe": "ö", "ue": "ü", "ss": "ß"}
_PLAIN = {"a": "ä", "o": "ö", "u": "ü"}
# Of words that no list knows: gamifizierte is gamifizier, Hackathons is hackathon.
_VERB = re.compile(r"(?<=...ier)(?:en|t|te|ten|st|tes|ter|tem|end|ende[nrsm]?|ung|ungen)$")
_ENDING = re.compile(r"(?<=....)(?:ern|em|en|er|es|e|n|(?<!s)s)$")
_LAST_UMLAUT = re.compile("[äöü](?!.*[äöü])")


class Analysed(NamedTuple):
    """What a token is filed under.

    words: the terms of each of its words, one suffices: `3D-Druck` has two words, most have one;
    whole: the terms of several words written as one, `3ddruck`; parts: for each word the parts
    it is put together from, each with its terms; none for a simple word.
    """

    words: tuple[tuple[str, ...], ...]
    whole: tuple[str, ...]
    parts: tuple[tuple[tuple[str, ...], ...], ...]
    is_stop_word: bool

    def terms(self) -> frozenset[str]:
        """All of them, whatever their weight."""
        every = [*self.words, self.whole, *(part for parts in self.parts for part in parts)]
        return frozenset(term for terms in every for term in terms)


def plain(text: str) -> str:
    """`text` composed and on one line, without soft hyphens and control characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def fold(word: str) -> str:
    """`word` in small letters without accents: ä, ae and a meet, ß is ss."""
    word = word.casefold()
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return _SPELLED_UMLAUT.sub(lambda found: found[0][0], word)


class German:
    """Words to terms, by a lexicon of base forms; from other words endings are taken."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._splitter = Splitter(lexicon)
        self.analyse = lru_cache(WORDS_KEPT)(self._analyse)
        self._filed = lru_cache(WORDS_KEPT)(self._terms_of)

    def tokens(self, text: str) -> dict[Analysed, int]:
        """The analysed tokens of plain text and how often each occurs."""
        times: dict[Analysed, int] = {}
        for surface, count in Counter(TOKEN.findall(text)).items():
            analysed = self.analyse(surface)
            times[analysed] = times.get(analysed, 0) + count
        for surface in self._completed(text):
            analysed = self.analyse(surface)
            times[analysed] = times.get(analysed, 0) + 1
        return times

    def with_umlauts(self, word: str) -> tuple[str, ...]:
        """The terms of words that `word` may be if its umlauts were left out."""
        word = word.lower()
        ways = _left_out(word) if word.isascii() else ()
        return self._folded({lemma for way in ways for lemma in self._known(way)})

    def joined(self, first: str, second: str) -> tuple[str, ...]:
        """The terms of two neighbouring tokens written as one word: Elektro Schrott."""
        words = (*_words_of(first), *_words_of(second))
        plainly, linked = "".join(words), "s".join(words)
        return tuple(dict.fromkeys((*self._filed(plainly), *self._filed(linked))))

    def knows(self, word: str) -> bool:
        """Whether a list of words holds it as it is written: then it is no slip."""
        return bool(self._lexicon.lemmas(word.lower()))

    def terms_of(self, word: str) -> tuple[str, ...]:
        """What one word of a text is filed under."""
        return self._filed(word.lower())

    def _analyse(self, surface: str) -> Analysed:
        filed = self._filed
        words = list(_words_of(surface))
        stop = all(fold(word) in STOP_WORDS for word in words)
        telling = [word for word in words if stop or fold(word) not in STOP_WORDS]
        whole = filed("".join(words)) if len(words) > 1 else ()
        parts = tuple(tuple(map(filed, self._parts(word))) for word in telling)
        return Analysed(tuple(map(filed, telling)), whole, parts, stop)

    def _parts(self, word: str) -> tuple[str, ...]:
        """The parts of a compound, those of its parts beside them."""
        parts = self._splitter.split(word)
        return () if len(parts) == 1 else parts

    def _terms_of(self, word: str) -> tuple[str, ...]:
        """What one word of a text, in small letters, is filed under."""
        ways = (word, *_spelled_out(word))
        lemmas = {lemma for way in ways for lemma in self._known(way)}
        return self._folded(lemmas) or self._bent_back(word)

    def _known(self, word: str) -> set[str]:
        """The base forms of a known word, what is derived from others put to those."""
        lemmas = {filed for lemma in self._lexicon.lemmas(word) for filed in self._underived(lemma)}
        if word + "n" in lemmas:
            # The list takes many who do something for what they do: Gärtner for gärtnern.
            lemmas.add(word)
        if word.endswith(("in", "innen")):
            lemmas.update(self._men(word.removesuffix("nen")))
        return lemmas

    def _underived(self, lemma: str) -> set[str]:
        """Kündigung goes with kündigen, Köchin with Koch: with every such word there is."""
        word = lemma.lower()
        found = set()
        if word.endswith("ung") and len(word) > 5:
            stem = word.removesuffix("ung")
            verbs = (stem + "en", stem + "n", f"{stem[:-1]}e{stem[-1:]}n")
            found = {verb for verb in verbs if verb in self._lexicon.lemmas(verb)}
        elif word.endswith(("end", "ende")):
            # Teilnehmende and Teilnehmer are the same people.
            stem = word.removesuffix("e").removesuffix("end")
            found = {stem + "er"} if self._is_noun(stem + "er") else set()
        elif word.endswith("in") and len(word) > 5:
            found = self._men(word)
        elif word.endswith("stätte"):
            found = {word.removesuffix("stätte") + "statt"}
        return {word, *found}

    def _men(self, woman: str) -> set[str]:
        stem = woman.removesuffix("in")
        bare = _LAST_UMLAUT.sub(lambda found: "aou"["äöü".index(found[0])], stem)
        men = (stem, stem + "e", bare, bare + "e")
        return {man for man in men if self._is_noun(man)}

    def _is_noun(self, word: str) -> bool:
        return word.capitalize() in self._lexicon.lemmas(word)

    def _folded(self, lemmas: set[str]) -> tuple[str, ...]:
        return tuple(sorted({fold(lemma)[:LONGEST_TERM] for lemma in lemmas}))

    def _bent_back(self, word: str) -> tuple[str, ...]:
        """The terms of a word that no list knows: of a compound, its last part is bent back."""
        *first, last = self._splitter.split(word)
        if first:
            beginning = fold(word[: len(word) - len(last)])
            return tuple((beginning + term)[:LONGEST_TERM] for term in self._filed(last))
        return (_ENDING.sub("", _VERB.sub("", fold(word)))[:LONGEST_TERM],)

    def _completed(self, text: str) -> Iterator[str]:
        """The words of which only one half is written: Messgeräte of „Mess- und Laborgeräte“."""
        for found in _SHARED_END.finditer(text) if _FIRST_HALF.search(text) else ():
            rest = text[found.end() : found.end() + 120]
            # Passes over further halves: Bau-, Mess- und Laborgeräte.
            for token in TOKEN.finditer(rest):
                *first, last = self._splitter.split(token[0].lower())
                if first and not rest.startswith(("-", "\u2010", "\u2011"), token.end()):
                    yield found[1] + last
                    break
        for found in _SHARED_BEGINNING.finditer(text) if _SECOND_HALF.search(text) else ():
            *first, last = self._splitter.split(found[1].lower())
            if first:
                yield found[1][: len(found[1]) - len(last)] + found[2]


def _words_of(surface: str) -> Iterator[str]:
    """The words of a token in small letters, without their gender endings."""
    for part in _HYPHEN.split(surface):
        found = _PART.match(part)
        if found is None:  # the "innen)" of "Lehrer(-innen)"
            continue
        yield found[1].lower()
        after = (found[2] or "").lstrip(":*·/_-(")
        if len(after) > len("innen)"):  # Bürger:innenhaushalt
            yield after.removeprefix("innen").lower()


def _spelled_out(word: str) -> Iterator[str]:
    """`bueroraeume` as it may be meant: büroraeume, bueroräume, büroräume."""
    places = [found.span() for found in re.finditer("ae|oe|ue|ss", word)][:4]
    for chosen in product((False, True), repeat=len(places)):
        if any(chosen):
            pieces, end = [], 0
            for is_meant, (start, stop) in zip(chosen, places, strict=True):
                spelled = word[start:stop]
                pieces += [word[end:start], _SPELLED[spelled] if is_meant else spelled]
                end = stop
            yield "".join(pieces) + word[end:]


def _left_out(word: str) -> Iterator[str]:
    """`burgerburo` with one or two umlauts as it may be meant."""
    places = [found.start() for found in re.finditer("[aou]", word)][:6]
    for count in (1, 2):
        for chosen in combinations(places, count):
            letters = list(word)
            for place in chosen:
                letters[place] = _PLAIN[letters[place]]
            yield "".join(letters)


def spellings(term: str) -> str:
    """A regular expression for the ways in which the letters of `term` may be written."""
    return f"{HYPHEN}?".join(map(_spellings_of_letter, term.replace("ss", "\0")))


@cache
def _spellings_of_letter(letter: str) -> str:
    if letter == "\0":
        return "(?:ss|ß)"
    accented = _ACCENTED.get(letter, "")
    one_of = f"[{letter}{accented}]" if accented else re.escape(letter)
    return f"{one_of}e?" if letter in "aou" else one_of


def _accented_letters() -> dict[str, str]:
    letters: dict[str, str] = {}
    for letter in map(chr, range(0xC0, 0x180)):
        base = unicodedata.normalize("NFKD", letter)[0]
        if letter.islower() and base != letter and base.isalpha():
            letters[base] = letters.get(base, "") + letter
    return letters


_ACCENTED = _accented_letters()

STOP_WORDS = frozenset(map(fold, stoplists["de"])) | frozenset("abcdefghijklmnopqrstuvwxyz")
