"""„Mitnehmen" of a workshop template: its kit, in one place with how to name it."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, make_page
from tests.kits.cast import rich_recipe, words_of_pdf, words_of_zip
from tests.reuse.conftest import png
from wiki.accounts.models import User
from wiki.db import db
from wiki.files.storing import store_file
from wiki.kits.answering import PARTS
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.writing import purge, retire

Browsers = Callable[[str], FlaskClient]
OFFERED = sorted(PARTS.keys() - {"kalender"})
SLUG = "zwei-nachmittage"


@pytest.fixture
def recipe(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


@pytest.fixture
def template(cast: Cast, labs: dict[str, Lab], recipe: Page) -> Page:
    return make_template(cast, labs)


def make_template(cast: Cast, labs: dict[str, Lab], **more: Any) -> Page:
    blocks = [
        {"key": "aaa", "recipe": "Zukunftswerkstatt", "step": "Kritik sammeln"},
        {"key": "bbb", "title": "Kaffee", "is_break": True, "minutes": 15},
        {"key": "ccc", "title": "Abschluss", "minutes": 20, "text": "- *Danke*\n- Adressen"},
    ]
    words: dict[str, Any] = {
        "blocks": blocks,
        "people": 12,
        "start": "14:00",
        "lead_days": 60,
        "purpose": "Für **Vereine**.",
        "preparation": "- Haus fragen",
        "pitfalls": "Nicht hetzen.",
        "invitation": "Wir *planen* die Stadt.",
    }
    return make_page(
        "Zwei Nachmittage", kind="plan", by=cast.anke, lab=labs["soest"], **words | more
    )


def take(client: FlaskClient, part: str = "", slug: str = SLUG) -> TestResponse:
    return client.get(f"/wiki/{slug}/mitnehmen" + (f"/{part}" if part else ""))


@pytest.mark.usefixtures("template")
def test_the_page_leads_to_everything_in_one_place(client: FlaskClient) -> None:
    shown, kit = client.get(f"/wiki/{SLUG}").text, take(client).text

    assert f'href="/wiki/{SLUG}/mitnehmen"' in shown
    for part in OFFERED:
        assert f'href="/wiki/{SLUG}/mitnehmen/{part}"' in kit or not part
    for address in ("/druck", "/planen", ".md", ".json", ".zip"):
        assert f'href="/wiki/{SLUG}{address}"' in kit, address
    line = "von stadtLABOR Beispiel, unter CC BY 4.0"
    assert f"/wiki/{SLUG}/versionen/1) {line}" in kit
    assert "ohne Datum" not in kit


@pytest.mark.usefixtures("template")
def test_each_part_is_for_everybody_and_for_no_search_engine(client: FlaskClient) -> None:
    for part in OFFERED:
        answer = take(client, part)

        assert answer.status_code == 200, part
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Accept-Language"} <= set(answer.vary)
        assert "Set-Cookie" not in answer.headers
        if name := answer.headers.get("Content-Disposition"):
            assert name.startswith("attachment; filename=zwei-nachmittage.")


@pytest.mark.usefixtures("template")
def test_a_calendar_needs_a_date_and_other_parts_are_not_there(client: FlaskClient) -> None:
    assert "/mitnehmen/kalender" not in take(client).text
    for part in ("kalender", "gibt-es-nicht"):
        assert take(client, part).status_code == 404
    for part in ("pdf", "packliste"):
        assert take(client, part, "zukunftswerkstatt").status_code == 404


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("part", ["pdf", "word", "odt", "html"])
def test_a_document_says_what_template_and_recipes_say(part: str, client: FlaskClient) -> None:
    data = take(client, part).data
    if part == "pdf":
        said = words_of_pdf(data)
    else:
        said = words_of_zip(data) if part != "html" else data.decode()

    for words in ("Workshop-Vorlage", "Was stört?", "Vereine", "Haus fragen", "Nicht hetzen."):
        assert words in said, words
    assert "60 Tage vorher" in said
    assert "*" not in said.split("Danke")[0][-3:]
    for title in ("Zwei Nachmittage", "Zukunftswerkstatt"):
        assert f"„{title}“" in said
    assert "Zum Zeitplan" not in said


@pytest.mark.usefixtures("template")
def test_its_own_invitation_stands_for_those_of_the_recipes(client: FlaskClient) -> None:
    said = take(client, "einladung").text

    assert "Wir planen die Stadt." in said
    assert "träumen" not in said


def test_without_an_invitation_of_its_own_those_of_the_recipes_are_taken(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], recipe: Page
) -> None:
    make_template(cast, labs, invitation="")

    assert "Wir träumen gemeinsam." in take(client, "einladung").text


def test_its_files_come_along_beside_those_of_the_recipes(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab], template: Page, recipe: Page
) -> None:
    anke = db.session.get_one(User, cast.anke)
    for page, name in ((template, "plan.csv"), (recipe, "karten.csv")):
        store_file(io.BytesIO(name.encode()), name, by=anke, lab=labs["soest"], page=page)

    assert "PDF, HTML und 2 Dateien, .zip" in take(client).text
    with zipfile.ZipFile(io.BytesIO(take(client, "zip").data)) as archive:
        names, note = archive.namelist(), archive.read("LIESMICH.txt").decode()
    assert {"zwei-nachmittage/plan.csv", "zukunftswerkstatt/karten.csv"} <= set(names)
    assert note.count("von stadtLABOR Beispiel, unter CC BY 4.0") == 2


@pytest.mark.usefixtures("recipe")
def test_a_draft_is_taken_along_by_its_lab_alone_with_its_pictures(
    client: FlaskClient, signed_in: Browsers, cast: Cast, labs: dict[str, Lab]
) -> None:
    anke = db.session.get_one(User, cast.anke)
    picture = store_file(io.BytesIO(png()), "rot.png", by=anke, lab=labs["soest"], alt="Rot")
    make_template(cast, labs, purpose=f"![]({picture.mention})", publish=False)

    for part in OFFERED:
        assert take(client, part).status_code == 404, part
        assert take(signed_in("carla"), part).status_code == 404, part
        assert take(signed_in("bilal"), part).status_code == 200, part
    assert b"data:image/png;base64," in take(signed_in("bilal"), "html").data
    assert "/planen" not in take(signed_in("bilal")).text


def test_a_retired_template_can_still_be_taken_along(
    client: FlaskClient, cast: Cast, template: Page
) -> None:
    retire(template, db.session.get_one(User, cast.anke))

    assert "Was stört?" in words_of_pdf(take(client, "pdf").data)
    assert "/planen" not in take(client).text


def test_of_a_purged_template_nothing_is_left(
    app: Flask, client: FlaskClient, cast: Cast, template: Page
) -> None:
    kept = app.config["LABORWIKI"].data / "cache"
    for address in ("mitnehmen/pdf", "mitnehmen/zip", "mitnehmen/html"):
        client.get(f"/wiki/{SLUG}/{address}")
    client.get(f"/wiki/{SLUG}.zip")
    assert len(list(kept.glob("kits/*/*"))) == 3
    assert len(list(kept.glob("word/*/*"))) == 2

    purge(template, db.session.get_one(User, cast.anke))

    assert list(kept.glob("kits/*/*")) == []
    assert list(kept.glob("word/*/*")) == []
    for part in PARTS:
        assert take(client, part).status_code == 410


def test_of_a_purged_recipe_a_template_says_nothing(
    client: FlaskClient, cast: Cast, recipe: Page, template: Page
) -> None:
    assert "Was stört?" in take(client, "schritte").text
    purge(recipe, db.session.get_one(User, cast.anke))

    for part in ("schritte", "html", "karten"):
        assert "Was stört?" not in take(client, part).text
