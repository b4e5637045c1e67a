"""What the forms ask: of those who want a guest place, and of those who give one."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wiki.fields import Line, Markdown
from wiki.labs.content import MailAddress, Name
from wiki.language import N_


class RequestContent(BaseModel):
    """Who asks for a guest place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    guest: Name = Field(
        title=N_("Kommune, Verein oder Schule"),
        description=N_("So heißt der Gastplatz dann, zum Beispiel: Stadt Musterhausen."),
    )
    name: Name = Field(title=N_("Eigener Name"))
    email: Annotated[MailAddress, StringConstraints(min_length=1)] = Field(
        title=N_("E-Mail-Adresse"),
        description=N_("Dorthin geht die Einladung. Nur die Redaktion sieht sie."),
    )
    text: Annotated[Markdown, StringConstraints(max_length=1_000)] = Field(
        "", title=N_("Was ist geplant?"), description=N_("Ein Satz genügt.")
    )


class Admission(BaseModel):
    """As what an editor admits somebody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    guest: Name = Field(title=N_("Name des Gastplatzes"))
    place: Annotated[Line, StringConstraints(max_length=120)] = Field(
        "", title=N_("Ort"), description=N_("Die Stadt oder Gemeinde.")
    )


class Refusal(BaseModel):
    """What is answered to somebody who gets no place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Annotated[Markdown, StringConstraints(max_length=1_000)] = Field(
        "",
        title=N_("Antwort"),
        description=N_("Sie geht als Mail hinaus. Ohne Text geht keine."),
    )
