"""What a workshop template says: the blocks of a plan, by names that hold in any wiki."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from wiki.fields import ROWS, Blank, Count, Line, Lines, Markdown, Positive, Row
from wiki.language import N_
from wiki.pages.content import Content
from wiki.plans.content import (
    MOST_DAYS,
    BlockMinutes,
    Clock,
    People,
    ShortLine,
    Title,
    group_lines,
)
from wiki.recipes.content import Setting, SocialForm

#: How pages of this kind are stored.
KIND = "plan"


class WorkshopBlock(Row):
    """One thing after the other: a recipe's step, named by titles, or something of one's own.

    What is empty comes from the step. Its minutes are those for the template's number of people.
    """

    title: Title = Field("", title=N_("Titel"), description=N_("Leer: wie der Schritt im Rezept."))
    minutes: BlockMinutes = Field(None, title=N_("Minuten"), json_schema_extra={"unit": "min"})
    recipe: Line = Field(
        "",
        title=N_("Rezept"),
        description=N_("Titel des Rezepts im Wiki; leer bei einem eigenen Block."),
        json_schema_extra={
            "names_page": True,
            "names_kind": "format",
            "named_in": N_("In Workshop-Vorlagen"),
        },
    )
    step: Line = Field(
        "", title=N_("Schritt"), description=N_("Titel des Schritts in diesem Rezept.")
    )
    version: Positive = Field(
        None, title=N_("Version des Rezepts"), description=N_("Leer: immer die neueste.")
    )
    run: Positive = Field(
        None,
        title=N_("Durchgang"),
        description=N_("Läuft das Rezept mehrmals: zum wievielten Mal. Leer: zum ersten."),
    )
    is_break: bool = Field(False, title=N_("Pause"))
    text: Annotated[Markdown, StringConstraints(max_length=1_000)] = Field(
        "", title=N_("Notiz"), description=N_("Zum Beispiel was zu sagen ist.")
    )
    social_form: Annotated[SocialForm | None, Blank] = Field(None, title=N_("Sozialform"))
    leads: ShortLine = Field("", title=N_("Wer leitet"), description=N_("Eine Rolle, kein Name."))
    fixed: Clock = Field(
        "", title=N_("Beginnt fest um"), description=N_("Leer: gleich nach dem Block davor.")
    )
    day: Annotated[Annotated[int, Field(ge=1, le=MOST_DAYS)] | None, Blank] = Field(
        None, title=N_("Tag")
    )
    track: Annotated[Line, StringConstraints(max_length=40)] = Field("", title=N_("Gruppe"))


class WorkshopContent(Content):
    """A plan without a date, for everybody to plan with."""

    blocks: list[WorkshopBlock] = Field(default_factory=list, max_length=ROWS, title=N_("Ablauf"))
    people: People = Field(
        None,
        title=N_("Für so viele Personen"),
        description=N_("Teilnehmende; für so viele gelten die Minuten."),
    )
    group_min: Positive = Field(None, title=N_("Personen mindestens"))
    group_max: Positive = Field(None, title=N_("Personen höchstens"))
    start: Clock = Field("", title=N_("Beginn"))
    end: Clock = Field("", title=N_("Festes Ende"))
    groups: Annotated[Lines, AfterValidator(group_lines), Field(max_length=12)] = Field(
        default_factory=list, title=N_("Gruppen, die gleichzeitig arbeiten")
    )
    apart: Annotated[Annotated[int, Field(ge=1, le=28)] | None, Blank] = Field(
        None, title=N_("Abstand der Tage"), description=N_("Leer: Tag auf Tag. 7: jede Woche.")
    )
    settings: list[Setting] = Field(default_factory=list, title=N_("Wo geht es?"))
    lead_days: Count = Field(
        None,
        title=N_("Vorlauf"),
        description=N_("So viele Tage vorher anfangen."),
        json_schema_extra={"unit": N_("Tage")},
    )
    purpose: Markdown = Field("", title=N_("Wofür und für wen"))
    preparation: Markdown = Field("", title=N_("Vorher zu klären"))
    pitfalls: Markdown = Field("", title=N_("Achtung"))
    invitation: Markdown = Field("", title=N_("Einladungstext"))

    @property
    def days(self) -> int:
        return max((block.day or 1 for block in self.blocks), default=1)
