"""„Mitnehmen" of a plan: one way to all of it, for whoever may read it, and nothing beyond."""

from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.at_once import at_once
from tests.conftest import Cast, make_page
from tests.kits.cast import DAY, plan_on, rich_recipe, take, words_of_pdf
from tests.plans.cast import edit
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.kits import making
from wiki.kits.answering import PARTS
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import (
    Contribution,
    purge,
    purge_versions,
    retire,
    revision_of,
    save_edit,
)
from wiki.plans.models import Plan
from wiki.reuse import places

FILES = {
    "pdf": ("application/pdf", "pdf"),
    "word": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    "odt": ("application/vnd.oasis.opendocument.text", "odt"),
    "html": ("text/html", "html"),
    "kalender": ("text/calendar", "ics"),
    "zip": ("application/zip", "zip"),
}


@pytest.fixture
def page(cast: Cast, labs: dict[str, Lab]) -> Page:
    return rich_recipe(by=cast.anke, lab=labs["soest"])


@pytest.fixture
def plan(page: Page) -> Plan:
    return plan_on(page)


def test_the_plan_leads_to_its_kit_by_either_secret(client: FlaskClient, plan: Plan) -> None:
    for secret in (plan.edit_secret, plan.read_secret):
        shown = client.get(f"/plan/{secret}").text
        assert f'href="/plan/{secret}/mitnehmen"' in shown

        kit = client.get(f"/plan/{secret}/mitnehmen").text
        for part in PARTS:
            # What is printed or handed on never shows the way to change the plan.
            at = f"/plan/{plan.read_secret}/mitnehmen/{part}"
            assert f'href="{at}"' in kit or not part


@pytest.mark.parametrize("part", sorted(FILES))
def test_files_have_names_that_people_read(part: str, client: FlaskClient, plan: Plan) -> None:
    answer = take(client, plan, part)

    media_type, ending = FILES[part]
    assert answer.status_code == 200
    assert answer.mimetype == media_type
    name = f"zukunftswerkstatt-{DAY.isoformat()}.{ending}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("part", sorted(PARTS))
def test_no_part_is_kept_by_caches_or_gives_the_right_to_change(
    part: str, client: FlaskClient, plan: Plan
) -> None:
    answer = take(client, plan, part)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert plan.edit_secret.encode() not in answer.data


@pytest.mark.parametrize("part", ["pdf", "html", "kalender", "zip"])
def test_who_may_change_the_plan_hands_out_the_address_to_read_it(
    part: str, client: FlaskClient, plan: Plan
) -> None:
    data = client.get(f"/plan/{plan.edit_secret}/mitnehmen/{part}").data

    assert plan.edit_secret.encode() not in data
    if part in ("html", "kalender"):
        assert plan.read_secret.encode() in data.replace(b"\r\n ", b"")


def test_what_is_not_there_is_not_found(client: FlaskClient, plan: Plan) -> None:
    at = f"/plan/{plan.read_secret}/mitnehmen"
    for address in (f"{at}/gibt-es-nicht", f"{at}/pdf/x", "/plan/falsch/mitnehmen/pdf"):
        assert client.get(address).status_code == 404
    assert client.post(f"{at}/pdf").status_code in (400, 405)


def test_without_a_date_there_is_no_calendar_and_that_is_said(
    client: FlaskClient, page: Page
) -> None:
    plan = plan_on(page, None)

    shown = take(client, plan).text

    assert "/mitnehmen/kalender" not in shown
    assert "geht, sobald der Zeitplan ein Datum hat" in shown
    assert take(client, plan, "kalender").status_code == 404
    assert (
        take(client, plan, "pdf").headers["Content-Disposition"].endswith("zukunftswerkstatt.pdf")
    )


def test_a_plan_without_blocks_can_be_taken_along_too(client: FlaskClient, page: Page) -> None:
    plan = plan_on(page, blocks=[])

    for part in PARTS:
        assert take(client, plan, part).status_code == 200, part


@pytest.mark.parametrize("part", ["schritte", "karten", "pdf", "html", "word"])
def test_of_a_purged_recipe_no_text_is_left(
    part: str, client: FlaskClient, cast: Cast, page: Page, plan: Plan
) -> None:
    assert take(client, plan, part).status_code == 200
    purge(page, db.session.get_one(User, cast.anke))

    data = take(client, plan, part).data

    said = words_of_pdf(data) if part == "pdf" else data.decode("utf-8", "replace")
    for words in ("Kritik sammeln", "Karten", "Was stört?"):
        assert words not in said.replace(": Karten</h1>", "")
    if part != "word":
        assert "Schritt eines entfernten Rezepts" in said


