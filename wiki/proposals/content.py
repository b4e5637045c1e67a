"""What the forms ask beside the page itself: of those who propose, and of those who answer."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wiki.fields import Line, Lines, Markdown
from wiki.labs.content import MailAddress, Short
from wiki.language import N_


class Reasons(BaseModel):
    """Why a page should change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[Line, StringConstraints(min_length=1, max_length=500)] = Field(
        title=N_("Warum?"),
        description=N_("Was dadurch besser wird, in höchstens 500 Zeichen."),
        json_schema_extra={"long": True},
    )
    evidence: Annotated[Lines, Field(max_length=20)] = Field(
        default_factory=list,
        title=N_("Belege"),
        description=N_(
            "Titel von Erfahrungsberichten oder anderen Seiten hier, einer je Zeile. Freiwillig."
        ),
        json_schema_extra={"names_page": True},
    )


class ReasonsOfReader(Reasons):
    """The same of somebody without an account."""

    proposer_name: Short = Field(
        "",
        title=N_("Name – freiwillig"),
        description=N_("Wird der Vorschlag übernommen, steht er öffentlich bei der Version."),
    )
    contact: MailAddress = Field(
        "",
        title=N_("E-Mail-Adresse für die Antwort"),
        description=N_("Nur die Redaktion sieht sie; nach der Antwort wird sie gelöscht."),
    )


class Declining(BaseModel):
    """Why a proposal is not taken over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Annotated[Line, StringConstraints(min_length=1, max_length=500)] = Field(
        title=N_("Warum nicht?"),
        description=N_("Ein Satz genügt; wer den Vorschlag gemacht hat, liest ihn."),
        json_schema_extra={"long": True},
    )


class CommentContent(BaseModel):
    """What somebody says about a proposal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[Markdown, StringConstraints(min_length=1, max_length=2_000)] = Field(
        title=N_("Kommentar")
    )


#: What is said most often, with one tap.
COMMON_ANSWERS = (
    N_("Das steht schon so ähnlich auf der Seite."),
    N_("Dafür fehlt uns noch eine Durchführung, die es zeigt."),
    N_("Das passt besser auf eine eigene Seite."),
)
