import pytest

from search import SearchIndex, first
from tests.search.conftest import document, found


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Raum", "Gute Räume erzeugen"),
        ("Raeume", "ein guter Raum"),
        ("Uebung", "drei Übungen zum Anfang"),
        ("ubung", "drei Übungen zum Anfang"),
        ("Straße", "in vielen Strassen"),
        ("roboter", "Wir bauen mit Robotern"),
        ("gemeinsam lernen", "gemeinsames Lernen im Quartier"),
        ("Teilnehmende", "für alle Teilnehmer:innen"),
        ("Teilnehmerinnen", "für einen Teilnehmer"),
        ("Mentor", "mit zwei Mentor/-innen"),
        ("Ärztin", "von Ärzt*innen empfohlen"),
        ("Bürgerhaushalt", "der Bürger:innenhaushalt"),
        ("Druck", "ein 3D-Druck-Abend"),
        ("3D Druck", "der 3D-Druck"),
        ("Email", "per E-Mail"),
        ("E-Mail", "per Email"),
        ("Elektro Schrott", "Basteln mit Elektroschrott"),
        ("Wiederverwendung", "die Wieder\u00adverwendung"),
        ("Café", "das Reparatur-Cafe"),
        ("wie geht's", "So geht es"),
    ],
)
def test_words_are_found_in_whatever_form_they_stand(index: SearchIndex, words: str, text: str):
    index.rebuild([document("Gesucht", text), document("Anderes", "etwas ganz Fremdes")], 1)

    assert found(index, words) == ["Gesucht"]


def test_different_words_stay_different(index: SearchIndex):
    index.rebuild([document("a", "Quelle"), document("b", "Feuer"), document("c", "gewinnen")], 1)

    assert found(index, "Qualle") == []
    assert found(index, "für Feuer") == ["b"]
    assert found(index, "Gewinn") != ["a"]


def test_a_title_counts_more_than_topics_and_these_more_than_text(index: SearchIndex):
    index.rebuild(
        [
            document("In Texten", "Löten kann man hier. " * 3),
            document("Unter Themen", "Ganz anderes.", topics=("Löten",)),
            document("Löten für alle", "Ganz anderes."),
        ],
        1,
    )

    assert found(index, "löten") == ["Löten für alle", "Unter Themen", "In Texten"]


def test_pages_with_all_words_come_before_those_with_some(index: SearchIndex):
    index.rebuild(
        [document("a", "Löten Nähen"), document("b", "Löten"), document("c", "Kochen")], 1
    )

    assert found(index, "nähen löten") == ["a", "b"]
    assert sorted(found(index, "nähen kochen")) == ["a", "c"]


def test_stop_words_do_not_matter_beside_others_but_find_titles(index: SearchIndex):
    index.rebuild(
        [document("Über uns", "Das Labor"), document("b", "Wir über das Labor und uns")], 1
    )

    assert set(found(index, "über das Labor")) == {"Über uns", "b"}
    assert found(index, "über uns") == ["Über uns"]


def test_a_quoted_phrase_is_found_as_it_stands(index: SearchIndex):
    index.rebuild(
        [
            document("verstreut", "Die Zukunft liegt zurück, in die Ferne"),
            document("wörtlich", "Film: Zurück in die Zukunft!"),
        ],
        1,
    )

    assert found(index, "„zurueck in die Zukunft“") == ["wörtlich"]
    assert len(found(index, "zurück in die Zukunft")) == 2


def test_pages_with_the_words_close_together_stand_before_others(index: SearchIndex):
    between = "Dazu kommt viel anderes, das hier nur Platz braucht. " * 8
    index.rebuild(
        [
            document("weit", f"Drucken {between} Karten {between}"),
            document("nah", f"{between} Karten zum Drucken {between}"),
        ],
        1,
    )

    assert found(index, "karten drucken") == ["nah", "weit"]


def test_where_many_hold_a_compound_its_parts_are_not_looked_for(index: SearchIndex):
    whole = [document(f"w{number}", "Ein Stadtplan") for number in range(99)]
    apart = [document("teile", "Der Plan der Stadt")]

    index.rebuild([*whole, *apart], 1)
    assert "teile" in found(index, "Stadtplan")

    index.rebuild([*whole, document("noch einer", "Ein Stadtplan"), *apart], 2)
    assert "teile" not in found(index, "Stadtplan")


def test_the_asker_picks_what_is_shown_and_in_which_order(index: SearchIndex):
    index.rebuild([document(name, "Löten") for name in ("a", "b", "c")], 1)

    results = index.search("löten", lambda ids: sorted(ids, reverse=True)[:2])

    assert [hit.id for hit in results.hits] == ["c", "b"]
    assert results.total == 3


def test_words_of_what_hangs_on_a_page_find_it_behind_its_own(index: SearchIndex):
    index.rebuild(
        [
            document("hängt dran", "Ein Text", attached=("Löten mit Kindern",)),
            document("steht da", "Löten in einem Text"),
            document("weder noch", "Ein Text"),
        ],
        1,
    )

    results = index.search("gelötet")

    assert [(hit.id, hit.is_marked) for hit in results.hits] == [
        ("steht da", True),
        ("hängt dran", False),
    ]
    excerpt = results.excerpts.excerpt("Wir löten.")
    assert excerpt == (("Wir ", False), ("löten", True), (".", False))


def test_a_word_that_stands_nowhere_is_told_as_it_is_probably_meant(index: SearchIndex):
    index.rebuild([document("a", "Bürgerbeteiligung im Stadtteil")], 1)

    assert index.search("Bürgerbeteiligug Stadtteil").meant == "Bürgerbeteiligung Stadtteil"
    assert index.search("Bürgerbeteiligungen").meant == ""
    assert index.search("Quatschwort").meant == ""


def test_slices_of_the_results_do_not_overlap(filled: SearchIndex):
    slices = [filled.search("Werkstatt", first(7, offset)) for offset in (0, 7, 14)]

    assert len({hit.id for part in slices for hit in part.hits}) == 20
    assert {part.total for part in slices} == {20}


def test_a_deadline_ends_the_search_and_is_told(filled: SearchIndex):
    results = filled.search("Werkstatt", deadline=0)

    assert results.cut
    assert not filled.search("Werkstatt").cut
