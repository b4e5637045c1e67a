"""„Machen wir auch“: one tap names a lab on somebody else's recipe, another takes it back."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.at_once import Act, prepared_at_once
from tests.conftest import Cast, make_page, token
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.writing import purge, retire
from wiki.talk.also_running import also_running, set_running
from wiki.talk.models import AlsoRuns

SignIn = Callable[[str], FlaskClient]


def tap(browser: FlaskClient, page: Page, ending: str = "", **more: str) -> TestResponse:
    data = {"csrf_token": token(browser, "/konto"), **more}
    return browser.post(f"/wiki/{page.slug}/machen-wir-auch{ending}", data=data)


def test_one_tap_names_the_lab_and_the_next_takes_it_back(
    signed_in: SignIn, client: FlaskClient, page: Page
) -> None:
    address, carla = f"/wiki/{page.slug}", signed_in("carla")
    assert "Machen auch" not in client.get(address).text
    assert "Machen wir auch" in carla.get(address).text

    assert tap(carla, page).status_code == 303
    assert "Werkstatt Beispiel" in client.get(address).text
    assert "Machen wir doch nicht" in carla.get(address).text
    tap(carla, page, "/aufhebung")

    assert "Machen auch" not in client.get(address).text


def test_guests_name_themselves_too(signed_in: SignIn, client: FlaskClient, page: Page) -> None:
    tap(signed_in("gabi"), page, lab="nachbar")

    assert "Stadt Musterhausen" in client.get(f"/wiki/{page.slug}").text


def test_nobody_speaks_for_another_lab_or_the_pages_own(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    assert tap(signed_in("carla"), page, lab="nachbar").status_code == 403
    assert tap(signed_in("carla"), page, lab="gibt-es-nicht").status_code == 403
    assert tap(signed_in("bilal"), page).status_code == 403
    assert tap(signed_in("bilal"), page, lab="soest").status_code == 403
    assert tap(signed_in("vera"), page).status_code == 403
    assert not db.session.query(AlsoRuns).count()


@pytest.mark.parametrize("kind", ["article", "outcome", "tool"])
def test_only_recipes_are_run(
    signed_in: SignIn, cast: Cast, labs: dict[str, Lab], kind: str
) -> None:
    other = make_page("Etwas anderes", by=cast.anke, lab=labs["soest"], kind=kind)
    carla = signed_in("carla")

    assert "Machen wir auch" not in carla.get(f"/wiki/{other.slug}").text
    assert tap(carla, other).status_code == 403


def test_a_method_is_run_too(signed_in: SignIn, cast: Cast, labs: dict[str, Lab]) -> None:
    method = make_page("Kartenabfrage", by=cast.anke, lab=labs["soest"], kind="method")

    assert tap(signed_in("carla"), method).status_code == 303


def test_a_retired_recipe_is_run_by_nobody_new(signed_in: SignIn, page: Page, cast: Cast) -> None:
    retire(page, db.session.get_one(User, cast.anke))

    assert tap(signed_in("carla"), page).status_code == 403


def test_htmx_gets_the_part_with_its_button_in_focus(signed_in: SignIn, page: Page) -> None:
    carla = signed_in("carla")
    data = {"csrf_token": token(carla, "/konto")}
    response = carla.post(
        f"/wiki/{page.slug}/machen-wir-auch", data=data, headers={"HX-Request": "true"}
    )

    assert response.text.lstrip().startswith("<section")
    assert "data-focus" in response.text


def test_two_taps_at_once_are_one(app: Flask, page: Page, cast: Cast, labs: dict[str, Lab]) -> None:
    menden, number = labs["menden"].id, page.id

    def tap_it() -> Act:
        carla = db.session.get_one(User, cast.carla)
        found = db.session.get_one(Page, number)
        return partial(set_running, found, db.session.get_one(Lab, menden), carla, on=True)

    prepared_at_once(*[tap_it] * 4, app=app)

    db.session.rollback()
    assert [lab.slug for lab in also_running(page)] == ["menden"]


def test_it_goes_with_a_purged_page(signed_in: SignIn, page: Page, cast: Cast) -> None:
    tap(signed_in("carla"), page)
    purge(page, db.session.get_one(User, cast.anke))

    assert not db.session.query(AlsoRuns).count()