def test_what_was_made_of_a_purged_page_goes_from_the_disk(
    app: Flask, client: FlaskClient, cast: Cast, page: Page, plan: Plan
) -> None:
    kept = app.config["LABORWIKI"].data / "cache" / "kits"
    for part in ("pdf", "html"):
        take(client, plan, part)
    assert len(list(kept.glob("*/*"))) == 2

    purge(page, db.session.get_one(User, cast.anke))

    assert list(kept.glob("*/*")) == []


def test_what_was_made_of_a_removed_version_goes_and_is_made_of_the_next(
    app: Flask, client: FlaskClient, cast: Cast, page: Page, plan: Plan
) -> None:
    kept = app.config["LABORWIKI"].data / "cache"
    assert "Was stört?" in words_of_pdf(take(client, plan, "pdf").data)
    client.get(f"/wiki/{page.slug}.docx")
    assert list((kept / "kits").glob("*/*"))
    old = content_of(revision_of(page, 1))
    steps = [step | {"prompt": "Was nervt?"} for step in old.to_json()["steps"]]
    content = type(old).model_validate(old.to_json() | {"steps": steps})
    anybody = Contribution(by=None, is_operator=True)
    save_edit(page, kinds().named(page.kind), content, anybody, base=1, publish=False)

    purge_versions(page, 1, 1, db.session.get_one(User, cast.anke))

    assert [*(kept / "kits").glob("*/*"), *(kept / "word").glob("*/*")] == []
    said = words_of_pdf(take(client, plan, "pdf").data)
    assert "Was stört?" not in said
    assert "Was nervt?" in said


def test_a_retired_recipe_stays_in_the_kits_of_its_plans(
    client: FlaskClient, cast: Cast, page: Page, plan: Plan
) -> None:
    retire(page, db.session.get_one(User, cast.anke))

    assert "Was stört?" in words_of_pdf(take(client, plan, "pdf").data)


@pytest.mark.parametrize("part", ["pdf", "html", "schritte", "karten", "zip"])
def test_a_version_before_publishing_never_leaves(
    part: str, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    """The plan's address names the version, and still nobody gets it."""
    secret = [{"key": "kaa", "title": "Moorschnepfe", "minutes": 5, "text": "Moorschnepfe"}]
    early = make_page("Leise", by=cast.anke, lab=labs["soest"], publish=False, steps=secret)
    edit(early, steps=[{"key": "kaa", "title": "Laut", "minutes": 5}])
    plan = plan_on(db.session.get_one(Page, early.id))
    with writing() as session:
        kept = session.get_one(Plan, plan.id)
        blocks = [{**block, "number": 1} for block in kept.content["blocks"]]
        kept.content = {**kept.content, "blocks": blocks}

    data = take(client, plan, part).data

    said = words_of_pdf(data) if part == "pdf" else data.decode("utf-8", "replace")
    assert "Moorschnepfe" not in said


def test_the_same_file_is_made_once(
    client: FlaskClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take(client, plan, "pdf").data
    monkeypatch.setattr(making, "pdf_from", None)

    assert take(client, plan, "pdf").data == first


def test_a_hundred_wishes_at_once_cost_two_at_a_time(
    client: FlaskClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "WAIT_SECONDS", 0.0)
    with places.a_place("typst"), places.a_place("typst"):
        answers = [take(client, plan, part) for part in ("pdf", "zip")]
    with places.a_place("zip"), places.a_place("zip"):
        answers.append(take(client, plan, "zip"))

    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "10"
        assert answer.headers["Cache-Control"] == "no-store"
    assert take(client, plan, "zip").status_code == 200


def test_several_at_once_get_the_same(app: Flask, client: FlaskClient, plan: Plan) -> None:
    address = f"/plan/{plan.read_secret}/mitnehmen/pdf"

    answers = at_once(*(partial(app.test_client().get, address) for _ in range(4)))

    assert len({words_of_pdf(answer.data) for answer in answers}) == 1


def test_english_readers_get_english_files(client: FlaskClient, plan: Plan) -> None:
    german = take(client, plan, "html").text
    english = take(client, plan, "html", sprache="en").text

    assert '<html lang="de">' in german
    assert '<html lang="en">' in english
    assert "8 May 2027" in english
    assert '<div lang="de">' in english
    assert "Was stört?" in english
    assert '<div lang="de">' not in german


def test_a_labs_plan_has_the_labs_colour(
    client: FlaskClient, labs: dict[str, Lab], plan: Plan
) -> None:
    with writing() as session:
        session.get_one(Plan, plan.id).lab_id = labs["menden"].id

    assert "lab-menden" in take(client, plan).text
    assert "#5a3d8f" in take(client, plan, "html").text
