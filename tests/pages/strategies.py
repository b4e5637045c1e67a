"""Contents as hypothesis makes them up, rich in text that looks like structure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from wiki.articles.content import ArticleContent
from wiki.fields import ContentField, Row, fields_of
from wiki.pages.content import Content
from wiki.recipes.content import RecipeContent

STRUCTURE = [
    "## Ablauf",
    "\\## Ablauf",
    "\\\\## Ablauf",
    "##  Varianten",
    "## Eigene Überschrift",
    "### x {#k3f}",
    "\\### x {#k3f}",
    "###",
    "### {#abc}",
    "#### Tipp",
    "\\#### Tipp",
    "#### Eigenes",
    "- Minuten: 5",
    "\\- Minuten: 5",
    "\\\\- Minuten: 5",
    "- Eine:r je … Personen: 4",
    "- Minuten:",
    "- frei: 5",
    "---",
    "...",
    "- x",
    "```",
    "\\",
    "  ## Ablauf",
    "",
]
YAML = [
    "ja",
    "no",
    "true",
    "12:30",
    "null",
    "~",
    "1_000",
    "0x1f",
    "2024-05-01",
    "{a",
    "[a",
    "- x",
    '"',
    "'",
    "#",
    "a # b",
    "? x",
    "?",
    ": ",
    "a: b",
    "a:",
    "&a",
    "*a",
    "!!str a",
    "%TAG",
    "@a",
    "`a",
    "|",
    ">",
    "=",
    "<<",
    "\\",
    '\\"',
    "---",
    "{#k3f}",
    "x {#k3f}",
    "x {#K}",
    "😀👩🏽‍🔧",
    "u\u0308ber",
    "\u0308",
    "\u00a0x\u2003",
    "\ufeffx",
]

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
lines = st.one_of(st.sampled_from(YAML + STRUCTURE), words, st.just("Ein Satz: mit allem."))
named_lines = lines.filter(lambda text: text.strip() != "").map(lambda text: "A" + text) | (
    st.sampled_from([text for text in YAML if text.strip("\u0308 ")])
)
texts = st.lists(
    st.one_of(st.sampled_from(STRUCTURE), st.sampled_from(YAML), words), max_size=6
).map("\n".join)
keys = st.from_regex(r"[a-z][a-z0-9]{2,5}", fullmatch=True) | st.sampled_from(["k3f", "kab", "kcd"])
amounts = st.decimals(0, 1000, places=2) | st.sampled_from(
    [Decimal(0), Decimal("2.50"), Decimal("1E+2"), Decimal("-0")]
)


clocks = st.sampled_from(["", "09:00", "9.30 Uhr", "23"])
#: What workshop templates ask of some of their fields.
_OF_PLANS: dict[str, st.SearchStrategy[Any]] = {
    "start": clocks,
    "end": clocks,
    "fixed": clocks,
    "groups": st.lists(st.sampled_from(["Werkstatt: 12", "Küche", "- x: 3"]), max_size=3),
    "day": st.integers(1, 14),
    "apart": st.integers(1, 28),
}


def values(field: ContentField) -> st.SearchStrategy[Any]:
    """Values of one field, without what the model itself requires of it."""
    if field.row is not None:
        return st.lists(rows(field.row), max_size=3, unique_by=lambda row: row["key"])
    if field.name in _OF_PLANS:
        return _OF_PLANS[field.name]
    if field.choices is not None:
        member = st.sampled_from(list(field.choices))
        return st.lists(member, max_size=3) if field.shape == "choices" else member
    return {
        "line": named_lines if field.required else lines,
        "lines": st.lists(lines, max_size=3),
        "markdown": texts,
        "integer": st.integers(1, 90),
        "amount": amounts,
        "picture": st.sampled_from(["", "dateien/abcdefghjk/bild.jpg"]),
        "date": st.dates(),
        "flag": st.booleans(),
    }[field.shape]


def rows(model: type[Row]) -> st.SearchStrategy[dict[str, Any]]:
    """The fields of one row; those with a default are often left out."""
    return _mapping(model, {"key": keys})


def _mapping(
    model: Any, required: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    optional = {}
    for field in _fields(model):
        (required if field.required else optional)[field.name] = values(field)
    return st.fixed_dictionaries(required, optional=optional)


def _fields(model: Any) -> Iterator[ContentField]:
    return (field for field in fields_of(model) if field.name not in _LEFT_TO_DEFAULT)


_LEFT_TO_DEFAULT = {"language", "url", "address", "unit", "group_min", "group_ideal", "group_max"}


def contents(model: type[Content]) -> st.SearchStrategy[Content]:
    return _mapping(model, {}).map(model.model_validate)


articles = contents(ArticleContent)
recipes = contents(RecipeContent)


def edited(content: Content) -> st.SearchStrategy[Content]:
    """The content after somebody worked on it: fields, lines, rows changed and moved."""
    return st.fixed_dictionaries(
        {},
        optional={
            field.name: _edited_value(field, content.to_json().get(field.name))
            for field in _fields(type(content))
        },
    ).map(lambda changed: type(content).model_validate(content.to_json() | changed))


def _edited_value(field: ContentField, value: Any) -> st.SearchStrategy[Any]:
    if field.shape == "markdown" and value:
        return _edited_list(value.split("\n"), texts).map("\n".join)
    if field.row is not None and value:
        one = st.sampled_from(value).flatmap(lambda row: _edited_row(field.row, row))
        return st.lists(one | rows(field.row), max_size=4, unique_by=lambda row: row["key"])
    if field.shape == "lines" and value:
        return st.permutations(value).flatmap(lambda all_: _edited_list(list(all_), lines))
    return values(field)


def _edited_row(model: Any, row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    changes = {field.name: values(field) for field in _fields(model)}
    return st.just(row) | st.fixed_dictionaries({}, optional=changes).map(lambda new: row | new)


def _edited_list(entries: list[Any], new: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    at = st.integers(0, len(entries))
    return st.one_of(
        at.map(lambda n: entries[:n] + entries[n + 1 :]),
        st.tuples(at, new).map(lambda edit: [*entries[: edit[0]], edit[1], *entries[edit[0] :]]),
        st.tuples(at, new).map(
            lambda edit: [*entries[: edit[0]], edit[1], *entries[edit[0] + 1 :]]
        ),
    )


three_versions = st.one_of(articles, recipes).flatmap(
    lambda base: st.tuples(st.just(base), edited(base), edited(base))
)
