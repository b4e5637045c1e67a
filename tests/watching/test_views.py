"""„Beobachten“ where it stands, the list of news, the settings, the week."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.conftest import Cast, make_page, token
from tests.forms import form_in
from tests.watching.stage import edit, follow, person, watch_page
from wiki.config import Settings
from wiki.db import db, now
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.writing import retire
from wiki.starter.examples import load_examples
from wiki.talk import saying
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.watching import watching
from wiki.watching.models import Delivery, Notice, Watching
from wiki.watching.times import this_week
from wiki.watching.watching import Target, watch

SignIn = Callable[[str], FlaskClient]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, mail_server="mail.example.org")


@pytest.mark.parametrize(
    ("place", "address", "label", "data"),
    [
        ("/wiki/smartphone-stunde", "/wiki/smartphone-stunde/beobachtung", "Beobachten", {}),
        ("/labore/soest", "/labore/soest/beobachtung", "Beobachten", {}),
        (
            "/suche?thema=Holz",
            "/suche/beobachtung",
            "Dieses Thema beobachten",
            {"suche": "thema=Holz"},
        ),
        (
            "/suche?q=l%C3%B6ten&sortiert=neu&minuten=90",
            "/suche/beobachtung",
            "Diese Suche beobachten",
            {"suche": "q=l%C3%B6ten&minuten=90"},
        ),
    ],
)
def test_a_button_watches_and_stops_with_and_without_script(
    signed_in: SignIn,
    client: FlaskClient,
    page: Page,
    place: str,
    address: str,
    label: str,
    data: dict[str, str],
) -> None:
    follow()
    carla = signed_in("carla")
    before = carla.get(place).text
    assert label in before
    assert f'action="{address}"' in before
    assert all(f'value="{value}"' in before.replace("&amp;", "&") for value in data.values())
    sent = {"csrf_token": token(carla, "/konto"), **data}

    answer = carla.post(address, data=sent)
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, place.partition("?")[0])
    assert "Nicht mehr beobachten" in carla.get(place).text
    assert db.session.query(Watching).count() == 1

    fragment = carla.post(f"{address}/aufhebung", data=sent, headers=HTMX).text
    assert fragment.strip().startswith("<form") or "<form" in fragment.split("\n")[1]
    assert "<html" not in fragment
    assert label in fragment
    assert db.session.query(Watching).count() == 0
    assert "eobachten" not in client.get(place).text


def test_what_finds_everything_or_is_endless_is_not_watched(signed_in: SignIn, page: Page) -> None:
    carla = signed_in("carla")
    assert "beobachten" not in carla.get("/suche").text
    sent = {"csrf_token": token(carla, "/konto")}

    for search in ("", "sortiert=neu", "seite=2", "q=" + "x" * 4000, "&".join(["thema=a"] * 300)):
        answer = carla.post("/suche/beobachtung", data={**sent, "suche": search})
        assert answer.status_code in (303, 404)

    searches = set(db.session.scalars(db.select(Watching.search)))
    assert searches <= {"thema=a"}


def test_a_draft_of_others_cannot_be_watched(signed_in: SignIn, cast: Cast, page: Page) -> None:
    draft = make_page("Geheim", by=cast.anke, lab=page.lab, publish=False)
    carla = signed_in("carla")
    sent = {"csrf_token": token(carla, "/konto")}

    assert carla.post(f"/wiki/{draft.slug}/beobachtung", data=sent).status_code == 404
    assert db.session.query(Watching).count() == 0


def test_too_much_is_refused_in_a_sentence(
    signed_in: SignIn, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST", 0)
    carla = signed_in("carla")

    sent = {"csrf_token": token(carla, "/konto")}
    answer = carla.post(f"/wiki/{page.slug}/beobachtung", data=sent, follow_redirects=True)

    assert "mehr Neuigkeiten, als ein Mensch liest" in answer.text


def test_the_header_counts_and_the_list_is_read_line_by_line_or_all_at_once(
    signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    other = make_page("Nähen <b>&", by=cast.anke, lab=labs["soest"])
    for one in (page, other):
        watch_page(cast.carla, one)
        edit(one, cast.anke, summary="Zwei.")
    follow()
    carla = signed_in("carla")
    shown = carla.get("/neuigkeiten").text
    assert '<span class="count">2<span class="kern-sr-only"> neu</span>' in shown
    assert "Heute" in shown
    assert "Nähen &lt;b&gt;&amp;" in shown
    assert shown.count('class="new-mark"') == 2
    first, _second = db.session.query(Notice).order_by(Notice.id)
    sent = {"csrf_token": token(carla, "/neuigkeiten")}

    carla.post(f"/neuigkeiten/{first.id}/gelesen", data=sent)
    assert carla.get("/neuigkeiten").text.count('class="new-mark"') == 1
    newest = form_in(carla.get("/neuigkeiten").text, "/neuigkeiten/gelesen")["bis"]
    edit(page, cast.bilal, summary="Inzwischen.")
    follow()
    carla.post("/neuigkeiten/gelesen", data={**sent, "bis": newest})

    left = carla.get("/neuigkeiten").text
    assert left.count('class="new-mark"') == 1, "what came since stays new"
    assert "Bilal" in left


def test_nobody_reads_anothers_news(signed_in: SignIn, page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    edit(page, cast.anke, summary="Zwei.")
    follow()
    notice, own = db.session.query(Notice).one(), db.session.query(Watching).one()
    gabi = signed_in("gabi")
    sent = {"csrf_token": token(gabi, "/konto")}

    for address in (
        f"/neuigkeiten/{notice.id}/gelesen",
        f"/konto/beobachtungen/{own.id}/entfernen",
    ):
        assert gabi.post(address, data=sent).status_code == 404

    assert "Smartphone" not in gabi.get("/neuigkeiten").text
    assert db.session.query(Notice).one().read_at is None


def test_settings_list_what_is_watched_and_how_it_is_mailed(
    signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    watch_page(cast.carla, page)
    watch(person(cast.carla), Target(lab_id=labs["soest"].id))
    watch(person(cast.carla), Target(search="q=%3Cb%3E&thema=Holz"))
    carla = signed_in("carla")
    shown = carla.get("/konto/beobachtungen").text
    for name in (page.title, labs["soest"].name, "„&lt;b&gt;“ · Thema: Holz"):
        assert name in shown
    assert "3 Beobachtungen" in carla.get("/konto").text
    sent = {"csrf_token": token(carla, "/konto/beobachtungen")}

    answer = carla.post("/konto/beobachtungen", data={**sent, "by_mail": "stündlich"})
    assert answer.status_code == 422
    carla.post("/konto/beobachtungen", data={**sent, "by_mail": "at_once", "wants_week": "1"})
    one = db.session.query(Watching).filter(Watching.page_id == page.id).one()
    carla.post(f"/konto/beobachtungen/{one.id}/entfernen", data=sent)

    delivery = db.session.query(Delivery).one()
    assert (delivery.by_mail, delivery.wants_week) == ("at_once", True)
    assert page.title not in carla.get("/konto/beobachtungen").text


def test_a_retired_page_can_still_be_let_go(signed_in: SignIn, page: Page, cast: Cast) -> None:
    watch_page(cast.carla, page)
    retire(page, person(cast.anke))
    carla = signed_in("carla")

    assert page.title in carla.get("/konto/beobachtungen").text


def test_without_a_mail_server_the_settings_say_so(
    app: Flask, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = replace(app.config["LABORWIKI"], mail_server="")
    monkeypatch.setitem(app.config, "LABORWIKI", without)

    shown = signed_in("carla").get("/konto/beobachtungen").text

    assert "Von hier gehen keine Mails aus." in shown
    assert "Montags als Mail" not in signed_in("bilal").get("/wochen", follow_redirects=True).text
    assert "by_mail" not in shown


def test_a_page_that_nobody_watches_asks_for_nobodys_watching(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    carla, asked = signed_in("carla"), []
    carla.get("/konto")
    event.listen(
        db.engine, "before_cursor_execute", lambda _c, _cursor, text, *_more: asked.append(text)
    )
    carla.get(f"/wiki/{page.slug}")
    of_watching = [text for text in asked if text.startswith("SELECT watching.")]
    assert of_watching == []

    watch_page(cast.gabi, page)
    asked.clear()
    carla.get(f"/wiki/{page.slug}")
    assert len([text for text in asked if text.startswith("SELECT watching.")]) == 1


def test_a_week_in_review_is_everybodys(
    client: FlaskClient, signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Leise", by=cast.anke, lab=labs["soest"], publish=False)
    about = {"recipe": page.title, "people": 12}
    make_page("Am Markt", by=cast.carla, lab=labs["menden"], kind="outcome", **about)
    saying.ask(QuestionContent(title="Wer hat Lötkolben?"), labs["menden"], person(cast.carla))
    week = this_week(now())
    address = f"/wochen/{week.year}-{week.number}"

    shown = client.get(address).text

    assert "Smartphone-Stunde" in shown
    assert "Am Markt" in shown
    assert "12 Personen" in shown
    assert "Diese Woche läuft noch." in shown
    assert "Leise" not in shown
    assert "Lötkolben" not in shown
    assert "Wer hat Lötkolben?" in signed_in("anke").get(address).text
    assert "Montags als Mail" in signed_in("anke").get(address).text
    before = week.later(-1)
    assert client.get("/wochen").location == f"/wochen/{before.year}-{before.number}"
    assert "In dieser Woche steht nichts" in client.get(client.get("/wochen").location).text


@pytest.mark.parametrize(
    "week",
    ["2999-1", "2026-54", "2026-0", "0-1", "1999-5", "99999999999-1", "2025-53", "1-1", "9999-53"],
)
def test_a_week_that_is_none_is_nowhere(client: FlaskClient, week: str) -> None:
    assert client.get(f"/wochen/{week}").status_code == 404


def test_a_remark_is_news_in_the_list(signed_in: SignIn, page: Page, cast: Cast) -> None:
    remark = saying.say(page, RemarkContent(text="Wie lange?"), person(cast.carla))
    saying.answer(remark.thread, RemarkContent(text="Eine Stunde."), person(cast.bilal))
    follow()

    shown = signed_in("carla").get("/neuigkeiten").text

    assert "hat Neues in der Diskussion" in shown
    assert f"/wiki/{page.slug}/diskussion#gespraech-{remark.thread_id}" in shown


def test_examples_are_nothing_that_labs_did(client: FlaskClient, cast: Cast) -> None:
    load_examples()
    week = this_week(now())

    shown = client.get(f"/wochen/{week.year}-{week.number}").text

    assert "In dieser Woche steht nichts" in shown
    assert "Formular-Werkstatt" not in shown


def test_a_number_that_no_database_holds_reads_everything(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    carla = signed_in("carla")

    posted = {"csrf_token": token(carla, "/konto"), "bis": "1" + "0" * 30}
    assert carla.post("/neuigkeiten/gelesen", data=posted).status_code == 303


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("thema=Holz", "Dieses Thema beobachten"),
        ("thema=Holz&personen=12", "Diese Suche beobachten"),
        ("thema=Holz&labor=soest", "Diese Suche beobachten"),
    ],
)
def test_a_topic_is_one_topic_and_nothing_else(
    signed_in: SignIn, cast: Cast, asked: str, label: str
) -> None:
    assert label in signed_in("carla").get(f"/suche?{asked}").text
