"""Every field of a kind counts: in the form, on the page, in the file and for the search."""

from typing import Any

import pytest
from flask import Flask, render_template_string

from tests.sheets import sheet_of
from wiki.fields import ContentField, fields_of, texts_of
from wiki.forms import Form
from wiki.pages.comparing import compare
from wiki.pages.content import Content
from wiki.pages.kinds import kinds
from wiki.pages.textform import from_text, to_text

# The page shows the other licence instead of the chosen one, and a cover if there is that file.
NOT_ON_THE_PAGE = {"licence", "cover"}
PARTICULAR = {
    "address": "https://example.org/wo",
    "checked_on": "2026-11-23",
    "held_on": "2026-11-02",
    "cover": "dateien/abcdefghjk/bild.jpg",
    "language": "en",
    "url": "https://example.org/wer",
    "minutes": 77,
    # A block with a beginning of its own needs none of the day.
    "fixed": "",
    "start": "9:23",
    "end": "22:41",
    # The second day tells how far days lie apart; a group is one that the workshop names.
    "day": 2,
    "track": "wortgroups",
    "people": 707,
    "apart": 23,
}
# What the form of a page asks for, as `pages/edit.html` does.
FIELDS = """
{%- from "shared/forms.html" import field, placed, rows -%}
{%- for name in asked -%}
  {% if form.field(name).shape == "rows" %}
    {{- rows(form, name, first_fields=kind.row_first_fields, address="/") }}
  {%- else %}{{ placed(form, name) }}{% endif -%}
{%- endfor -%}
"""
SEARCHED = ("line", "markdown", "lines", "choice", "choices", "rows")

of_each_kind = pytest.mark.parametrize("name", ["tool", "outcome", "plan"])


def value_of(field: ContentField) -> Any:
    """A value that differs from the field's default and from the other fields' values."""
    if field.row is not None:
        row = {inner.name: value_of(inner) for inner in fields_of(field.row)}
        # The name alone says which group it is of.
        first = fields_of(field.row)[0].name
        return [{"key": "kaa", **row, first: f"reihe{field.name}"}]
    if field.choices is not None:
        last = list(field.choices)[-1].value
        return [last] if field.shape == "choices" else last
    word = f"wort{field.name}"
    by_shape = {"flag": True, "lines": [word], "integer": 7_000 + len(field.name)}
    return PARTICULAR.get(field.name, by_shape.get(field.shape, word))


def filled_without(name: str, *names: str) -> Content:
    """The full content of a kind with these fields as if nobody had filled them."""
    model = kinds().named(name).content
    described = (field for field in fields_of(model) if field.name not in names)
    return model.model_validate({field.name: value_of(field) for field in described})


def shown(name: str, content: Content) -> dict[str, str]:
    """The content as form, page, file and text for the search."""
    kind = kinds().named(name)
    form = Form.showing(kind.content, content)
    return {
        "form": render_template_string(FIELDS, kind=kind, form=form, asked=asked_in(name)),
        "page": sheet_of(name, content),
        "file": to_text(kind.word, content),
        "search": " ".join(texts_of(content)),
    }


def asked_in(name: str) -> list[str]:
    """The fields of a kind's form, in their order."""
    kind = kinds().named(name)
    return [*kind.first_fields, *(one for section in kind.sections for one in section.fields)]


@of_each_kind
def test_each_field_counts_everywhere(app: Flask, name: str) -> None:
    full = filled_without(name)
    silent = {}
    with app.test_request_context("/"):
        everywhere = shown(name, full)
        for field in (field for field in fields_of(type(full)) if not field.required):
            less = filled_without(name, field.name)
            places = {"form", "file", "page"} - (
                {"page"} if field.name in NOT_ON_THE_PAGE else set()
            )
            places |= {"search"} if field.shape in SEARCHED else set()
            unchanged = {
                place for place, text in shown(name, less).items() if text == everywhere[place]
            }
            silent[field.name] = places & unchanged
            assert [change.label for change in compare(less, full)] == [field.label]

    assert {field: places for field, places in silent.items() if places} == {}


@of_each_kind
def test_a_file_says_all_of_it(app: Flask, name: str) -> None:
    full, word = filled_without(name), kinds().named(name).word

    assert from_text(to_text(word, full), kinds().models()) == (word, full)


@of_each_kind
def test_the_form_asks_for_every_field(app: Flask, name: str) -> None:
    model = kinds().named(name).content

    assert sorted(asked_in(name)) == sorted(field.name for field in fields_of(model))
