"""What a tool says: a programme, a service or a device that labs work with."""

from typing import Annotated

from pydantic import Field, StringConstraints

from wiki.fields import Blank, Choice, Day, Line, Lines, Markdown
from wiki.language import N_
from wiki.pages.content import Content, WebAddress

Short = Annotated[Line, StringConstraints(max_length=120)]


class Cost(Choice):
    FREE = "free", N_("kostenlos")
    LIMITED = "limited", N_("kostenlos mit Grenzen")
    PAID = "paid", N_("kostenpflichtig")


class Account(Choice):
    NONE = "none", N_("ohne Konto")
    LEAD = "lead", N_("Konto nur für die Leitung")
    ALL = "all", N_("Konto für alle")


class DataPlace(Choice):
    DEVICE = "device", N_("auf dem eigenen Gerät")
    OWN_SERVER = "own_server", N_("auf einem eigenen Server")
    EU = "eu", N_("in der EU")
    OUTSIDE = "outside", N_("außerhalb der EU")
    PUBLIC = "public", N_("öffentlich im Netz")
    VARIES = "varies", N_("unterschiedlich")


class Under16(Choice):
    """Whether young people may use it, as far as age decides (GDPR, article 8)."""

    YES = "yes", N_("auch unter 16")
    ASK = "ask", N_("unter 16 vorher klären")
    CONSENT = "consent", N_("unter 16 nur mit den Eltern")
    NO = "no", N_("erst ab 16")


class OpenSource(Choice):
    YES = "yes", N_("quelloffen")
    PARTLY = "partly", N_("teilweise quelloffen")
    NO = "no", N_("nicht quelloffen")


class Device(Choice):
    BROWSER = "browser", N_("im Browser")
    PHONE = "phone", N_("Smartphone")
    TABLET = "tablet", N_("Tablet")
    COMPUTER = "computer", N_("Computer")
    OWN = "own", N_("eigenes Gerät")


class Offline(Choice):
    YES = "yes", N_("geht ohne Internet")
    PARTLY = "partly", N_("geht teilweise ohne Internet")
    NO = "no", N_("nur mit Internet")


class ToolContent(Content):
    """A tool: what for, what it costs, whose eyes see the data, what the labs found out."""

    uses: Lines = Field(
        default_factory=list,
        title=N_("Wofür?"),
        description=N_("Eines je Zeile, zum Beispiel: gemeinsam mitschreiben."),
    )
    address: WebAddress = Field(
        "", title=N_("Webadresse"), description=N_("Zum Beispiel www.example.org.")
    )
    provider: Short = Field(
        "", title=N_("Wer steht dahinter?"), description=N_("Firma, Stiftung, Verein, Projekt.")
    )
    cost: Annotated[Cost | None, Blank] = Field(None, title=N_("Kosten"))
    cost_note: Line = Field("", title=N_("Genauer zu den Kosten"))
    account: Annotated[Account | None, Blank] = Field(None, title=N_("Konto nötig?"))
    under_16: Annotated[Under16 | None, Blank] = Field(None, title=N_("Unter 16 Jahren"))
    data_place: Annotated[DataPlace | None, Blank] = Field(None, title=N_("Wo liegen die Daten?"))
    data_protection: Markdown = Field(
        "",
        title=N_("Datenschutz"),
        description=N_("Wer sieht was, wie lange, und was mit dem Datenschutz zu klären ist."),
    )
    open_source: Annotated[OpenSource | None, Blank] = Field(None, title=N_("Quelloffen?"))
    software_licence: Short = Field(
        "", title=N_("Lizenz der Software"), description=N_("Zum Beispiel AGPL 3.0.")
    )
    alternatives: Lines = Field(
        default_factory=list,
        title=N_("Offene Alternativen"),
        description=N_("Titel anderer Werkzeuge im Wiki, eines je Zeile."),
        json_schema_extra={
            "names_page": True,
            "names_kind": "tool",
            "named_in": N_("Offene Alternative zu"),
        },
    )
    devices: list[Device] = Field(default_factory=list, title=N_("Geräte"))
    devices_note: Line = Field(
        "",
        title=N_("Genauer zu den Geräten"),
        description=N_("Betriebssysteme, Anschlüsse, was noch dazugehört."),
    )
    offline: Annotated[Offline | None, Blank] = Field(None, title=N_("Ohne Internet?"))
    in_german: bool = Field(False, title=N_("Oberfläche auf Deutsch"))
    accessibility: Markdown = Field(
        "",
        title=N_("Barrierefreiheit"),
        description=N_("Was bekannt ist und was nicht: Tastatur, Vorlesen, Kontrast, Untertitel."),
    )
    pros: Lines = Field(default_factory=list, title=N_("Stärken"), description=N_("Eine je Zeile."))
    cons: Lines = Field(
        default_factory=list, title=N_("Schwächen"), description=N_("Eine je Zeile.")
    )
    tips: Markdown = Field("", title=N_("Tipps"))
    experience: Markdown = Field(
        "",
        title=N_("Erfahrungen der Labore"),
        description=N_("Wo es im Einsatz war, was geklappt hat, was nicht."),
    )
    checked_on: Day = Field(
        None,
        title=N_("Stand"),
        description=N_("Wann die Angaben zuletzt nachgesehen wurden."),
    )
