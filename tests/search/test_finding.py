import pytest

from search import SearchIndex
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


def test_kinds_and_labs_narrow_the_results(index: SearchIndex):
    index.rebuild(
        [
            document("a", "Löten", kind="format", lab="soest"),
            document("b", "Löten", kind="method", lab="soest"),
            document("c", "Löten", kind="format", lab="menden"),
        ],
        1,
    )

    assert sorted(found(index, "löten", kinds=["format"])) == ["a", "c"]
    assert found(index, "löten", kinds=["format"], labs=["soest"]) == ["a"]
    assert found(index, "löten", labs=["nirgends"]) == []


def test_slices_of_the_results_do_not_overlap(filled: SearchIndex):
    slices = [filled.search("Werkstatt", limit=7, offset=offset) for offset in (0, 7, 14)]

    assert len({hit.id for part in slices for hit in part.hits}) == 20
    assert {part.total for part in slices} == {20}


def test_a_deadline_ends_the_search_and_is_told(filled: SearchIndex):
    results = filled.search("Werkstatt", deadline=0)

    assert results.cut
    assert not filled.search("Werkstatt").cut
