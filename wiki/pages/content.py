"""What every revision says, whatever its kind: the same model for form, file, import and API."""

import re
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from wiki.fields import (
    ROWS,
    Choice,
    Line,
    Lines,
    Markdown,
    PictureName,
    Row,
    fields_of,
    new_key,
    with_scheme,
)
from wiki.language import N_
from wiki.markup import FILE_ID


class Licence(Choice):
    """Licences a page can be published under; the values are SPDX identifiers."""

    CC_BY = "CC-BY-4.0", N_("CC BY 4.0 – frei nutzbar mit Namensnennung")
    CC_BY_SA = "CC-BY-SA-4.0", N_("CC BY-SA 4.0 – Namensnennung, Weitergabe gleich")
    CC0 = "CC0-1.0", N_("CC0 – frei ohne Bedingung")

    @property
    def address(self) -> str:
        """Where the licence can be read."""
        return _LICENCE_ADDRESSES[self.value]

    @property
    def word(self) -> str:
        return self.value

    @property
    def short(self) -> str:
        """The licence's usual abbreviation, e.g. `CC BY 4.0`."""
        return self.label.split(" – ")[0]


_LICENCE_ADDRESSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/deed.de",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/deed.de",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/deed.de",
}


class CreatorKind(Choice):
    PERSON = "person", N_("Person")
    ORGANISATION = "organisation", N_("Organisation")


def _file_mention(text: str) -> str:
    """`dateien/<id>/<name>`, as texts name a picture, too."""
    mention = text.removeprefix("/")
    if mention and not re.fullmatch(rf"dateien/{FILE_ID}/[^/\\\s?#()]+", mention):
        raise ValueError("file_mention")
    return mention


def _web_address(text: str) -> str:
    text = with_scheme(text)
    if text and not re.match(r"https?://[^\s/]+\.[^\s/]+", text):
        raise ValueError("web_address")
    return text


WebAddress = Annotated[Line, AfterValidator(_web_address)]


class Creator(Row):
    """Who made the content, as the licence line names them."""

    name: Annotated[Line, StringConstraints(min_length=1)] = Field(title=N_("Name"))
    kind: CreatorKind = Field(CreatorKind.ORGANISATION, title=N_("Person oder Organisation"))
    url: WebAddress = Field("", title=N_("Webadresse"))


class Content(BaseModel):
    """What every page says, whatever its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[Line, StringConstraints(min_length=1, max_length=120)] = Field(
        title=N_("Titel")
    )
    summary: Annotated[Line, StringConstraints(max_length=300)] = Field(
        "",
        title=N_("Worum geht es?"),
        description=N_("Ein bis zwei Sätze, höchstens 300 Zeichen."),
        json_schema_extra={"long": True},
    )
    plain_summary: Markdown = Field(
        "",
        title=N_("In einfacher Sprache"),
        description=N_("Kurze Sätze, ein Gedanke je Satz, keine Fremdwörter."),
    )
    language: Annotated[
        Line, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
    ] = Field(
        "de", title=N_("Sprache"), description=N_("Kürzel der Sprache, zum Beispiel de oder en.")
    )
    cover: Annotated[Line, PictureName(), AfterValidator(_file_mention)] = Field(
        "", title=N_("Titelbild"), description=N_("Steht oben auf der Seite und in Listen.")
    )
    topics: Lines = Field(
        default_factory=list,
        title=N_("Themen"),
        description=N_("Eines je Zeile, zum Beispiel Künstliche Intelligenz."),
    )
    audiences: Lines = Field(
        default_factory=list,
        title=N_("Zielgruppen"),
        description=N_("Eine je Zeile, zum Beispiel Senior:innen."),
    )
    licence: Licence = Field(
        Licence.CC_BY,
        title=N_("Lizenz"),
        description=N_("Unter dieser Lizenz dürfen andere den Text verwenden."),
    )
    other_licence: Line = Field(
        "",
        title=N_("Andere Lizenz"),
        description=N_(
            "Nur für übernommene Texte, die unter keiner dieser Lizenzen stehen: so, wie sie dort "
            "heißt. Sie gilt dann statt der gewählten."
        ),
    )
    source: Line = Field(
        "",
        title=N_("Quelle"),
        description=N_("Woher der Text stammt, am besten mit Webadresse."),
    )
    creators: list[Creator] = Field(
        default_factory=list,
        max_length=ROWS,
        title=N_("Urheber:innen"),
        description=N_("Wer beim Weitergeben genannt werden soll. Ohne Angabe: das Labor."),
    )

    @model_validator(mode="before")
    @classmethod
    def _rows_get_keys(cls, values: Any) -> Any:
        """Rows that come without a key get one that no other row of their group has."""
        if not isinstance(values, dict):
            return values
        given = dict(values)
        for field in fields_of(cls):
            rows = given.get(field.name)
            if field.row is None or not isinstance(rows, list):
                continue
            keys = {row["key"] for row in rows if isinstance(row, dict) and row.get("key")}
            keyed = []
            for row in rows:
                if isinstance(row, dict) and not row.get("key"):
                    row = {**row, "key": new_key(keys)}
                    keys.add(row["key"])
                keyed.append(row)
            given[field.name] = keyed
        return given

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        for field in fields_of(type(self)):
            if field.shape == "rows":
                keys = [row.key for row in getattr(self, field.name)]
                if len(keys) != len(set(keys)):
                    raise ValueError("duplicate_key")
        return self

    @property
    def licence_name(self) -> str:
        """The licence readers are shown: another one, as it is called there, or one of ours."""
        return self.other_licence or self.licence.short

    @property
    def licence_address(self) -> str:
        """Where that licence can be read; empty if only its name is known."""
        return "" if self.other_licence else self.licence.address

    def to_json(self) -> dict[str, Any]:
        """What is stored: plain values, defaults too, so that a later default changes nothing."""
        return self.model_dump(mode="json", exclude_none=True)
