"""What a recipe (a format or a method) says."""

from typing import Annotated

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from wiki.fields import (
    ROWS,
    Amount,
    Blank,
    Choice,
    Count,
    Line,
    Lines,
    Markdown,
    Minutes,
    Positive,
    Row,
)
from wiki.language import N_
from wiki.pages.content import Content

Name = Annotated[Line, StringConstraints(min_length=1)]


class Setting(Choice):
    LAB = "lab", N_("Labor")
    MOBILE = "mobile", N_("mobil")
    OUTDOORS = "outdoors", N_("draußen")
    ONLINE = "online", N_("online")
    HYBRID = "hybrid", N_("hybrid")


class Wifi(Choice):
    NONE = "none", N_("kein WLAN nötig")
    HELPFUL = "helpful", N_("WLAN hilfreich")
    NEEDED = "needed", N_("WLAN nötig")


class Level(Choice):
    EASY = "1", N_("leicht")
    MEDIUM = "2", N_("mittel")
    HARD = "3", N_("anspruchsvoll")


class Accessibility(Choice):
    STEP_FREE = "step_free", N_("stufenlos erreichbar")
    TOILET = "toilet", N_("barrierefreie Toilette")
    SEATING = "seating", N_("Sitzplätze für alle, auch mit Lehne")
    HEARING = "hearing", N_("Mikrofon oder Höranlage")
    LARGE_PRINT = "large_print", N_("Unterlagen in großer Schrift")
    PLAIN_LANGUAGE = "plain_language", N_("in einfacher Sprache durchführbar")
    SIGN_LANGUAGE = "sign_language", N_("Gebärdensprache möglich")
    QUIET_SPACE = "quiet_space", N_("Rückzugsort vorhanden")
    COMPANION = "companion", N_("Begleitpersonen willkommen")


class MaterialClass(Choice):
    CONSUMABLE = "consumable", N_("Verbrauchsmaterial")
    DEVICE = "device", N_("Gerät")
    PRINT = "print", N_("Druckvorlage")
    LINK = "link", N_("Link")


class BroughtBy(Choice):
    MOBILE_LAB = "mobile_lab", N_("bringt das mobile Labor")
    HOST = "host", N_("stellt, wer einlädt")
    BUY = "buy", N_("wird gekauft")


class Phase(Choice):
    ARRIVE = "arrive", N_("Ankommen")
    START = "start", N_("Einstieg")
    WORK = "work", N_("Arbeiten")
    SHARE = "share", N_("Teilen")
    CLOSE = "close", N_("Abschluss")


class SocialForm(Choice):
    ALONE = "alone", N_("allein")
    PAIRS = "pairs", N_("zu zweit")
    SMALL_GROUPS = "small_groups", N_("Kleingruppen")
    PLENARY = "plenary", N_("alle zusammen")


class IfShort(Choice):
    """What may happen to a step when there is less time than planned."""

    KEEP = "keep", N_("bleibt")
    HALVE = "halve", N_("halbieren")
    SKIP = "skip", N_("weglassen")


class Role(Row):
    """Somebody who is needed beside the participants."""

    name: Name = Field(title=N_("Rolle"))
    count: Count = Field(None, title=N_("Anzahl fest"))
    per_people: Positive = Field(
        None,
        title=N_("Eine:r je … Personen"),
        description=N_("Zum Beispiel 4: eine helfende Person für je vier Teilnehmende."),
    )
    volunteer: bool = Field(False, title=N_("Können Freiwillige übernehmen"))
    briefing: Markdown = Field(
        "", title=N_("Kurze Einweisung"), description=N_("Was diese Person wissen muss.")
    )


class Material(Row):
    """Something to bring; amounts add up: fixed, per person and per group, plus the spare."""

    item: Name = Field(title=N_("Was"))
    category: MaterialClass = Field(MaterialClass.CONSUMABLE, title=N_("Art des Materials"))
    amount: Amount = Field(None, title=N_("Menge fest"))
    per_person: Amount = Field(None, title=N_("Menge je Person"))
    per_group: Amount = Field(None, title=N_("Menge je Gruppe"))
    group_size: Positive = Field(
        None, title=N_("Gruppe von … Personen"), description=N_("Für die Menge je Gruppe.")
    )
    unit: Annotated[Line, StringConstraints(max_length=40)] = Field("", title=N_("Einheit"))
    spare_percent: Count = Field(
        None, title=N_("Reserve"), json_schema_extra={"unit": N_("Prozent")}
    )
    brought_by: Annotated[BroughtBy | None, Blank] = Field(None, title=N_("Wer bringt es mit"))
    substitute: Line = Field("", title=N_("Ersatz"), description=N_("Was zur Not auch geht."))


