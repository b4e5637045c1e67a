"""„Mitnehmen": paper, Word, everything together, the line to name it, and what machines want."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.conftest import Cast, make_page
from tests.reuse.conftest import png
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.storing import attach, find_file, store_file
from wiki.labs.models import Lab
from wiki.pages.addresses import find_page
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.textform import from_text
from wiki.pages.writing import purge
from wiki.reuse import shelf, word
from wiki.reuse.source import Source

SignedIn = Callable[[str], FlaskClient]


@pytest.fixture
def page(app: Flask, cast: Cast, labs: dict[str, Lab]) -> Page:
    """A recipe with a picture in a step, one only its lab may see, and an attachment."""
    anke, lab = db.session.get_one(User, cast.anke), labs["soest"]

    def stored(name: str, data: bytes) -> str:
        file = store_file(io.BytesIO(data), name, by=anke, lab=lab, author="Mo", alt="Ein Fleck")
        return file.mention

    text = f"Alle bauen <los>.\n\n![]({stored('rot.png', png())})"
    materials = [{"key": "kcc", "item": "Scheren", "per_person": 2, "unit": "Stück"}]
    steps = [
        {"key": "kaa", "title": "Ankommen", "minutes": 10},
        {"key": "kbb", "title": "Bauen", "minutes": 50, "text": text},
    ]
    page = make_page("Werkstatt", by=cast.anke, lab=lab, materials=materials, steps=steps)
    name = stored("vorlage.csv", b"a;b").split("/")[1]
    attach(page, find_file(name), anke)
    make_page("Leiser Entwurf", by=cast.anke, lab=lab, publish=False)
    return page


def words_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return " ".join(re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode()).split())


@pytest.mark.usefixtures("page")
def test_one_button_leads_to_all_ways_of_taking_it_along(client: FlaskClient) -> None:
    shown = client.get("/wiki/werkstatt?personen=20").text
    take = client.get("/wiki/werkstatt/mitnehmen?personen=20").text

    assert 'href="/wiki/werkstatt/mitnehmen?personen=20"' in shown
    for address in ("/druck?personen=20", ".docx?personen=20", ".zip?personen=20", ".md", ".json"):
        assert f'href="/wiki/werkstatt{address}"' in take, address
        assert client.get(f"/wiki/werkstatt{address}").status_code == 200


@pytest.mark.usefixtures("page")
def test_the_line_names_exactly_this_version_in_three_ways(client: FlaskClient) -> None:
    take = client.get("/wiki/werkstatt/mitnehmen").text

    address = "http://127.0.0.1:8000/wiki/werkstatt/versionen/1"
    licence = "https://creativecommons.org/licenses/by/4.0/deed.de"
    end = "via Laborwiki"
    assert (
        f"„Werkstatt“ ({address}) von stadtLABOR Beispiel, unter CC BY 4.0 ({licence}), {end}"
        in take
    )
    assert f"[„Werkstatt“]({address}) von stadtLABOR Beispiel, unter [CC BY 4.0]({licence})" in take
    assert f"&lt;a href=&#34;{address}&#34;&gt;„Werkstatt“&lt;/a&gt;" in take


def test_other_people_s_text_carries_its_source_and_licence_along(
    cast: Cast, client: FlaskClient
) -> None:
    make_page(
        "Von <anderen>",
        kind="article",
        source="Archiv, https://example.org/a?b=1&c=2",
        other_licence="GFDL 1.3 (https://example.org/gfdl)",
        creators=[{"name": "Mo *M*", "url": "https://example.org/mo"}],
    )
    shown = client.get("/wiki/von-anderen").text
    take = client.get("/wiki/von-anderen/mitnehmen").text

    assert 'href="https://example.org/a?b=1&amp;c=2"' in shown
    assert 'href="https://example.org/gfdl"' in shown
    assert "CC BY 4.0" not in shown.split("<footer")[1]
    line = "von Mo *M*, unter GFDL 1.3 (https://example.org/gfdl), via Laborwiki. Quelle: Archiv"
    assert line in take
    assert "von Mo \\*M\\*, unter GFDL" in take
    assert "„Von &lt;anderen&gt;“" in take


def test_cc0_asks_for_no_line(cast: Cast, client: FlaskClient) -> None:
    make_page("Frei", kind="article", licence="CC0-1.0")

    assert "verlangt keine Nennung" in client.get("/wiki/frei/mitnehmen").text


@pytest.mark.usefixtures("page")
def test_the_word_document_is_computed_for_the_group(client: FlaskClient) -> None:
    answer = client.get("/wiki/werkstatt.docx?personen=20&beginn=18:00")
    said = words_of(answer.data)

    assert answer.headers["Content-Disposition"].endswith("filename=werkstatt.docx")
    assert "40 Stück Scheren" in said
    assert "18:10 50 Bauen" in said
    assert "Alle bauen <los>." in said.replace("&lt;", "<").replace("&gt;", ">")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        styles = archive.read("word/styles.xml").decode()
        media = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert "0B5C8A" in styles
    assert len(media) == 1
    assert "24 Stück" in words_of(client.get("/wiki/werkstatt.docx?personen=12").data)


def test_every_kind_becomes_a_word_document(app: Flask, cast: Cast, client: FlaskClient) -> None:
    for kind in kinds():
        page = make_page(f"Ein {kind.word}", kind=kind.name, summary="Zum Lesen.")
        said = words_of(client.get(f"/wiki/{page.slug}.docx").data)

        assert "Zum Lesen." in said
        assert f"/wiki/{page.slug}/versionen/1" in said


def test_pictures_that_the_asker_may_not_see_are_left_out(
    app: Flask, page: Page, cast: Cast, client: FlaskClient
) -> None:
    """The text names a picture of a draft of another lab: only its words come."""
    carla = db.session.get_one(User, cast.carla)
    menden = db.session.query(Lab).filter_by(slug="menden").one()
    hidden = store_file(io.BytesIO(png("blue")), "geheim.png", by=carla, lab=menden, alt="Karte")
    body = f"Vorher ![]({hidden.mention}) nachher"
    make_page("Fremdes Bild", by=cast.anke, lab=page.lab, kind="article", body=body)
    for data in (
        client.get("/wiki/fremdes-bild.docx").data,
        client.get("/wiki/fremdes-bild.zip").data,
    ):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert not any("png" in name for name in archive.namelist())


@pytest.mark.usefixtures("app", "cast")
def test_what_came_from_elsewhere_is_not_said_to_be_made_here(client: FlaskClient) -> None:
    make_page("Fremd", kind="article", source="https://example.org/a")
    make_page("Eigen", kind="article")

    foreign, own = (client.get(f"/wiki/{slug}/mitnehmen").text for slug in ("fremd", "eigen"))

    assert ", unter CC BY 4.0" in foreign
    assert "von Laborwiki" not in foreign
    assert "via Laborwiki. Quelle: https://example.org/a" in foreign
    assert "von Laborwiki, unter CC BY 4.0" in own
    assert "Laborwiki," not in client.get("/wiki/fremd").text.split("imprint-line")[1]


def test_photos_are_as_large_as_paper_needs_and_of_a_kind_every_word_shows(
    app: Flask, cast: Cast, labs: dict[str, Lab], client: FlaskClient
) -> None:
    """A photo straight from a phone is more than pandoc can hold."""
    anke, lab = db.session.get_one(User, cast.anke), labs["soest"]
    photo, drawing = io.BytesIO(), io.BytesIO()
    Image.effect_noise((2500, 1800), 80).save(photo, "PNG")
    Image.new("RGBA", (300, 200), (200, 0, 0, 90)).save(drawing, "WEBP")
    mentions = [
        store_file(io.BytesIO(made.getvalue()), name, by=anke, lab=lab, alt="Werkbank").mention
        for made, name in ((photo, "foto.png"), (drawing, "skizze.webp"))
    ]
    body = "\n\n".join(f"![]({mention})" for mention in mentions)
    page = make_page("Mit Fotos", by=cast.anke, lab=lab, kind="article", body=body)

    answer = client.get(f"/wiki/{page.slug}.docx")

    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        media = [name for name in archive.namelist() if name.startswith("word/media/")]
        pictures = [Image.open(io.BytesIO(archive.read(name))) for name in media]
    assert sorted((picture.format, picture.size) for picture in pictures) == [
        ("JPEG", (1280, 922)),
        ("PNG", (300, 200)),
    ]


@pytest.mark.usefixtures("page")
def test_everything_together_can_be_imported_again(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    data = client.get("/wiki/werkstatt.zip").data
    path = tmp_path / "werkstatt.zip"
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        names = [name.rpartition("/")[2] for name in archive.namelist()]
        note = archive.read("LIESMICH.txt").decode()
    source = Source(path, kinds().models())
    source.check()

    assert sorted(names) == sorted(
        [
            "werkstatt.md",
            "laborwiki.json",
            "werkstatt.docx",
            "rot.png",
            "vorlage.csv",
            "LIESMICH.txt",
        ]
    )
    assert "versionen/1) von stadtLABOR Beispiel, unter CC BY 4.0" in note
    assert "vorlage.csv: Mo" in note
    assert len(source) == 1
    assert len(source.manifest.files) == 2
    source.close()


@pytest.mark.usefixtures("page")
def test_machines_get_the_text_form_and_json(app: Flask, client: FlaskClient) -> None:
    markdown = client.get("/wiki/werkstatt.md")
    said = json.loads(client.get("/wiki/werkstatt.json").data)

    word_, content = from_text(markdown.text, kinds().models())
    assert markdown.mimetype == "text/markdown"
    assert (word_, content.title) == ("format", "Werkstatt")
    assert said["content"] == content.to_json()
    assert said["version"] == 1
    assert markdown.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.usefixtures("page")
def test_the_same_document_is_made_once_and_goes_with_its_page(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Path(app.config["LABORWIKI"].data) / "cache" / "word"
    first = client.get("/wiki/werkstatt.docx").data
    client.get("/wiki/werkstatt.docx?personen=9")
    assert len(list(cache.glob("*/*.docx"))) == 2

    monkeypatch.setattr(word, "convert", None)
    assert client.get("/wiki/werkstatt.docx").data == first

    monkeypatch.undo()
    monkeypatch.setattr(shelf, "KEPT_FILES", 1)
    client.get("/wiki/werkstatt.docx?personen=11")
    assert len(list(cache.glob("*/*.docx"))) == 1

    purge(find_page("werkstatt"), db.session.get_one(User, cast.anke))
    assert list(cache.glob("*/*")) == []


def test_a_text_makes_the_converter_fetch_nothing(cast: Cast, client: FlaskClient) -> None:
    body = "![x](file:///etc/passwd) ![y](http://127.0.0.1:1/z.png) `<img src=/etc/passwd>`"
    make_page("Neugierig", kind="article", body=body)
    with zipfile.ZipFile(io.BytesIO(client.get("/wiki/neugierig.docx").data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    assert not any("media" in name for name in parts)
    assert not any(b"root:x:" in data for data in parts.values())


@pytest.mark.parametrize("ending", ["/mitnehmen", ".docx", ".zip", ".md", ".json"])
def test_a_draft_is_taken_along_by_its_lab_alone(
    ending: str, page: Page, signed_in: SignedIn, client: FlaskClient
) -> None:
    address = f"/wiki/leiser-entwurf{ending}"

    assert client.get(address).status_code == 404
    assert signed_in("carla").get(address).status_code == 404
    assert signed_in("bilal").get(address).status_code == 200
