"""HTML forms for described models: what was typed, what is wrong with it, rows to move.

Fields are named by their path: `title`, `steps.k3f.minutes`. The rows of a group are listed
by a repeated hidden field of the group's name, whose order is the rows' order; so a browser
without JavaScript adds, removes and moves rows with plain submit buttons (`do=up.steps.k3f`).
`place.steps.k3f` holds the place that `do=to.steps.k3f` moves a row to, `ordering` the groups
that show only their rows' names, `removed.steps` the place and key of the row that was taken out
last: its fields stay in the form, so that it can be put back.
"""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from wiki.fields import (
    KEY_PATTERN,
    ROWS,
    ContentField,
    Row,
    field_of,
    fields_of,
    new_key,
)

# A form may come back with the rows of two people, for them to take some away.
SENT_ROWS = 2 * ROWS

M = TypeVar("M", bound=BaseModel)
Values = dict[str, Any]


@dataclass(frozen=True)
class RemovedRow:
    """A row that was taken out of a form, and where it stood."""

    place: int
    row: Values


class Form(Generic[M]):
    """The typed words of one form and, after `validate`, the errors beside them.

    `offered` are the words that a line is chosen from instead of typed, by its place in the
    model, e.g. `failed.step`.
    """

    def __init__(self, model: type[M], values: Values) -> None:
        self.model = model
        self.values = values
        self.errors: dict[str, str] = {}
        self.focus = ""
        self.ordering: list[str] = []
        self.offered: Mapping[str, Sequence[str]] = {}
        self.removed: dict[str, RemovedRow] = {}
        self._places: dict[str, str] = {}

    @classmethod
    def blank(cls, model: type[M], **values: Any) -> "Form[M]":
        """An empty form with one empty row in each group named in `values` as `[{}]`."""
        form = cls(model, {field.name: _default(model, field) for field in fields_of(model)})
        for name, value in values.items():
            field = field_of(model, name)
            form.values[name] = (
                [_blank_row(field, row) for row in value] if field.shape == "rows" else value
            )
        return form

    @classmethod
    def showing(cls, model: type[M], content: BaseModel) -> "Form[M]":
        """A form filled with what is stored."""
        return cls(model, _typed(content))

    @classmethod
    def holding(cls, model: type[M], values: Mapping[str, Any]) -> "Form[M]":
        """A form filled with stored values that need not be valid together."""
        return cls(model, _shown(model, values))

    @classmethod
    def sent(cls, model: type[M], data: MultiDict[str, str]) -> "Form[M]":
        """A form as the browser sent it; a field that did not come has its default.

        Raises:
            RequestEntityTooLarge: It has more rows than any form of ours.
            BadRequest: A row's key is none of ours.
        """
        values: Values = {}
        for field in fields_of(model):
            values[field.name] = (
                _sent_rows(field, data) if field.row else _sent(model, field, "", data)
            )
        form = cls(model, values)
        form.ordering = data.getlist("ordering")
        for field in fields_of(model):
            if field.row and (removed := _sent_removed(field, data)) is not None:
                form.removed[field.name] = removed
        form._places = {
            name.removeprefix("place."): place
            for name, place in data.items()
            if name.startswith("place.")
        }
        return form

    def validate(self) -> M | None:
        """The typed value, or None with `errors` filled."""
        try:
            return self.model.model_validate(self.for_model())
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                path = self._path(problem["loc"])
                self.errors.setdefault(path, message_for(problem, self._is_list(path)))
            return None

    def for_model(self) -> Values:
        """What was typed, as the model takes it: rows that say nothing are left out."""
        values = dict(self.values)
        for field in fields_of(self.model):
            if field.row is not None:
                values[field.name] = [
                    row for row in self.values[field.name] if not _says_nothing(field.row, row)
                ]
        return values

    def value(self, path: str) -> Any:
        """What stands in the field with this path."""
        group, _dot, rest = path.partition(".")
        if not rest:
            return self.values.get(group, "")
        key, _dot, name = rest.partition(".")
        row: Values = next((row for row in self.values.get(group, []) if row["key"] == key), {})
        return row.get(name, "")

    def field(self, path: str) -> ContentField:
        """How the field with this path is described."""
        names = path.split(".")
        field = field_of(self.model, names[0])
        return field_of(field.row, names[2]) if len(names) == 3 and field.row else field

    def words_for(self, path: str) -> list[str]:
        """What the line with this path is chosen from, what stands there included; else nothing."""
        names = path.split(".")
        offered = self.offered.get(f"{names[0]}.{names[-1]}", ())
        return list(dict.fromkeys(filter(None, (*offered, self.value(path))))) if offered else []

    def error(self, path: str) -> str:
        return self.errors.get(path, "")

    def rows(self, group: str) -> list[Values]:
        rows: list[Values] = self.values.get(group, [])
        return rows

    def removed_fields(self, group: str) -> list[tuple[str, str]]:
        """What the form keeps of the row that was taken out, as names and values of fields."""
        removed = self.removed.get(group)
        if removed is None:
            return []
        key = removed.row["key"]
        fields = [(f"removed.{group}", f"{removed.place}.{key}")]
        for field in fields_of(self.field(group).row or Row):
            value = removed.row.get(field.name, "")
            if field.shape == "lines":
                value = "\n".join(value)
            texts = value if isinstance(value, list) else [value]
            fields += [(f"{group}.{key}.{field.name}", text) for text in texts if text is not False]
        return fields

    def row_fields(self, group: str) -> list[str]:
        """The names of a row's fields, its own name first."""
        row = self.field(group).row
        return [field.name for field in fields_of(row)] if row else []

    def row_says_more(self, group: str, key: str, names: Iterable[str]) -> bool:
        """Whether one of these fields of a row is filled, or wrong: then it stands open."""
        row_model = self.field(group).row
        assert row_model is not None
        row = next(row for row in self.rows(group) if row["key"] == key)
        return any(
            f"{group}.{key}.{name}" in self.errors
            or row.get(name, "") not in ("", _default(row_model, field_of(row_model, name)))
            for name in names
        )

    def problems(self) -> list[tuple[str, str, str]]:
        """Path, label and message of each error, for the summary above the form."""
        listed = []
        for path, message in self.errors.items():
            known = path and path.split(".")[0] in self.model.model_fields
            label = _(self.field(path).label) if known else ""
            if known and path.count(".") == 2:
                group = self.field(path.split(".")[0])
                number = [row["key"] for row in self.rows(group.name)].index(path.split(".")[1])
                label = f"{_(group.label)}, {number + 1}. {label}"
            listed.append((path, label, message))
        return listed

    def says_something(self, names: Iterable[str]) -> bool:
        """Whether one of the fields is filled differently from a blank form, or wrong."""
        for name in names:
            if any(path.split(".")[0] == name for path in self.errors):
                return True
            field = field_of(self.model, name)
            value = self.values.get(name)
            if field.row is not None:
                if any(not _says_nothing(field.row, row) for row in value or []):
                    return True
            elif value and value != _default(self.model, field):
                return True
        return False

    def is_ordered(self, group: str) -> bool:
        """Whether a group shows its rows' names alone; never where an error would be hidden."""
        return group in self.ordering and not self.errors

    def change_rows(self, action: str) -> None:
        """Add, copy, remove or move a row as a button asked; `focus` is then where to look.

        Actions: `add.steps`, `add.steps.k3f` (after that row), `copy.steps.k3f`,
        `remove.steps.k3f`, `restore.steps`, `up.steps.k3f`, `down.steps.k3f`, `to.steps.k3f`
        (where its `place` field says). What names no row changes nothing.
        """
        verb, _dot, where = action.partition(".")
        group, _dot, key = where.partition(".")
        field = next((f for f in fields_of(self.model) if f.name == group and f.row), None)
        if field is None:
            return
        rows = self.rows(group)
        keys = [row["key"] for row in rows]
        at = keys.index(key) if key in keys else None
        if verb == "add" and len(rows) < ROWS:
            row = _blank_row(field, {"key": new_key(keys)})
            rows.insert(len(rows) if at is None else at + 1, row)
            self.focus = f"{group}.{row['key']}.{_first_name(field)}"
        elif at is not None and verb == "remove":
            self._remove(field, rows, at)
        elif verb == "restore" and group in self.removed and len(rows) < ROWS:
            removed = self.removed.pop(group)
            rows.insert(min(removed.place, len(rows)), removed.row)
            self.focus = f"{group}.{removed.row['key']}"
        elif at is not None and verb == "copy" and len(rows) < ROWS:
            row = copy.deepcopy(rows[at]) | {"key": new_key(keys)}
            rows.insert(at + 1, row)
            self.focus = f"{group}.{row['key']}.{_first_name(field)}"
        elif at is not None and verb in ("up", "down", "to"):
            rows.insert(self._goal(verb, where, at, len(rows) - 1), rows.pop(at))
            self.focus = f"{group}.{key}"

    def _remove(self, field: ContentField, rows: list[Values], at: int) -> None:
        row = rows.pop(at)
        assert field.row is not None
        if not _says_nothing(field.row, row):
            self.removed[field.name] = RemovedRow(at, row)
            self.focus = f"{field.name}.removed"
        else:
            near = rows[min(at, len(rows) - 1)]["key"] if rows else ""
            self.focus = f"{field.name}.{near}" if near else field.name

    def _goal(self, verb: str, where: str, at: int, last: int) -> int:
        """The index a row goes to; a place that is no number leaves it where it is."""
        if verb != "to":
            return min(max(at + (1 if verb == "down" else -1), 0), last)
        place = self._places.get(where, "").strip()
        return min(max(int(place), 1) - 1, last) if re.fullmatch(r"[0-9]{1,4}", place) else at

    def _is_list(self, path: str) -> bool:
        return bool(path) and self.field(path).shape in ("lines", "rows", "choices")

    def _path(self, location: tuple[int | str, ...]) -> str:
        """pydantic's place of an error as a field's path: rows by key, not by number."""
        if len(location) >= 3 and isinstance(location[1], int):
            field = field_of(self.model, str(location[0]))
            if field.row is not None:
                shown = [r for r in self.rows(field.name) if not _says_nothing(field.row, r)]
                return f"{location[0]}.{shown[location[1]]['key']}.{location[2]}"
        return str(location[0]) if location else ""