class Step(Row):
    """One thing after the other."""

    title: Name = Field(title=N_("Schritt"))
    minutes: Minutes = Field(None, title=N_("Minuten"), json_schema_extra={"unit": "min"})
    text: Markdown = Field("", title=N_("Was passiert"))
    minutes_per_person: Amount = Field(
        None,
        title=N_("Minuten je Person"),
        description=N_("Kommen zu den festen Minuten dazu, zum Beispiel bei einer Runde."),
        json_schema_extra={"unit": "min"},
    )
    phase: Annotated[Phase | None, Blank] = Field(None, title=N_("Phase"))
    social_form: Annotated[SocialForm | None, Blank] = Field(None, title=N_("Sozialform"))
    group_size: Positive = Field(None, title=N_("Gruppengröße"))
    prompt: Markdown = Field(
        "", title=N_("Leitfrage"), description=N_("Der Satz, mit dem der Schritt beginnt.")
    )
    result: Markdown = Field("", title=N_("Ergebnis"))
    tip: Markdown = Field("", title=N_("Tipp"))
    pitfall: Markdown = Field("", title=N_("Achtung"))
    if_short: IfShort = Field(IfShort.KEEP, title=N_("Wenn die Zeit knapp ist"))
    method: Line = Field(
        "",
        title=N_("Methode"),
        description=N_("Titel der Methode im Wiki, die hier dran ist."),
        json_schema_extra={
            "names_page": True,
            "names_kind": "method",
            "named_in": N_("Als Schritt verwendet in"),
        },
    )


class RecipeContent(Content):
    """A recipe: for whom, what it takes, and the steps."""

    goals: Lines = Field(
        default_factory=list,
        title=N_("Danach kann ich …"),
        description=N_("Ein Ziel je Zeile."),
    )
    steps: list[Step] = Field(default_factory=list, max_length=ROWS, title=N_("Ablauf"))
    group_min: Positive = Field(None, title=N_("Personen mindestens"))
    group_ideal: Positive = Field(
        None,
        title=N_("Personen am besten"),
        description=N_("Teilnehmende; Helfende zählen nicht mit."),
    )
    group_max: Positive = Field(None, title=N_("Personen höchstens"))
    level: Annotated[Level | None, Blank] = Field(None, title=N_("Wie schwer ist die Leitung?"))
    prerequisites: Markdown = Field("", title=N_("Was Teilnehmende mitbringen müssen"))
    settings: list[Setting] = Field(default_factory=list, title=N_("Wo geht es?"))
    room_space: Line = Field("", title=N_("Platz"))
    room_power: Line = Field("", title=N_("Strom"))
    wifi: Annotated[Wifi | None, Blank] = Field(None, title=N_("WLAN"))
    room_setup: Markdown = Field("", title=N_("Aufbau im Raum"))
    accessibility: list[Accessibility] = Field(
        default_factory=list, title=N_("Barrierefreiheit vor Ort")
    )
    accessibility_note: Markdown = Field("", title=N_("Hinweise zur Barrierefreiheit"))
    minutes_prepare: Minutes = Field(
        None, title=N_("Vorbereiten"), json_schema_extra={"unit": "min"}
    )
    minutes_setup: Minutes = Field(None, title=N_("Aufbauen"), json_schema_extra={"unit": "min"})
    minutes_teardown: Minutes = Field(None, title=N_("Abbauen"), json_schema_extra={"unit": "min"})
    lead_days: Count = Field(
        None,
        title=N_("Vorlauf"),
        description=N_("So viele Tage vorher anfangen."),
        json_schema_extra={"unit": N_("Tage")},
    )
    roles: list[Role] = Field(default_factory=list, max_length=ROWS, title=N_("Wer hilft mit"))
    materials: list[Material] = Field(default_factory=list, max_length=ROWS, title=N_("Material"))
    tools: Lines = Field(
        default_factory=list,
        title=N_("Werkzeuge"),
        description=N_("Digitale Werkzeuge und Geräte, eines je Zeile."),
        json_schema_extra={
            "names_page": True,
            "names_kind": "tool",
            "named_in": N_("Wird benutzt in"),
            "names_loosely": True,
        },
    )
    cost_fixed: Amount = Field(None, title=N_("Kosten fest"), json_schema_extra={"unit": "€"})
    cost_per_person: Amount = Field(
        None, title=N_("Kosten je Person"), json_schema_extra={"unit": "€"}
    )
    pitfalls: Markdown = Field("", title=N_("Achtung bei der Durchführung"))
    variations: Markdown = Field("", title=N_("Varianten"))
    online_variant: Markdown = Field("", title=N_("Online-Variante"))
    debrief: Markdown = Field("", title=N_("Fragen für die Auswertung"))
    follow_up: Markdown = Field("", title=N_("Wie es weitergeht"))
    invitation: Markdown = Field("", title=N_("Einladungstext"))
    handout: Markdown = Field("", title=N_("Handzettel für Teilnehmende"))
    legal: Markdown = Field("", title=N_("Recht und Versicherung"))

    @field_validator("group_ideal", "group_max")
    @classmethod
    def _group_sizes_rise(cls, size: int | None, info: ValidationInfo) -> int | None:
        smaller = [info.data.get("group_min"), info.data.get("group_ideal")]
        if size is not None and any(before is not None and before > size for before in smaller):
            raise ValueError("group_sizes")
        return size
