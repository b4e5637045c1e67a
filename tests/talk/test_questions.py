"""Questions to all labs: who asks, who reads, for whom they wait."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, token
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, now, writing
from wiki.labs.models import Lab, Membership
from wiki.pages.models import Page
from wiki.talk import asking, saying
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.models import Remark, Thread

SignIn = Callable[[str], FlaskClient]
ASKED = "Wer hat Erfahrung mit Nähmaschinen?"


def ask(browser: FlaskClient, title: str = ASKED, **more: str) -> TestResponse:
    data = {"csrf_token": token(browser, "/fragen/neu"), "title": title, **more}
    return browser.post("/fragen/neu", data=data)


@pytest.fixture
def question(cast: Cast, labs: dict[str, Lab]) -> Thread:
    """Carla of Menden asks."""
    carla = db.session.get_one(User, cast.carla)
    content = QuestionContent(title=ASKED, text="Für **zwölf** Leute.")
    return saying.ask(content, labs["menden"], carla)


def waits_for(app: Flask, number: int) -> bool:
    with app.test_request_context():
        things = waiting_for(db.session.get_one(User, number))
        return any(thing.title == ASKED for thing in things)


def test_a_member_asks_and_other_labs_read(signed_in: SignIn, client: FlaskClient) -> None:
    response = ask(signed_in("carla"), text="Für *zwölf* Leute.")

    assert response.status_code == 303
    for name in ("gabi", "bilal", "vera"):
        browser = signed_in(name)
        assert ASKED in browser.get("/fragen").text
        assert "Für <em>zwölf</em> Leute." in browser.get(response.location).text
    assert client.get("/fragen").location.startswith("/anmelden?next=")


def test_who_belongs_to_no_lab_reads_none(signed_in: SignIn, question: Thread, cast: Cast) -> None:
    with writing() as session:
        session.query(Membership).filter_by(user_id=cast.gabi).delete()
    gabi = signed_in("gabi")

    for address in ("/fragen", "/fragen/neu", f"/fragen/{question.id}"):
        assert gabi.get(address).status_code == 403


@pytest.mark.parametrize(("title", "text"), [("", "Mehr"), ("x" * 121, ""), ("Gut", "x" * 3_001)])
def test_what_does_not_fit_comes_back(signed_in: SignIn, title: str, text: str) -> None:
    response = ask(signed_in("carla"), title, text=text)

    assert response.status_code == 422
    assert text in response.text


def test_it_waits_for_the_editors_of_other_labs(app: Flask, question: Thread, cast: Cast) -> None:
    assert {name for name, number in vars(cast).items() if waits_for(app, number)} == {"anke"}


def test_it_waits_no_more_once_anybody_of_the_lab_answered(
    app: Flask, signed_in: SignIn, question: Thread, cast: Cast
) -> None:
    bilal, address = signed_in("bilal"), f"/fragen/{question.id}"
    data = {"csrf_token": token(bilal, address), "text": "Wir haben vier."}

    assert bilal.post(address, data=data).status_code == 303

    assert "Wir haben vier." in signed_in("carla").get(address).text
    assert not waits_for(app, cast.anke)


def test_one_tap_says_that_a_lab_knows_nothing(
    app: Flask, signed_in: SignIn, question: Thread, cast: Cast
) -> None:
    anke = signed_in("anke")
    assert "Dazu wissen wir nichts" in anke.get("/zu-tun").text
    data = {"csrf_token": token(anke, "/zu-tun"), "next": "/zu-tun"}

    for _twice in range(2):
        response = anke.post(f"/fragen/{question.id}/unbekannt", data=data)
        assert response.location == "/zu-tun"

    assert not waits_for(app, cast.anke)
    assert ASKED in anke.get("/fragen").text


def test_only_an_editor_says_that_for_the_lab(signed_in: SignIn, question: Thread) -> None:
    bilal = signed_in("bilal")
    data = {"csrf_token": token(bilal, "/konto")}

    assert bilal.post(f"/fragen/{question.id}/unbekannt", data=data).status_code == 403


def test_old_and_resolved_ones_wait_for_nobody(app: Flask, question: Thread, cast: Cast) -> None:
    with writing() as session:
        session.get_one(Thread, question.id).created_at = now() - asking.WAITS - timedelta(hours=1)
    assert not waits_for(app, cast.anke)
    with writing() as session:
        session.get_one(Thread, question.id).created_at = now()
    assert waits_for(app, cast.anke)

    saying.set_resolved(question, db.session.get_one(User, cast.carla), on=True)

    assert not waits_for(app, cast.anke)


def test_resolved_it_is_folded_away(signed_in: SignIn, question: Thread, cast: Cast) -> None:
    saying.set_resolved(question, db.session.get_one(User, cast.carla), on=True)
    text = signed_in("bilal").get("/fragen").text

    assert "Gerade ist keine Frage offen" in text
    assert text.index("Erledigt") < text.index(ASKED)


def test_who_asked_or_looks_after_all_resolves_it(
    signed_in: SignIn, question: Thread, cast: Cast
) -> None:
    def resolve(name: str) -> int:
        browser = signed_in(name)
        data = {"csrf_token": token(browser, "/konto")}
        return browser.post(f"/gespraeche/{question.id}/erledigung", data=data).status_code

    assert [resolve(name) for name in ("bilal", "gabi", "carla", "anke")] == [403, 403, 303, 303]


def test_a_question_taken_back_leaves_its_answers_and_no_words(
    signed_in: SignIn, question: Thread, cast: Cast
) -> None:
    anke = db.session.get_one(User, cast.anke)
    saying.answer(question, RemarkContent(text="Wir, vier Stück."), anke)
    first = db.session.query(Remark).order_by(Remark.id).first()
    assert first is not None
    saying.remove(first, db.session.get_one(User, cast.carla))

    text = signed_in("bilal").get(f"/fragen/{question.id}").text

    assert "Nähmaschinen" not in text
    assert "Wir, vier Stück." in text


def test_the_labs_home_names_its_questions_to_those_who_read_them(
    signed_in: SignIn, client: FlaskClient, question: Thread
) -> None:
    assert ASKED in signed_in("bilal").get("/labore/menden").text
    assert ASKED not in signed_in("bilal").get("/labore/soest").text
    assert "Fragen an alle Labore" not in client.get("/labore/menden").text


def test_a_thread_of_a_page_is_no_question(signed_in: SignIn, page: Page, cast: Cast) -> None:
    remark = saying.say(page, RemarkContent(text="?"), db.session.get_one(User, cast.anke))

    assert signed_in("bilal").get(f"/fragen/{remark.thread_id}").status_code == 404
