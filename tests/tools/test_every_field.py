"""Every field of a tool counts: in the form, on the page, in the file and for the search."""

from typing import Any

from flask import Flask, render_template, render_template_string

from wiki.fields import ContentField, fields_of, texts_of
from wiki.forms import Form
from wiki.pages.comparing import compare
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import render_content
from wiki.pages.textform import from_text, to_text
from wiki.tools import KIND
from wiki.tools.content import ToolContent

# The page shows the other licence instead of the chosen one, and a cover if there is that file.
NOT_ON_THE_PAGE = {"licence", "cover"}
PARTICULAR = {
    "address": "https://example.org/wo",
    "checked_on": "2026-11-23",
    "cover": "dateien/abcdefghjk/bild.jpg",
    "language": "en",
}
# What the form of a page asks for, as `pages/edit.html` does.
FIELDS = """
{%- from "shared/forms.html" import field, placed -%}
{%- for name in kind.first_fields %}{{ field(form, name) }}{% endfor -%}
{%- for section in kind.sections -%}
  {%- for name in section.fields %}{{ placed(form, name) }}{% endfor -%}
{%- endfor -%}
"""
SEARCHED = ("line", "markdown", "lines", "choice", "choices")


def value_of(field: ContentField) -> Any:
    """A value that differs from the field's default and from the other fields' values."""
    if field.row is not None:
        return [{"key": "kaa", "name": "Wer"}]
    if field.choices is not None:
        last = list(field.choices)[-1].value
        return [last] if field.shape == "choices" else last
    word = f"wort{field.name}"
    return PARTICULAR.get(field.name, {"flag": True, "lines": [word]}.get(field.shape, word))


def tool_without(*names: str) -> ToolContent:
    """The full tool with these fields as if nobody had filled them."""
    described = (field for field in fields_of(ToolContent) if field.name not in names)
    return ToolContent.model_validate({field.name: value_of(field) for field in described})


def shown(content: ToolContent) -> dict[str, str]:
    """The tool as form, page, file and text for the search."""
    kind = kinds().named(KIND)
    rendering = render_content(content)
    page = Page(kind=KIND, slug="voll", state="published", title=content.title)
    context = {
        "page": page,
        "content": content,
        "kind": kind,
        "panels": [],
        "actions": [],
        "is_preview": True,
        **{name: rendering[name] for name in ("html", "toc", "links")},
        **kind.view(content, {}),
    }
    return {
        "form": render_template_string(FIELDS, kind=kind, form=Form.showing(ToolContent, content)),
        "page": render_template("pages/_sheet.html", **context),
        "file": to_text("werkzeug", content),
        "search": " ".join(texts_of(content)),
    }


def test_each_field_counts_everywhere(app: Flask) -> None:
    full = tool_without()
    silent = {}
    with app.test_request_context("/"):
        everywhere = shown(full)
        for field in (field for field in fields_of(ToolContent) if not field.required):
            less = tool_without(field.name)
            places = {"form", "file", "page"} - (
                {"page"} if field.name in NOT_ON_THE_PAGE else set()
            )
            places |= {"search"} if field.shape in SEARCHED else set()
            unchanged = {place for place, text in shown(less).items() if text == everywhere[place]}
            silent[field.name] = places & unchanged
            assert [change.label for change in compare(less, full)] == [field.label]

    assert {name: places for name, places in silent.items() if places} == {}


def test_a_file_says_all_of_it(app: Flask) -> None:
    full = tool_without()

    assert from_text(to_text("werkzeug", full), kinds().models()) == ("werkzeug", full)


def test_the_form_asks_for_every_field(app: Flask) -> None:
    kind = kinds().named(KIND)
    asked = [*kind.first_fields, *(name for section in kind.sections for name in section.fields)]

    assert sorted(asked) == sorted(field.name for field in fields_of(ToolContent))
