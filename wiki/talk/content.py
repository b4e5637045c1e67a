"""What the forms ask: a remark, a question to all labs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from wiki.fields import Line, Markdown
from wiki.language import N_

Text = Annotated[Markdown, StringConstraints(max_length=3_000)]


class RemarkContent(BaseModel):
    """A remark on a page, or an answer to one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[Text, StringConstraints(min_length=1)] = Field(title=N_("Bemerkung"))
    step: Line = Field("", title=N_("Worum geht es?"))
    name: Annotated[Line, StringConstraints(max_length=80)] = Field(
        "",
        title=N_("Name"),
        description=N_("Freiwillig; er steht öffentlich bei der Bemerkung."),
    )


class QuestionContent(BaseModel):
    """A question to all labs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = Field(
        title=N_("Frage"),
        description=N_("Zum Beispiel: Wer hat Erfahrung mit Werkstätten im Freien?"),
    )
    text: Text = Field(
        "",
        title=N_("Mehr dazu"),
        description=N_("Wofür, für wen, was schon versucht wurde."),
    )
