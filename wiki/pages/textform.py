"""Every page as one Markdown file with YAML front matter, and back without loss.

The form is described in `docs/text-form.md`. What it looks like:

    ---
    Art: hintergrund
    Titel: Barcamp
    Sprache: de
    Lizenz: CC-BY-4.0
    ---

    Ein Barcamp ist eine Konferenz ohne Programm.
"""

import re
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wiki.fields import (
    KEY_PATTERN,
    ROWS,
    ContentField,
    Row,
    fields_of,
    name_of,
    new_key,
    normalised,
)
from wiki.language import N_
from wiki.pages.content import Content

KIND = "Art"
BODY = "body"
FRONT_MATTER_LENGTH = 200_000
"""Characters: a little more than the fullest page needs, little enough to be read at once."""

Place = tuple[str | int, ...]
"""Where a value stands in the content, as pydantic names it: `("steps", 0, "minutes")`."""


class TextFormError(Exception):
    """The text cannot be read as a page; `line` counts from 1.

    `reason` is a German message with `%(name)s` placeholders, to be translated and filled
    with `params`.
    """

    def __init__(self, line: int, reason: str, **params: object) -> None:
        super().__init__(f"Zeile {line}: {reason % params}")
        self.line = line
        self.reason = reason
        self.params = params


@dataclass(frozen=True)
class _Layout:
    """Where the fields of a page, or of one of its rows, stand in the text."""

    name: ContentField | None
    short: dict[str, ContentField]
    main: ContentField | None
    headed: dict[str, ContentField]
    blank_by_default: frozenset[str]


@cache
def _layout(model: type[BaseModel]) -> _Layout:
    fields = fields_of(model)
    name = main = None
    if issubclass(model, Row):
        name, fields = fields[0], fields[1:]
        main = next((field for field in fields if field.shape == "markdown"), None)
        if name.shape != "line" or any(field.shape == "rows" for field in fields):
            raise TypeError(f"{model.__name__}: a row starts with a line and holds no rows")
    else:
        main = next((field for field in fields if field.name == BODY), None)
    fields = tuple(field for field in fields if field is not main)
    labels = [field.label for field in fields] + [KIND] * (name is None)
    if len(set(labels)) < len(labels):
        raise TypeError(f"{model.__name__}: two fields share a label")
    return _Layout(
        name=name,
        short={f.label: f for f in fields if f.shape not in ("markdown", "rows")},
        main=main,
        headed={f.label: f for f in fields if f.shape in ("markdown", "rows")},
        blank_by_default=frozenset(
            field.name
            for field in fields
            if not model.model_fields[field.name].get_default(call_default_factory=True)
        ),
    )


@cache
def _headings(model: type[BaseModel], marks: str) -> re.Pattern[str]:
    """A heading of one of the model's longer fields; group 1 is its label."""
    labels = "|".join(map(re.escape, _layout(model).headed))
    return re.compile(rf"{marks}[ \t]+({labels})$" if labels else "(?!)")


_ROW = re.compile(r"###(?:[ \t]+(.*))?$")
_KEY_AT_END = re.compile(r"\{#([^{}]*)\}$")
_VALUE = re.compile(r"-[ \t]+(\S.*?):(?:[ \t]+(.*))?$")


@cache
def _structure(model: type[Content], row: type[Row] | None = None) -> re.Pattern[str]:
    """A line that divides a text of the page (or of one of its rows), escaped or not."""
    patterns = [_headings(model, "##")]
    if row is not None:
        patterns += [_ROW, _headings(row, "####")]
    return re.compile(r"\\*(?:" + "|".join(p.pattern for p in patterns) + ")")


def to_text(kind: str, content: Content) -> str:
    """The page's one canonical text; equal contents give equal texts."""
    model = type(content)
    layout = _layout(model)
    front = {KIND: kind}
    for field in layout.short.values():
        value = getattr(content, field.name)
        if not _left_out(field, value, layout):
            front[field.label] = _plain(field, value)
    blocks = [f"---\n{_yaml(front)}---"]
    if layout.main is not None and (body := getattr(content, layout.main.name)):
        blocks.append(_escaped(body, _structure(model)))
    for field in layout.headed.values():
        value = getattr(content, field.name)
        if _left_out(field, value, layout):
            continue
        blocks.append(f"## {field.label}")
        if field.shape == "rows":
            for row in value:
                blocks += _row_blocks(model, row)
        elif value:
            blocks.append(_escaped(value, _structure(model)))
    return "\n\n".join(blocks) + "\n"


