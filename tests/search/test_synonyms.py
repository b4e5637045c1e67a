"""Words that mean the same, in every form and direction; marked, bounded, never followed on."""

import time

import pytest

from search import SearchIndex, Synonyms
from search.analysis import German
from search.query import parse
from search.synonyms import (
    LONGEST,
    MOST_GROUPS,
    MOST_WAYS,
    MOST_WORDS_OF_GROUP,
    NONE,
)
from tests.search.conftest import document, found

SYNONYMS = Synonyms(
    [
        ["Handy", "Smartphone", "Mobiltelefon"],
        ["Senior:innen", "ältere Menschen", "60 plus"],
        ["KI", "künstliche Intelligenz"],
        ["Repair-Café", "Reparaturtreff"],
        ["IoT", "Internet der Dinge"],
        ["E-Auto", "Elektrofahrzeug"],
        ["Löten", "Lötkolben"],
    ]
)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Handy", "ein Smartphone"),
        ("Handys", "mit Smartphones arbeiten"),
        ("Smartphones", "ein Handy"),
        ("HANDYS", "viele Mobiltelefone"),
        ("Senioren", "für ältere Menschen"),
        ("Seniorinnen", "einem älteren Menschen helfen"),
        ("ältere Menschen", "die Senioren im Ort"),
        ("aeltere Menschen", "alle Senior*innen"),
        ("60plus", "für Senioren"),
        ("60 plus", "für Seniorinnen"),
        ("Senioren", "Angebote 60plus"),
        ("Senioren", "Angebote 60-plus"),
        ("KI", "mit künstlicher Intelligenz"),
        ("künstliche Intelligenz", "die KI-Werkstatt"),
        ("künstlicher Intelligenz", "eine KI"),
        ("Künstliche-Intelligenz", "eine KI"),
        ("Reparaturtreff", "das Repaircafé"),
        ("Reparaturtreffs", "zwei Repair Cafés"),
        ("Repaircafé", "ein Reparaturtreff"),
        ("Repair Cafés", "ein Reparaturtreff"),
        ("IoT", "das Internet der Dinge"),
        ("Internet der Dinge", "ein IoT-Abend"),
        ("Elektrofahrzeuge", "ein E-Auto"),
        ("E-Auto", "mit Elektrofahrzeugen"),
        ("gelötet", "der Lötkolben"),
        ("Handykurs", "ein Kurs fürs Smartphone"),
    ],
)
def test_what_means_the_same_is_found(index: SearchIndex, words: str, text: str):
    index.rebuild([document("Gesucht", text), document("Anderes", "etwas ganz Fremdes")], 1)

    assert found(index, words, synonyms=SYNONYMS) == ["Gesucht"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("KI", "künstliche Blumen und emotionale Intelligenz"),
        ("Senioren", "Menschen, die ein älteres Haus haben"),
        ("Elektrofahrzeug", "ein altes Auto"),
        ("IoT", "Internet und viele andere nützliche Dinge"),
        ('"Handy"', "ein Smartphone"),
        ('"künstliche Intelligenz"', "eine KI"),
        ("„KI“", "mit künstlicher Intelligenz"),
        ("Intelligenz", "eine KI"),
    ],
)
def test_what_does_not_mean_it_is_not(index: SearchIndex, words: str, text: str):
    index.rebuild([document("Anderes", text)], 1)

    assert found(index, words, synonyms=SYNONYMS) == []


def test_only_the_quoted_word_stands_for_itself_alone(index: SearchIndex):
    index.rebuild([document("a", "Handy und KI"), document("b", "Smartphone und KI")], 1)

    both = '"Handy" künstliche Intelligenz'
    assert found(index, both, synonyms=SYNONYMS)[0] == "a"
    assert set(found(index, "Handy KI", synonyms=SYNONYMS)) == {"a", "b"}


def test_the_word_itself_comes_first_also_when_it_is_the_commoner_one(index: SearchIndex):
    pages = [document(f"h{n}", "Handy gestern und heute im Einsatz") for n in range(15)]
    index.rebuild([document("s", "Smartphone gestern und heute im Einsatz"), *pages], 1)

    hits = found(index, "Handy", synonyms=SYNONYMS)
    assert hits[-1] == "s"
    assert len(hits) == 16


def test_several_words_that_mean_one_thing_count_as_one(german: German):
    words = parse("künstliche Intelligenz für Kinder", german, SYNONYMS).words

    assert len(words) == 2
    assert len(parse("künstliche Intelligenz für Kinder", german).words) == 3