def _first_name(field: ContentField) -> str:
    assert field.row is not None
    return fields_of(field.row)[0].name


def _default(model: type[BaseModel], field: ContentField) -> Any:
    default = model.model_fields[field.name].get_default(call_default_factory=True)
    return "" if default is PydanticUndefined else _plain(field, default)


def _blank_row(field: ContentField, row: Mapping[str, Any]) -> Values:
    assert field.row is not None
    blank = {inner.name: _default(field.row, inner) for inner in fields_of(field.row)}
    return {"key": new_key(), **blank, **row}


def _says_nothing(row_model: type[Row], row: Mapping[str, Any]) -> bool:
    return all(
        row.get(field.name, "") in ("", [], False, _default(row_model, field))
        for field in fields_of(row_model)
    )


def _typed(content: BaseModel) -> Values:
    """A stored value as it is typed: numbers as German text, choices by their value."""
    return {
        field.name: (
            [{"key": row.key, **_typed(row)} for row in getattr(content, field.name)]
            if field.row
            else _plain(field, getattr(content, field.name))
        )
        for field in fields_of(type(content))
    }


def _shown(model: type[BaseModel], values: Mapping[str, Any]) -> Values:
    shown: Values = {}
    for field in fields_of(model):
        value = values.get(field.name)
        if field.row is not None:
            row_model = field.row
            shown[field.name] = [{"key": r["key"], **_shown(row_model, r)} for r in value or []]
        elif value is None:
            shown[field.name] = [] if field.shape in ("choices", "lines") else ""
        else:
            shown[field.name] = str(value) if field.shape == "integer" else value
    return shown


