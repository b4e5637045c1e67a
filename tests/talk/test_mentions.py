"""Who is spoken to with `@Name`, and how long it waits for them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.talk import saying
from wiki.talk.content import RemarkContent
from wiki.talk.mentioning import spoken_to
from wiki.talk.models import Mention, Thread

SignIn = Callable[[str], FlaskClient]


def spoken(text: str, page: Page, by: int) -> list[str]:
    found = spoken_to(text, Thread(page=page), db.session.get_one(User, by))
    return sorted(user.name for user in found)


def said(page: Page, text: str, by: int) -> int:
    return saying.say(page, RemarkContent(text=text), db.session.get_one(User, by)).thread_id


def reasons(app: Flask, number: int) -> list[str]:
    with app.test_request_context():
        return [thing.reason for thing in waiting_for(db.session.get_one(User, number))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Anke, stimmt das?", ["Anke"]),
        ("Weiß das @anke oder @Carla?", ["Anke", "Carla"]),
        ("anke@Carla.example, @Ankerplatz, @Niemand, @, @%", []),
        ("Ich, @Bilal, frage.", []),
        ("(@Carla)", ["Carla"]),
    ],
)
def test_names_after_an_at(text: str, names: list[str], page: Page, cast: Cast) -> None:
    assert spoken(text, page, cast.bilal) == names


def test_the_longest_name_is_meant(page: Page, cast: Cast) -> None:
    with writing() as session:
        session.get_one(User, cast.carla).name = "Anke Groß"

    assert spoken("@Anke Groß weiß es", page, cast.bilal) == ["Anke Groß"]
    assert spoken("@Anke Großmann?", page, cast.bilal) == ["Anke"]


def test_capitals_beyond_ascii_are_the_same_name(page: Page, cast: Cast) -> None:
    with writing() as session:
        session.get_one(User, cast.carla).name = "Özgür"

    assert spoken("@özgür?", page, cast.bilal) == ["Özgür"]


def test_who_may_not_read_the_page_is_not_told(cast: Cast, labs: dict[str, Lab]) -> None:
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)

    assert spoken("@Anke @Carla", draft, cast.bilal) == ["Anke"]


def test_it_waits_until_a_tap_says_read(
    app: Flask, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    number = said(page, "Was meint @Carla?", cast.bilal)
    said(page, "Noch einmal: @Carla?", cast.bilal)
    assert reasons(app, cast.carla).count("Bilal fragt hier nach Carla") == 2
    carla = signed_in("carla")
    assert "Hier wird nach Carla gefragt." in carla.get(f"/wiki/{page.slug}/diskussion").text
    assert "Hier wird nach" not in signed_in("anke").get(f"/wiki/{page.slug}/diskussion").text

    data = {"csrf_token": token(carla, "/konto"), "next": "/zu-tun"}
    response = carla.post(f"/gespraeche/{number}/gelesen", data=data)

    assert response.location == "/zu-tun"
    assert reasons(app, cast.carla).count("Bilal fragt hier nach Carla") == 1


def test_an_answer_is_reading(app: Flask, page: Page, cast: Cast) -> None:
    thread = db.session.get_one(Thread, said(page, "Was meint @Carla?", cast.bilal))
    saying.answer(thread, RemarkContent(text="Ja."), db.session.get_one(User, cast.carla))

    assert not any("fragt hier" in reason for reason in reasons(app, cast.carla))


def test_nobody_is_sent_elsewhere_after_reading(signed_in: SignIn, page: Page, cast: Cast) -> None:
    number, carla = said(page, "@Carla?", cast.bilal), signed_in("carla")
    data = {"csrf_token": token(carla, "/konto"), "next": "//evil.example"}

    assert "evil" not in carla.post(f"/gespraeche/{number}/gelesen", data=data).location


def test_what_waits_speaks_to_nobody_before_it_is_published(page: Page, cast: Cast) -> None:
    remark = saying.say(page, RemarkContent(text="Frau @Carla!"), None)
    assert not db.session.query(Mention).count()

    saying.publish(remark, db.session.get_one(User, cast.anke))

    assert [one.user_id for one in db.session.query(Mention)] == [cast.carla]


def test_the_form_offers_people_of_the_lab_and_of_the_thread(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    number = said(page, "Ich habe das gemacht.", cast.gabi)
    address = f"/wiki/{page.slug}/diskussion/neu?gespraech={number}"

    bilal, carla = signed_in("bilal").get(address).text, signed_in("carla").get(address).text

    assert "@Anke" in bilal
    assert "@Gabi" in bilal
    assert "@Bilal" not in bilal
    # Who belongs to a lab is its own to say.
    assert "@Gabi" in carla
    assert "@Anke" not in carla
