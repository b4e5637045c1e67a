"""Somebody without a place here asks for one on the way to a page, and an editor admits them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.at_once import at_once
from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from wiki.accounts import strangers
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, now, writing
from wiki.errors import NotFound
from wiki.guests import asking
from wiki.guests.asking import TooManyWaiting, admit, ask_for_place, forget_old
from wiki.guests.content import Admission, RequestContent
from wiki.guests.models import GuestRequest
from wiki.labs.models import Invitation, Lab, Membership
from wiki.pages.models import Page
from wiki.pages.writing import purge, retire

SignIn = Callable[[str], FlaskClient]
FORM = "/gastplatz"


def wanted(number: int = 1) -> RequestContent:
    email = f"erika{number}@example.org"
    return RequestContent(guest=f"Stadt Beispielhausen {number}", name="Erika", email=email)


def ask(browser: FlaskClient, page: Page | None = None, **more: str) -> TestResponse:
    address = f"{FORM}?seite={page.slug}" if page else FORM
    fields = {"guest": "Stadt Beispielhausen", "name": "Erika", "email": "e@example.org", **more}
    return browser.post(FORM, data=filled(form_in(browser.get(address).text, FORM), **fields))


def take_in(browser: FlaskClient, number: int, **fields: str) -> TestResponse:
    address = f"{FORM}/{number}"
    form = form_in(browser.get(address).text, f"{address}/aufnahme")
    return browser.post(f"{address}/aufnahme", data=filled(form, **fields))


@pytest.fixture
def asked(page: Page) -> int:
    """A request on the way to adapting the page."""
    ask_for_place(wanted(), page)
    return db.session.query(GuestRequest).one().id


def test_from_the_page_to_a_draft_of_ones_own(
    app: Flask, client: FlaskClient, signed_in: SignIn, page: Page
) -> None:
    title, slug = page.title, page.slug
    assert f'href="/gastplatz?seite={slug}"' in client.get(f"/wiki/{slug}").text
    thanks = client.get(ask(client, page, text="Im Mai.").location).text
    assert f"gleich zur eigenen Fassung von „{title}“" in thanks

    anke = signed_in("anke")
    assert "Stadt Beispielhausen" in anke.get("/zu-tun").text
    number = db.session.query(GuestRequest).one().id
    shown = anke.get(f"{FORM}/{number}").text
    assert "Im Mai." in shown
    assert title in shown
    assert "e@example.org" in shown
    invited = take_in(anke, number, place="Beispielhausen")
    assert "no-store" in invited.headers["Cache-Control"]
    link = "/einladung/" + invited.text.split("/einladung/")[1].split("<")[0]

    erika = app.test_client()
    fields = {"name": "Erika", "password": "ein langes Passwort"}
    arrived = erika.post(link, data={"csrf_token": token(erika, link), **fields})
    onward = erika.get(arrived.location).location
    assert onward == f"/wiki/{slug}/anpassen"
    form = erika.get(onward).text
    assert "Der Entwurf gehört zu: Stadt Beispielhausen" in form
    made = erika.post(onward, data=form_in(form, onward))
    assert made.status_code == 303
    assert (
        f"Angepasst aus „{title}“"
        in erika.get(made.location.replace("/bearbeiten", "/versionen")).text
    )


def test_the_guest_looks_after_its_own_place(asked: int, cast: Cast) -> None:
    invitation, _secret = admit(asked, Admission(guest="Neue Stadt", place="Ort"), None, vera(cast))

    assert invitation.role == "editor"
    assert (invitation.lab.kind, invitation.lab.place) == ("guest", "Ort")


def test_an_invitation_nobody_accepts_comes_back_to_the_editors(
    app: Flask, signed_in: SignIn, asked: int, cast: Cast
) -> None:
    anke = signed_in("anke")
    take_in(anke, asked)
    assert "Stadt Beispielhausen 1" not in anke.get("/zu-tun").text
    assert anke.get(f"{FORM}/{asked}").status_code == 404
    with writing():
        invitation = db.session.query(Invitation).one()
        invitation.expires_at = now() - timedelta(days=1)

    assert "Die Einladung ist abgelaufen" in anke.get("/zu-tun").text
    assert take_in(anke, asked).status_code == 200
    again = db.session.query(Invitation).filter(Invitation.expires_at > now()).one()
    assert (again.lab.name, again.role) == ("Stadt Beispielhausen 1", "editor")
    forget_old()
    assert db.session.query(GuestRequest).count() == 1
    with writing():
        db.session.query(Invitation).filter_by(id=again.id).one().accepted_at = now()
    forget_old()
    assert not db.session.query(GuestRequest).count()


@pytest.mark.parametrize(("there", "role"), [("editor", "member"), ("member", "editor")])
def test_somebody_more_comes_to_a_guest_that_is_there(
    signed_in: SignIn, asked: int, cast: Cast, there: str, role: str
) -> None:
    """Where nobody looks after the place yet, they do."""
    with writing() as session:
        session.query(Membership).filter_by(user_id=cast.gabi).one().role = there
    labs = db.session.query(Lab).count()
    assert take_in(signed_in("anke"), asked, lab="nachbar").status_code == 200

    invitation = db.session.query(Invitation).one()
    assert (invitation.lab.slug, invitation.role) == ("nachbar", role)
    assert db.session.query(Lab).count() == labs


@pytest.mark.parametrize("lab", ["soest", "gibt-es-nicht"])
def test_nobody_is_let_into_a_lab_this_way(signed_in: SignIn, asked: int, lab: str) -> None:
    assert take_in(signed_in("anke"), asked, lab=lab).status_code == 400
    assert not db.session.query(Invitation).count()


def test_a_name_that_is_taken_is_said_and_nothing_lost(signed_in: SignIn, asked: int) -> None:
    response = take_in(signed_in("anke"), asked, guest="nachbar", place="Musterhausen")

    assert response.status_code == 422
    assert "gibt es hier schon etwas" in response.text
    assert "Musterhausen" in response.text
    assert not db.session.query(Invitation).count()


def test_who_belongs_there_already_is_said(signed_in: SignIn, page: Page, asked: int) -> None:
    with writing():
        db.session.get_one(GuestRequest, asked).email = "gabi@example.org"

    response = take_in(signed_in("anke"), asked, lab="nachbar")
    assert response.status_code == 422
    assert "gehört dort schon dazu" in response.text


def test_it_waits_for_the_editors_of_the_network(app: Flask, asked: int, cast: Cast) -> None:
    with app.test_request_context():
        waiting = {
            name
            for name, number in vars(cast).items()
            for thing in waiting_for(db.session.get_one(User, number))
            if thing.title == "Stadt Beispielhausen 1"
        }
    assert waiting == {"anke", "vera"}


def test_declined_nothing_is_left_of_it(signed_in: SignIn, asked: int) -> None:
    anke = signed_in("anke")
    address = f"{FORM}/{asked}"
    posted = {"csrf_token": token(anke, address)}

    assert anke.post(f"{address}/ablehnung", data=posted).location == "/zu-tun"
    assert not db.session.query(GuestRequest).count()
    assert anke.get(address).status_code == 404


def test_of_two_editors_at_once_one_admits(app: Flask, asked: int, cast: Cast) -> None:
    def try_it(name: str) -> None:
        admit(asked, Admission(guest=name), None, vera(cast))

    outcomes = at_once(
        partial(try_it, "Eins"), partial(try_it, "Zwei"), app=app, expected=(NotFound,)
    )

    assert len([outcome for outcome in outcomes if isinstance(outcome, NotFound)]) == 1
    db.session.rollback()
    assert db.session.query(Invitation).count() == 1
    assert db.session.query(Lab).filter(Lab.slug.in_(["eins", "zwei"])).count() == 1


def test_what_one_address_asks_again_and_again_replaces_nothing(page: Page) -> None:
    for guest in ("Eins", "Zwei", "Drei"):
        ask_for_place(wanted().model_copy(update={"guest": guest}), page)

    assert [one.guest for one in db.session.query(GuestRequest)] == ["Eins", "Zwei"]


def test_a_page_that_goes_while_somebody_asks_takes_nothing_along(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    form = form_in(client.get(f"{FORM}?seite={page.slug}").text, FORM)
    purge(page, vera(cast))

    fields = {"guest": "Stadt Beispielhausen", "name": "Erika", "email": "e@example.org"}
    assert client.post(FORM, data=filled(form, **fields)).status_code == 303
    assert db.session.query(GuestRequest).one().page is None


def test_under_attack_no_more_are_taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 1)
    ask_for_place(wanted(1), None)

    with pytest.raises(TooManyWaiting):
        ask_for_place(wanted(2), None)


def test_what_programs_send_is_dropped(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    assert ask(client, webseite="https://spam.example").status_code == 303
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 3)
    assert ask(client).status_code == 422
    assert not db.session.query(GuestRequest).count()


def test_one_network_asks_so_often_in_an_hour(client: FlaskClient, cast: Cast) -> None:
    statuses = [ask(client, email=f"e{number}@example.org").status_code for number in range(6)]

    assert statuses == [303] * 5 + [429]


def test_who_has_a_place_goes_on_at_once(signed_in: SignIn, page: Page) -> None:
    carla = signed_in("carla")

    assert carla.get(f"{FORM}?seite={page.slug}").location == f"/wiki/{page.slug}/anpassen"
    assert carla.get(FORM).location == "/labore/menden"
    assert FORM not in carla.get(f"/wiki/{page.slug}").text


def test_a_page_that_is_not_to_be_had_leads_nowhere(
    client: FlaskClient, signed_in: SignIn, cast: Cast, labs: dict[str, Lab], asked: int, page: Page
) -> None:
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    assert "Entwurf" not in client.get(f"{FORM}?seite={draft.slug}").text
    retire(page, vera(cast))
    assert "/gastplatz" not in client.get(f"/wiki/{page.slug}").text

    take_in(signed_in("anke"), asked)
    onward = db.session.query(Invitation).one().onward
    assert onward == f"{FORM}?seite={page.slug}"
    assert signed_in("carla").get(onward).location == "/labore/menden"


def test_a_purged_page_leaves_the_wish_for_a_place(asked: int, page: Page, cast: Cast) -> None:
    retire(page, vera(cast))
    purge(page, vera(cast))

    db.session.expire_all()
    assert db.session.get_one(GuestRequest, asked).page is None


def test_unanswered_for_months_it_is_forgotten(asked: int) -> None:
    forget_old()
    assert db.session.query(GuestRequest).count() == 1
    with writing():
        db.session.get_one(GuestRequest, asked).created_at = now() - asking.KEPT * 1.1
    forget_old()
    assert not db.session.query(GuestRequest).count()


def vera(cast: Cast) -> User:
    return db.session.get_one(User, cast.vera)