def _plain(field: ContentField, value: Any) -> Any:
    if value is None:
        return ""
    if field.shape in ("choice", "integer", "date"):
        return str(value)
    if field.shape == "amount":
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
    if field.shape == "choices":
        return [str(member) for member in value]
    return list(value) if field.shape in ("lines", "rows") else value


def _sent(
    model: type[BaseModel], field: ContentField, prefix: str, data: MultiDict[str, str]
) -> Any:
    name = prefix + field.name
    if field.shape == "choices":
        return data.getlist(name)
    if field.shape == "flag":
        return name in data
    if name not in data:
        return _default(model, field)
    text = data.get(name, "")
    if field.shape == "lines":
        return [line for line in text.splitlines() if line.strip()]
    return text.strip() if field.shape != "markdown" else text


def _sent_rows(field: ContentField, data: MultiDict[str, str]) -> list[Values]:
    assert field.row is not None
    keys = list(dict.fromkeys(data.getlist(field.name)))
    if len(keys) > SENT_ROWS:
        raise RequestEntityTooLarge
    if not all(re.fullmatch(KEY_PATTERN, key) for key in keys):
        raise BadRequest
    return [_sent_row(field, key, data) for key in keys]


def _sent_row(field: ContentField, key: str, data: MultiDict[str, str]) -> Values:
    assert field.row is not None
    prefix = f"{field.name}.{key}."
    return {"key": key, **{f.name: _sent(field.row, f, prefix, data) for f in fields_of(field.row)}}


