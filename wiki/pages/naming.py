"""How pages name other pages by title: in texts, and in fields such as a step's method."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from wiki.fields import ContentField, fields_of
from wiki.language import N_
from wiki.pages.content import Content
from wiki.pages.kinds import Kind, kinds

# The way of every `[[Titel]]`; other ways are the paths of fields.
TEXT = "text"


@dataclass(frozen=True)
class Way:
    """A way of naming pages.

    via: `text`, or a field's path, e.g. `steps.method`; kind: the name of the kind that is meant
    there, if one is; heading: what stands on the named page above those that name it; is_loose:
    what is named there need not have a page, so a missing one is not asked for; is_apart: the
    named page shows those that name it in a panel of their own.
    """

    via: str
    kind: str
    heading: str
    is_loose: bool = False
    is_apart: bool = False


def naming_fields(model: type[BaseModel]) -> Iterator[tuple[str, ContentField]]:
    """The fields of a content model that name pages, with their paths, e.g. `steps.method`."""
    for field in fields_of(model):
        if field.names_page:
            yield field.name, field
        elif field.row is not None:
            for inner in fields_of(field.row):
                if inner.names_page:
                    yield f"{field.name}.{inner.name}", inner


def ways_of_naming() -> dict[str, Way]:
    """Every way in which pages of any kind name others; texts come last."""
    text = Way(TEXT, "", N_("Verwiesen von"))
    ways: dict[str, Way] = {}
    for kind in kinds():
        for via, field in naming_fields(kind.content):
            heading = field.named_in or text.heading
            way = Way(via, field.names_kind, heading, field.names_loosely, field.shown_apart)
            ways.setdefault(via, way)
    return {**ways, TEXT: text}


def named_pages(content: Content) -> dict[str, list[str]]:
    """Path of each field that names pages → the titles in it."""
    named: dict[str, list[str]] = {}
    for via, _field in naming_fields(type(content)):
        group, _dot, name = via.partition(".")
        value = getattr(content, group)
        values = [getattr(row, name) for row in value] if name else value
        titles = [values] if isinstance(values, str) else values
        named[via] = list(dict.fromkeys(title for title in titles if title))
    return named


def kind_named_in(via: str) -> Kind | None:
    """The kind of page that is meant where this way of naming is used, if it can be written."""
    way = ways_of_naming().get(via)
    if way is None:
        return None
    return next((kind for kind in kinds() if kind.name == way.kind and kind.writable), None)
