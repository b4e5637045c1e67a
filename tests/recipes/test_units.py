"""Units follow their number wherever an amount is computed."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from wiki.recipes.units import unit_for

MATERIALS = [
    {"item": "Klebeband", "amount": "1", "unit": "Rollen"},
    {"item": "Bausteine", "per_person": "0.5", "unit": "Kiste"},
    {"item": "Aushang", "amount": "1", "unit": "Blätter"},
]


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("5", "Kiste", "Kisten"),
        ("1", "Kisten", "Kiste"),
        ("1", "Kiste", "Kiste"),
        ("0.5", "Packung", "Packungen"),
        ("1.0", "Sätze", "Satz"),
        ("2", "Satz mit zwölf Dingen", "Sätze mit zwölf Dingen"),
        ("3", "Bogen, etwa 60 mal 80 cm", "Bögen, etwa 60 mal 80 cm"),
        ("1", "Blätter", "Blatt"),
        ("27", "Blatt", "Blatt"),
        ("27", "Blätter", "Blätter"),
        ("12", "Stück", "Stück"),
        ("2", "Rolle Kiste", "Rollen Kiste"),
        ("2", "cm", "cm"),
        ("2", "Wundertüte", "Wundertüte"),
        ("2", "kiste", "kiste"),
        ("2", "", ""),
        (None, "Kiste", "Kiste"),
    ],
)
def test_a_unit_follows_its_number(amount: str | None, unit: str, said: str) -> None:
    assert unit_for(None if amount is None else Decimal(amount), unit) == said


@pytest.mark.parametrize("address", ["", "/druck"])
def test_the_page_and_the_sheet_say_units_as_people_do(
    client: FlaskClient, cast: Cast, address: str
) -> None:
    make_page("Werkstatt", by=cast.anke, materials=MATERIALS)

    shown = client.get(f"/wiki/werkstatt{address}?personen=10").text

    assert "1 Rolle<" in shown
    assert "5 Kisten<" in shown
    assert "1 Blatt<" in shown
    assert "1 Kiste<" in client.get(f"/wiki/werkstatt{address}?personen=2").text


def test_the_word_document_says_units_as_people_do(client: FlaskClient, cast: Cast) -> None:
    make_page("Werkstatt", by=cast.anke, materials=MATERIALS)

    answer = client.get("/wiki/werkstatt.docx?personen=10")

    words = ZipFile(BytesIO(answer.data)).read("word/document.xml").decode()
    assert "1 Rolle<" in words
    assert "5 Kisten<" in words


def test_what_was_typed_stays_in_the_text(client: FlaskClient, cast: Cast) -> None:
    make_page("Werkstatt", by=cast.anke, materials=MATERIALS)

    assert "- Einheit: Kiste\n" in client.get("/wiki/werkstatt.md").text


@pytest.mark.parametrize("address", ["", "/druck"])
def test_other_numbers_of_people_than_meant_are_named_on_screen_and_paper(
    client: FlaskClient, cast: Cast, address: str
) -> None:
    make_page("Werkstatt", by=cast.anke, group_min=6, group_max=12)

    many = client.get(f"/wiki/werkstatt{address}?personen=13").text
    few = client.get(f"/wiki/werkstatt{address}?personen=5").text
    fit = client.get(f"/wiki/werkstatt{address}?personen=12").text

    assert "Gedacht ist das für höchstens 12 Personen." in many
    assert "Gedacht ist das für mindestens 6 Personen." in few
    assert "Erprobt ist" not in fit
    assert "Gedacht ist" not in fit


def test_the_word_document_names_them_too(client: FlaskClient, cast: Cast) -> None:
    make_page("Werkstatt", by=cast.anke, group_min=6, group_max=12)

    answer = client.get("/wiki/werkstatt.docx?personen=13")

    words = ZipFile(BytesIO(answer.data)).read("word/document.xml").decode()
    assert "höchstens 12 Personen" in words


@pytest.mark.parametrize(
    ("cost", "german", "english"),
    [("10,50", "etwa 10,50 €", "about €10.50"), ("38", "etwa 38 €", "about €38")],
)
def test_money_has_cents_or_none(
    client: FlaskClient, cast: Cast, cost: str, german: str, english: str
) -> None:
    page = make_page("Backen", cost_fixed=cost)

    assert german in client.get(f"/wiki/{page.slug}").text
    assert english in client.get(f"/wiki/{page.slug}?sprache=en").text


def test_material_says_what_somebody_chose(client: FlaskClient, cast: Cast) -> None:
    chair = {"key": "mch", "item": "Stühle", "per_person": "1"}
    lent = {"key": "mlt", "item": "Beamer", "category": "device", "brought_by": "host"}
    make_page("Werkstatt", by=cast.anke, materials=[chair, lent | {"substitute": "<b>Wand</b>"}])

    shown = client.get("/wiki/werkstatt").text

    assert "Verbrauchsmaterial" not in shown
    assert "Gerät · stellt, wer einlädt · Ersatz: &lt;b&gt;Wand&lt;/b&gt;" in shown
