"""What a report on one run says: when, where, how many, what worked and what did not."""

from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from wiki.fields import ROWS, Blank, Choice, Count, Day, Line, Markdown, Minutes, Positive, Row
from wiki.language import N_
from wiki.pages.content import Content

TITLE_LENGTH = 120
Short = Annotated[Line, StringConstraints(max_length=120)]
Name = Annotated[Line, StringConstraints(min_length=1)]


class Again(Choice):
    YES = "yes", N_("ja, genau so")
    CHANGED = "changed", N_("ja, mit Änderungen")
    NO = "no", N_("nein")


class Learning(Row):
    """One thing learned; it may belong to a step of the recipe."""

    text: Name = Field(title=N_("In einem Satz"))
    step: Line = Field("", title=N_("Bei welchem Schritt?"))


class StepTime(Row):
    """How long a step really took; it has the key of the recipe's step."""

    step: Name = Field(title=N_("Schritt"))
    minutes: Minutes = Field(None, title=N_("Minuten"), json_schema_extra={"unit": "min"})


def _measured(times: list[StepTime]) -> list[StepTime]:
    return [time for time in times if time.minutes is not None]


Learnings = Annotated[list[Learning], Field(max_length=ROWS)]


class OutcomeContent(Content):
    """One run. With a recipe it names it and the version that was used; it may stand alone."""

    title: Annotated[Line, StringConstraints(max_length=TITLE_LENGTH)] = Field(
        "", title=N_("Titel"), description=N_("Ohne Angabe: Rezept, Ort und Tag.")
    )
    recipe: Line = Field(
        "",
        title=N_("Rezept"),
        description=N_("Titel des Rezepts im Wiki; es geht auch ohne."),
        json_schema_extra={
            "names_page": True,
            "named_in": N_("Erfahrungsberichte"),
            "shown_apart": True,
        },
    )
    recipe_version: Positive = Field(
        None, title=N_("Version des Rezepts"), description=N_("Nach welcher es gemacht wurde.")
    )
    held_on: Day = Field(None, title=N_("Wann?"))
    place: Short = Field("", title=N_("Wo?"), description=N_("Ort oder Haus, ohne Namen."))
    people: Count = Field(
        None,
        title=N_("Wie viele waren da?"),
        description=N_("Nur Zahlen: Namen von Teilnehmenden gehören nicht hierher."),
    )
    expected: Count = Field(None, title=N_("Wie viele waren erwartet?"))
    worked: Learnings = Field(default_factory=list, title=N_("Was hat geklappt?"))
    failed: Learnings = Field(default_factory=list, title=N_("Was hat nicht geklappt?"))
    ideas: Learnings = Field(default_factory=list, title=N_("Ideen für das nächste Mal"))
    again: Annotated[Again | None, Blank] = Field(None, title=N_("Noch einmal machen?"))
    wanted: Markdown = Field("", title=N_("Was wir herausfinden wollten"))
    planned: Markdown = Field("", title=N_("Was war geplant?"))
    happened: Markdown = Field("", title=N_("Was ist passiert?"))
    why: Markdown = Field("", title=N_("Warum war das so?"))
    learned: Markdown = Field("", title=N_("Was lernen wir daraus?"))
    times: Annotated[list[StepTime], AfterValidator(_measured)] = Field(
        default_factory=list,
        max_length=ROWS,
        title=N_("Wie lange die Schritte wirklich gedauert haben"),
    )
    made: Markdown = Field("", title=N_("Was entstanden ist"))
    effect: Markdown = Field(
        "",
        title=N_("Was wurde daraus?"),
        description=N_("Später: was sich geändert hat, wer es bekommen und was geantwortet hat."),
    )

    @model_validator(mode="before")
    @classmethod
    def _is_called_something(cls, values: Any) -> Any:
        if not isinstance(values, dict) or str(values.get("title") or "").strip():
            return values
        parts = (values.get("recipe"), values.get("place"), _written(values.get("held_on")))
        title = ", ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
        return {**values, "title": (title or "Erfahrungsbericht")[:TITLE_LENGTH]}


#: What tells something of a run; when and where it was tells nothing.
TELLING = (
    *("people", "worked", "failed", "ideas", "again", "times", "cover", "summary"),
    *("wanted", "planned", "happened", "why", "learned", "made", "effect"),
)


def lacks(outcome: OutcomeContent) -> tuple[str, str] | None:
    """A report that tells nothing must not count as a run."""
    if any(getattr(outcome, name) not in (None, "", []) for name in TELLING):
        return None
    return "worked", N_("Ein Satz genügt, oder oben die Zahl der Menschen, die da waren.")


def _written(day: Any) -> str:
    """A day as it is written in a title; nothing for one that is none."""
    try:
        held_on = _DAY.validate_python(day)
    except ValidationError:
        return ""
    return f"{held_on:%d.%m.%Y}" if held_on else ""


_DAY: TypeAdapter[date | None] = TypeAdapter(Day)
