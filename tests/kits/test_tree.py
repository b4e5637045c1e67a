"""Safe HTML as a tree: every word once, in its order, whatever somebody writes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.kits.tree import tree_of, words_of
from wiki.markup import render

BLOCKS = {"p", "h", "ul", "ol", "li", "quote", "pre", "hr", "img", "table"}


def texts_in(node: Any) -> list[str]:
    """All words of a tree, in their order."""
    if isinstance(node, list):
        return [text for inner in node for text in texts_in(inner)]
    if "s" in node:
        return [node["s"]]
    return texts_in(node.get("c", []) or node.get("rows", []))


def check(nodes: list[Any]) -> None:
    """Blocks stand where blocks may, words where words may."""
    for node in nodes:
        assert node["t"] in BLOCKS
        if node["t"] in ("quote", "ul", "ol", "li"):
            check(node["c"])
        if node["t"] == "table":
            assert {len(row) for row in node["rows"]} == {node["columns"]}


def test_marks_become_nodes() -> None:
    html = render("So **geht** *es* mit `x` und [Link](https://example.org).\n\n2. zwei").html

    paragraph, numbers = tree_of(html)

    assert [node["t"] for node in paragraph["c"]] == [
        "s",
        "b",
        "s",
        "i",
        "s",
        "code",
        "s",
        "a",
        "s",
    ]
    assert paragraph["c"][7]["href"] == "https://example.org"
    assert (numbers["t"], numbers["start"]) == ("ol", 2)


def test_tables_lists_in_lists_quotes_and_pictures_keep_their_shape() -> None:
    html = render(
        "| A | B |\n|---|---|\n| 1 | 2 |\n\n- a\n    - b\n\n> Zitat\n\n```\nx  y\n```"
    ).html

    table, outer, quote, code = tree_of(html)

    assert table["head"]
    assert texts_in(table) == ["A", "B", "1", "2"]
    assert [node["t"] for node in outer["c"][0]["c"]] == ["p", "ul"]
    assert quote["t"] == "quote"
    assert code == {"t": "pre", "s": "x  y"}


def test_an_unknown_tag_gives_its_words_and_no_more() -> None:
    assert tree_of('<video src="x"><b>Wort</b></video>') == [
        {"t": "p", "c": [{"t": "s", "s": "Wort"}]}
    ]


def test_words_are_as_one_would_type_them() -> None:
    head = "Kommt!\n\n1. Kaffee\n2. Kuchen\n\n"
    text = f"# {head}Mehr [hier](https://example.org/a) & **da**.  \nBis dann"

    said = f"{head}Mehr hier (https://example.org/a) & da.\nBis dann"
    assert words_of(render(text).html) == said


@given(st.text(max_size=300))
def test_whatever_is_written_has_a_tree(text: str) -> None:
    check(tree_of(render(text).html))


@pytest.mark.parametrize(
    "html", ["</p></p>", "<li>x", "<td>y</td>", "<ul>x</ul>", "<ol start='x'>", "<br><br> x"]
)
def test_broken_html_breaks_nothing(html: str) -> None:
    check(tree_of(html))
