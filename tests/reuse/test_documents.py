"""A Word, ODT or Markdown document becomes a form that is filled in; nothing is saved."""

import base64
import io
import subprocess
import zipfile
from collections.abc import Callable

import pypandoc
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, token
from tests.reuse.conftest import png, zipped
from tests.stages import everything_in
from wiki.db import db
from wiki.files.models import File
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page
from wiki.reuse import pandoc, places

SignedIn = Callable[[str], FlaskClient]

WORKSHOP = f"""
<h1>Roboter-Werkstatt</h1>
<p>Kinder bauen einen <b>Roboter</b>, der malt.</p>
<h2>Ziele</h2><ul><li>einen Motor anschließen</li><li>gemeinsam <s>still</s> planen</li></ul>
<h2>Material</h2>
<ul><li>12 Scheren</li><li>1 Rolle Klebeband je Gruppe</li><li>2 Blatt Papier pro Person</li>
<li>Stifte</li></ul>
<h2>Ablauf</h2>
<table><tr><td>Zeit</td><td>Inhalt</td><td>Wer</td></tr>
<tr><td>14:00–14:20</td><td><p>Begrüßung</p><ul><li>Namen</li><li>Regeln</li></ul></td><td>Mo</td></tr>
<tr><td>ca. 40 Min.</td><td>Bauen</td><td></td></tr></table>
<p><img src="data:image/png;base64,{base64.b64encode(png()).decode()}" alt="Der Roboter"></p>
<h2>Hintergrund</h2><p>Warum das<br>gut ist.<sup>1</sup></p>
<h2>Varianten</h2><p>Auch draußen.</p>
"""


def document(html: str, kind: str) -> bytes:
    return subprocess.run(
        [pypandoc.get_pandoc_path(), "--from=html", f"--to={kind}", "--output=-"],
        input=html.encode(),
        capture_output=True,
        check=True,
    ).stdout