def test_a_page_with_one_of_the_words_misses_none(index: SearchIndex):
    index.rebuild([document("a", "KI für Kinder"), document("b", "Intelligenz für Kinder")], 1)

    assert found(index, "künstliche Intelligenz Kinder", synonyms=SYNONYMS)[0] == "a"


def test_the_other_words_are_marked(index: SearchIndex):
    index.rebuild([document("Abend", "Wir laden zu Smartphones und künstlicher Intelligenz")], 1)

    [hit] = index.search("Handy KI", synonyms=SYNONYMS).hits
    marked = [text for text, is_found in hit.excerpt if is_found]
    assert marked == ["Smartphones", "künstlicher Intelligenz"]


def test_words_of_a_phrase_are_marked_only_together(index: SearchIndex):
    text = "Viele Menschen kommen, ältere Menschen und junge Menschen"
    index.rebuild([document("Café", text)], 1)

    [hit] = index.search("Senioren", synonyms=SYNONYMS).hits
    assert [text for text, is_found in hit.excerpt if is_found] == ["ältere Menschen"]


def test_a_word_of_the_list_is_no_slip(index: SearchIndex):
    synonyms = Synonyms([["Plauderia", "Erzählnachmittag"]])
    index.rebuild([document("a", "Plauderie"), document("b", "ein Erzählnachmittag")], 1)

    assert found(index, "Plauderia", synonyms=synonyms) == ["b"]
    assert found(index, "Plauderia") == ["a"]


def test_meaning_is_not_followed_from_group_to_group(index: SearchIndex):
    synonyms = Synonyms([["Alpha", "Beta"], ["Beta", "Gamma"], ["Gamma", "Alpha"]])
    index.rebuild([document(word, word) for word in ("Alpha", "Beta", "Gamma", "Delta")], 1)

    assert set(found(index, "Alpha", synonyms=synonyms)) == {"Alpha", "Beta", "Gamma"}
    chain = Synonyms([["Alpha", "Beta"], ["Beta", "Gamma"], ["Gamma", "Delta"]])
    assert set(found(index, "Alpha", synonyms=chain)) == {"Alpha", "Beta"}


def test_without_groups_nothing_changes(german: German):
    for words in ("Handy", "künstliche Intelligenz", '"KI" Handykurs', "wie geht's"):
        assert parse(words, german, Synonyms([["Xylophon", "Klangstab"]])) == parse(words, german)


@pytest.mark.parametrize(
    "groups",
    [
        [[]],
        [["Allein"]],
        [["Gleich", "Gleich"]],
        [["", "  "]],
        [["60", "1-2"]],
        [["der", "und"]],
        [["\0", "\ud800x"]],
        [["😀", "?*?*"]],
        [["Wort", "x" * 61]],
        [["Wort", "a" * 100_000]],
        [["(((", ".*.*"]],
        [["-", "(-innen)"]],
    ],
)
def test_groups_that_say_nothing_do_no_harm(filled: SearchIndex, groups: list[list[str]]):
    hits = found(filled, "Wort 60 der Gleich Werkstatt", synonyms=Synonyms(groups))

    assert hits == found(filled, "Wort 60 der Gleich Werkstatt")


def test_what_goes_beyond_the_limits_is_left_out():
    many = Synonyms([[f"wort{n}", f"anderes{n}"] for n in range(MOST_GROUPS + 5)])
    large = Synonyms([[f"wort{chr(97 + n)}" for n in range(MOST_WORDS_OF_GROUP + 5)]])
    long = Synonyms([["Wort", "x" * LONGEST, "y" * (LONGEST + 1)]])

    assert len(many.groups) == MOST_GROUPS
    assert len(large.groups[0]) == MOST_WORDS_OF_GROUP
    assert long.groups == (("Wort", "x" * LONGEST),)


def test_a_word_in_every_group_leads_to_a_few_others_only(german: German):
    groups = [["KI", *(f"Wort{chr(97 + n)}{number}" for n in range(11))] for number in range(500)]

    [word] = parse("KI", german, Synonyms(groups)).words
    assert sum(way.is_other for way in word.ways) == MOST_WAYS


def test_the_length_of_the_list_costs_a_search_nothing(german: German):
    long = Synonyms([[f"qa{n}wort", f"qb{n}wort", f"qc{n} phrase"] for n in range(500)])
    words = "Bürgerbeteiligung mit Smartphones und künstlicher Intelligenz im Quartier"
    costs = {}
    for synonyms in (NONE, long):
        parse(words, german, synonyms)
        rounds = []
        for _ in range(30):
            begun = time.perf_counter()
            parse(words, german, synonyms)
            rounds.append(time.perf_counter() - begun)
        costs[synonyms] = min(rounds)

    assert costs[long] < 2 * costs[NONE]
