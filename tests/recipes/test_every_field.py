"""Every field of a recipe counts: in the form, on the page, in the file and for the search."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Cast
from tests.sheets import sheet_of
from wiki.accounts.models import User
from wiki.db import db
from wiki.fields import ContentField, fields_of, texts_of
from wiki.forms import Form
from wiki.pages.editing import Editing
from wiki.pages.kinds import kinds
from wiki.pages.textform import to_text
from wiki.recipes.content import RecipeContent

# Stand in the form and the file; the page shows a creator's name alone, and the other licence.
# A cover is shown when there is such a file (tests/files).
NOT_ON_THE_PAGE = {"licence", "cover"}
PARTICULAR = {
    "url": "https://example.org/wer",
    "language": "en",
    "cover": "dateien/abcdefghjk/bild.jpg",
    "group_min": 4,
    "group_ideal": 8,
    "group_max": 12,
    "group_size": 3,
}
SEARCHED = ("line", "markdown", "lines", "choice", "choices")


def filled(field: ContentField, number: int) -> Any:
    """A value that differs from the field's default and from the other fields' values."""
    if field.row is not None:
        row = {
            inner.name: filled(inner, number + i) for i, inner in enumerate(fields_of(field.row))
        }
        return [{"key": f"k{field.name[:3]}", **row}]
    if field.name == "kind":
        return "person"
    if field.shape in ("choice", "choices"):
        assert field.choices is not None
        last = list(field.choices)[-1].value
        return [last] if field.shape == "choices" else last
    if field.name in PARTICULAR:
        return PARTICULAR[field.name]
    by_shape = {"integer": number, "amount": number, "flag": True, "lines": [f"wort{number}"]}
    return by_shape.get(field.shape, f"wort{number}")


def everything() -> dict[str, Any]:
    described = fields_of(RecipeContent)
    return {field.name: filled(field, 20 + 20 * i) for i, field in enumerate(described)}


def paths() -> Iterator[str]:
    for field in fields_of(RecipeContent):
        for inner in fields_of(field.row) if field.row else ():
            if not inner.required:
                yield f"{field.name}.{inner.name}"
        if not field.required:
            yield field.name


def without(path: str) -> RecipeContent:
    """The full recipe with this one field as if nobody had filled it."""
    values = everything()
    group, _dot, name = path.partition(".")
    if name:
        values[group][0].pop(name)
    else:
        values.pop(group)
    return RecipeContent.model_validate(values)


def shown(content: RecipeContent, by: User) -> dict[str, str]:
    """The recipe as form, page, file and text for the search."""
    kind = kinds().named("format")
    editing = Editing(by, [kind])
    editing.form = Form.showing(RecipeContent, content)
    return {
        "form": editing.show().get_data(as_text=True),
        "page": sheet_of("format", content),
        "file": to_text("format", content),
        "search": " ".join(texts_of(content)),
    }


@pytest.mark.parametrize("path", list(paths()))
def test_a_field_counts_everywhere(app: Flask, cast: Cast, path: str) -> None:
    with app.test_request_context("/"):
        person = db.session.get_one(User, cast.anke)
        full = shown(RecipeContent.model_validate(everything()), person)
        less = shown(without(path), person)

    field = Form.blank(RecipeContent).field(path.replace(".", ".x.")) if "." in path else None
    shape = (field or next(f for f in fields_of(RecipeContent) if f.name == path)).shape
    expected = {"form", "page", "file"} - ({"page"} if path in NOT_ON_THE_PAGE else set())
    expected |= {"search"} if shape in SEARCHED else set()
    assert {name for name in full if full[name] != less[name]} >= expected
