"""Two people wrote on one version: nothing of either is lost, and only real clashes are asked."""

import random
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from tests.pages.strategies import three_versions
from wiki.articles.content import ArticleContent
from wiki.fields import fields_of
from wiki.pages.content import Content
from wiki.pages.merging import Merge, UnresolvedConflicts, merge, resolve
from wiki.recipes.content import RecipeContent

quick = settings(max_examples=50, deadline=None)
Versions = tuple[Content, Content, Content]


def recipe(**values: object) -> RecipeContent:
    return RecipeContent.model_validate({"title": "Sprechstunde", **values})


def step(key: str, **values: object) -> dict[str, object]:
    return {"key": key, "title": key.upper(), **values}


def merged_steps(base: list[object], mine: list[object], theirs: list[object]) -> Merge:
    return merge(recipe(steps=base), recipe(steps=mine), recipe(steps=theirs))


def merged_text(base: str, mine: str, theirs: str) -> str | None:
    merged = merge(recipe(legal=base), recipe(legal=mine), recipe(legal=theirs))
    return None if merged.conflicts else merged.values["legal"]


def keys(merged: Merge) -> list[str]:
    return [row["key"] for row in merged.values["steps"]]


def test_different_fields_go_together() -> None:
    merged = merge(recipe(), recipe(summary="Neu"), recipe(title="Anders", topics=["Strom"]))

    assert merged.values == recipe(summary="Neu", title="Anders", topics=["Strom"]).to_json()
    assert merged.conflicts == ()
    assert merged.taken == ("Titel", "Themen")


def test_one_field_changed_differently_is_a_conflict_that_holds_mine() -> None:
    merged = merge(recipe(wifi="none"), recipe(wifi="needed"), recipe(wifi="helpful"))

    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.label, conflict.translate) == ("wifi", "WLAN", True)
    assert (conflict.base, conflict.mine, conflict.theirs) == (
        "kein WLAN nötig",
        "WLAN nötig",
        "WLAN hilfreich",
    )
    assert merged.values["wifi"] == "needed"


def test_lists_are_merged_entry_by_entry() -> None:
    merged = merge(
        recipe(topics=["a", "b", "c"]),
        recipe(topics=["a", "x", "b", "c"]),
        recipe(topics=["c", "a", "y"]),
    )

    assert merged.values["topics"] == ["c", "a", "y", "x"]
    assert merged.conflicts == ()


def test_paragraphs_beside_each_other_are_merged() -> None:
    assert merged_text("a\nb\nc", "A\nb\nc", "a\nB\nc") == "A\nB\nc"
    assert merged_text("a\nb", "a\nb\nc", "x\na\nb") == "x\na\nb\nc"
    assert merged_text("a\nb\nc", "a\nc", "a\nb\nC") == "a\nC"


def test_the_same_paragraph_changed_twice_is_a_conflict() -> None:
    assert merged_text("a\nb", "a\nx", "a\ny") is None
    assert merged_text("a\nb", "a\nx\nb", "a\ny\nb") is None
    assert merged_text("a\nb", "a\nx\nB", "a\nx\nB") == "a\nx\nB"


def test_a_row_is_merged_field_by_field() -> None:
    base = [step("kan"), step("kar")]
    mine = [step("kan", minutes=5), step("kar", tip="Leise")]
    theirs = [step("kan", phase="arrive"), step("kar", tip="Laut")]

    merged = merged_steps(base, mine, theirs)

    first = merged.values["steps"][0]
    assert (first["minutes"], first["phase"]) == (5, "arrive")
    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.row, conflict.theirs) == ("steps.kar.tip", "KAR", "Laut")
    assert merged.taken == ("Ablauf",)


def test_rows_of_both_are_kept_in_the_order_of_the_one_who_moved() -> None:
    base = [step("kaa"), step("kbb"), step("kcc")]
    mine = [step("kaa"), step("kxx"), step("kbb"), step("kcc")]
    theirs = [step("kcc"), step("kaa"), step("kyy"), step("kbb")]

    assert keys(merged_steps(base, mine, theirs)) == ["kcc", "kaa", "kyy", "kxx", "kbb"]
    assert keys(merged_steps(base, base, theirs)) == ["kcc", "kaa", "kyy", "kbb"]
    assert keys(merged_steps(base, base[::-1], theirs)) == ["kcc", "kbb", "kaa", "kyy"]


def test_a_row_both_brought_is_one_row() -> None:
    mine, theirs = step("kan", minutes=0, tip="Leise"), step("kan", minutes=5, result="Ruhe")

    merged = merged_steps([], [mine], [theirs])

    assert [conflict.path for conflict in merged.conflicts] == ["steps.kan.minutes"]
    (row,) = merged.values["steps"]
    assert (row["minutes"], row["tip"], row["result"]) == (0, "Leise", "Ruhe")


