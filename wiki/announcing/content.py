"""What an announcement says, and what its form asks for."""

from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from wiki.announcing.times import lasts_well
from wiki.fields import Line, Markdown
from wiki.language import N_
from wiki.plans.content import MOST_DAYS, Clock, PlanDay, ShortLine, Title


def _said(day: date | None) -> date | None:
    if day is None:
        raise ValueError("missing")
    return day


def _given(text: str) -> str:
    if not text:
        raise ValueError("missing")
    return text


class AnnouncementContent(BaseModel):
    """All of it is public."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[Title, AfterValidator(_given)] = Field(title=N_("Titel"))
    held_on: Annotated[PlanDay, AfterValidator(_said)] = Field(title=N_("Datum"))
    begins: Annotated[Clock, AfterValidator(_given)] = Field(title=N_("Beginn"))
    ends: Clock = Field("", title=N_("Ende"))
    days: int = Field(
        1, ge=1, le=MOST_DAYS, title=N_("Tage"), description=N_("Jeden Tag zur selben Zeit.")
    )
    place: Annotated[Line, StringConstraints(max_length=120)] = Field("", title=N_("Ort"))
    how_to: Annotated[Markdown, StringConstraints(max_length=1_500)] = Field(
        "",
        title=N_("So geht Mitmachen"),
        description=N_(
            "Einfach kommen, oder wo man sich anmeldet? Eine Web- oder Mailadresse wird zum Link."
        ),
    )
    audience: Annotated[Line, StringConstraints(max_length=120)] = Field("", title=N_("Für wen"))
    places: ShortLine = Field(
        "", title=N_("Freie Plätze"), description=N_("Zum Beispiel: noch 4 von 12.")
    )

    @field_validator("ends")
    @classmethod
    def _comes_after_the_beginning(cls, ends: str, info: ValidationInfo) -> str:
        if not lasts_well(info.data.get("begins", ""), ends):
            raise ValueError("end_before_begin")
        return ends
