"""From German text to the terms that index and query share.

>>> analyse("Räume").terms == analyse("Raeumen").terms == analyse("raum").terms
True
>>> analyse("Teilnehmer:innen").terms == analyse("Teilnehmerinnen").terms
True

Whoever changes what comes out here raises `generations.FORMAT`: old indexes then ask for a rebuild.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.snowball.german import GermanStemmer
from whoosh.lang.stopwords import stoplists

LONGEST_TERM = 64

LETTERS = r"[^\W_]+"
HYPHEN = r"[-\u2010\u2011]"
# Teilnehmer:innen, Mentor/-innen, Lehrer(innen), jede:r, Bürger:innenhaus
GENDER = rf"(?:[:*·/_]-?(?:innen(?:{LETTERS})?|(?:in|[rnesm])(?![^\W_]))|\({HYPHEN}?(?:innen|in)\))"
TOKEN = re.compile(rf"{LETTERS}{GENDER}?(?:{HYPHEN}{LETTERS}{GENDER}?)*")

_HYPHEN = re.compile(HYPHEN)
_PART = re.compile(rf"({LETTERS})({GENDER})?")
_FEMALE = re.compile(
    # kept: ge-, be-, ver-winnen and their like, which are verbs
    r"(.{4,})(?<!gew)(?<!beg)(?<!bes)(?<!rr)(?<!spr)innen"
    r"|(.{3,}(?:er|or|eur|ent|ant|ist)|.*(?:arzt|freund|kund|agog|olog))in"
)
# "ue" after a vowel or q is no umlaut: neue, bauen, Quelle
_SPELLED_UMLAUT = re.compile(r"ae|oe|(?<![aeouq])ue")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# lone surrogates cannot be encoded, control characters not be shown
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_stem = GermanStemmer().stem


class Analysed(NamedTuple):
    """A token's parts (3D-Druck: 3d, druck) and, of a compound, the whole (3ddruck)."""

    terms: tuple[str, ...]
    parts: tuple[str, ...]
    whole: str
    is_stop_word: bool


def plain(text: str) -> str:
    """`text` composed and on one line, without soft hyphens and control characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def tokens(text: str) -> dict[Analysed, int]:
    """The analysed tokens of plain text and how often each occurs."""
    times: dict[Analysed, int] = {}
    for surface, count in Counter(TOKEN.findall(text)).items():
        analysed = analyse(surface)
        times[analysed] = times.get(analysed, 0) + count
    return times


@lru_cache(maxsize=50_000)
def analyse(surface: str) -> Analysed:
    """Parts and whole of one token as it stands in the text."""
    words = list(_folded_parts(surface))
    stop = all(word in STOP_WORDS for word in words)
    if len(words) == 1:
        term = _term(words[0])
        return Analysed((term,), (term,), "", stop)
    parts = tuple(_term(word) for word in words if stop or word not in STOP_WORDS)
    whole = _term("".join(words))
    return Analysed((*parts, whole), parts, whole, stop)


@lru_cache(maxsize=1_000)
def joined(first: str, second: str) -> str:
    """The term of two neighbouring tokens written as one word: Elektro Schrott."""
    return _term("".join((*_folded_parts(first), *_folded_parts(second))))


def fold(word: str) -> str:
    """`word` in small letters without accents: ä, ae and a meet, ß is ss."""
    word = word.casefold()
    if not word.isascii():
        letters = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in letters if not unicodedata.combining(c)).casefold()
    return _SPELLED_UMLAUT.sub(lambda found: found[0][0], word)


def _folded_parts(surface: str) -> Iterator[str]:
    for part in _HYPHEN.split(surface):
        found = _PART.match(part)
        if found is None:  # the "innen)" of "Lehrer(-innen)"
            continue
        yield fold(found[1])
        after = (found[2] or "").lstrip(":*·/_-(")
        if len(after) > len("innen)"):  # Bürger:innenhaushalt
            yield fold(after.removeprefix("innen"))


def _term(word: str) -> str:
    female = _FEMALE.fullmatch(word)
    if female:
        word = female[1] or female[2]
    stem: str = _stem(word[:LONGEST_TERM])
    return stem or word[:LONGEST_TERM]


def spellings(term: str) -> str:
    """A regular expression for the ways in which the letters of `term` may be written."""
    return f"{HYPHEN}?".join(map(_spellings_of_letter, term.replace("ss", "\0")))


@lru_cache(maxsize=1_000)
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
