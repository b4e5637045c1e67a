from pathlib import Path

import pytest

from search import IndexBusy, PositionMoved, Removal, SearchIndex
from search import writing as writing_module
from search.analysis import German
from search.writing import writing
from tests.search.conftest import document, found, numbered


def test_a_changed_page_is_found_by_its_new_words_only(filled: SearchIndex):
    filled.apply([document("Neu", "Nähcafé", id="id-3", revision=2)], 2)

    assert found(filled, "nähcafe") == ["id-3"]
    assert found(filled, "nr3") == []
    assert filled.revisions()["id-3"] == 2


def test_applying_the_same_changes_again_makes_no_duplicates(filled: SearchIndex):
    for _ in range(5):
        filled.apply([numbered(3, 2), numbered(50), numbered(50, 2)], 2)

    assert len(found(filled, "Werkstatt")) == len(filled.revisions()) == 21
    assert filled.revisions()["id-50"] == 2


def test_a_removed_page_is_gone(filled: SearchIndex):
    filled.apply([Removal("id-3"), Removal("never-there")], 2)

    assert "id-3" not in found(filled, "Werkstatt")
    assert "id-3" not in filled.revisions()


def test_the_position_is_stored_with_the_changes(index: SearchIndex, tmp_path: Path):
    assert index.position() == 0
    index.apply([numbered(1)], 7)
    assert index.position() == 7
    index.apply([], 9)

    assert SearchIndex(tmp_path / "index").position() == 9


def test_changes_are_refused_when_the_index_stands_elsewhere(filled: SearchIndex):
    filled.apply([numbered(30)], 5, after=1)

    with pytest.raises(PositionMoved):
        filled.apply([numbered(31)], 9, after=4)
    assert filled.position() == 5
    assert "id-31" not in filled.revisions()


def test_many_small_changes_leave_few_segments(filled: SearchIndex, tmp_path: Path):
    for number in range(40):
        filled.apply([numbered(number, number)], number)

    assert len(list(tmp_path.glob("index/v*/*.trm"))) <= 5
    assert len(found(filled, "Werkstatt")) == 40
    assert filled.revisions()["id-39"] == 39


def test_a_page_without_any_words_is_counted(index: SearchIndex):
    index.apply([document("", "", id="empty")], 1)

    assert index.revisions() == {"empty": 1}


def test_waiting_for_the_lock_ends(
    filled: SearchIndex, tmp_path: Path, german: German, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writing_module, "LOCK_SECONDS", 0.1)
    (folder,) = tmp_path.glob("index/v*")

    with writing(folder, 1, german), pytest.raises(IndexBusy):
        filled.apply([numbered(1)], 2)


def test_a_rebuild_replaces_everything_and_tells_its_progress(filled: SearchIndex):
    told: list[int] = []

    filled.rebuild([numbered(100), numbered(100), numbered(101)], 9, told.append)

    assert sorted(filled.revisions()) == ["id-100", "id-101"]
    assert (filled.position(), told) == (9, [1, 2])


def test_one_older_generation_is_kept(filled: SearchIndex, tmp_path: Path):
    for position in range(4):
        filled.rebuild([numbered(1)], position)

    assert len(list(tmp_path.glob("index/v*"))) == 2


def test_a_failed_rebuild_changes_nothing(filled: SearchIndex, tmp_path: Path):
    def documents():
        yield numbered(100)
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError):
        filled.rebuild(documents(), 9)
    assert (filled.position(), len(filled.revisions())) == (1, 20)
    assert len(list(tmp_path.glob("index/v*"))) == 1
