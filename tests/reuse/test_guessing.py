"""What is guessed from a text: steps in many guises, amounts, groups, and nothing gets lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.strategies import STRUCTURE
from wiki.markup import plain_text
from wiki.recipes.content import RecipeContent
from wiki.reuse.guessing import guess


def steps(text: str) -> list[tuple[str, str, str]]:
    values = guess(f"# T\n\n{text}", "t").values
    return [
        (step["title"], step.get("minutes", ""), step.get("text", "")) for step in values["steps"]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "## Ablauf\n\n1. Begrüßung (10 Min.)\n2. Bauen: Alle bauen los. (1,5 Std.)\n   - leise",
            [("Begrüßung", "10", ""), ("Bauen", "90", "Alle bauen los.\n\n- leise")],
        ),
        (
            "## Ablauf\n\n### 14:00–14:20 Uhr Ankommen\n\nHallo.\n\n### Ende (5')\n\nTschüss.",
            [("Ankommen", "20", "Hallo."), ("Ende", "5", "Tschüss.")],
        ),
        (
            "**Programm:**\n\n9.00 - 9.30 Uhr: Start\nmit Kaffee\n\n23:50 bis 0:10 Nacht",
            [("Start", "30", "mit Kaffee"), ("Nacht", "20", "")],
        ),
        (
            "## Zeitplan\n\n| Thema | Dauer | Raum |\n|---|---|---|\n| Start | 15 | Saal |",
            [("Start", "15", "Raum: Saal")],
        ),
        ("## Durchführung\n\nEinfach machen.", [("Ablauf", "", "Einfach machen.")]),
        (
            "## Ziel\n\nMut\n\n## Sonstiges\n\nWas noch fehlt.",
            [("Sonstiges", "", "Was noch fehlt.")],
        ),
    ],
)
def test_steps_are_found_in_many_guises(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert steps(text) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("12 Scheren", {"item": "Scheren", "amount": "12"}),
        ("3 x Kabel", {"item": "Kabel", "amount": "3"}),
        ("1,5 m Stoff", {"item": "Stoff", "amount": "1,5", "unit": "m"}),
        ("2 Blatt Papier pro Person", {"item": "Papier", "per_person": "2", "unit": "Blatt"}),
        ("je Gruppe 1 Tablet", {"item": "Tablet", "per_group": "1"}),
        ("Papier A4", {"item": "Papier A4"}),
        ("3D-Drucker", {"item": "3D-Drucker"}),
    ],
)
def test_amounts_of_material_are_understood(said: str, expected: dict[str, str]) -> None:
    values = guess(f"# T\n\n## Material\n\n- {said}\n- Rest", "t").values

    assert values["materials"][0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## Personen\n\n6–12 Personen", {"group_min": "6", "group_max": "12"}),
        ("## Gruppengröße\n\n15", {"group_ideal": "15"}),
        ("## Für wen\n\nJunge, Alte und alle", {"audiences": ["Junge", "Alte", "alle"]}),
        ("## Dauer\n\n90 Minuten", {"summary": "Dauer: 90 Minuten."}),
        ("## Vorkenntnisse\n\nKeine.", {"prerequisites": "Keine."}),
    ],
)  # fmt: skip
def test_what_else_a_workshop_needs_is_found(text: str, expected: dict[str, object]) -> None:
    values = guess(f"# T\n\n## Ablauf\n\nx\n\n{text}", "t").values

    assert values.items() >= expected.items()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Eins\n\nText.", "Eins"),
        ("Kurze Zeile\n\nText.", "Kurze Zeile"),
        ("## Material\n\n- x", "mein workshop"),
        ("Ein ganzer Satz.\n\nText.", "mein workshop"),
        ("", "mein workshop"),
    ],
)
def test_the_title_is_the_first_heading_or_the_file_s_name(text: str, title: str) -> None:
    assert guess(text, "mein_workshop").values["title"] == title


words = st.text("abcdefg ", min_size=1, max_size=20).map(lambda text: f"w{text}w")
texts = st.lists(
    st.one_of(
        words,
        words.map(lambda word: f"- {word}"),
        st.sampled_from(["## Ablauf", "## Material", "## Ziele", "### Mehr", "| a | b |"]),
        st.sampled_from(STRUCTURE),
    ),
    max_size=25,
).map("\n".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(texts)
def test_no_word_of_a_text_gets_lost_and_the_form_is_always_filled(text: str) -> None:
    guessed = guess(text, "name")
    said = " ".join(_words_in(guessed.values))

    for word in plain_text(text).split():
        if word.startswith("w") and word.endswith("w"):
            assert word in said
    if guessed.write_word == "rezept":
        RecipeContent.model_validate(guessed.values | {"title": guessed.values["title"] or "x"})


def _words_in(value: object) -> list[str]:
    if isinstance(value, dict):
        return [word for one in value.values() for word in _words_in(one)]
    if isinstance(value, list):
        return [word for one in value for word in _words_in(one)]
    return [str(value)]
