"""Two versions field by field: what differs, and one of them with some fields of the other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wiki.fields import fields_of
from wiki.pages.comparing import Change, compare
from wiki.pages.content import Content


@dataclass(frozen=True)
class Part:
    """One field that differs, whole: `summary`, or all rows of `steps`."""

    name: str
    label: str
    changes: list[Change]


def parts_between(old: Content, new: Content) -> list[Part]:
    """What the new version changes, field by field."""
    parts = []
    for field in fields_of(type(new)):
        changed = old.model_copy(update={field.name: getattr(new, field.name)})
        if changes := compare(old, changed):
            parts.append(Part(field.name, field.label, changes))
    return parts


def picked(base: Content, other: Content, fields: Collection[str]) -> Content:
    """The base with these fields as the other has them.

    Raises:
        ValidationError: these do not fit together without the others.
    """
    wanted, values = other.to_json(), base.to_json()
    for name in fields:
        values.pop(name, None)
        if name in wanted:
            values[name] = wanted[name]
    return type(base).model_validate(values)


def decisions_in(sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What somebody chose at each conflict, and the texts of their own, by its path."""
    return _after("pick.", sent), _after("own.", sent)


def _after(prefix: str, sent: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value for name, value in sent.items() if name.startswith(prefix)
    }