def test_a_row_deleted_by_one_and_edited_by_the_other_is_asked_about() -> None:
    base, edited = [step("kan"), step("kar")], [step("kan"), step("kar", minutes=5)]

    merged = merged_steps(base, [step("kan")], edited)

    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.row, conflict.deleted_by) == ("steps.kar", "KAR", "mine")
    assert "Minuten: 5" in conflict.theirs
    assert conflict.mine == ""
    assert keys(merged) == ["kan", "kar"]
    assert resolve(merged, {"steps.kar": "drop"}) == resolve(merged, {"steps.kar": "mine"})
    assert len(resolve(merged, {"steps.kar": "drop"})["steps"]) == 1
    assert resolve(merged, {"steps.kar": "keep"}) == recipe(steps=edited).to_json()


def test_a_row_deleted_by_one_and_left_alone_by_the_other_goes() -> None:
    base = [step("kan"), step("kar")]

    merged = merged_steps(base, [step("kan"), step("kar"), step("kzz")], [step("kan")])

    assert keys(merged) == ["kan", "kzz"]
    assert merged.taken == ("Ablauf",)


def test_a_conflict_is_resolved_by_either_side_or_an_own_text() -> None:
    base, mine, theirs = (
        recipe(summary=text, level=level, steps=[step("kan", tip=text)])
        for text, level in (("alt", None), ("meins", "1"), ("ihres", "2"))
    )
    merged = merge(base, mine, theirs)
    picks = {"summary": "own", "level": "theirs", "steps.kan.tip": "theirs"}

    values = resolve(merged, picks, {"summary": "beides"})

    assert (values["summary"], values["level"]) == ("beides", "2")
    assert values["steps"][0]["tip"] == "ihres"
    assert merged.values["summary"] == "meins"


def test_a_conflict_without_a_choice_is_named() -> None:
    merged = merge(recipe(), recipe(summary="a"), recipe(summary="b"))

    for picks in ({}, {"summary": "keep"}, {"summary": "own"}):
        with pytest.raises(UnresolvedConflicts) as caught:
            resolve(merged, picks)
        assert caught.value.paths == ("summary",)


@quick
@given(three_versions)
def test_a_change_on_one_side_only_is_the_result(versions: Versions) -> None:
    base, changed, _ = versions

    for mine, theirs in ((base, changed), (changed, base), (changed, changed)):
        merged = merge(base, mine, theirs)
        assert (merged.values, merged.conflicts) == (changed.to_json(), ())


@quick
@given(three_versions)
def test_nothing_either_one_added_is_lost(versions: Versions) -> None:
    base, mine, theirs = versions
    merged = merge(base, mine, theirs)

    for name in (field.name for field in fields_of(type(base))):
        kept = set(_lines(merged.values.get(name)))
        for conflict in merged.conflicts:
            if conflict.path.split(".")[0] == name:
                kept |= {*_lines(conflict.values["mine"]), *_lines(conflict.values["theirs"])}
        before = set(_lines(base.to_json().get(name)))
        for side in (mine, theirs):
            assert set(_lines(side.to_json().get(name))) - before <= kept


def _lines(value: object) -> Iterator[object]:
    """Every line, number, choice and key inside a value; blanks say nothing."""
    if isinstance(value, dict | list):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _lines(entry)
    elif isinstance(value, str):
        yield from filter(None, value.split("\n"))
    elif value is not False:
        yield value


@quick
@given(three_versions)
def test_it_does_not_matter_who_merges(versions: Versions) -> None:
    base, mine, theirs = versions
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    paths = {conflict.path for conflict in one.conflicts}

    assert paths == {conflict.path for conflict in other.conflicts}
    picks = {c.path: "keep" if c.deleted_by else "mine" for c in one.conflicts}
    swapped = {path: "theirs" if pick == "mine" else pick for path, pick in picks.items()}
    assert _sorted(resolve(one, picks)) == _sorted(resolve(other, swapped))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return sorted(map(_sorted, value), key=repr)
    return value


def test_three_texts_of_full_length_are_merged_in_bounded_time() -> None:
    chance = random.Random(1)
    versions = [
        ArticleContent(title="A", body="".join(chance.choices("ab\n", k=30_000))) for _ in range(3)
    ]

    started = time.process_time()
    assert [conflict.path for conflict in merge(*versions).conflicts] == ["body"]
    assert time.process_time() - started < 2