def _row_blocks(model: type[Content], row: Row) -> Iterator[str]:
    layout = _layout(type(row))
    structure = _structure(model, type(row))
    yield " ".join(filter(None, ("###", name_of(row), f"{{#{row.key}}}")))
    values = []
    for field in layout.short.values():
        value = getattr(row, field.name)
        if not _left_out(field, value, layout):
            plain = _plain(field, value)
            each = (plain or [""]) if isinstance(plain, list) else [plain]
            values += [f"- {field.label}: {_word(one)}".rstrip() for one in each]
    if values:
        yield "\n".join(values)
    if layout.main is not None and (text := getattr(row, layout.main.name)):
        text = _escaped(text, structure)
        yield "\\" + text if _value_field(text.split("\n", 1)[0].lstrip("\\"), layout) else text
    for field in layout.headed.values():
        text = getattr(row, field.name)
        if not _left_out(field, text, layout):
            yield f"#### {field.label}"
            if text:
                yield _escaped(text, structure)


def _left_out(field: ContentField, value: Any, layout: _Layout) -> bool:
    """A blank needs no words, unless leaving it out would mean something else."""
    if field.required or (value == 0 and field.shape in ("integer", "amount")):
        return False
    return not value and field.name in layout.blank_by_default


def _plain(field: ContentField, value: Any) -> Any:
    if value is None:
        return None
    if field.shape == "amount":
        return f"{value.normalize():f}"
    if field.shape == "date":
        return value.isoformat()
    if field.shape == "choice":
        return value.word
    if field.shape == "choices":
        return [member.word for member in value]
    return value


