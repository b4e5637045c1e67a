from pathlib import Path

from search import SearchIndex
from search.postings import PostingsCache
from search.snapshot import Snapshot
from tests.search.conftest import numbered


def test_a_terms_postings_are_read_once_over_all_snapshots_of_a_process(
    filled: SearchIndex, tmp_path: Path
):
    cache = PostingsCache()
    first, second = (_snapshot(tmp_path, cache) for _ in range(2))

    one, other = (_in_first_segment(each, "werkstatt") for each in (first, second))

    assert len(one.numbers) == 20
    assert one.numbers is other.numbers


def test_postings_of_several_segments_are_numbered_one_after_another(
    filled: SearchIndex, tmp_path: Path
):
    filled.apply([numbered(20), numbered(21)], 2)
    snapshot = _snapshot(tmp_path, PostingsCache())

    numbers = snapshot.postings("words", "werkstatt").numbers.tolist()

    assert len(snapshot._segments) > 1
    assert sorted(snapshot.ids[number] for number in numbers) == sorted(
        f"id-{number}" for number in range(22)
    )


def test_the_postings_asked_for_last_are_kept_and_no_more_than_there_is_room_for(
    filled: SearchIndex, tmp_path: Path
):
    cache = PostingsCache(room=150)
    snapshot = _snapshot(tmp_path, cache)
    common = _in_first_segment(snapshot, "werkstatt")

    for number in range(20):
        _in_first_segment(snapshot, f"nr{number}")
        assert _in_first_segment(snapshot, "werkstatt").numbers is common.numbers

    assert len(cache._kept) <= 3
    for number in range(20):
        _in_first_segment(snapshot, f"nr{number}")
    assert _in_first_segment(snapshot, "werkstatt").numbers is not common.numbers


def test_words_that_stand_nowhere_do_not_fill_the_memory(filled: SearchIndex, tmp_path: Path):
    cache = PostingsCache(room=1000)
    snapshot = _snapshot(tmp_path, cache)

    for number in range(200):
        assert not len(snapshot.postings("words", f"nirgends{number}").numbers)

    assert len(cache._kept) <= 25


def _snapshot(folder: Path, cache: PostingsCache) -> Snapshot:
    (index,) = folder.glob("index/v*")
    return Snapshot(index, cache)


def _in_first_segment(snapshot: Snapshot, term: str):
    return next(snapshot._in_segments("words", term))[1]
