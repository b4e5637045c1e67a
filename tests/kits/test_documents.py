"""Word, ODT and the single HTML file: words stay words, and nothing is fetched."""

import io
import re
import zipfile
from html import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import Cast, make_page
from tests.kits.cast import plan_on, rich_recipe, take, words_of_pdf, words_of_zip
from tests.kits.test_printing import HOSTILE, LETTERS, squeezed
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.reuse.pandoc import convert
from wiki.reuse.word import word_from

# Word computes and asks for what stands in these.
FIELDS = ("w:fldSimple", "w:instrText", "w:altChunk", "w:object", "<o:", "attachedTemplate")


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


@pytest.fixture
def hostile(cast: Cast, labs: dict[str, Lab]) -> Page:
    """A recipe whose every text tries something."""
    more = ("{ INCLUDETEXT C:\\\\x }", '=cmd|"/c calc"!A1', "[x](javascript:alert(1))")
    text = "\n\n".join((*HOSTILE[9:], *more, "![y](http://127.0.0.1:1/y.png)"))
    steps = [{"key": "kaa", "title": HOSTILE[9], "minutes": 5, "text": text, "tip": text}]
    return make_page(HOSTILE[9], by=cast.anke, lab=labs["soest"], steps=steps, debrief=text)


@pytest.mark.parametrize("part", ["word", "odt"])
def test_the_whole_plan_is_in_it(part: str, client: FlaskClient, page: Page) -> None:
    words = words_of_zip(take(client, plan_on(page, people=24), part).data)

    for said in ("9:00–9:30", "Kritik sammeln", "Was stört?", "120 Stück", "Was nehmen wir mit?"):
        assert said in words, said


@pytest.mark.parametrize("part", ["word", "odt", "pdf"])
def test_one_group_comes_after_the_other_and_the_times_in_order(
    part: str, client: FlaskClient, page: Page
) -> None:
    blocks = [
        {"key": "kxa", "title": "Löten", "minutes": 30, "track": "Werkstatt"},
        {"key": "kxb", "title": "Kochen", "minutes": 20, "track": "Küche"},
        {"key": "kxc", "title": "Leimen", "minutes": 30, "track": "Werkstatt"},
        {"key": "kxd", "title": "Essen", "minutes": 40},
    ]
    plan = plan_on(page, groups=["Werkstatt", "Küche"], blocks=blocks)
    data = take(client, plan, part).data

    words = words_of_pdf(data) if part == "pdf" else words_of_zip(data)

    if part != "pdf":
        times = [words.index(f"{b['title']} ({b['track']})") for b in blocks[:3]]
        assert times == sorted(times)
        words = words[times[-1] :].partition("Essen")[2]
    assert words.index("Löten") < words.index("Leimen") < words.index("Kochen")
    assert words.index("Kochen") < words.index("Alle zusammen") < words.index("Essen")


def test_an_open_document_is_on_a4_in_the_language_and_a_colour(
    client: FlaskClient, page: Page
) -> None:
    data = take(client, plan_on(page), "odt").data

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        styles = archive.read("styles.xml").decode()
    (page_layout,) = re.findall(r"<style:page-layout-properties[^>]*>", styles)
    assert 'fo:page-width="21cm"' in page_layout
    assert 'fo:page-height="29.7cm"' in page_layout
    (title,) = re.findall(r'<style:style [^>]*"Title"[^>]*>.*?</style:style>', styles, re.S)
    assert 'fo:color="#1d2433"' in title
    assert "Times New Roman" not in re.sub(r"<style:font-face [^>]*>", "", styles)
    assert 'fo:language="de"' in styles
    assert 'fo:language="en"' not in styles


@pytest.mark.parametrize("part", ["word", "odt"])
def test_documents_hold_no_field_and_fetched_nothing(
    part: str, client: FlaskClient, hostile: Page
) -> None:
    data = take(client, plan_on(hostile, title=HOSTILE[1]), part).data

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert not any("media/" in name or name.startswith("Pictures/") for name in parts)
    everything = "\n".join(parts.values())
    # A picture elsewhere is a link, as everywhere in the wiki: who reads decides to follow it.
    for fetched in ("root:x:", "relationships/image", "<draw:image", '="javascript:'):
        assert fetched not in everything
    for field in FIELDS:
        assert field not in parts.get("word/document.xml", "")
    words = squeezed(words_of_zip(data))
    assert squeezed(HOSTILE[1]) in words or part == "word"
    assert squeezed(HOSTILE[9]) in words


def test_the_page_stands_alone(app: Flask, client: FlaskClient, hostile: Page) -> None:
    text = take(client, plan_on(hostile), "html").text

    head = text.split("</head>")[0]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in head
    for wanted in ("<script", "<link", "<iframe", "@import", "url(", " onerror", "javascript:"):
        assert wanted not in text
    assert text.count("<img") == 0
    assert "&lt;img src=http://127.0.0.1:1/x.png&gt;" in text


def test_links_of_the_wiki_lead_there_from_anywhere(
    app: Flask, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Blitzlicht", by=cast.anke, lab=labs["soest"])
    text = 'Siehe [[Blitzlicht]] und `<a href="/x">`.'
    steps = [{"key": "kaa", "title": "A", "minutes": 5, "text": text}]
    page = make_page("Mit Link", by=cast.anke, lab=labs["soest"], steps=steps)

    found = take(client, plan_on(page), "html").text

    site = app.config["LABORWIKI"].public_url
    assert f'<a href="{site}/wiki/blitzlicht">Blitzlicht</a>' in found
    assert '"/x"' in found.replace("&#34;", '"').replace("&quot;", '"')
    assert f"{site}/x" not in found


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(LETTERS, min_size=1, max_size=80))
@example("{ INCLUDEPICTURE http://127.0.0.1:1/x }")
@example('=HYPERLINK("http://127.0.0.1:1")')
@example("\\input{/etc/passwd} #read('x')")
def test_words_come_out_of_documents_as_they_were_written(app: Flask, words: str) -> None:
    html = f"<html><body><p>{escape(words)}</p></body></html>"

    documents = (
        word_from(html, "#0b5c8a", "de"),
        convert(html.encode(), ("--from=html", "--to=odt")),
    )

    for data in documents:
        assert squeezed(words_of_zip(data)) == squeezed(words)


def test_made_documents_name_their_language(client: FlaskClient, page: Page) -> None:
    with zipfile.ZipFile(io.BytesIO(take(client, plan_on(page), "odt").data)) as archive:
        styles = archive.read("styles.xml").decode()
        assert 'fo:language="de"' in styles
    with zipfile.ZipFile(io.BytesIO(take(client, plan_on(page), "word").data)) as archive:
        styles = archive.read("word/styles.xml").decode()
        assert re.search(r'<w:lang [^>]*w:val="de', styles)
