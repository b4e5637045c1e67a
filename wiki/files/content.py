"""What is said about a file: the fields of its form."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wiki.fields import Blank, Line
from wiki.files.models import File, People
from wiki.language import N_
from wiki.pages.content import Licence


class Details(BaseModel):
    """Whose the file is, what can be seen on it, and who agreed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alt: Annotated[Line, StringConstraints(max_length=500)] = Field(
        "",
        title=N_("Was ist auf dem Bild zu sehen?"),
        description=N_(
            "Ein Satz für alle, die das Bild nicht sehen: „Zwei Kinder löten an einem Werktisch“."
        ),
        json_schema_extra={"long": True},
    )
    is_decorative: bool = Field(False, title=N_("Das Bild ist Schmuck und braucht keinen Satz"))
    people: Annotated[People | None, Blank] = Field(None, title=N_("Sind Menschen zu erkennen?"))
    consent: Line = Field(
        "",
        title=N_("Wie haben sie zugestimmt?"),
        description=N_("Zum Beispiel „schriftlich am 3. Mai“. Keine Namen."),
    )
    author: Line = Field(
        "",
        title=N_("Urheber:in"),
        description=N_("Wer genannt werden soll, wenn andere es nutzen."),
    )
    licence: Annotated[Licence | None, Blank] = Field(None, title=N_("Lizenz"))
    other_licence: Line = Field(
        "",
        title=N_("Andere Lizenz"),
        description=N_("Nur wenn keine der Möglichkeiten passt: so, wie sie heißt."),
    )

    def for_file(self) -> dict[str, Any]:
        """The values as a file keeps them."""
        values = self.model_dump(mode="json", exclude={"other_licence"})
        values["licence"] = self.other_licence or (self.licence.value if self.licence else "")
        values["people"] = self.people.value if self.people else ""
        return values


def details_of(file: File) -> Details:
    """What is said about the file now."""
    known = file.known_licence
    return Details(
        alt=file.alt,
        is_decorative=file.is_decorative,
        people=People(file.people) if file.people else None,
        consent=file.consent,
        author=file.author,
        licence=known,
        other_licence="" if known else file.licence,
    )
