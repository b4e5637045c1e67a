"""Pages that speak of each other follow when one appears, moves or goes."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Cast, make_page
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, Rendering
from wiki.pages.rendering import RENDERER, content_of, refresh_renderings
from wiki.pages.writing import Contribution, retire, revision_of, save_edit


def rename(page: Page, title: str, by: int) -> None:
    content = content_of(revision_of(page, page.current_number))
    renamed = type(content).model_validate({**content.to_json(), "title": title})
    who = Contribution(by=db.session.get_one(User, by))
    save_edit(page, kinds().named(page.kind), renamed, who, base=page.current_number, publish=False)


def test_a_link_to_a_missing_page_leads_to_writing_it(app: Flask, client: FlaskClient) -> None:
    make_page("Abend", kind="article", body="Siehe [[World-Café]].")

    html = client.get("/wiki/abend").text
    assert 'href="/neu/rezept?titel=World-Caf%C3%A9"' in html
    assert 'class="missing"' in html


def test_a_link_finds_its_page_as_soon_as_it_is_published(app: Flask, client: FlaskClient) -> None:
    make_page("Abend", kind="article", body="Siehe [[World-Café]].")
    client.get("/wiki/abend")
    make_page("World-Café", kind="method")

    html = client.get("/wiki/abend").text
    assert 'href="/wiki/world-cafe"' in html
    assert 'class="missing"' not in html


def test_a_link_to_a_draft_looks_missing_to_everyone(
    cast: Cast, labs: dict[str, Lab], client: FlaskClient
) -> None:
    make_page("World-Café", kind="method", by=cast.anke, lab=labs["soest"], publish=False)
    make_page("Abend", kind="article", body="Siehe [[World-Café]].")

    assert 'class="missing"' in client.get("/wiki/abend").text


def test_a_link_follows_a_page_to_its_new_title(
    cast: Cast, labs: dict[str, Lab], client: FlaskClient
) -> None:
    cafe = make_page("World-Café", kind="method", by=cast.anke, lab=labs["soest"])
    make_page("Abend", kind="article", body="Siehe [[World-Café]].")
    rename(cafe, "Gespräche an Tischen", cast.anke)

    assert 'href="/wiki/gespraeche-an-tischen"' in client.get("/wiki/abend").text


def test_a_link_to_a_retired_page_looks_missing(
    cast: Cast, labs: dict[str, Lab], client: FlaskClient
) -> None:
    cafe = make_page("World-Café", kind="method", by=cast.anke, lab=labs["soest"])
    make_page("Abend", kind="article", body="Siehe [[World-Café]].")
    retire(cafe, db.session.get_one(User, cast.anke))

    assert 'class="missing"' in client.get("/wiki/abend").text


def test_a_step_leads_to_its_method(app: Flask, client: FlaskClient) -> None:
    make_page("World-Café", kind="method")
    steps = [{"key": "kaa", "title": "Reden", "minutes": 60, "method": "World-Café"}]
    make_page("Abend", steps=steps)

    assert 'Methode: <a href="/wiki/world-cafe">World-Café</a>' in client.get("/wiki/abend").text


def test_stale_pages_are_rendered_anew_in_the_background(app: Flask) -> None:
    make_page("Abend", kind="article", body="Siehe [[World-Café]].")
    make_page("World-Café", kind="method")

    refresh_renderings()

    renderings = db.session.scalars(select(Rendering)).all()
    assert {rendering.renderer for rendering in renderings} == {RENDERER}
    assert "/wiki/world-cafe" in renderings[0].html["html"]["body"]