def _word(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(text: str, structure: re.Pattern[str]) -> str:
    return "\n".join(
        "\\" + line if line[:1] in ("#", "\\") and structure.match(line) else line
        for line in text.split("\n")
    )


def _yaml(front: dict[str, Any]) -> str:
    return yaml.dump(
        front,
        Dumper=_Dumper,
        allow_unicode=True,
        width=float("inf"),
        sort_keys=False,
        default_flow_style=False,
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


@dataclass(frozen=True)
class _Block:
    """Some lines of the text; `start` is the number of the first one, counted from 1."""

    start: int
    lines: list[str]

    def numbered(self) -> Iterator[tuple[int, str]]:
        return enumerate(self.lines, self.start)

    def text(self, structure: re.Pattern[str]) -> str:
        return "\n".join(
            line[1:] if line.startswith("\\") and structure.match(line) else line
            for line in self.lines
        ).strip("\n")


def from_text(text: str, models: Mapping[str, type[Content]]) -> tuple[str, Content]:
    """The kind's word and the content a text says; `models` are the kinds it may be.

    Rows without a key get a new one. Raises TextFormError.
    """
    # The first line only keeps the line numbers: leading blank lines would be stripped.
    lines = normalised(f"|\n{text}").split("\n")[1:]
    head, rest = _head_and_rest(lines)
    entries = _entries(head)
    kind, model = _kind(entries, head, models)
    reader = _Reader(model)
    reader.read_front_matter(entries)
    reader.read_sections(rest)
    return kind, reader.content()


def _head_and_rest(lines: list[str]) -> tuple[_Block, _Block]:
    first = next((number for number, line in enumerate(lines) if line), 0)
    if not lines or lines[first] != "---":
        raise TextFormError(first + 1, N_("Die Datei beginnt mit einer Zeile „---“ und dem Kopf."))
    try:
        last = lines.index("---", first + 1)
    except ValueError:
        raise TextFormError(
            first + 1, N_("Der Kopf endet nirgends: Es fehlt die zweite Zeile „---“.")
        ) from None
    head = lines[first + 1 : last]
    if sum(map(len, head)) > FRONT_MATTER_LENGTH:
        raise TextFormError(
            first + 1, N_("Der Kopf ist länger als %(limit)s Zeichen."), limit=FRONT_MATTER_LENGTH
        )
    return _Block(first + 2, head), _Block(last + 2, lines[last + 1 :])


Scalar = tuple[int, str | None]
"""A line number and what stands there; None for YAML's null."""


@dataclass(frozen=True)
class _Entry:
    line: int
    value: str | list[Scalar] | None


def _entries(head: _Block) -> dict[str, _Entry]:
    """The front matter: scalars and lists of scalars, all as they are written."""
    before = "\n" * (head.start - 1)
    events: Iterator[Any] = yaml.parse(before + "\n".join(head.lines), Loader=yaml.CSafeLoader)
    entries: dict[str, _Entry] = {}
    try:
        _expect(next(events), yaml.StreamStartEvent)
        if isinstance(event := next(events), yaml.StreamEndEvent):
            return {}
        _expect(event, yaml.DocumentStartEvent)
        _expect(next(events), yaml.MappingStartEvent)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line, label = event.start_mark.line + 1, _scalar(event)[1] or ""
            if label in entries:
                raise TextFormError(line, N_("„%(label)s“ steht zweimal im Kopf."), label=label)
            event = next(events)
            if isinstance(event, yaml.SequenceStartEvent):
                _refuse_references(event)
                items = []
                while not isinstance(event := next(events), yaml.SequenceEndEvent):
                    items.append(_scalar(event))
                    _refuse_many(items, line, label)
                entries[label] = _Entry(line, items)
            else:
                entries[label] = _Entry(line, _scalar(event)[1])
            _refuse_many(entries, line, N_("Kopf"))
        _expect(next(events), yaml.DocumentEndEvent)
        _expect(next(events), yaml.StreamEndEvent)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = head.start if mark is None else mark.line + 1
        raise TextFormError(line, _UNREADABLE) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # "\U00110000" is no character
        raise TextFormError(head.start, _UNREADABLE) from error
    return entries


_UNREADABLE = N_(
    "Der Kopf lässt sich hier nicht lesen. Je Zeile steht „Name: Wert“; "
    "Werte mit Doppelpunkt oder Raute stehen in Anführungszeichen."
)


def _expect(event: Any, kind: type) -> None:
    _refuse_references(event)
    if not isinstance(event, kind):
        raise TextFormError(event.start_mark.line + 1, _UNREADABLE)


def _scalar(event: Any) -> Scalar:
    _expect(event, yaml.ScalarEvent)
    is_null = event.style is None and event.value in ("", "~", "null", "Null", "NULL")
    return event.start_mark.line + 1, None if is_null else event.value


def _refuse_many(items: Sized, line: int, label: str) -> None:
    """Stop early: reading YAML is slow, and no page has that many."""
    if len(items) > ROWS:
        raise TextFormError(
            line, N_("„%(label)s“ hat mehr als %(limit)s Einträge."), label=label, limit=ROWS
        )


def _refuse_references(event: Any) -> None:
    if (
        isinstance(event, yaml.AliasEvent)
        or getattr(event, "anchor", None)
        or getattr(event, "tag", None)
        or getattr(event, "tags", None)
    ):
        raise TextFormError(
            event.start_mark.line + 1, N_("Verweise (&, *) und Typen (!) gehen im Kopf nicht.")
        )


def _kind(
    entries: dict[str, _Entry], head: _Block, models: Mapping[str, type[Content]]
) -> tuple[str, type[Content]]:
    entry = entries.pop(KIND, None)
    if entry is None:
        raise TextFormError(head.start, N_("Im Kopf fehlt „Art: …“."))
    word = entry.value.casefold() if isinstance(entry.value, str) else ""
    if word not in models:
        raise TextFormError(
            entry.line,
            N_("Diese Art gibt es nicht. Möglich: %(choices)s."),
            choices=", ".join(models),
        )
    return word, models[word]


class _Reader:
    """Gathers the values of one page and remembers on which line each stood."""

    def __init__(self, model: type[Content]) -> None:
        self.model = model
        self.layout = _layout(model)
        self.values: dict[str, Any] = {}
        self.lines: dict[Place, int] = {}

    def read_front_matter(self, entries: dict[str, _Entry]) -> None:
        for label, entry in entries.items():
            field = self.layout.short.get(label)
            if field is None:
                raise TextFormError(
                    entry.line,
                    N_("„%(label)s“ gehört nicht in den Kopf dieser Seite."),
                    label=label,
                )
            given = entry.value
            scalars = given if isinstance(given, list) else [(entry.line, given)]
            self.lines[(field.name,)] = entry.line
            for position, (line, _) in enumerate(scalars):
                self.lines[(field.name, position)] = line
            self.values[field.name] = _value(field, scalars, entry.line)

    def read_sections(self, rest: _Block) -> None:
        lead, sections = _divided(rest, _headings(self.model, "##"))
        if self.layout.main is not None:
            self.values[self.layout.main.name] = lead.text(_structure(self.model))
            self.lines[(self.layout.main.name,)] = lead.start
        else:
            _refuse_text(lead)
        for label, block in sections:
            field = self.layout.headed[label]
            line = block.start - 1
            if (field.name,) in self.lines:
                raise TextFormError(
                    line, N_("Die Überschrift „%(label)s“ steht zweimal da."), label=label
                )
            self.lines[(field.name,)] = line
            if field.row is not None:
                self.values[field.name] = self.rows(field, field.row, block)
            else:
                self.values[field.name] = block.text(_structure(self.model))

    def rows(self, field: ContentField, model: type[Row], block: _Block) -> list[dict[str, Any]]:
        lead, parts = _divided(block, _ROW)
        _refuse_text(lead)
        limit = field.max_length or ROWS
        if len(parts) > limit:
            raise TextFormError(
                parts[limit][1].start - 1,
                N_("„%(label)s“ hat mehr als %(limit)s Einträge."),
                label=field.label,
                limit=limit,
            )
        rows = []
        taken: set[str] = set()
        for position, (heading, part) in enumerate(parts):
            row = self.row(model, heading, part, (field.name, position))
            if row.get("key") in taken:
                raise TextFormError(
                    part.start - 1, N_("Der Schlüssel „%(key)s“ steht zweimal da."), key=row["key"]
                )
            if "key" in row:
                taken.add(row["key"])
            rows.append(row)
        for row in rows:
            if "key" not in row:
                row["key"] = new_key(taken)
                taken.add(row["key"])
        return rows

    def row(self, model: type[Row], heading: str, block: _Block, place: Place) -> dict[str, Any]:
        layout = _layout(model)
        structure = _structure(self.model, model)
        assert layout.name is not None
        row = _name_and_key(layout.name, heading, block.start - 1)
        self.lines[place] = self.lines[(*place, layout.name.name)] = block.start - 1
        lead, parts = _divided(block, _headings(model, "####"))
        text = self.row_values(layout, lead, row, place)
        if layout.main is None:
            _refuse_text(text)
        else:
            self.lines[(*place, layout.main.name)] = text.start
            if text.lines and text.lines[0].startswith("\\"):
                first = text.lines[0].lstrip("\\")
                if _value_field(first, layout):
                    text.lines[0] = text.lines[0][1:]
            row[layout.main.name] = text.text(structure)
        for label, part in parts:
            field = layout.headed[label]
            if field.name in row:
                raise TextFormError(
                    part.start - 1,
                    N_("Die Überschrift „%(label)s“ steht zweimal da."),
                    label=label,
                )
            self.lines[(*place, field.name)] = part.start - 1
            row[field.name] = part.text(structure)
        return row

    def row_values(
        self, layout: _Layout, block: _Block, row: dict[str, Any], place: Place
    ) -> _Block:
        """Read the list of short values; what follows it is returned."""
        given: dict[str, list[Scalar]] = {}
        rest = _Block(block.start + len(block.lines), [])
        for number, line in block.numbered():
            field = _value_field(line, layout)
            if field is not None:
                match = _VALUE.match(line)
                assert match is not None
                given.setdefault(field.label, []).append((number, match[2] or None))
                self.lines.setdefault((*place, field.name), number)
            elif line:
                rest = _Block(number, block.lines[number - block.start :])
                break
        for label, scalars in given.items():
            field = layout.short[label]
            row[field.name] = _value(field, scalars, scalars[0][0])
        return rest

    def content(self) -> Content:
        try:
            return self.model.model_validate(self.values)
        except ValidationError as error:
            raise self.explained(error.errors(include_url=False)[0]) from error

    def explained(self, error: ErrorDetails) -> TextFormError:
        place: Place = error["loc"]
        line = next(
            (self.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self.lines), 1
        )
        reason, params = _reason(error, _field_at(self.model, place))
        return TextFormError(line, reason, **params)


def _divided(block: _Block, heading: re.Pattern[str]) -> tuple[_Block, list[tuple[str, _Block]]]:
    """What stands before the first heading, and what stands under each."""
    lead = _Block(block.start, [])
    parts: list[tuple[str, _Block]] = []
    lines = lead.lines
    for number, line in block.numbered():
        if match := heading.match(line):
            part = _Block(number + 1, [])
            parts.append((match[1] or "", part))
            lines = part.lines
        else:
            lines.append(line)
    return lead, parts


def _refuse_text(block: _Block) -> None:
    for number, line in block.numbered():
        if line:
            raise TextFormError(number, N_("Diese Zeile gehört zu keinem Feld."))


def _name_and_key(field: ContentField, heading: str, line: int) -> dict[str, Any]:
    """Split a row's heading, e.g. `Ankommen {#k3f}`."""
    match = _KEY_AT_END.search(heading)
    if match is None:
        return {field.name: heading}
    if not re.match(KEY_PATTERN, match[1]):
        raise TextFormError(
            line,
            N_("„%(key)s“ ist kein Schlüssel: 3 bis 12 Kleinbuchstaben und Ziffern."),
            key=match[1],
        )
    return {field.name: heading[: match.start()].rstrip(), "key": match[1]}


def _value_field(line: str, layout: _Layout) -> ContentField | None:
    """The field a line like `- Minuten: 15` gives."""
    match = _VALUE.match(line)
    return layout.short.get(match[1]) if match else None


def _value(field: ContentField, scalars: list[Scalar], line: int) -> Any:
    """What the written words mean for the field; numbers are left to the content model."""
    if field.shape in ("lines", "choices"):
        given = [(number, word) for number, word in scalars if word]
        return [_meant(field, word, number) for number, word in given]
    if len(scalars) > 1:
        raise TextFormError(scalars[1][0], N_("„%(label)s“ hat nur einen Wert."), label=field.label)
    word = scalars[0][1] if scalars else None
    if field.shape in ("line", "picture"):
        return word or ""
    if field.shape == "flag":
        return _yes_or_no(field, word, line)
    return _meant(field, word, line) if word else None


def _meant(field: ContentField, word: str, line: int) -> Any:
    if field.choices is None:
        return word
    for member in field.choices:
        if word == member.word:
            return member
    for member in field.choices:
        if word.casefold() in (member.word.casefold(), member.value.casefold()):
            return member
    raise TextFormError(
        line,
        N_("„%(word)s“ gibt es bei „%(label)s“ nicht. Möglich: %(choices)s."),
        word=word,
        label=field.label,
        choices=", ".join(member.word for member in field.choices),
    )


def _yes_or_no(field: ContentField, word: str | None, line: int) -> bool:
    meaning = {"true": True, "ja": True, "yes": True, "false": False, "nein": False, "no": False}
    if not word:
        return False
    if word.casefold() not in meaning:
        raise TextFormError(
            line, N_("Bei „%(label)s“ steht „true“ oder „false“."), label=field.label
        )
    return meaning[word.casefold()]


_REASONS = {
    "missing": N_("„%(label)s“ fehlt."),
    "too_short": N_("„%(label)s“ fehlt."),
    "too_long": N_("„%(label)s“ hat mehr als %(limit)s Zeichen."),
    "too_many": N_("„%(label)s“ hat mehr als %(limit)s Einträge."),
    "greater_than_equal": N_("„%(label)s“ ist mindestens %(limit)s."),
    "less_than_equal": N_("„%(label)s“ ist höchstens %(limit)s."),
    "decimal_max_places": N_("„%(label)s“ hat höchstens %(limit)s Stellen nach dem Komma."),
    "number": N_("„%(label)s“ ist eine Zahl."),
    "day": N_("„%(label)s“ ist ein Datum wie 2026-12-24."),
    "unfit": N_("„%(label)s“ passt so nicht (%(problem)s)."),
    "contradiction": N_("Die Angaben passen nicht zusammen (%(problem)s)."),
}


def _reason(error: ErrorDetails, field: ContentField | None) -> tuple[str, dict[str, object]]:
    """A message for what the content model found, and what to fill it with."""
    context = error.get("ctx", {})
    code = str(context["error"]) if error["type"] == "value_error" else error["type"]
    if field is None:
        return _REASONS["contradiction"], {"problem": code}
    has_entries = field.shape in ("lines", "choices", "rows")
    if code == "too_long" and has_entries and error["loc"][-1] == field.name:
        code = "too_many"
    elif code not in _REASONS:
        code = "number" if field.shape in ("integer", "amount") else "unfit"
    limits = ("max_length", "ge", "le", "decimal_places")
    return _REASONS[code], {
        "label": field.label,
        "limit": next((context[name] for name in limits if name in context), ""),
        "problem": str(context.get("error", error["msg"])),
    }


def _field_at(model: type[BaseModel], place: Place) -> ContentField | None:
    found = None
    for part in place:
        field = next((field for field in fields_of(model) if field.name == part), None)
        if field is not None:
            found, model = field, field.row or model
    return found
