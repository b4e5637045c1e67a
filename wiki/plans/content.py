"""What a plan says. Nothing of a recipe's words is kept in it: only which step of which version."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from wiki.fields import ROWS, Blank, Choice, Day, Line, Lines, Markdown, Row, TypedMinutes
from wiki.language import N_
from wiki.recipes.computing import MOST_MINUTES, MOST_PEOPLE
from wiki.recipes.content import SocialForm

MOST_DAYS = 14
START = "09:00"
TITLE_LENGTH = 120
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?")
_GROUP = re.compile(r"(?P<name>.+?)(?:\s*:\s*(?P<people>\d{1,6}))?")


def _clock(text: str) -> str:
    match = _CLOCK.fullmatch(text.removesuffix("Uhr").strip()) if text.isascii() else None
    if text and match is None:
        raise ValueError("clock")
    return f"{int(match[1]):02d}:{match[2] or '00'}" if match else ""


def _near(day: date | None) -> date | None:
    if day is not None and not 2000 <= day.year <= 2100:
        raise ValueError("day")
    return day


def group_lines(lines: list[str]) -> list[str]:
    """Names of groups, each with its number of people where that is said."""
    for line in lines:
        match = _GROUP.fullmatch(line)
        people = match["people"] if match else None
        if match is None or len(match["name"]) > 40:
            raise ValueError("group_line")
        if people is not None and not 1 <= int(people) <= MOST_PEOPLE:
            raise ValueError("group_line")
    return lines


Clock = Annotated[Line, AfterValidator(_clock)]
PlanDay = Annotated[Day, AfterValidator(_near)]
People = Annotated[Annotated[int, Field(ge=1, le=MOST_PEOPLE)] | None, Blank]
BlockMinutes = Annotated[Annotated[int, Field(ge=0, le=MOST_MINUTES)] | None, TypedMinutes]
ShortLine = Annotated[Line, StringConstraints(max_length=80)]
Place = Annotated[Line, StringConstraints(max_length=120)]
Title = Annotated[Line, StringConstraints(max_length=TITLE_LENGTH)]


def clock_minutes(clock: str) -> int | None:
    """Minutes since midnight; None if nothing is said."""
    if not clock:
        return None
    hour, _colon, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


class Sort(Choice):
    STEP = "step", N_("Schritt eines Rezepts")
    FREE = "free", N_("eigener Block")
    BREAK = "break", N_("Pause")


class BlockWords(BaseModel):
    """What somebody says of one block; for a recipe's step what is empty comes from there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = Field("", title=N_("Titel"))
    minutes: BlockMinutes = Field(None, title=N_("Minuten"), json_schema_extra={"unit": "min"})
    fixed: Clock = Field(
        "", title=N_("Beginnt fest um"), description=N_("Leer: gleich nach dem Block davor.")
    )
    leads: ShortLine = Field("", title=N_("Wer leitet"))
    social_form: Annotated[SocialForm | None, Blank] = Field(None, title=N_("Sozialform"))
    text: Annotated[Markdown, StringConstraints(max_length=1_000)] = Field(
        "", title=N_("Notiz"), description=N_("Zum Beispiel was zu sagen ist.")
    )
    day: int = Field(1, ge=1, le=MOST_DAYS, title=N_("Tag"))
    track: Annotated[Line, StringConstraints(max_length=40)] = Field("", title=N_("Gruppe"))


class Block(BlockWords, Row):
    """One thing after the other.

    `usual` are the minutes that the recipe gives for the plan's number of people. `use` is the
    same for all steps that came in together: their material is needed once.
    """

    sort: Sort = Sort.FREE
    usual: int = Field(0, ge=0)
    page: int | None = None
    number: int | None = None
    step: str = ""
    use: str = ""

    @property
    def lasts(self) -> int:
        """Minutes it takes."""
        return self.usual if self.minutes is None else self.minutes

    @property
    def is_break(self) -> bool:
        return self.sort is Sort.BREAK


class Beginnings(BaseModel):
    """What is asked when a plan is made; all of it can be left open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: PlanDay = Field(None, title=N_("Datum"))
    start: Clock = Field("", title=N_("Beginn"))
    people: People = Field(
        None, title=N_("Personen"), description=N_("Teilnehmende; Helfende zählen nicht mit.")
    )


class NamedBeginnings(Beginnings):
    """What is asked when a plan is made of nothing."""

    title: Title = Field("", title=N_("Titel"))


class Particulars(Beginnings):
    """What a plan says beside its blocks."""

    title: Title = Field("", title=N_("Titel"))
    end: Clock = Field(
        "", title=N_("Festes Ende"), description=N_("Dann steht oben, was zu viel ist.")
    )
    place: Place = Field("", title=N_("Ort"))
    days: int = Field(1, ge=1, le=MOST_DAYS, title=N_("Tage"))
    apart: int = Field(
        1,
        ge=1,
        le=28,
        title=N_("Abstand der Tage"),
        description=N_("1: Tag auf Tag. 7: jede Woche."),
    )
    groups: Annotated[Lines, AfterValidator(group_lines), Field(max_length=12)] = Field(
        default_factory=list,
        title=N_("Gruppen, die gleichzeitig arbeiten"),
        description=N_(
            "Eine je Zeile, mit ihrer Zahl, wenn nicht alle mitmachen: Werkstatt: 12. Danach "
            "lässt sich bei jedem Block eine Gruppe wählen."
        ),
    )


class PlanContent(Particulars):
    """A whole plan; its blocks stand in the order of their days.

    `template` is the page it came from, if any, in version `template_number`.
    """

    blocks: list[Block] = Field(default_factory=list, max_length=ROWS)
    template: int | None = None
    template_number: int | None = None

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        if len({block.key for block in self.blocks}) != len(self.blocks):
            raise ValueError("duplicate_key")
        return self

    @property
    def starts(self) -> int:
        """Minutes since midnight."""
        return clock_minutes(self.start or START) or 0

    @property
    def tracks(self) -> dict[str, int | None]:
        """The names of the groups, and how many people each has, where that is said."""
        named = {}
        for line in self.groups:
            match = _GROUP.fullmatch(line)
            assert match is not None
            named[match["name"]] = int(match["people"]) if match["people"] else None
        return named

    def people_in(self, track: str) -> int | None:
        """For how many a block of this group is meant; None if nobody said."""
        return self.tracks.get(track) or self.people

    def block(self, key: str) -> Block | None:
        return next((block for block in self.blocks if block.key == key), None)

    def to_json(self) -> dict[str, Any]:
        """What is stored: only what somebody said."""
        return self.model_dump(mode="json", exclude_defaults=True) | {
            "blocks": [
                {"key": block.key, **block.model_dump(mode="json", exclude_defaults=True)}
                for block in self.blocks
            ]
        }
