import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Results, SearchIndex
from search.analysis import German
from search.query import parse
from tests.search.conftest import document, found

SIGNS = '?*~^:[]{}()<>"„“\\/+-|&!#.,;=%$§'


NAUGHTY = [
    *("", " ", "\0", "\x1b[31m", "\ud800", "\u0301" * 300, "İ", "ß", "ſ ﬁ ①", "😀👩\u200d💻"),
    *("?*?*?*?*", "a*", "[a TO z]", "werkstatt~9", "id:id-1", "AND OR NOT", "und oder aber"),
    *('"', '""', '"a', "'; drop table", "../../x", "-", "(-innen)", "a:innen" * 40),
    *("x" * 100_000, "wort " * 10_000, "Bürgerbeteiligungs" * 11, "aeoeue" * 33, "werkstatt" * 22),
]


@pytest.mark.parametrize("words", NAUGHTY)
def test_no_words_do_harm(filled: SearchIndex, words: str):
    begun = time.monotonic()

    assert isinstance(filled.search(words), Results)
    assert time.monotonic() - begun < 2


def test_ten_thousand_random_searches_do_no_harm(filled: SearchIndex):
    chance = random.Random(19)
    signs = "aeiouäöüßnrstlABC019 -:*?\"„“'()[]{}^~/\\&|+.,;<>%_@#\t\n\x00\u00ad\u200b😀أ漢ก́"
    words = ["Werkstatt", "nummer", "AND", "OR", "NOT", "id:1", "wort*", "fassung1"]
    slowest = 0.0
    for _ in range(10_000):
        typed = [
            chance.choice(words)
            if chance.random() < 0.3
            else "".join(chance.choices(signs, k=chance.randint(1, 12)))
            for _ in range(chance.randint(1, 4))
        ]
        begun = time.monotonic()
        assert isinstance(filled.search(" ".join(typed)), Results)
        slowest = max(slowest, time.monotonic() - begun)

    assert slowest < 2


def test_a_search_out_of_time_ends_with_what_it_has(filled: SearchIndex):
    results = filled.search("Werkstatt Seite", deadline=0)

    assert results.cut
    assert results.total <= 20


def test_signs_of_query_languages_mean_nothing(filled: SearchIndex):
    assert found(filled, "Werksta*") == found(filled, "W?rkstatt") == []
    assert len(found(filled, "id:id-1 AND +Werkstatt^9~ -Nummer")) == 20


def test_an_empty_search_finds_nothing(filled: SearchIndex):
    results = filled.search("")

    assert (results.total, results.hits) == (0, [])


def test_ten_words_and_200_characters_are_enough(german: German):
    assert len(parse(" ".join(f"wort{number}" for number in range(30)), german).words) == 10
    assert parse("wort " * 40 + "danach", german) == parse("wort " * 40, german)


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    index = SearchIndex(tmp_path_factory.mktemp("signs"))
    index.rebuild([document("Löten", f"Werkstatt 3D-Druck für Bürger:innen {SIGNS}")], 1)
    return index


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | st.text(SIGNS + "aeoußÄ3 "))
def test_random_words_raise_nothing(signs: SearchIndex, words: str):
    assert signs.search(words).total in (0, 1)


@settings(max_examples=25, deadline=None)
@given(st.text(), st.text(st.characters()))
def test_random_documents_can_be_indexed_and_marked(signs: SearchIndex, title: str, text: str):
    signs.apply([document(title, f"{text} Kanarienvogel", id="random")], 2)

    assert [hit.id for hit in signs.search("Kanarienvogel").hits] == ["random"]
