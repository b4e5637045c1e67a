"""Remarks without an account: they wait, for the right people, and programs stay outside."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from wiki.accounts import strangers
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.talk import saying
from wiki.talk.content import RemarkContent
from wiki.talk.models import Remark, Thread

SignIn = Callable[[str], FlaskClient]
WORDS = "Bei uns stand der Aufzug still."


def talk_of(page: Page) -> str:
    return f"/wiki/{page.slug}/diskussion"


def leave(browser: FlaskClient, page: Page, text: str = WORDS, **more: str) -> TestResponse:
    address = f"{talk_of(page)}/neu"
    form = form_in(browser.get(address).text, address)
    return browser.post(address, data=filled(form, text=text, **more))


def left(page: Page, text: str = WORDS) -> Remark:
    return saying.say(page, RemarkContent(text=text), None)


def post(browser: FlaskClient, address: str) -> TestResponse:
    return browser.post(address, data={"csrf_token": token(browser, "/konto")})


def test_it_is_thanked_for_and_waits(client: FlaskClient, page: Page) -> None:
    response = leave(client, page, name="Deniz", step="kbb")

    assert response.status_code == 303
    text = client.get(response.location).text
    assert "Danke!" in text
    assert WORDS not in text
    assert "Deniz" not in text
    assert WORDS not in client.get(f"/wiki/{page.slug}").text


def test_it_waits_for_those_who_look_after_the_page(app: Flask, page: Page, cast: Cast) -> None:
    left(page)
    with app.test_request_context():
        waiting = {
            name: [thing.reason for thing in waiting_for(db.session.get_one(User, number))]
            for name, number in vars(cast).items()
        }

    found = {name for name, reasons in waiting.items() if any("ohne Konto" in r for r in reasons)}
    assert found == {"anke", "vera"}


def test_on_pages_of_the_network_it_waits_for_admins(app: Flask, cast: Cast) -> None:
    left(make_page("Impressum", by=cast.vera, kind="article"))
    with app.test_request_context():
        anke, vera = (db.session.get_one(User, number) for number in (cast.anke, cast.vera))
        assert not [one for one in waiting_for(anke) if "ohne Konto" in one.reason]
        assert [one for one in waiting_for(vera) if "ohne Konto" in one.reason]


def test_only_they_read_it(signed_in: SignIn, page: Page) -> None:
    left(page)

    for name in ("gabi", "carla", "bilal"):
        assert WORDS not in signed_in(name).get(talk_of(page)).text
    assert WORDS in signed_in("anke").get(talk_of(page)).text


@pytest.mark.parametrize("name", ["gabi", "carla", "bilal"])
def test_nobody_else_publishes_or_deletes_it(signed_in: SignIn, page: Page, name: str) -> None:
    number = left(page).id

    for verb in ("veroeffentlichung", "loeschen"):
        assert post(signed_in(name), f"/bemerkungen/{number}/{verb}").status_code == 404
    assert db.session.get_one(Remark, number).is_waiting


def test_one_tap_publishes_it_for_all(signed_in: SignIn, client: FlaskClient, page: Page) -> None:
    number = left(page).id
    client.get(f"/wiki/{page.slug}")

    assert post(signed_in("anke"), f"/bemerkungen/{number}/veroeffentlichung").status_code == 303

    for address in (talk_of(page), f"/wiki/{page.slug}"):
        assert WORDS in client.get(address).text
    assert "Jemand ohne Konto" in client.get(talk_of(page)).text


def test_one_tap_deletes_it(signed_in: SignIn, page: Page) -> None:
    number = left(page).id
    post(signed_in("anke"), f"/bemerkungen/{number}/loeschen")

    assert not db.session.query(Remark).count()
    assert not db.session.query(Thread).count()


def test_an_answer_waits_while_its_thread_is_read(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    first = saying.say(
        page, RemarkContent(text="Wer weiß das?"), db.session.get_one(User, cast.anke)
    )
    thread = db.session.get_one(Thread, first.thread_id)
    saying.answer(thread, RemarkContent(text=WORDS), None)

    text = client.get(talk_of(page)).text
    assert "Wer weiß das?" in text
    assert WORDS not in text
    assert f"gespraech={thread.id}" in text


def test_a_thread_nobody_has_read_is_answered_by_nobody(client: FlaskClient, page: Page) -> None:
    number = left(page).thread_id

    assert client.get(f"{talk_of(page)}/neu?gespraech={number}").status_code == 404


def test_what_comes_too_quickly_is_a_program_or_tries_again(
    client: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 3)
    response = leave(client, page)
    assert response.status_code == 422
    assert WORDS in response.text
    assert "Noch einmal abschicken genügt" in response.text
    assert not db.session.query(Remark).count()
    for mark in ("", "erfunden", "form.abc.def"):
        assert leave(client, page, **{strangers.OPENED: mark}).status_code == 422
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 0)
    assert leave(client, page).status_code == 303


def test_what_programs_fill_in_is_thanked_for_and_dropped(client: FlaskClient, page: Page) -> None:
    assert leave(client, page, **{strangers.TRAP: "https://spam.example"}).status_code == 303
    assert not db.session.query(Remark).count()


def test_one_address_leaves_only_so_many(client: FlaskClient, page: Page) -> None:
    statuses = [leave(client, page, f"Nummer {n}").status_code for n in range(11)]

    assert statuses == [303] * 10 + [429]
    assert "Noch ein Satz" in leave(client, page, "Noch ein Satz").text


def test_a_lab_under_attack_takes_no_more(
    page: Page, cast: Cast, labs: dict[str, Lab], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saying, "MOST_WAITING", 1)
    left(page)

    with pytest.raises(saying.TooManyWaiting):
        left(page)
    left(make_page("Anderswo", by=cast.carla, lab=labs["menden"]))


def test_nothing_of_an_address_is_kept(client: FlaskClient, page: Page) -> None:
    leave(client, page)

    row = db.session.execute(db.select(Remark.__table__)).mappings().one()
    assert not any("127.0.0" in str(value) for value in row.values())
