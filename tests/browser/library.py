"""What stands in the wiki when a browser opens it: pages of every kind and in every state."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, current_app

from tests.conftest import Cast, make_page
from wiki.accounts.models import User
from wiki.announcing.announcing import announce, cancel
from wiki.announcing.content import AnnouncementContent
from wiki.db import db, now, writing
from wiki.finding.indexing import Follower
from wiki.finding.words import SynonymGroup, UnmetSearch
from wiki.labs.content import InvitationContent
from wiki.labs.inviting import invite
from wiki.labs.models import Lab, MemberRole
from wiki.language import in_language
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, purge, retire, revision_of, save_edit
from wiki.plans.changing import resized
from wiki.plans.content import Beginnings
from wiki.plans.models import Plan
from wiki.plans.planning import change, keep_version, make_plan
from wiki.plans.recipes import newest
from wiki.talk.also_running import set_running
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.models import Thread
from wiki.talk.saying import answer, ask, remove, say, set_resolved
from wiki.watching.stopping import MailKind, address_to_stop
from wiki.watching.telling import tell
from wiki.watching.watching import Target, watch

STEPS: list[dict[str, Any]] = [
    {"key": "kaa", "title": "Ankommen und sortieren", "minutes": 15, "phase": "arrive"},
    {"key": "kbb", "title": "Was soll das Telefon heute können?", "minutes": 10, "phase": "start"},
    {"key": "kcc", "title": "WLAN einschalten", "minutes": 20, "social_form": "pairs"},
    {"key": "kdd", "title": "Schrift größer stellen", "minutes": 15, "if_short": "halve"},
    {"key": "kee", "title": "Pause mit Kaffee", "minutes": 15, "if_short": "skip"},
    {"key": "kff", "title": "Ein Foto verschicken", "minutes": 25, "social_form": "small_groups"},
    {"key": "kgg", "title": "Eine Frage mitnehmen", "minutes": 10, "phase": "share"},
    {"key": "khh", "title": "Aufräumen und verabschieden", "minutes": 10, "phase": "close"},
]
for _step in STEPS:
    _step["text"] = "Alle sitzen **zu zweit** an einem Tisch.\n\n- Gerät hinlegen\n- nachfragen"
    _step["prompt"] = "Was ist heute schon gelungen?"
STEPS[1] |= {"tip": "Karten bereitlegen.", "pitfall": "Keine Passwörter laut vorlesen."}
STEPS[2] |= {"group_size": 2, "minutes_per_person": "0.5", "method": "Kartenabfrage"}
STEPS[5] |= {"result": "Ein Bild auf dem Telefon der Nachbarin."}

MATERIALS = [
    {"item": item, "amount": amount, "per_person": each, "unit": unit, "brought_by": who}
    for item, amount, each, unit, who in (
        ("Karten", None, "2", "Stück", "buy"),
        ("Stifte", None, "1", "Stück", "host"),
        ("Kreppband", "1.5", None, "m", "mobile_lab"),
        ("Tablets", "4", None, "Stück", "mobile_lab"),
        ("Ladegeräte", "3", None, "Stück", "mobile_lab"),
        ("Mehrfachstecker", "2", None, "Stück", "host"),
        ("Kaffee und Tee", None, "2", "Tassen", "host"),
        ("Namensschilder", None, "1", "Stück", "buy"),
        ("Beamer", "1", None, "Stück", "host"),
        ("Handzettel WLAN", None, "1", "Blatt", "buy"),
    )
]
ROLES = [
    {"name": "Leitung", "count": 1, "briefing": "Begrüßt und behält die Uhr im Blick."},
    {"name": "Hilfe am Tisch", "per_people": 4, "volunteer": True, "briefing": "Hört zuerst zu."},
    {"name": "Empfang", "count": 1, "briefing": "Zeigt den Weg."},
]
RECIPE: dict[str, Any] = {
    "summary": "Eigene Fragen zum eigenen Telefon, zu zweit beantwortet.",
    "plain_summary": "Du lernst dein Telefon kennen.\n\nJemand hilft dir dabei.",
    "goals": ["mein WLAN selbst einschalten", "die Schrift größer stellen"],
    "topics": ["Smartphone", "Alltag"],
    "audiences": ["Senior:innen"],
    "group_min": 6,
    "group_ideal": 8,
    "group_max": 12,
    "level": "1",
    "settings": ["lab", "mobile"],
    "room_space": "Vier Tische",
    "room_power": "Zwei Steckdosen je Tisch",
    "wifi": "needed",
    "room_setup": "Tische als Inseln.",
    "accessibility": ["step_free", "seating"],
    "accessibility_note": "Der Aufzug ist links.",
    "lead_days": 14,
    "minutes_prepare": 60,
    "minutes_setup": 30,
    "minutes_teardown": 20,
    "cost_fixed": "20",
    "cost_per_person": "1.5",
    "tools": ["Etherpad"],
    "pitfalls": "Das WLAN im Saal vorher ausprobieren.",
    "variations": "### Draußen\n\nMit Hotspot.",
    "debrief": "1. Was war leicht?\n2. Was war schwer?",
    "steps": STEPS,
    "materials": MATERIALS,
    "roles": ROLES,
    "creators": [{"name": "stadtLABOR Beispiel", "url": "https://labor.example.org"}],
}
ARTICLE = """## Worum es geht

