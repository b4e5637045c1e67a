"""A kind and a panel of one's own: what a feature brings, without touching the core."""

import ast
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from pydantic import Field

from tests.conftest import make_page
from wiki.fields import Line
from wiki.pages.content import Content
from wiki.pages.kinds import Facts, FormSection, Kind, add_kind, kinds
from wiki.pages.panels import Action, PageView, Panel, add_action, add_panel

TEMPLATES = {
    "gardens/view.html": "{% include 'pages/_head.html' %}<p id='soil'>{{ soil }}</p>"
    "{% include 'pages/_actions.html' %}",
    "gardens/bees.html": "<p id='bees'>{{ panel_data.count }} Bienen</p>",
}


class GardenContent(Content):
    """A bed in a community garden."""

    soil: Line = Field("", title="Boden")


def garden_view(garden: GardenContent, _query: Any) -> dict[str, Any]:
    return {"soil": garden.soil.upper()}


def count_bees(view: PageView) -> dict[str, Any] | None:
    return {"count": 12} if view.page.kind == "garden" else None


@pytest.fixture
def garden_app(app: Flask) -> Flask:
    app.jinja_loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_loader])
    add_kind(
        app,
        Kind(
            name="garden",
            word="beet",
            label="Beet",
            plural="Beete",
            content=GardenContent,
            write_word="beet",
            write_label="Beet beschreiben",
            view_template="gardens/view.html",
            sections=(FormSection("Erde", ("soil",)),),
            facts=lambda garden: Facts(terms={"soil": (garden.soil,)}),
            view=garden_view,
        ),
    )
    add_panel(app, Panel("bees", "gardens/bees.html", count_bees))
    add_action(app, Action("water", "Gießen", "tool", lambda view: "/giessen"))
    return app


def test_a_new_kind_is_shown_by_its_own_template(garden_app: Flask, client: FlaskClient) -> None:
    make_page("Hochbeet", kind="garden", soil="lehmig")

    assert "<p id='soil'>LEHMIG</p>" in client.get("/wiki/hochbeet").text


def test_a_panel_and_an_action_stand_where_they_apply(
    garden_app: Flask, client: FlaskClient
) -> None:
    make_page("Hochbeet", kind="garden", soil="lehmig")
    make_page("Handy-Stunde")

    assert "12 Bienen" in client.get("/wiki/hochbeet").text
    assert 'href="/giessen"' in client.get("/wiki/hochbeet").text
    assert "Bienen" not in client.get("/wiki/handy-stunde").text


def test_a_new_kind_is_written_with_the_common_form(garden_app: Flask, signed_in: Any) -> None:
    html = signed_in("anke").get("/neu/beet").text

    assert "Beet beschreiben" in html
    assert 'name="soil"' in html


def test_the_core_names_no_kind(app: Flask) -> None:
    names = {word for kind in kinds() for word in (kind.name, kind.word, kind.write_word)}

    for path in sorted((Path(__file__).parents[2] / "wiki" / "pages").glob("*.py")):
        strings = {
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not strings & names, path.name
