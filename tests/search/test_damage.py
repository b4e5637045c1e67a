from collections.abc import Callable
from pathlib import Path

import pytest

from search import IndexBroken, SearchIndex
from tests.search.conftest import found, numbered


def truncate_contents(folder: Path) -> None:
    (contents,) = folder.glob("v*/*.toc")
    contents.write_bytes(contents.read_bytes()[:20])


def empty_contents(folder: Path) -> None:
    (contents,) = folder.glob("v*/*.toc")
    contents.write_bytes(b"")


def truncate_terms(folder: Path) -> None:
    (terms,) = folder.glob("v*/*.trm")
    terms.write_bytes(terms.read_bytes()[:30])


def zero_postings(folder: Path) -> None:
    (postings,) = folder.glob("v*/*.pst")
    postings.write_bytes(bytes(postings.stat().st_size))


def remove_files(folder: Path) -> None:
    for path in folder.glob("v*/*"):
        path.unlink()


def garble_pointer(folder: Path) -> None:
    (folder / "current").write_bytes(b"\xff\0../../etc")


def other_format(folder: Path) -> None:
    (folder / "current").write_text("v999999-000001\n")


@pytest.mark.parametrize(
    "damage",
    [truncate_contents, empty_contents, truncate_terms, zero_postings, remove_files,
     garble_pointer, other_format],
)  # fmt: skip
@pytest.mark.usefixtures("closes_files")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_damaged_index_says_so_and_a_rebuild_repairs_it(
    filled: SearchIndex, tmp_path: Path, damage: Callable[[Path], None]
):
    damage(tmp_path / "index")
    index = SearchIndex(tmp_path / "index")

    for question in (lambda: index.search("Werkstatt"), index.position):
        with pytest.raises(IndexBroken):
            question()
    index.rebuild([numbered(1)], 4)
    assert (found(index, "Werkstatt"), index.position()) == (["id-1"], 4)


@pytest.mark.usefixtures("closes_files")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", [truncate_contents, remove_files, garble_pointer])
def test_nothing_is_written_into_a_damaged_index(
    filled: SearchIndex, tmp_path: Path, damage: Callable[[Path], None]
):
    damage(tmp_path / "index")

    with pytest.raises(IndexBroken):
        filled.apply([numbered(1)], 2)


def test_without_an_index_search_asks_for_the_database(index: SearchIndex):
    with pytest.raises(IndexBroken):
        index.search("Werkstatt")
    assert (index.position(), index.revisions()) == (0, {})


def test_a_full_disk_leaves_the_index_as_it_was(filled: SearchIndex, start):
    process = start(
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))\n"
        "try: index.apply([numbered(n, 2) for n in range(400)], 2)\n"
        "except OSError as error: print(error.errno)\n"
        "print(index.position(), index.search('Werkstatt').total)\n"
    )
    output, errors = process.communicate()

    assert output.split() == ["27", "1", "20"], errors
    filled.apply([numbered(n, 2) for n in range(400)], 2)
    assert len(found(filled, "fassung2")) == 400
