"""German as people type it: forms, umlauts, compounds, slips."""

import pytest

from search import SearchIndex
from search.analysis import German
from search.compounds import Splitter
from search.lexicon import Lexicon
from tests.search.conftest import document, found

# What somebody types, and a text that must be found.
FOUND = {
    "another form": [
        ("Häuser", "ein altes Haus"),
        ("Büro", "in zwei Büros"),
        ("Kündigung", "es wurde gekündigt"),
        ("Museum", "alle Museen der Region"),
        ("gegangen", "wir gehen los"),
        ("Ärztinnen", "ein Arzt berichtet"),
        ("Meetup", "regelmäßige Meetups"),
        ("gamifiziert", "wie wir etwas gamifizieren"),
    ],
    "spelled without umlauts": [
        ("Buergerraeume", "die Bürgerräume"),
        ("Loten", "Löten lernen"),
        ("Werkstatten", "offene Werkstätten"),
        ("gruesse", "viele Grüße"),
        ("Bürger", "fuer alle Buerger"),
    ],
    "a compound's part": [
        ("Beteiligung", "die Bürgerbeteiligung im Ort"),
        ("Schrott", "Kunst aus Elektroschrott"),
        ("Maschine", "an der Nähmaschine"),
        ("Bank", "die Mitfahrbank am Markt"),
        ("Garten", "in den Gemeinschaftsgärten"),
    ],
    "a compound for its parts": [
        ("Bürgerbeteiligung", "Beteiligung aller Bürger:innen"),
        ("Bürger Beteiligung", "mit Bürgerbeteiligung"),
        ("Bürger-Beteiligung", "mit Bürgerbeteiligung"),
        ("Hatespeech", "gegen Hate Speech im Netz"),
        ("Citizenscience", "Citizen Science für alle"),
        ("Repaircafé", "ein Repair Café eröffnen"),
    ],
    "words of which half is written": [
        ("Messgeräte", "viele Mess- und Laborgeräte"),
        ("Laborgeräte", "viele Mess- und Laborgeräte"),
        ("Baugeräte", "Bau-, Mess- und Laborgeräte"),
        ("Kindererziehung", "Kinderbetreuung und -erziehung"),
    ],
    "a slip": [
        ("Wrokshop", "ein Workshop am Abend"),
        ("Reperatur", "die Reparatur"),
        ("Datenschuz", "zum Datenschutz"),
        ("Bürgerbeteilgung", "die Bürgerbeteiligung"),
        ("Rboter", "kleine Roboter"),
        ("Veranstaltungsvorbreitung", "die Veranstaltungsvorbereitung"),
    ],
}


@pytest.mark.parametrize(("words", "text"), [case for cases in FOUND.values() for case in cases])
def test_what_people_type_finds_what_they_mean(index: SearchIndex, words: str, text: str):
    index.rebuild([document("Gesucht", text), document("Anderes", "etwas ganz Fremdes")], 1)

    assert found(index, words) == ["Gesucht"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Bürger", "die alte Burg"),
        ("Müller", "der Müll im Wald"),
        ("Station", "der Staat"),
        ("Mutter", "nur Mut"),
        ("Alter", "viele Alternativen"),
        ("Ring", "ein Mentoring"),
        ("Qualle", "die Quelle"),
        ("Aal", "ein Saal"),
    ],
)
def test_words_that_only_look_alike_stay_apart(index: SearchIndex, words: str, text: str):
    index.rebuild([document("Anderes", text)], 1)

    assert found(index, words) == []


def test_the_word_itself_comes_before_what_it_is_part_of(index: SearchIndex):
    index.rebuild(
        [
            document("a", "Bürgerbeteiligung beginnt heute mit einem Treffen"),
            document("b", "Beteiligung beginnt heute mit einem Treffen"),
            document("c", "Beteiligung", id="c"),
        ],
        1,
    )

    assert found(index, "Beteiligung")[-1] == "a"


def test_what_is_typed_comes_before_what_it_would_be_with_umlauts(index: SearchIndex):
    index.rebuild([document("a", "eine Küche"), document("b", "ein Kuchen")], 1)

    assert found(index, "Kuchen") == ["b", "a"]
    assert found(index, "Küche") == ["a"]


def test_words_that_meet_in_a_text_may_be_written_as_one_only_side_by_side(index: SearchIndex):
    index.rebuild([document("a", "A line of people, and later a dance")], 1)

    assert found(index, "Linedance") == []


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("bürgerbeteiligungsprozess", ("bürger", "beteiligung", "prozess")),
        ("zukunftswerkstatt", ("zukunft", "werkstatt")),
        ("zusammenfassen", ("zusammenfassen",)),
        ("generation", ("generation",)),
        ("bibliothek", ("bibliothek",)),
        ("gemeinsame", ("gemeinsame",)),
    ],
)
def test_compounds_are_taken_apart_and_other_words_left_whole(
    lexicon: Lexicon, word: str, parts: tuple[str, ...]
):
    assert Splitter(lexicon).split(word) == parts


def test_a_gender_sign_changes_nothing(german: German):
    plain = german.analyse("Mentorinnen").words
    for written in ("Mentor:innen", "Mentor*innen", "Mentor_innen", "Mentor/-innen"):
        assert set(german.analyse(written).words[0]) & set(plain[0]), written
