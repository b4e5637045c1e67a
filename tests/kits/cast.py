"""What tests of kits have in common: a recipe with a little of everything, and its plan."""

import html
import io
import re
import zipfile
from datetime import date
from typing import Any

import pypdfium2
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import make_page
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.content import Beginnings
from wiki.plans.models import Plan
from wiki.plans.planning import make_plan
from wiki.plans.recipes import newest

DAY = date(2027, 5, 8)


def rich_recipe(title: str = "Zukunftswerkstatt", *, by: int, lab: Lab, **fields: Any) -> Page:
    steps = [
        {
            "key": "kaa",
            "title": "Kritik sammeln",
            "minutes": 30,
            "text": "Alle schreiben **Karten**.\n\n- eine je Gedanke\n- groß",
            "prompt": "Was stört?",
            "tip": "Viel Platz an der Wand.",
            "pitfall": "Nicht bewerten.",
            "social_form": "plenary",
        },
        {"key": "kbb", "title": "Träumen", "minutes": 60, "text": "Ohne Grenzen."},
    ]
    values: dict[str, Any] = {
        "steps": steps,
        "group_ideal": 12,
        "materials": [
            *(
                {"key": key, "item": item, "brought_by": who, "category": category, **amount}
                for key, item, who, category, amount in (
                    ("kma", "Stellwände", "mobile_lab", "device", {"amount": 3}),
                    ("kmb", "Karten", "buy", "consumable", {"per_person": 5, "unit": "Stück"}),
                    ("kmc", "Anleitung", "host", "print", {"amount": 1}),
                )
            ),
        ],
        "roles": [{"key": "kra", "name": "Moderation", "count": 2, "briefing": "Zeit *halten*."}],
        "settings": ["lab", "mobile"],
        "room_space": "60 m²",
        "room_power": "zwei Steckdosen",
        "room_setup": "Stuhlkreis",
        "wifi": "helpful",
        "accessibility": ["step_free", "toilet"],
        "lead_days": 50,
        "minutes_prepare": 90,
        "minutes_setup": 45,
        "minutes_teardown": 20,
        "cost_fixed": "20",
        "cost_per_person": "1.5",
        "invitation": "Wir **träumen** gemeinsam.\n\n- Kaffee gibt es",
        "debrief": "Was nehmen wir mit?",
    }
    return make_page(title, by=by, lab=lab, **(values | fields))


def plan_on(page: Page, on: date | None = DAY, **said: Any) -> Plan:
    """A plan of the recipe from 9:00, by nobody; `said` are particulars."""
    plan = make_plan(newest(page), Beginnings(date=on), None)
    with writing() as session:
        kept = session.get_one(Plan, plan.id)
        kept.content = {**kept.content, **said}
    return db.session.get_one(Plan, plan.id)


def take(client: FlaskClient, plan: Plan, part: str = "", **query: str) -> TestResponse:
    """A part of the kit, as those get it who may only read the plan."""
    address = f"/plan/{plan.read_secret}/mitnehmen" + (f"/{part}" if part else "")
    return client.get(address, query_string=query)


def words_of_pdf(data: bytes) -> str:
    """What stands in a PDF, its lines put together."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    finally:
        pdf.close()


def words_of_zip(data: bytes) -> str:
    """What stands in the parts of a Word or OpenDocument file that hold text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {"word/document.xml", "content.xml"} & set(archive.namelist())
        text = " ".join(archive.read(name).decode() for name in names)
    text = re.sub(r"</(?:w:p|text:p|text:h)>|<w:br ?/>|<text:(?:s|line-break) ?/>", " ", text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())
