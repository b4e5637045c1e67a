"""What the forms ask: of those who wish, and of those who answer."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wiki.fields import Line, Markdown
from wiki.labs.content import MailAddress
from wiki.language import N_

Text = Annotated[Markdown, StringConstraints(max_length=3_000)]


class WishContent(BaseModel):
    """An idea or a wish, from anyone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = Field(
        title=N_("Was soll es geben?"),
        description=N_("In einem Satz, zum Beispiel: ein Nachmittag zum Thema Videoanrufe."),
    )
    text: Text = Field(
        "",
        title=N_("Mehr dazu"),
        description=N_("Für wen, warum, wo? Ohne Namen anderer Menschen."),
    )
    contact: MailAddress = Field(
        "",
        title=N_("E-Mail-Adresse für die Antwort"),
        description=N_("Nur die Redaktion sieht sie; nach der Antwort wird sie gelöscht."),
    )


class AnswerContent(BaseModel):
    """What an editor answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Annotated[Text, StringConstraints(min_length=1)] = Field(
        title=N_("Antwort"),
        description=N_("Was daraus wird, oder warum nicht. Öffentlich, wenn aufgenommen."),
    )
    page: Line = Field(
        "",
        title=N_("Seite, die daraus entstanden ist"),
        description=N_("Ihr Titel im Wiki; kann auch später kommen."),
        json_schema_extra={"names_page": True},
    )
