"""Parts of documents that are searched alone."""

from pathlib import Path

import pytest

from search import Document, SearchIndex, first
from tests.search.conftest import document, found


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    index = SearchIndex(tmp_path / "index", ["failed", "wanted"])
    index.rebuild([*REPORTS, *(document(f"Seite {n}", "Es fehlten Kabel") for n in range(15))], 1)
    return index


REPORTS = [
    document("a", "Kabel gut, Strom weg", parts={"failed": "Der Strom war oft weg."}),
    document("b", "Strom gut, Kabel weg", parts={"failed": "Drei Kabel fehlten", "wanted": "Ob?"}),
    document("c", "Wozu Kabel?", parts={"wanted": "Ob jemand noch Kabel braucht"}),
]


def found_in(index: SearchIndex, part: str, words: str) -> list[str]:
    return [hit.id for hit in index.search(words, first(100), part=part).hits]


def test_words_are_found_where_they_are_looked_for(index: SearchIndex):
    assert found_in(index, "failed", "Kabel") == ["b"]
    assert found_in(index, "wanted", "Kabel") == ["c"]
    assert {"a", "b", "c"} < set(found(index, "Kabel"))


def test_a_phrase_must_stand_in_the_part(index: SearchIndex):
    both = {"failed": "Der Strom war weg, ganz ohne Kabel."}
    index.apply([document("d", "Kein Kabel, kein Strom", parts=both)], 2)

    assert sorted(found_in(index, "failed", "Strom weg")) == ["a", "d"]
    assert found_in(index, "failed", '"Strom war weg"') == ["d"]
    assert sorted(found_in(index, "failed", '"kein Strom" weg')) == ["a", "d"]


def test_what_only_stands_elsewhere_is_taken_for_no_slip(index: SearchIndex):
    index.apply([document("d", "Kalliopex, Kalliopez", parts={"failed": "Kalliopez"})], 2)

    assert found_in(index, "failed", "Kalliopex") == []
    assert found_in(index, "failed", "Kalliopexz") == ["d"]


def test_the_excerpt_is_of_the_part(index: SearchIndex):
    (hit,) = index.search("Kabel", part="failed").hits

    assert hit.excerpt == (("Drei ", False), ("Kabel", True), (" fehlten", False))
    assert hit.is_marked


def test_a_part_follows_its_document(index: SearchIndex):
    index.apply([document("b", "Neu", revision=2, parts={"failed": "Der Beamer"})], 2)
    for number in range(3, 8):
        index.apply([document(f"neu {number}", "x", parts={"failed": "Beamer"})], number)

    assert found_in(index, "failed", "Kabel") == []
    assert sorted(found_in(index, "failed", "Beamer")) == ["b", *(f"neu {n}" for n in range(3, 8))]
    assert "b" not in index.with_part("wanted")
    assert index.with_part("wanted") == ["c"]


def test_who_has_a_part_is_known(index: SearchIndex):
    assert sorted(index.with_part("failed")) == ["a", "b"]
    assert index.with_part("wanted") == ["b", "c"]


def test_documents_without_parts_take_no_more_room(tmp_path: Path):
    sizes = []
    for place, parts in (("with", ["failed"]), ("without", [])):
        index = SearchIndex(tmp_path / place, parts)
        index.rebuild([plain_one(number) for number in range(50)], 1)
        sizes.append(sum(path.stat().st_size for path in (tmp_path / place).rglob("*.*")))

    assert abs(sizes[0] - sizes[1]) < 1_000


def plain_one(number: int) -> Document:
    return document(f"Seite {number}", "Werkstatt und Löten " * 20)
