"""What results can be narrowed by: each facet with its values as addresses write them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from wiki.fields import Choice
from wiki.language import N_
from wiki.outcomes.evidence import MATURITIES, Maturity
from wiki.pages.kinds import kinds
from wiki.pages.listing import Card
from wiki.recipes import KINDS
from wiki.recipes.content import Level, Setting, Wifi


@dataclass(frozen=True)
class Facet:
    """One thing to narrow by; `name` is its parameter, `labels` says its values in order.

    Where there are none, the values are the authors' own words or the labs' addresses.
    """

    name: str
    label: str
    labels: Callable[[], Mapping[str, str]] = dict


def _kinds() -> dict[str, str]:
    return {**{kind.word: kind.plural for kind in kinds()}, "labor": N_("Labore")}


def _choices(words: dict[str, Choice]) -> Callable[[], dict[str, str]]:
    labels = {word: choice.label for word, choice in words.items()}
    return lambda: labels


SETTINGS: dict[str, Choice] = {
    "labor": Setting.LAB,
    "mobil": Setting.MOBILE,
    "draussen": Setting.OUTDOORS,
    "online": Setting.ONLINE,
    "hybrid": Setting.HYBRID,
}
WIFI: dict[str, Choice] = {"ohne": Wifi.NONE, "hilfreich": Wifi.HELPFUL, "noetig": Wifi.NEEDED}
LEVELS: dict[str, Choice] = {
    "leicht": Level.EASY,
    "mittel": Level.MEDIUM,
    "anspruchsvoll": Level.HARD,
}

_MATURITY_LABELS = {maturity.word: maturity.label for maturity in MATURITIES}

FACETS = (
    Facet("art", N_("Art"), _kinds),
    Facet("zielgruppe", N_("Für wen")),
    Facet("ort", N_("Wo"), _choices(SETTINGS)),
    Facet("netz", N_("Internet"), _choices(WIFI)),
    Facet("thema", N_("Thema")),
    Facet("niveau", N_("Wie erfahren"), _choices(LEVELS)),
    Facet("reife", N_("Wie erprobt"), lambda: _MATURITY_LABELS),
    Facet("labor", N_("Labor")),
)

#: The names of a page's terms that are values of a facet, and the facet's.
TERMS = {"audience": "zielgruppe", "topic": "thema", "setting": "ort"}

_SETTING_WORDS = {str(choice.value): word for word, choice in SETTINGS.items()}
_WIFI_WORDS = {str(choice.value): word for word, choice in WIFI.items()}
_LEVEL_WORDS = {int(choice.value): word for word, choice in LEVELS.items()}


def words_of(
    card: Card, maturity: Maturity, wifi: str | None, terms: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Each facet a page has a value of, with the value; recipes alone are more or less tried."""
    words = {("art", kinds().named(card.kind).word)}
    if card.lab_slug:
        words.add(("labor", card.lab_slug))
    if card.kind in KINDS:
        words.add(("reife", maturity.word))
    if wifi in _WIFI_WORDS:
        words.add(("netz", _WIFI_WORDS[wifi]))
    if card.level in _LEVEL_WORDS:
        words.add(("niveau", _LEVEL_WORDS[card.level]))
    for name, value in terms:
        word = _SETTING_WORDS.get(value) if name == "setting" else value
        if word:
            words.add((TERMS[name], word))
    return tuple(_the_same(*word) for word in words)


@lru_cache(maxsize=10_000)
def _the_same(facet: str, word: str) -> tuple[str, str]:
    """One object for all pages that have it: they are many, the words few."""
    return facet, word
