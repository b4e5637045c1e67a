"""While a title is typed: pages that say the same in other words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from search import SearchIndex
from tests.conftest import Cast, make_page
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.finding.indexing import rebuild
from wiki.finding.words import SynonymGroup
from wiki.labs.models import Lab
from wiki.pages.similar import similar_pages


@pytest.fixture
def filled(app: Flask, cast: Cast, labs: dict[str, Lab]) -> SearchIndex:
    with writing() as session:
        session.add(SynonymGroup(words="Handy, Smartphone"))
        session.add(SynonymGroup(words="Repair-Café, Reparatur-Café"))
    make_page("Repair-Café", lab=labs["soest"])
    make_page("Smartphone-Kurs in vier Wochen", lab=labs["soest"])
    make_page("Lötabend", lab=labs["soest"], summary="Nach dem Repair-Café und dem Handykurs.")
    make_page("Reparatur-Café nur für uns", lab=labs["menden"], publish=False, by=cast.carla)
    index: SearchIndex = app.extensions["laborwiki-search"]
    rebuild(index)
    return index


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Reparaturcafe", ["Repair-Café"]),
        ("Handykurs für Ältere", ["Smartphone-Kurs in vier Wochen"]),
        ("Blumen binden", []),
        ("und in für", []),
    ],
)
def test_other_words_for_the_same_are_noticed(typed: str, found: list[str], filled: SearchIndex):
    assert [page.title for page in similar_pages(typed, None)] == found


def test_nobody_hears_of_anothers_draft(filled: SearchIndex, cast: Cast):
    carla, anke = (db.session.get_one(User, number) for number in (cast.carla, cast.anke))
    seen = {
        user.name: [page.title for page in similar_pages("Reparatur-Café", user)]
        for user in (carla, anke)
    }
    assert seen["Anke"] == ["Repair-Café"]
    assert seen["Carla"] == ["Reparatur-Café nur für uns", "Repair-Café"]


def test_without_an_index_the_same_words_are_noticed(
    filled: SearchIndex, app: Flask, signed_in: Callable[[str], FlaskClient]
):
    for path in sorted((Path(app.config["LABORWIKI"].data) / "search").rglob("*"), reverse=True):
        if path.is_file():
            path.write_bytes(b"kaputt")
    asked = {"query_string": {"title": "Smartphone-Kurse"}, "headers": {"HX-Request": "true"}}
    asked["headers"]["HX-Target"] = "similar"

    answer = signed_in("anke").get("/neu/rezept", **asked)

    assert answer.status_code == 200
    assert "Smartphone-Kurs in vier Wochen" in answer.text