def _sent_removed(field: ContentField, data: MultiDict[str, str]) -> RemovedRow | None:
    place, _dot, key = data.get(f"removed.{field.name}", "").partition(".")
    if not re.fullmatch(r"[0-9]{1,4}", place) or not re.fullmatch(KEY_PATTERN, key):
        return None
    is_there = key in data.getlist(field.name)
    return None if is_there else RemovedRow(int(place), _sent_row(field, key, data))


def message_for(problem: Mapping[str, Any], is_list: bool) -> str:
    """pydantic's error in words: what is wrong and what to do."""
    return str(_words_for(problem, is_list))


def _words_for(problem: Mapping[str, Any], is_list: bool) -> Any:
    context = problem.get("ctx", {})
    kind = problem["type"]
    if kind == "value_error":
        kind = str(context.get("error", ""))
    if kind in ("too_short", "string_too_short", "missing"):
        return _("Hier fehlt noch etwas.")
    if kind in ("too_long", "string_too_long"):
        most = context["max_length"]
        if is_list:
            return _("Das sind zu viele: höchstens %(number)s.", number=most)
        return _("Das ist zu lang: höchstens %(number)s Zeichen.", number=most)
    if kind.startswith(("int_", "decimal_parsing", "decimal_type", "finite_number")):
        return _("Hier wird eine Zahl gebraucht.")
    if kind == "decimal_max_places":
        return _("Höchstens zwei Stellen nach dem Komma.")
    if kind == "greater_than_equal":
        return _("Mindestens %(number)s.", number=context["ge"])
    if kind == "less_than_equal":
        return _("Höchstens %(number)s.", number=context["le"])
    if kind == "enum":
        return _("Hier passt nur eine der Möglichkeiten.")
    known = {
        "group_sizes": _(
            "Mindestens, am besten und höchstens sollten der Reihe nach größer werden."
        ),
        "web_address": _("Eine Webadresse sieht so aus: https://www.example.org."),
        "duplicate_key": _("Zwei Zeilen haben denselben Schlüssel."),
        "colour_contrast": _("Diese Farbe ist auf Weiß zu schwach zu lesen. Eine dunklere passt."),
        "colour": _("Eine Farbe sieht so aus: #0f6b57."),
        "file_mention": _("Hier passt nur ein Bild aus diesem Wiki."),
        "end_before_begin": _("Das Ende kommt nach dem Beginn, höchstens 18 Stunden später."),
        "clock": _("Eine Uhrzeit sieht so aus: 18:00."),
        "group_line": _(
            "Eine Gruppe sieht so aus: Werkstatt: 12. Der Name ist höchstens 40 Zeichen lang."
        ),
        "day": _("Ein Datum sieht so aus: 24.12.2026."),
        "group_of_one": _("Mindestens zwei Wörter, mit einem Komma dazwischen."),
        "group_too_large": _("Das sind zu viele: höchstens 12 Wörter."),
        "group_word_too_long": _("Eines der Wörter ist zu lang: höchstens 60 Zeichen."),
        "group_word_without_letter": _("Jedes Wort braucht einen Buchstaben."),
        "mail_address": _("Eine E-Mail-Adresse sieht so aus: name@example.org."),
    }
    return known.get(kind, _("Das passt hier nicht."))
