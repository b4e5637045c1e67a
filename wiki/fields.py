"""Typed fields with German names: one description for forms, files, comparisons and search.

A pydantic model's fields carry their label (`title=`) and hint (`description=`); `fields_of`
reads them back, and everything that must treat all fields alike is driven by that.
"""

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)
from pydantic_core import PydanticUndefined

LINE_LENGTH = 300
TEXT_LENGTH = 30_000
LONG_TEXT_LENGTH = 90_000
ROWS = 200
#: Numbers in addresses and forms: a database can hold it, and there is room to count on from it.
LARGEST = 10**18 - 1

# C0 and C1 controls, soft line separators, bidirectional overrides and byte-order marks:
# invisible, and each of them has been used to make a text read differently than it is stored.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff]"
)
# The last two code points of each plane are no characters (Unicode 16.0, section 23.7). Rare, and
# a class that holds them is ten times as slow as one without: whatever is read passes here.
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_NO_CHARACTERS = re.compile(
    "["
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_LINE_ENDS = re.compile("[\r\x85\u2028\u2029](?:(?<=\r)\n)?")


def normalised(text: str) -> str:
    """Text as it is stored: NFC, LF line ends, no control characters, no trailing blanks."""
    if text.isprintable():
        # One line of letters, signs and plain spaces, as most fields hold.
        return unicodedata.normalize("NFC", text).rstrip()
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    if _BEYOND.search(text):
        text = _NO_CHARACTERS.sub("", text)
    text = unicodedata.normalize("NFC", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def bounded_int(text: str) -> int:
    """A number in an address or a form, as `type=` of `get`; one that no database can hold is the
    largest it can, which names nothing.

    Raises:
        ValueError: it is no number.
    """
    return max(-LARGEST, min(int(text), LARGEST))


def with_scheme(address: str) -> str:
    """„www.example.org" as a browser takes it; whatever else is left as it is."""
    is_bare = re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", address)
    return f"https://{address}" if is_bare else address


def one_line(text: str, most: int | None = None) -> str:
    """The same on a line of its own, of at most so many characters."""
    return " ".join(normalised(text).split())[:most]


def _amount(value: Any) -> Any:
    """Accept a comma as Germans type it; blank means not given."""
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
        return value or None
    return value


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _day(value: Any) -> Any:
    """Accept 24.12.2026 as Germans type it beside 2026-12-24; blank means not given."""
    if value is None or isinstance(value, date):
        return value
    # pydantic itself would take a number for seconds since 1970.
    if not isinstance(value, str):
        raise ValueError("day")
    text = _GERMAN_DAY.sub(r"\3-\2-\1", value.strip())
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if text else None
    except ValueError:
        raise ValueError("day") from None


def _minutes(value: Any) -> Any:
    """Accept what people write for a time: 15 min, 1,5 Std., 1:30 h, 1 Stunde 30."""
    is_short = isinstance(value, str) and len(value) < 40
    said = _DURATION.match(value) if is_short else None
    if said is None:
        return _blank_is_none(value)
    if said["clock"]:
        hours, minutes = said["clock"].split(":")
        return 60 * int(hours) + int(minutes)
    hours = said["hours"] or "0"
    return round(60 * float(hours.replace(",", "."))) + int(said["minutes"] or 0)


_DURATION = re.compile(
    r"\s*(?=\d)(?:(?P<clock>\d{1,3}:[0-5]\d)\s*(?:h|std\.?|stunden?)?"
    r"|(?:(?P<hours>\d{1,3}(?:[.,]\d{1,2})?)\s*(?:h|std\.?|stunden?)\s*(?:und\s)?\s*)?"
    r"(?:(?P<minutes>\d{1,5})\s*(?:min\.?|minuten?|m|')?)?)\s*$",
    re.IGNORECASE | re.ASCII,
)
_GERMAN_DAY = re.compile(r"^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})$")


def _shortest(number: Decimal) -> str:
    """One spelling per number: 2.50 and 2.5 are the same text."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _without_blanks(lines: list[str]) -> list[str]:
    return list(dict.fromkeys(line for line in lines if line))


class MarkdownText:
    """Marks a string field as Markdown."""


class PictureName:
    """Marks a string field that names a picture, as texts do."""


Line = Annotated[str, AfterValidator(one_line), StringConstraints(max_length=LINE_LENGTH)]
Markdown = Annotated[
    str, MarkdownText(), AfterValidator(normalised), StringConstraints(max_length=TEXT_LENGTH)
]
LongMarkdown = Annotated[
    str, MarkdownText(), AfterValidator(normalised), StringConstraints(max_length=LONG_TEXT_LENGTH)
]
Lines = Annotated[list[Line], AfterValidator(_without_blanks), Field(max_length=100)]
Blank = BeforeValidator(_blank_is_none)
Count = Annotated[Annotated[int, Field(ge=0, le=100_000)] | None, Blank]
Positive = Annotated[Annotated[int, Field(ge=1, le=100_000)] | None, Blank]
TypedMinutes = BeforeValidator(_minutes)
Minutes = Annotated[Annotated[int, Field(ge=0, le=14_400)] | None, TypedMinutes]
Day = Annotated[date | None, BeforeValidator(_day)]
Amount = Annotated[
    Annotated[Decimal, Field(ge=0, le=Decimal(1_000_000), decimal_places=2, allow_inf_nan=False)]
    | None,
    BeforeValidator(_amount),
    PlainSerializer(lambda number: None if number is None else _shortest(number), when_used="json"),
]


class Choice(StrEnum):
    """A value out of a few; `label` is its German name."""

    label: str

    @property
    def word(self) -> str:
        """How the text form writes it."""
        return self.label

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


_KEY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
KEY_PATTERN = r"^[a-z][a-z0-9]{2,11}$"


def new_key(taken: Collection[str] = ()) -> str:
    """A short name for a row that stays with it through moves, e.g. `k3f`."""
    while True:
        key = "k" + "".join(secrets.choice(_KEY_LETTERS) for _ in range(3))
        if key not in taken:
            return key


class Row(BaseModel):
    """One of several like things on a page (a step, a material) that others may point at.

    Its first declared field is its name: what the row is called in lists and headings.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, StringConstraints(pattern=KEY_PATTERN)] = Field(default_factory=new_key)


Shape = Literal[
    "line",
    "markdown",
    "picture",
    "integer",
    "amount",
    "date",
    "choice",
    "choices",
    "lines",
    "flag",
    "rows",
]


@dataclass(frozen=True)
class ContentField:
    """One field of a content model, as forms, files and comparisons need to know it."""

    name: str
    label: str
    hint: str
    shape: Shape
    required: bool
    max_length: int | None = None
    choices: type[Choice] | None = None
    row: type[Row] | None = None
    unit: str = ""
    has_default: bool = False
    is_long: bool = False
    names_page: bool = False
    names_kind: str = ""
    named_in: str = ""
    names_loosely: bool = False
    shown_apart: bool = False


@cache
def fields_of(model: type[BaseModel]) -> tuple[ContentField, ...]:
    """The model's fields in their declared order, `key` left out."""
    return tuple(_described(model, name) for name in model.model_fields if name != "key")


def field_of(model: type[BaseModel], name: str) -> ContentField:
    return next(field for field in fields_of(model) if field.name == name)


def name_of(row: Row) -> str:
    """What a row is called: the value of its first field."""
    return str(getattr(row, fields_of(type(row))[0].name))


def _described(model: type[BaseModel], name: str) -> ContentField:
    info = model.model_fields[name]
    choices: type[Choice] | None = None
    row: type[Row] | None = None
    annotation = _bare(info.annotation)
    inner = _bare(get_args(annotation)[0]) if get_origin(annotation) is list else None
    shape: Shape
    if inner is not None and issubclass(inner, Row):
        shape, row = "rows", inner
    elif inner is not None and issubclass(inner, Choice):
        shape, choices = "choices", inner
    elif inner is not None:
        shape = "lines"
    elif issubclass(annotation, Choice):
        shape, choices = "choice", annotation
    elif annotation is bool:
        shape = "flag"
    elif annotation is int:
        shape = "integer"
    elif annotation is Decimal:
        shape = "amount"
    elif annotation is date:
        shape = "date"
    else:
        shapes: dict[type, Shape] = {MarkdownText: "markdown", PictureName: "picture"}
        shape = next((shapes[type(m)] for m in info.metadata if type(m) in shapes), "line")
    extra = info.json_schema_extra
    return ContentField(
        name=name,
        label=info.title or name,
        hint=info.description or "",
        shape=shape,
        required=info.is_required() or any(getattr(m, "min_length", 0) for m in info.metadata),
        max_length=min((m for m in map(_limit, info.metadata) if m), default=None),
        choices=choices,
        row=row,
        unit=str(extra.get("unit", "")) if isinstance(extra, dict) else "",
        names_page=isinstance(extra, dict) and bool(extra.get("names_page")),
        names_kind=str(extra.get("names_kind", "")) if isinstance(extra, dict) else "",
        named_in=str(extra.get("named_in", "")) if isinstance(extra, dict) else "",
        names_loosely=isinstance(extra, dict) and bool(extra.get("names_loosely")),
        shown_apart=isinstance(extra, dict) and bool(extra.get("shown_apart")),
        is_long=isinstance(extra, dict) and bool(extra.get("long")),
        has_default=info.default is not None and info.default is not PydanticUndefined,
    )


def _limit(metadata: object) -> int | None:
    return getattr(metadata, "max_length", None)


def _bare(annotation: Any) -> Any:
    """The type inside `Annotated[...]` and `... | None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    members = [member for member in get_args(annotation) if member is not type(None)]
    if len(members) == 1 and get_origin(annotation) is not list:
        return _bare(members[0])
    return annotation


def texts_of(content: BaseModel, *without: str) -> Iterator[str]:
    """Everything a reader could search for: the words of every field, choices by their name.

    What stands there unless somebody chooses something else is in every text, and finds none.
    """
    for field in fields_of(type(content)):
        value = getattr(content, field.name)
        if field.name in without or value == type(content).model_fields[field.name].default:
            continue
        if field.shape in ("line", "markdown"):
            yield value
        elif field.shape == "lines":
            yield from value
        elif field.shape == "choice" and value is not None:
            yield value.label
        elif field.shape == "choices":
            yield from (member.label for member in value)
        elif field.shape == "rows":
            for row in value:
                yield from texts_of(row)
