"""Nobody without an account keeps the machine busy with documents, and nothing is tried in vain."""

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.kits.cast import plan_on, rich_recipe
from wiki import typesetting
from wiki.kits import making
from wiki.labs.models import Lab
from wiki.plans.models import Plan
from wiki.reuse import archives, places, shelf, word
from wiki.reuse.pandoc import PandocFailed
from wiki.typesetting import TypesettingFailed

Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def plan(cast: Cast, labs: dict[str, Lab]) -> Plan:
    return plan_on(rich_recipe(by=cast.anke, lab=labs["soest"]))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two documents an hour."""
    monkeypatch.setattr(places, "MOST_FROM_ADDRESS", 2)


@pytest.fixture
def kept(app: Flask) -> Any:
    return app.config["LABORWIKI"].data / "cache"


def addresses(plan: Plan) -> list[str]:
    kit = [f"/plan/{plan.read_secret}/mitnehmen/{part}" for part in ("pdf", "word", "odt", "zip")]
    return [*kit, "/wiki/zukunftswerkstatt.docx", "/wiki/zukunftswerkstatt.zip"]


@pytest.mark.usefixtures("few")
def test_after_very_many_documents_a_stranger_is_told_to_come_back(
    client: FlaskClient, plan: Plan
) -> None:
    for people in ("9", "10"):
        assert client.get(f"/wiki/zukunftswerkstatt.docx?personen={people}").status_code == 200

    for address in addresses(plan):
        answer = client.get(address)
        assert answer.status_code == 429, address
        assert "In einer Stunde geht es wieder" in answer.text
    for address in ("/wiki/zukunftswerkstatt/druck", f"/plan/{plan.read_secret}/mitnehmen/wand"):
        assert client.get(address).status_code == 200


@pytest.mark.usefixtures("few")
def test_what_was_made_before_costs_nothing(client: FlaskClient, plan: Plan) -> None:
    address = f"/plan/{plan.read_secret}/mitnehmen/pdf"
    for _again in range(4):
        assert client.get(address).status_code == 200

    assert client.get("/wiki/zukunftswerkstatt.docx").status_code == 200
    assert client.get("/wiki/zukunftswerkstatt.docx?personen=9").status_code == 429


@pytest.mark.usefixtures("few")
def test_other_addresses_and_people_with_an_account_go_on(
    client: FlaskClient, signed_in: Browsers, plan: Plan
) -> None:
    at = "/wiki/zukunftswerkstatt.docx?personen="
    for people in range(3):
        last = client.get(f"{at}{people + 5}")
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}

    assert last.status_code == 429
    assert client.get(f"{at}20", environ_base=elsewhere).status_code == 200
    for people in range(3):
        assert signed_in("carla").get(f"{at}{people + 30}").status_code == 200


def test_what_cannot_be_counted_is_made_all_the_same(
    client: FlaskClient, plan: Plan, kept: Any
) -> None:
    """As when the disk is full."""
    kept.mkdir(exist_ok=True)
    (kept / "asked").write_text("no folder")

    assert client.get("/wiki/zukunftswerkstatt.docx").status_code == 200


@pytest.mark.usefixtures("few")
def test_counts_go_with_their_hour(
    client: FlaskClient, plan: Plan, kept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = "/wiki/zukunftswerkstatt.docx?personen="
    answers = [client.get(f"{at}{people}").status_code for people in (5, 6, 7)]
    places.forget_counts()
    (counted,) = (kept / "asked").iterdir()
    assert "127.0.0" not in counted.name

    hour = places._hour()
    monkeypatch.setattr(places, "_hour", lambda: hour + 1)
    places.forget_counts()

    assert answers == [200, 200, 429]
    assert list((kept / "asked").iterdir()) == []
    assert client.get(f"{at}8").status_code == 200


@pytest.mark.usefixtures("few")
def test_an_archive_too_large_to_keep_is_counted_each_time(
    client: FlaskClient, plan: Plan, monkeypatch: pytest.MonkeyPatch, kept: Any
) -> None:
    monkeypatch.setattr(archives, "MOST_KEPT", 0)
    at = "/wiki/zukunftswerkstatt.zip"

    # The document inside and the archive, then the archive again.
    assert [client.get(at).status_code for _again in range(2)] == [200, 429]
    assert list(kept.glob("*/*/*.zip")) == []


def test_the_archive_of_a_page_is_packed_once(
    client: FlaskClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/wiki/zukunftswerkstatt.zip").data
    monkeypatch.setattr(archives, "_packed", None)

    assert client.get("/wiki/zukunftswerkstatt.zip").data == first


def test_an_impossible_document_is_tried_once_for_a_while(
    client: FlaskClient, plan: Plan, monkeypatch: pytest.MonkeyPatch, kept: Any
) -> None:
    tries = []

    def fail(kind: type[Exception]) -> Callable[..., bytes]:
        def tried(*_anything: object) -> bytes:
            tries.append(kind)
            raise kind

        return tried

    monkeypatch.setattr(making, "pdf_from", fail(TypesettingFailed))
    monkeypatch.setattr(word, "convert", fail(PandocFailed))
    pdf, odt, docx = (addresses(plan)[number] for number in (0, 2, 4))

    for address in (pdf, odt, docx):
        answers = {client.get(address).status_code for _again in range(3)}
        assert answers == {503}, address
    assert tries == [TypesettingFailed, PandocFailed, PandocFailed]

    past = time.time() - shelf.FAILED_SECONDS - 1
    for mark in kept.glob("*/*/*.failed"):
        os.utime(mark, (past, past))
    monkeypatch.undo()
    for address in (pdf, odt, docx):
        assert client.get(address).status_code == 200, address


def test_too_much_for_a_pdf_is_too_much_for_the_archive_at_once(
    client: FlaskClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf, package = addresses(plan)[0], addresses(plan)[3]
    monkeypatch.setattr(typesetting, "MAX_DATA", 100)
    assert client.get(pdf).status_code == 503
    monkeypatch.undo()

    answer = client.get(package)

    assert answer.status_code == 503
    assert "zu umfangreich" in answer.text


def test_documents_of_pages_do_not_stay_longer_than_they_are_used(
    app: Flask, client: FlaskClient, cast: Cast, kept: Any
) -> None:
    """They may hold what was removed from a version since."""
    make_page("Alt", kind="article")
    client.get("/wiki/alt.docx")
    (made,) = kept.glob("word/*/*")
    word.forget_unused_documents()
    assert made.exists()

    os.utime(made, (0, 0))
    word.forget_unused_documents()

    assert not made.exists()
