"""Two versions side by side: what changed, word by word, and what moved."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.strategies import texts, three_versions
from wiki.articles.content import ArticleContent
from wiki.pages.comparing import (
    FieldChange,
    Piece,
    RowChange,
    common,
    compare,
    rising,
    word_pieces,
    woven,
)
from wiki.recipes.content import RecipeContent, Setting, Step

quick = settings(max_examples=40, deadline=None)


def steps(*given: Step) -> RecipeContent:
    return RecipeContent(title="Sprechstunde", steps=list(given))


def only_change(old: RecipeContent, new: RecipeContent) -> FieldChange:
    (change,) = compare(old, new)
    assert isinstance(change, FieldChange)
    return change


def recipe(**values: object) -> RecipeContent:
    return RecipeContent.model_validate({"title": "Sprechstunde", **values})


def test_a_changed_word_stands_beside_its_old_form() -> None:
    change = only_change(recipe(summary="Der alte Hund schläft"), recipe(summary="Der Hund bellt."))

    assert change.label == "Worum geht es?"
    assert change.pieces == (
        Piece("same", "Der "),
        Piece("removed", "alte "),
        Piece("same", "Hund "),
        Piece("removed", "schläft"),
        Piece("added", "bellt."),
    )


def test_an_added_paragraph_leaves_the_others_alone() -> None:
    change = only_change(recipe(variations="Eins"), recipe(variations="Eins\n\nZwei"))

    assert change.pieces == (Piece("same", "Eins\n"), Piece("added", "\nZwei\n"))


def test_a_long_unchanged_text_is_cut_to_the_words_beside_the_change() -> None:
    before = " ".join(f"wort{n}" for n in range(200))
    change = only_change(
        recipe(variations=before), recipe(variations=before.replace("wort100 ", "neu "))
    )

    kinds = [piece.kind for piece in change.pieces]
    assert kinds == ["skipped", "same", "removed", "added", "same", "skipped"]
    assert change.pieces[1].text.split()[0] == "wort85"
    assert change.pieces[4].text.split()[-1] == "wort115"


def test_a_number_shows_both_values_and_its_unit() -> None:
    change = only_change(recipe(cost_fixed="2.50"), recipe(cost_fixed="10"))

    assert change.pieces == (Piece("removed", "2,5"), Piece("added", "10"))
    assert change.unit == "€"


def test_choices_are_shown_by_names_that_can_be_translated() -> None:
    change = only_change(
        recipe(settings=[Setting.LAB, Setting.ONLINE]), recipe(settings=["lab", "mobile"])
    )

    assert change.pieces == (
        Piece("same", "Labor", translate=True),
        Piece("removed", "online", translate=True),
        Piece("added", "mobil", translate=True),
    )


def test_a_line_of_a_list_comes_and_goes_as_a_whole() -> None:
    change = only_change(recipe(topics=["Strom", "Wasser"]), recipe(topics=["Strom", "Luft"]))

    assert change.pieces == (
        Piece("same", "Strom"),
        Piece("removed", "Wasser"),
        Piece("added", "Luft"),
    )


def test_rows_are_followed_by_their_key() -> None:
    ankommen, arbeiten = Step(key="kan", title="Ankommen"), Step(key="kar", title="Arbeiten")
    ende, pause = Step(key="ken", title="Ende"), Step(key="kpa", title="Pause")
    old = steps(ankommen, arbeiten, ende)
    new = steps(ende, ankommen.model_copy(update={"minutes": 5}), pause)

    changes = [c for c in compare(old, new) if isinstance(c, RowChange)]

    assert [(change.name, change.status) for change in changes] == [
        ("Ende", "moved"),
        ("Ankommen", "changed"),
        ("Pause", "added"),
        ("Arbeiten", "removed"),
    ]
    assert changes[1].changes == (FieldChange("Minuten", (Piece("added", "5"),), "integer", "min"),)


def test_equal_versions_have_no_changes() -> None:
    assert compare(recipe(topics=["a"]), recipe(topics=["a"])) == []


@quick
@given(three_versions)
def test_every_difference_is_found(versions: tuple[RecipeContent, ...]) -> None:
    _, old, new = versions

    assert bool(compare(old, new)) == (old != new)


@settings(max_examples=200, deadline=None)
@given(texts, texts)
def test_both_texts_can_be_read_from_their_comparison(old: str, new: str) -> None:
    pieces = word_pieces(old, new)

    for text, other in ((old, "added"), (new, "removed")):
        read = "".join(piece.text for piece in pieces if piece.kind != other)
        assert read in (text, text + "\n")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 6), max_size=12))
def test_common_entries_are_equal_and_rise_on_both_sides(old: list[int], new: list[int]) -> None:
    pairs = common(old, new)

    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
    assert common(old, old) == [(i, i) for i in range(len(old))]


@quick
@given(st.permutations(range(7)))
def test_the_longest_rising_run_is_found(numbers: list[int]) -> None:
    found = [numbers[position] for position in rising(numbers)]
    lengths = [1] * len(numbers)
    for i, number in enumerate(numbers):
        lengths[i] = 1 + max((lengths[j] for j in range(i) if numbers[j] < number), default=0)

    assert found == sorted(found)
    assert len(found) == max(lengths)


def test_additions_are_woven_in_after_what_stood_before_them() -> None:
    assert woven(["a", "b", "x"], ["y", "a", "z", "b", "w"]) == ["y", "a", "z", "b", "x", "w"]


CHANCE = random.Random(1)


def letters(alphabet: str, length: int = 30_000) -> str:
    return "".join(CHANCE.choices(alphabet, k=length))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (letters("abcdefghij "), letters("abcdefghij ")),
        (letters("abcdefghij   \n"), letters("abcdefghij   \n")),
        (letters("a "), letters("ab ")),
        (letters("a\n"), letters("ab\n")),
        (letters("!?."), letters("!?.,")),
        ("\n".join(map(str, range(5000))), "\n".join(map(str, reversed(range(5000))))),
        (
            "\n".join(f"{n:x}" if n % 2 else "a" for n in range(6000)),
            "\n".join(f"{n:x}" if n % 2 else "b" for n in range(6000)),
        ),
    ],
)
def test_two_texts_of_full_length_are_compared_in_a_moment(old: str, new: str) -> None:
    before, after = ArticleContent(title="A", body=old), ArticleContent(title="A", body=new)

    started = time.process_time()
    assert compare(before, after)
    assert time.process_time() - started < 2


def test_a_page_full_of_different_texts_is_compared_in_bounded_time() -> None:
    old, new = (
        steps(*(Step(key=f"k{n:03}", title="S", text=letters("ab \n", 20_000)) for n in range(60)))
        for _ in range(2)
    )

    started = time.process_time()
    assert len(compare(old, new)) == 60
    assert time.process_time() - started < 5
