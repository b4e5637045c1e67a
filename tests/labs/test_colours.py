"""Colours that can be read, by day and by night, and a stylesheet nothing can slip into."""

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.labs.cast import make_lab
from wiki.db import db
from wiki.labs.colours import contrast, day_twin, night_twin
from wiki.labs.models import Lab

STARTER = ["#9a4a12", "#0f6b57", "#5a3d8f", "#0b5c8a", "#8a1c4a"]
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@given(colours)
def test_every_twin_can_be_read(colour: str) -> None:
    for paper in ("#1d1f22", "#141517", "#25272b"):
        assert contrast(night_twin(colour), paper) >= 4.5
    for paper in ("#ffffff", "#f6f4ef", "#faf8f4"):
        assert contrast(day_twin(colour), paper) >= 4.5


@pytest.mark.parametrize("colour", STARTER)
def test_a_dark_enough_colour_stays_as_it_was_chosen(colour: str) -> None:
    assert day_twin(colour) == colour


def test_the_stylesheet_has_one_line_for_each_lab(
    client: FlaskClient, soest: Lab, menden: Lab
) -> None:
    response = client.get("/labore/farben.css")

    assert response.content_type == "text/css; charset=utf-8"
    assert response.text.splitlines() == [
        ".lab-stadtlabor-soest{--lab-light:#0b5c8a;--lab-night:" + night_twin("#0b5c8a") + "}",
        ".lab-zukunfts-werk-stadt{--lab-light:#5a3d8f;--lab-night:" + night_twin("#5a3d8f") + "}",
    ]


def test_nothing_but_slugs_and_colours_gets_into_the_stylesheet(client: FlaskClient) -> None:
    make_lab("a", "A", colour="red}")
    make_lab("b{}*{display:none", "B", colour="#0b5c8a")
    make_lab("c\n", "C", colour="#0b5c8a")
    make_lab("d", "D", colour="#0b5c8a")

    lines = client.get("/labore/farben.css").text.splitlines()

    assert len(lines) == 1
    assert re.fullmatch(r"\.lab-d\{--lab-light:#\w{6};--lab-night:#\w{6}\}", lines[0])


def test_the_stylesheet_is_sent_again_only_when_it_changed(client: FlaskClient, soest: Lab) -> None:
    first = client.get("/labore/farben.css")
    asked_again = {"If-None-Match": first.headers["ETag"]}

    assert client.get("/labore/farben.css", headers=asked_again).status_code == 304

    soest.colour = "#8a1c4a"
    db.session.commit()
    assert client.get("/labore/farben.css", headers=asked_again).status_code == 200
