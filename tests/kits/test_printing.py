"""The PDF: made of data, so that no text is ever read as typst; found again as it was written."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import Cast, make_page
from tests.kits.cast import plan_on, rich_recipe, take, words_of_pdf
from wiki import typesetting
from wiki.kits.printing import TEMPLATE
from wiki.kits.tree import tree_of
from wiki.labs.models import Lab
from wiki.markup import render
from wiki.pages.models import Page
from wiki.typesetting import TypesettingFailed, typeset

# Letters that the fonts have; of others a PDF shows boxes, and none of them are lost elsewhere.
LETTERS = st.characters(
    min_codepoint=32, max_codepoint=0x17F, exclude_categories=("Cc", "Cf", "Zs", "Lm", "Sk")
)
HOSTILE = (
    '#import "@preview/x:1.0.0"',
    '#read("/etc/passwd")',
    "\\input{/etc/passwd}",
    '#image("http://127.0.0.1:1/x.png")',
    "#set page(width: 1pt)",
    "#while true {}",
    "$ a^b $ @label <label> ~ -- --- ... 'x' \"y\"",
    "= Kein Titel",
    "*fett* _kursiv_ `code`",
    "<img src=http://127.0.0.1:1/x.png>",
    "![x](file:///etc/passwd)",
    "{{ 7*7 }} </script>",
)


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


def data_with(title: str, tree: object, note: str = "") -> dict[str, object]:
    """What the template needs, with these words in it."""
    item = {
        "begins": "9:00",
        "ends": "10:00",
        "title": title,
        "facts": note,
        "note": [note],
        "parts": [{"name": name, "label": "Tipp", "tree": tree} for name in ("text", "tip")],
        "language": "de",
        "pause": False,
        "gap": 5,
        "who": note,
    }
    row = {"lead": note, "text": note, "note": note, "late": True, "tree": tree, "language": "de"}
    labels = dict.fromkeys(("qr", "online", "page", "of", "gap", "sources"), "Wort")
    return {
        **{"title": title, "kicker": note, "facts": note, "language": "de", "author": note},
        **{"colour": "#0b5c8a", "address": "https://wiki.example/", "qr": "a.svg"},
        "labels": labels,
        "days": [{"title": note, "facts": note, "items": [item]}],
        "lists": [{"title": note, "total": note, "groups": [{"title": note, "rows": [row]}]}],
        "chapters": [{"title": note, "language": "de", "parts": item["parts"]}],
        "sources": [note],
    }


QR = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>'


def made_of(title: str, markdown: str, note: str) -> bytes:
    return typeset(TEMPLATE, data_with(title, tree_of(render(markdown).html), note), {"a.svg": QR})


def squeezed(text: str) -> str:
    """Without what lines and pages do to words; U+0002 is a hyphen that ends a line."""
    return re.sub(r"[\s\x02-]+", "", text)


def test_everything_stands_in_it_with_times_and_numbers(client: FlaskClient, page: Page) -> None:
    plan = plan_on(page, place="Rathaus", people=24)

    words = words_of_pdf(take(client, plan, "pdf").data)

    for said in (
        "Zukunftswerkstatt",
        "8. Mai 2027 · 9:00–10:30",
        "24 Personen · Rathaus",
        "9:30",
        "Kritik sammeln",
        "Was stört?",
        "– eine je Gedanke",
        "Achtung: Nicht bewerten.",
        "120 Stück",
        "Moderation",
        "stufenlos erreichbar",
        "Raum reservieren",
        "Zusammen etwa 56 €",
        "Was nehmen wir mit?",
        "von stadtLABOR Beispiel, unter CC BY 4.0",
        "Seite 1 von",
    ):
        assert said in words, said


def test_it_is_accessible_titled_and_leads_to_the_plan(
    app: Flask, client: FlaskClient, page: Page
) -> None:
    plan = plan_on(page)

    data = take(client, plan, "pdf").data

    pdf = pypdfium2.PdfDocument(data)
    assert pdf.get_metadata_value("Title") == "Zukunftswerkstatt"
    assert pdf.is_tagged()
    pdf.close()
    assert b"pdfuaid:part" in data
    assert b"/Lang(de)" in data.replace(b" ", b"")
    address = app.config["LABORWIKI"].public_url + f"/plan/{plan.read_secret}"
    assert address.encode() in data


def test_letters_that_no_font_has_cost_the_seal_and_not_the_pdf(
    client: FlaskClient, page: Page
) -> None:
    data = take(client, plan_on(page, title="Feier 😀 中文"), "pdf").data

    assert b"pdfuaid:part" not in data
    assert "Feier" in words_of_pdf(data)
    assert "Kritik sammeln" in words_of_pdf(data)


def test_hostile_words_stay_words(client: FlaskClient, cast: Cast, labs: dict[str, Lab]) -> None:
    text = "\n\n".join(f"```\n{words}\n```" for words in HOSTILE)
    steps = [{"key": "kaa", "title": HOSTILE[0], "minutes": 5, "text": text, "prompt": HOSTILE[1]}]
    page = make_page(HOSTILE[1], by=cast.anke, lab=labs["soest"], steps=steps)
    notes = [{"key": "kaa", "sort": "free", "title": HOSTILE[2], "text": "\n".join(HOSTILE)}]
    plan = plan_on(page, title=HOSTILE[1])
    plan = plan_on(page, title=HOSTILE[1], blocks=[*plan.content["blocks"], *_keyed(notes)])

    words = words_of_pdf(take(client, plan, "pdf").data)

    assert "root:" not in words
    for said in HOSTILE:
        assert squeezed(words).count(squeezed(said)) >= 2, said


def _keyed(blocks: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for number, block in enumerate(blocks):
        yield {**block, "key": f"kx{number}", "minutes": 5}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(LETTERS, min_size=1, max_size=60), st.text(LETTERS, max_size=200))
@example('#read("/etc/passwd")', "#" * 150)
@example("x" * 60, "ein Wort und " + "y" * 180)
def test_words_come_out_as_they_were_written(title: str, note: str) -> None:
    words = squeezed(words_of_pdf(made_of(title, "Text.", note)))

    assert words.count(squeezed(title)) >= 2
    assert words.count(squeezed(note)) >= 5


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=80), st.text(max_size=400), st.text(max_size=80))
@example("", "- \n- \n\n1. \n\n> \n\n| |\n|-|\n| |", "")
@example("a", "[](https://x.example) [x]() `` ![](x) # \n## \n```\n```", "\n\n")
def test_any_text_makes_a_pdf(title: str, markdown: str, note: str) -> None:
    assert made_of(title or "x", markdown, note).startswith(b"%PDF-")


def test_long_words_stay_on_the_page() -> None:
    pdf = pypdfium2.PdfDocument(made_of("x" * 300, "y" * 500 + " `" + "z" * 500 + "`", "w" * 300))

    for page in pdf:
        width = page.get_width()
        boxes = page.get_textpage()
        assert all(boxes.get_charbox(i)[2] < width for i in range(boxes.count_chars()))
    pdf.close()


def test_it_reads_nothing_beside_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    for reach in (str(secret), "/etc/passwd", "../secret.txt", "http://127.0.0.1:1/x"):
        template = tmp_path / "x.typ"
        template.write_text(f'#read("{reach}")')
        with pytest.raises(TypesettingFailed):
            typeset(template, {}, {})
    template.write_text('#import "@preview/cetz:0.3.0"')
    with pytest.raises(TypesettingFailed):
        typeset(template, {}, {})


@pytest.mark.parametrize(
    "source", ["#while true { }", '#let x = ("a" * 400000000, "b" * 900000000)']
)
def test_what_takes_too_much_is_stopped(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 4)
    template = tmp_path / "x.typ"
    template.write_text(source)
    begun = time.monotonic()

    with pytest.raises(TypesettingFailed):
        typeset(template, {}, {})

    assert time.monotonic() - begun < 12


def test_too_much_for_a_pdf_is_said(
    client: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "MAX_DATA", 100)

    answer = take(client, plan_on(page), "pdf")

    assert answer.status_code == 503
    assert "zu umfangreich" in answer.text