Ein Absatz mit **Gewicht**, einem [Verweis](https://labor.example.org/) und `Code`.

### Woher es kommt

> Ein Satz, den jemand gesagt hat.

| Jahr | Labor | Zahl |
| --- | --- | --- |
| 2024 | Soest | 12 |
| 2025 | Menden | 34 |

## Was daraus folgt

1. Erstens
2. Zweitens

```
eine Zeile, die sehr lang ist und deshalb in ihrem Kasten geschoben werden muss, ohne Umbruch
```

## Wie es weitergeht

- hier
- dort
"""


TOOL: dict[str, Any] = {
    "summary": "Ein Text, an dem viele zugleich schreiben.",
    "plain_summary": "Alle schreiben auf ein Blatt.",
    "uses": ["gemeinsam mitschreiben", "Links sammeln"],
    "address": "https://labor.example.org/pad",
    "provider": "stadtLABOR Beispiel",
    "cost": "limited",
    "cost_note": "Bis zehn Pads kostenlos.",
    "account": "lead",
    "under_16": "consent",
    "data_place": "own_server",
    "data_protection": "Der Text liegt **im Haus**.",
    "open_source": "partly",
    "software_licence": "Apache 2.0",
    "alternatives": ["Kartenabfrage", "Papier"],
    "devices": ["browser", "phone", "tablet"],
    "offline": "partly",
    "in_german": True,
    "accessibility": "Mit der Tastatur bedienbar.",
    "pros": ["schnell da"],
    "cons": ["wenig Gestaltung"],
    "tips": "1. Überschriften vorher schreiben",
    "experience": "Beim Hackathon für jede Gruppe eines.",
    "checked_on": "2024-01-31",
}


OUTCOME: dict[str, Any] = {
    "title": "Ein Nachmittag in der Bücherei",
    "recipe": "Smartphone-Sprechstunde",
    "recipe_version": 2,
    "held_on": "2026-11-02",
    "place": "Stadtbücherei",
    "people": 11,
    "expected": 8,
    "worked": [{"text": "Zu zweit ging es leichter.", "step": "WLAN einschalten"}],
    "failed": [{"key": "kf1", "text": "Drei Ladekabel haben gefehlt."}],
    "ideas": [{"text": "Namensschilder auch für Helfende."}],
    "again": "changed",
    "wanted": "Ob **eine** Stunde reicht.",
    "planned": "Acht Schritte.",
    "happened": "Sechs Schritte.",
    "why": "Es kamen mehr als gedacht.",
    "learned": "Früher beginnen.",
    "times": [{"key": "kaa", "step": "Ankommen und sortieren", "minutes": 25}],
    "made": "Ein Aushang.",
    "effect": "Die Bücherei hat jetzt WLAN.",
}


@dataclass(frozen=True)
class Library:
    """Addresses of what stands there."""

    recipe: str
    method: str
    article: str
    draft: str
    retired: str
    purged: str
    protected: str
    tool: str
    outcome: str
    invitation: str


def fill_library(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Library:
    """A few pages of Soest and Menden, one of them with three versions by two people."""
    soest, menden = labs["soest"], labs["menden"]
    anke, bilal = (db.session.get_one(User, number) for number in (cast.anke, cast.bilal))
    with writing():
        soest.place, soest.summary = "Soest", "Werkzeuge, Räume und Menschen."
        soest.contact_name, soest.contact_mail = "Anke", "labor@example.org"
        soest.contact_phone, soest.website = "02921 1030", "https://labor.example.org"
    recipe = make_page("Smartphone-Sprechstunde", by=cast.anke, lab=soest, **RECIPE)
    say_more(recipe, bilal, summary="Eigene Fragen zum eigenen Telefon, in Ruhe beantwortet.")
    say_more(recipe, anke, steps=[STEPS[1], {**STEPS[0], "minutes": 20}, *STEPS[2:7]])
    method = make_page("Kartenabfrage", by=cast.carla, lab=menden, kind="method")
    article = make_page(
        "Was ein Labor ist", by=cast.anke, lab=soest, kind="article", body=ARTICLE, topics=["Labor"]
    )
    draft = make_page("Noch nicht fertig", by=cast.anke, lab=soest, publish=False)
    retired = make_page("Faxgeräte verstehen", by=cast.anke, lab=soest)
    purged = make_page("Versehentlich", by=cast.anke, lab=soest)
    protected = make_page("Hausordnung", by=cast.carla, lab=menden, kind="article", body="Leise.")
    tool = make_page("Etherpad", by=cast.anke, lab=soest, kind="tool", topics=["Text"], **TOOL)
    outcome = make_page(by=cast.carla, lab=menden, kind="outcome", **OUTCOME)
    retire(retired, anke)
    purge(purged, anke)
    with writing():
        protected.is_protected = True
    _invitation, secret = invite(
        soest,
        InvitationContent(name="Deniz", email="deniz@example.org", role=MemberRole.MEMBER),
        by=anke,
    )
    library = Library(
        *(
            f"/wiki/{page.slug}"
            for page in (recipe, method, article, draft, retired, purged, protected, tool, outcome)
        ),
        invitation=f"/einladung/{secret}",
    )
    make_findable(app)
    return library


def keep_plan(library: Library) -> Plan:
    """Nobody's plan of the recipe, with all that a plan can say, on two days."""
    page = db.session.query(Page).filter_by(slug=library.recipe.removeprefix("/wiki/")).one()
    plan = make_plan(newest(page), Beginnings(people=24), None)
    keys = [block["key"] for block in plan.content["blocks"]]
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        more = {"start": "18:00", "end": "19:00", "days": 2, "groups": ["Werkstatt: 12", "Küche"]}
        kept.content = {**kept.content, **more}
        kept.content["blocks"][1] |= {"track": "Küche", "leads": "Anke", "fixed": "18:30"}
        kept.content["blocks"][2] |= {"track": "Werkstatt", "fixed": "18:00", "text": "Leise."}
        kept.content["blocks"][-1] |= {"day": 2, "minutes": 0}
    keep_version(plan.edit_secret, "Für den Regen", None)
    longer = partial(resized, key=keys[0], by=5)
    return change(plan.edit_secret, longer, seen=plan.version)


def keep_template(library: Library) -> str:
    """A workshop template of two of the recipe's steps and a break; its address."""
    page = db.session.query(Page).filter_by(slug=library.recipe.removeprefix("/wiki/")).one()
    recipe = newest(page).recipe
    blocks: list[dict[str, Any]] = [
        {"recipe": page.title, "step": step.title, "minutes": 20} for step in recipe.steps[:2]
    ]
    blocks.insert(1, {"is_break": True, "minutes": 15})
    words: dict[str, Any] = {
        "blocks": [*blocks, {"title": "Abschluss", "minutes": 10, "day": 2, "text": "*Danke!*"}],
        "people": 12,
        "start": "14:00",
        "purpose": "Für alle.",
        "invitation": "Kommt vorbei.",
    }
    made = make_page("Nachmittag am Smartphone", kind="plan", **words)
    return f"/wiki/{made.slug}"


def keep_announcement(library: Library, **more_words: str) -> Plan:
    """A plan that Soest announces with all that can be said, and that says something else now.

    A second one is called off.
    """
    page = db.session.query(Page).filter_by(slug=library.recipe.removeprefix("/wiki/")).one()
    bilal = db.session.query(User).filter_by(name="Bilal").one()
    soest, day = db.session.query(Lab).filter_by(slug="soest").one(), now().date()
    plan, other = (make_plan(newest(page), Beginnings(start="18:00"), None) for _ in range(2))
    said = {
        "title": "Offener Abend",
        "held_on": day + timedelta(days=30),
        "begins": "18:00",
        "ends": "20:00",
        "place": "Bürgerhaus, Markt 1",
        "how_to": "## Anmelden\n\nEine Mail an labor@example.org, oder [[Smartphone]].",
        "audience": "Alle, die etwas mitbringen",
        "places": "noch 4 von 12",
    }
    content = AnnouncementContent.model_validate(said | more_words)
    number = announce(plan.edit_secret, content, soest.id, bilal).id
    more = {"date": (day + timedelta(days=31)).isoformat(), "place": "Rathaus"}
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        kept.content = {**kept.content, **more}
    announced = announce(other.edit_secret, content, soest.id, bilal)
    cancel(announced.id, bilal)
    assert (number, announced.id) == (1, 2)
    return db.session.get_one(Plan, plan.id)


def keep_talk(library: Library) -> str:
    """Open, resolved and waiting talk about the recipe and a step of it; a question's address."""
    page = db.session.query(Page).filter_by(slug=library.recipe.removeprefix("/wiki/")).one()
    bilal, carla = (db.session.query(User).filter_by(name=n).one() for n in ("Bilal", "Carla"))
    lab = db.session.query(Lab).filter_by(slug="menden").one()
    text = "Wie geht das ohne **WLAN**, @Anke?\n\n1. mit Hotspot\n2. gar nicht"
    first = say(page, RemarkContent(text=text, step="kcc"), carla)
    thread = db.session.get_one(Thread, first.thread_id)
    answer(thread, RemarkContent(text="Mit Karten."), bilal)
    remove(answer(thread, RemarkContent(text="Vertan."), bilal), bilal)
    done = say(page, RemarkContent(text="Ein Tippfehler."), carla)
    set_resolved(db.session.get_one(Thread, done.thread_id), carla, on=True)
    say(page, RemarkContent(text="Gibt es das auf Türkisch?", name="Deniz"), None)
    set_running(page, lab, carla, on=True)
    content = QuestionContent(title="Wer hat Erfahrung mit Zelten?", text="Für den Mai.")
    return f"/fragen/{ask(content, lab, carla).id}"


def keep_news(library: Library) -> str:
    """Anke watches a lab, a topic, a page and has news of them; where her mails are stopped."""
    people = [db.session.query(User).filter_by(name=n).one() for n in ("Anke", "Bilal", "Carla")]
    anke, bilal, carla = people
    number = anke.id
    page = db.session.query(Page).filter_by(slug=library.method.removeprefix("/wiki/")).one()
    lab = db.session.query(Lab).filter_by(slug="menden").one()
    watch(anke, Target(page_id=page.id))
    watch(anke, Target(lab_id=lab.id))
    watch(anke, Target(search="thema=K%C3%BCnstliche+Intelligenz&minuten=90"))
    say_more(page, carla, summary="Karten sammeln, ordnen und bewerten.")
    long = "Rindfleischetikettierungsüberwachungsaufgabenübertragung"
    new = make_page(long, by=carla.id, lab=lab)
    say(new, RemarkContent(text="Wie lange dauert das?"), bilal)
    make_findable(current_app._get_current_object())  # type: ignore[attr-defined]
    while tell():
        pass
    with in_language("de"):
        # The follower of the index forgets all objects of its session.
        return address_to_stop(db.session.get_one(User, number), MailKind.NEWS)


def keep_search_words() -> None:
    """Groups of words that share one, one that was removed, and words that nobody found."""
    long = "Rindfleischetikettierungsüberwachungsaufgabenübertragung"
    with writing() as session:
        session.add_all(
            [
                SynonymGroup(id=1, words=f"Handy, {long}", before="Handy, Telefon", version=2),
                SynonymGroup(words="Handy, Smartphone"),
                SynonymGroup(id=3, words="Rechner, Computer", removed_at=now()),
                UnmetSearch(words=long.casefold(), times=3, month="2026-11"),
            ]
        )


def say_more(page: Page, by: User, **fields: Any) -> None:
    """A new version that says these fields differently."""
    kind = kinds().named(page.kind)
    values = content_of(revision_of(page, page.current_number)).to_json() | fields
    save_edit(
        page,
        kind,
        kind.content.model_validate(values),
        Contribution(by=by, lab=page.lab, note="Aus dem letzten Mal gelernt"),
        base=page.current_number,
        publish=True,
    )


def make_findable(app: Flask) -> None:
    """Bring the search index up to what was written."""
    while Follower(app.extensions["laborwiki-search"]).follow():
        pass