def send(browser: FlaskClient, data: bytes, name: str, **more: str) -> TestResponse:
    fields = {"csrf_token": token(browser, "/import"), "file": (io.BytesIO(data), name), **more}
    return browser.post("/import", data=fields, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_workshop_in_a_document_is_guessed_into_the_form(
    kind: str, signed_in: SignedIn, cast: Cast
) -> None:
    anke = signed_in("anke")
    answer = send(anke, document(WORKSHOP, kind), f"werkstatt.{kind}")

    assert answer.location.startswith("/neu/rezept?zwischenstand=")
    sent = db.session.query(EditDraft).one().sent
    assert sent["title"] == "Roboter-Werkstatt"
    assert sent["summary"] == "Kinder bauen einen Roboter, der malt."
    assert sent["goals"] == "einen Motor anschließen\ngemeinsam still planen"
    materials = [
        tuple(sent.get(f"materials.{key}.{name}", "") for name in ("item", "unit"))
        + tuple(sent.get(f"materials.{key}.{name}", "") for name in ("amount", "per_group"))
        for key in sent.getlist("materials")
    ]
    assert materials == [
        ("Scheren", "", "12", ""),
        ("Klebeband", "Rolle", "", "1"),
        ("Papier", "Blatt", "", ""),
        ("Stifte", "", "", ""),
    ]
    steps = {
        sent[f"steps.{key}.title"]: (sent[f"steps.{key}.minutes"], sent[f"steps.{key}.text"])
        for key in sent.getlist("steps")
    }
    file = db.session.query(File).one()
    assert steps["Begrüßung"][0] == "20"
    assert "• Namen" in steps["Begrüßung"][1]
    assert "Wer: Mo" in steps["Begrüßung"][1]
    assert steps["Bauen"][0] == "40"
    # pandoc writes no description into the ODT it makes here.
    alt = "Der Roboter" if kind == "docx" else ""
    assert f"![{alt}]({file.mention})" in steps["Hinweise"][1]
    assert steps["Hintergrund"] == ("", "Warum das\ngut ist.1")
    assert sent["variations"] == "Auch draußen."
    assert db.session.query(Page).count() == 0

    form = anke.get(answer.location).text
    assert "Roboter-Werkstatt" in form
    assert "gespeichert ist noch nichts" in form


def test_a_text_without_steps_becomes_an_article(signed_in: SignedIn, cast: Cast) -> None:
    html = (
        "<h1>Was ist ein Barcamp?</h1><p>Ein Text.</p>"
        "<table><tr><td>a</td><td>b|c</td></tr><tr><td>d</td></tr></table>"
    )
    answer = send(signed_in("anke"), document(html, "docx"), "barcamp.docx")

    assert answer.location.startswith("/neu/hintergrund?")
    sent = db.session.query(EditDraft).one().sent
    assert sent["title"] == "Was ist ein Barcamp?"
    assert sent["body"].startswith("Ein Text.\n\n| a")
    assert "b\\|c" in sent["body"]


def test_somebody_may_say_what_it_is(signed_in: SignedIn, cast: Cast) -> None:
    anke = signed_in("anke")
    text = b"# Kreis\n\nAlle sitzen im Kreis."

    assert "/neu/rezept" in send(anke, text, "kreis.md", kind="rezept").location
    assert "/neu/hintergrund" in send(anke, text, "kreis.md").location


def test_a_page_in_the_text_form_fills_the_form_exactly(signed_in: SignedIn, cast: Cast) -> None:
    text = (
        "---\nArt: methode\nTitel: Kreis\nSprache: de\nLizenz: CC0-1.0\nWo geht es?:\n- Labor\n"
        "- draußen\n---\n\n## Wer hilft mit\n\n### Empfang {#kab}\n\n"
        "- Können Freiwillige übernehmen: true\n"
    )
    answer = send(signed_in("anke"), text.encode(), "kreis.md")

    sent = db.session.query(EditDraft).one().sent
    assert "/neu/rezept" in answer.location
    assert (sent["kind"], sent["licence"]) == ("method", "CC0-1.0")
    assert sent.getlist("settings") == ["lab", "outdoors"]
    assert sent["roles.kab.volunteer"] == "1"


BAD = {
    "no document": ("x.docx", b"Hallo", "kein ZIP"),
    "another zip": ("x.docx", zipped(a_txt="x"), "kein Dokument"),
    "with a password": ("x.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Kennwort"),
    "a bomb": ("x.docx", zipped(word__document_xml="x" * 60_000_000), "Unglaubwürdig"),
    "broken inside": ("x.docx", zipped(word__document_xml="<w:"), "ließ sich nicht einlesen"),
    "broken odt": ("x.odt", zipped(content_xml="<"), "ließ sich nicht einlesen"),
    "a wrong text form": ("x.md", b"---\nArt: format\n---", "Zeile 1: „Titel“ fehlt"),
    "something else": ("x.pdf", b"%PDF-1.7", ".docx, .odt und .md"),
    "nothing": ("", b"", "eine Datei gebraucht"),
}


def test_a_bad_document_is_refused_in_clear_words(
    app: Flask, signed_in: SignedIn, cast: Cast
) -> None:
    anke = signed_in("anke")
    before = everything_in(app)
    for name, data, words in BAD.values():
        answer = send(anke, data, name)

        assert answer.status_code == 422, name
        assert words in answer.text.replace("&#34;", '"'), words
    assert everything_in(app) == before


def test_a_document_reads_nothing_of_this_machine(signed_in: SignedIn, cast: Cast) -> None:
    """A link to a file or an address in place of a picture stays what it is: words."""
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document("<p><img src='data:image/png;base64,' alt='x'></p><p>"
        "<a href='file:///etc/passwd'>y</a></p>", "docx"))) as source,
        zipfile.ZipFile(data, "w") as target,
    ):  # fmt: skip
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith(".rels"):
                content = content.replace(b"media/", b"file:///etc/passwd?")
            target.writestr(entry.filename, content)
    send(signed_in("anke"), data.getvalue(), "x.docx")

    assert "root:" not in str(db.session.query(EditDraft).one().fields)


def test_enough_is_enough(
    app: Flask, signed_in: SignedIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are converted at a time; who comes third is told to come back."""
    monkeypatch.setattr(places, "WAIT_SECONDS", 0.0)
    anke = signed_in("anke")
    data = document("<p>x</p>", "docx")
    with places.a_place("pandoc"), places.a_place("pandoc"):
        answer = send(anke, data, "x.docx")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert send(anke, data, "x.docx").status_code == 303


def test_what_takes_too_long_is_stopped(
    app: Flask, signed_in: SignedIn, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pandoc, "SECONDS", 0)

    answer = send(signed_in("anke"), document("<p>x</p>", "docx"), "x.docx")

    assert "ließ sich nicht einlesen" in answer.text


@pytest.mark.parametrize("who", ["bilal", "gabi"])
def test_members_bring_documents_but_no_packages(who: str, signed_in: SignedIn, cast: Cast) -> None:
    browser = signed_in(who)

    assert send(browser, b"# Kreis", "kreis.md").status_code == 303
    assert send(browser, zipped(a_md="# A"), "a.zip").status_code == 403
    assert ".zip" not in browser.get("/import").text
