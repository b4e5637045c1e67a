"""Wishes: anyone leaves one, a lab's editor answers, what is taken up is public."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, token
from tests.forms import filled, form_in
from wiki.accounts.exporting import data_about
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, now, writing
from wiki.errors import NotFound
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.wishes import wishing
from wiki.wishes.content import AnswerContent, WishContent
from wiki.wishes.models import Wish
from wiki.wishes.wishing import answer_wish, delete_wish

SignIn = Callable[[str], FlaskClient]
NEW = "/wuensche/neu"


def leave(browser: FlaskClient, title: str = "Ein Nähcafé", **more: str) -> TestResponse:
    fields = {"title": title, "lab": "soest", **more}
    form = form_in(browser.get(NEW).text, NEW)
    return browser.post(NEW, data=filled(form, **fields))


def answer(browser: FlaskClient, wish: Wish, do: str = "take_up", **more: str) -> TestResponse:
    address = f"/wuensche/{wish.id}"
    fields = {"answer": "Im März probieren wir es.", "do": do, **more}
    return browser.post(
        f"{address}/antwort", data={"csrf_token": token(browser, address), **fields}
    )


@pytest.fixture
def wish(labs: dict[str, Lab], cast: Cast) -> Wish:
    content = WishContent(title="Ein Nähcafé", text="Für alle.", contact="deniz@example.org")
    return wishing.make_wish(content, labs["soest"], None)


def test_anyone_leaves_a_wish_without_an_account(client: FlaskClient, cast: Cast) -> None:
    response = leave(client, text="Mit alten Maschinen.")

    assert response.status_code == 303
    assert "Danke!" in client.get(response.location).text
    assert db.session.query(Wish).one().title == "Ein Nähcafé"


def test_a_wish_without_words_is_asked_for_them(client: FlaskClient, cast: Cast) -> None:
    response = leave(client, title="", text="Nur das steht hier.", contact="keine Adresse")

    assert response.status_code == 422
    assert "Nur das steht hier." in response.text
    assert "Eine E-Mail-Adresse sieht so aus" in response.text
    assert not db.session.query(Wish).count()


def test_it_waits_for_the_labs_editor_alone(app: Flask, wish: Wish, cast: Cast) -> None:
    with app.test_request_context():
        waiting = {
            name: [thing.title for thing in waiting_for(db.session.get_one(User, number))]
            for name, number in vars(cast).items()
        }

    assert "Ein Nähcafé" in waiting["anke"]
    assert "Ein Nähcafé" in waiting["vera"]
    assert not any("Ein Nähcafé" in waiting[name] for name in ("bilal", "carla", "gabi"))


@pytest.mark.parametrize("name", ["bilal", "carla", "gabi"])
def test_nobody_else_reads_or_answers_it(signed_in: SignIn, wish: Wish, name: str) -> None:
    browser = signed_in(name)

    assert browser.get(f"/wuensche/{wish.id}").status_code == 404
    posted = {"csrf_token": token(browser, NEW), "answer": "Nein", "do": "take_up"}
    assert browser.post(f"/wuensche/{wish.id}/antwort", data=posted).status_code == 404
    assert browser.post(f"/wuensche/{wish.id}/loeschen", data=posted).status_code == 404


def test_taken_up_it_is_public_with_its_answer_and_page(
    signed_in: SignIn, client: FlaskClient, wish: Wish, page: Page
) -> None:
    title = page.title
    assert answer(signed_in("anke"), wish, page=title).status_code == 303

    for address in ("/wuensche", f"/wuensche/{wish.id}", "/labore/soest"):
        text = client.get(address).text
        assert "Im März probieren wir es." in text
        assert f'href="/wiki/{page.slug}"' in text
        assert "deniz@example.org" not in text


def test_declined_it_stays_with_the_editors(
    signed_in: SignIn, client: FlaskClient, wish: Wish
) -> None:
    anke = signed_in("anke")
    answer(anke, wish, do="decline")

    assert "Ein Nähcafé" not in client.get("/wuensche").text
    assert client.get(f"/wuensche/{wish.id}").status_code == 404
    assert "nicht aufgenommen" in anke.get(f"/wuensche/{wish.id}").text
    assert "Ein Nähcafé" not in anke.get("/zu-tun").text


def test_a_page_that_does_not_exist_is_said_and_nothing_lost(signed_in: SignIn, wish: Wish) -> None:
    response = answer(signed_in("anke"), wish, page="Gibt es nicht")

    assert response.status_code == 422
    assert "ist keine Seite veröffentlicht" in response.text
    assert "Im März probieren wir es." in response.text


def test_what_programs_fill_in_is_thanked_for_and_dropped(client: FlaskClient, cast: Cast) -> None:
    assert leave(client, webseite="https://spam.example").status_code == 303
    assert not db.session.query(Wish).count()


def test_one_address_leaves_only_so_many_in_an_hour(client: FlaskClient, cast: Cast) -> None:
    statuses = [leave(client, title=f"Wunsch {n}").status_code for n in range(11)]

    assert statuses == [303] * 10 + [429]
    assert "In einer Stunde geht es wieder" in leave(client, title="Noch einer").text


def test_a_lab_under_attack_takes_no_more(
    monkeypatch: pytest.MonkeyPatch, wish: Wish, labs: dict[str, Lab]
) -> None:
    monkeypatch.setattr(wishing, "MOST_WAITING", 1)

    with pytest.raises(wishing.TooManyWaiting):
        wishing.make_wish(WishContent(title="Noch einer"), labs["soest"], None)
    wishing.make_wish(WishContent(title="Anderswo"), labs["menden"], None)


def test_the_address_is_forgotten_a_month_after_the_answer(signed_in: SignIn, wish: Wish) -> None:
    answer(signed_in("anke"), wish)
    wishing.forget_contacts()
    assert db.session.get_one(Wish, wish.id).contact

    with writing():
        db.session.get_one(Wish, wish.id).answered_at = now() - wishing.CONTACT_KEPT * 1.1
    wishing.forget_contacts()
    db.session.expire_all()

    assert not db.session.get_one(Wish, wish.id).contact


def test_nonsense_is_deleted_for_good(signed_in: SignIn, wish: Wish) -> None:
    anke, number = signed_in("anke"), wish.id
    posted = {"csrf_token": token(anke, f"/wuensche/{number}")}

    assert anke.post(f"/wuensche/{number}/loeschen", data=posted).status_code == 303
    assert anke.get(f"/wuensche/{number}").status_code == 404


def test_what_members_wish_is_in_their_own_data(signed_in: SignIn, cast: Cast) -> None:
    leave(signed_in("carla"), title="Mehr Lötkolben")

    exported = data_about(db.session.get_one(User, cast.carla))
    assert [wish["wunsch"] for wish in exported["wünsche"]] == ["Mehr Lötkolben"]


def test_an_empty_search_leads_to_a_wish_with_its_words(client: FlaskClient, cast: Cast) -> None:
    text = client.get("/suche?q=Quantentöpfern").text

    assert 'href="/wuensche/neu?titel=Quantent%C3%B6pfern"' in text
    assert 'value="Quantentöpfern"' in client.get("/wuensche/neu?titel=Quantentöpfern").text


def test_reading_wishes_sets_no_cookie(client: FlaskClient, cast: Cast) -> None:
    assert "Set-Cookie" not in client.get("/wuensche").headers


def test_who_answers_or_deletes_what_is_gone_is_told_so(client: FlaskClient, cast: Cast) -> None:
    leave(client)
    wish, anke = db.session.query(Wish).one(), db.session.get_one(User, cast.anke)
    with db.engine.begin() as other:
        other.execute(db.delete(Wish))

    with pytest.raises(NotFound):
        answer_wish(wish, AnswerContent(answer="Gern."), anke, take_up=True)


def test_what_is_gone_is_not_deleted_twice(client: FlaskClient, cast: Cast) -> None:
    leave(client)
    wish, anke = db.session.query(Wish).one(), db.session.get_one(User, cast.anke)
    with db.engine.begin() as other:
        other.execute(db.delete(Wish))

    with pytest.raises(NotFound):
        delete_wish(wish, anke)
