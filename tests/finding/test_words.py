"""Words that mean the same, and what was searched and not found: editors look after both."""

import re
import time
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from search import SearchIndex
from tests.at_once import at_once
from tests.conftest import Cast, make_page, token
from tests.forms import form_in
from wiki.accounts.models import SignInAttempt, User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, now, writing
from wiki.errors import NotAllowed
from wiki.finding import words
from wiki.finding.indexing import rebuild
from wiki.finding.words import (
    GroupContent,
    SynonymGroup,
    UnmetSearch,
    count_unmet,
    current_synonyms,
    unmet_searches,
)
from wiki.labs.models import Lab
from wiki.starter.loading import HERE, load_words

SignIn = Callable[[str], FlaskClient]
PAGE = "/suchwoerter"
PHONE = "Handy, Smartphone, Mobiltelefon"


def send(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    return browser.post(address, data={"csrf_token": token(browser, "/konto"), **fields})


def lines() -> list[str]:
    return [group.words for group in words.groups()]


def counted() -> dict[str, int]:
    rows = db.session.execute(select(UnmetSearch.words, UnmetSearch.times))
    return dict(list(rows))


@pytest.fixture
def group(app: Flask) -> SynonymGroup:
    with writing() as session:
        group = SynonymGroup(words=PHONE)
        session.add(group)
    return group


@pytest.fixture
def index(app: Flask, cast: Cast, labs: dict[str, Lab]) -> SearchIndex:
    """A real index in which one page is to be found."""
    make_page("Mit dem Smartphone unterwegs", by=cast.anke, lab=labs["soest"])
    index: SearchIndex = app.extensions["laborwiki-search"]
    rebuild(index)
    return index


def test_an_editor_adds_changes_and_removes_a_group(signed_in: SignIn) -> None:
    anke = signed_in("anke")
    answer = send(anke, PAGE, words="Handy,smartphone ,  Handy;Mobil telefon")
    assert answer.status_code == 303
    assert lines() == ["Handy, smartphone, Mobil telefon"]
    address = f"{PAGE}/{words.groups()[0].id}"

    fields = form_in(anke.get(address).text, address)
    fields["words"] = PHONE
    assert anke.post(address, data=fields).status_code == 303
    assert lines() == [PHONE]

    removal = form_in(anke.get(address).text, f"{address}/entfernen")
    assert anke.post(f"{address}/entfernen", data=removal).status_code == 303
    assert lines() == []


def test_each_step_can_be_taken_back_from_the_page_that_follows(signed_in: SignIn) -> None:
    anke = signed_in("anke")

    def take_back(answer: TestResponse, action: str) -> TestResponse:
        page = anke.get(answer.location).text
        return anke.post(action, data=form_in(page, action))

    added = send(anke, PAGE, words=PHONE)
    address = f"{PAGE}/{words.groups()[0].id}"
    removed = take_back(added, f"{address}/entfernen")
    assert lines() == []
    take_back(removed, f"{address}/rueckkehr")
    assert lines() == [PHONE]
    version = words.groups()[0].version
    changed = send(anke, address, words="Handy, Telefon", version=version)
    assert lines() == ["Handy, Telefon"]
    take_back(changed, address)
    assert lines() == [PHONE]


@pytest.mark.parametrize("name", ["bilal", "carla", "gabi"])
def test_who_is_no_editor_changes_nothing(
    app: Flask, signed_in: SignIn, cast: Cast, group: SynonymGroup, name: str
) -> None:
    browser = signed_in(name)
    number = group.id

    assert browser.get(PAGE).status_code == 403
    assert send(browser, PAGE, words="Löten, Lötkolben").status_code == 403
    assert send(browser, f"{PAGE}/{number}", words="a, b", version=1).status_code == 403
    assert send(browser, f"{PAGE}/{number}/entfernen", version=1).status_code == 403
    assert lines() == [PHONE]
    someone = db.session.get_one(User, getattr(cast, name))
    with pytest.raises(NotAllowed):
        words.add_group(GroupContent(words="Löten, Lötkolben"), someone)


def test_the_editor_of_a_guest_is_none_of_the_network(signed_in: SignIn, cast: Cast) -> None:
    with writing() as session:
        session.execute(
            db.text("UPDATE membership SET role = 'editor' WHERE user_id = :id"),
            {"id": cast.gabi},
        )

    assert signed_in("gabi").get(PAGE).status_code == 403
    assert "/suchwoerter" not in signed_in("gabi").get("/zu-tun").text


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "Mindestens zwei Wörter"),
        ("Handy", "Mindestens zwei Wörter"),
        ("Handy, handy, HANDY", "Mindestens zwei Wörter"),
        (", ".join(f"wort{chr(97 + n)}" for n in range(13)), "höchstens 12 Wörter"),
        ("Handy, " + "x" * 61, "höchstens 60 Zeichen"),
        ("Handy, 60", "braucht einen Buchstaben"),
        ("Handy, 😀", "braucht einen Buchstaben"),
        ("x" * 5_000, "höchstens 900 Zeichen"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(signed_in: SignIn, typed: str, error: str) -> None:
    answer = send(signed_in("anke"), PAGE, words=typed)

    assert answer.status_code == 422
    assert error in answer.text
    assert f'value="{typed}"' in answer.text
    assert lines() == []


def test_hostile_words_stay_words(signed_in: SignIn, client: FlaskClient) -> None:
    anke = signed_in("anke")
    send(anke, PAGE, words="<script>alert(1)</script>, {{ x*7 }}\"\u202e, a\0b '); DROP TABLE")

    page = anke.get(PAGE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    assert "\0" not in page
    assert client.get("/suche?q=Handy").status_code == 200


def test_of_two_at_once_the_second_sees_what_the_first_wrote(
    signed_in: SignIn, group: SynonymGroup
) -> None:
    address = f"{PAGE}/{group.id}"
    anke, vera = signed_in("anke"), signed_in("vera")
    ankes, veras = (form_in(browser.get(address).text, address) for browser in (anke, vera))
    ankes["words"], veras["words"] = "Handy, Telefon", "Handy, Apparat"
    assert anke.post(address, data=ankes).status_code == 303

    answer = vera.post(address, data=veras)

    assert answer.status_code == 409
    assert "Inzwischen hat jemand anderes gespeichert" in answer.text
    assert "Handy, Telefon" in answer.text
    again = form_in(answer.text, address)
    assert again["words"] == "Handy, Apparat"
    assert lines() == ["Handy, Telefon"]
    assert vera.post(address, data=again).status_code == 303
    assert lines() == ["Handy, Apparat"]


def test_what_was_changed_meanwhile_is_not_removed_unseen(
    signed_in: SignIn, group: SynonymGroup
) -> None:
    address = f"{PAGE}/{group.id}"
    anke, vera = signed_in("anke"), signed_in("vera")
    removal = form_in(vera.get(address).text, f"{address}/entfernen")
    send(anke, address, words="Handy, Telefon", version=1)

    assert vera.post(f"{address}/entfernen", data=removal).status_code == 409
    assert lines() == ["Handy, Telefon"]


def test_who_still_writes_on_a_removed_group_loses_nothing(
    signed_in: SignIn, group: SynonymGroup
) -> None:
    address = f"{PAGE}/{group.id}"
    anke, vera = signed_in("anke"), signed_in("vera")
    fields = form_in(vera.get(address).text, address)
    fields["words"] = "Handy, Telefon"
    send(anke, f"{address}/entfernen", version=1)

    answer = vera.post(address, data=fields)
    assert answer.status_code == 409
    assert "jemand anderes diese Gruppe entfernt" in answer.text
    assert lines() == []
    vera.post(address, data=form_in(answer.text, address))
    assert lines() == ["Handy, Telefon"]


def test_removed_groups_go_for_good_after_a_month(
    signed_in: SignIn, group: SynonymGroup, app: Flask
) -> None:
    anke, number = signed_in("anke"), group.id
    with writing() as session:
        old = SynonymGroup(words="alt, sehr alt", removed_at=now() - words.KEPT_REMOVED * 1.1)
        session.add(old)
    assert "sehr alt" not in anke.get(PAGE).text

    send(anke, f"{PAGE}/{number}/entfernen", version=1)

    assert db.session.scalars(select(SynonymGroup.words)).all() == [PHONE]


def test_numbers_that_nothing_has_lead_nowhere(signed_in: SignIn) -> None:
    anke = signed_in("anke")

    assert anke.get(f"{PAGE}/7").status_code == 404
    assert anke.get(f"{PAGE}/{'9' * 30}").status_code == 404
    for number in ("7", "-1", "9" * 30, "x"):
        assert anke.get(f"{PAGE}?zuletzt={number}").status_code == 200


def test_a_word_in_two_groups_is_pointed_out(signed_in: SignIn, group: SynonymGroup) -> None:
    anke = signed_in("anke")
    assert "steht auch in" not in anke.get(PAGE).text

    send(anke, PAGE, words="HANDY, Telefon")

    page = anke.get(PAGE).text
    assert "„Handy“ steht auch in:" in page
    assert "„HANDY“ steht auch in:" in page


def test_the_same_group_is_not_kept_twice(signed_in: SignIn, group: SynonymGroup) -> None:
    send(signed_in("anke"), PAGE, words="smartphone, MOBILTELEFON, Handy")

    assert lines() == [PHONE]


def test_there_are_only_so_many_groups(
    signed_in: SignIn, group: SynonymGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST_GROUPS", 1)

    answer = send(signed_in("anke"), PAGE, words="Löten, Lötkolben")

    assert answer.status_code == 409
    assert 'value="Löten, Lötkolben"' in answer.text
    assert lines() == [PHONE]


def test_a_search_knows_a_change_at_once_and_else_keeps_what_it_knows(
    app: Flask, signed_in: SignIn, group: SynonymGroup
) -> None:
    first = current_synonyms()
    assert first.groups == (("Handy", "Smartphone", "Mobiltelefon"),)
    with writing() as session:
        session.add(UnmetSearch(words="etwas anderes", month="2026-11"))
    assert current_synonyms() is first

    send(signed_in("anke"), PAGE, words="Löten, Lötkolben")

    assert ("Löten", "Lötkolben") in current_synonyms().groups


def test_readers_find_what_means_the_same_as_soon_as_an_editor_says_so(
    client: FlaskClient, signed_in: SignIn, index: SearchIndex
) -> None:
    wanted = "/wiki/mit-dem-smartphone-unterwegs"
    assert wanted not in client.get("/suche?q=Handys").text

    send(signed_in("anke"), PAGE, words=PHONE)

    page = client.get("/suche?q=Handys").text
    assert wanted in page
    assert "<mark>Smartphone</mark>" in page
    assert wanted not in client.get('/suche?q="Handys"').text


def test_asking_for_the_words_costs_next_to_nothing(app: Flask, group: SynonymGroup) -> None:
    current_synonyms()
    begun = time.perf_counter()
    for _ in range(100):
        current_synonyms()

    assert (time.perf_counter() - begun) / 100 < 0.001


def test_what_is_counted_are_words_times_and_month(app: Flask) -> None:
    for typed in ("Quanten  Töpfern", "quanten töpfern", " QUANTEN TÖPFERN "):
        count_unmet(typed)

    [row] = db.session.execute(db.text("SELECT * FROM unmet_search")).mappings().all()
    assert dict(row) == {
        "id": row["id"],
        "words": "quanten töpfern",
        "times": 3,
        "month": f"{now():%Y-%m}",
    }


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ab",
        "x" * 61,
        "deniz@example.org",
        "wo ist deniz＠example.org",
        "deniz (at) example.org",
        "deniz at example punkt org",
        "02921 1030",
        "0151-2345678",
        "١٢٣٤٥ tel",
        "Anna 59494",
        "12 34",
        "???",
        "https://example.org/?q=geheim",
    ],
)
def test_what_may_name_somebody_is_not_counted(app: Flask, typed: str) -> None:
    count_unmet(typed)

    assert counted() == {}


@pytest.mark.parametrize("typed", ["3D-Druck 2026", "töpfern", "Was ist ein QR-Code?", "x" * 60])
def test_other_words_are(app: Flask, typed: str) -> None:
    count_unmet(typed)

    assert list(counted().values()) == [1]


def test_the_rarest_and_oldest_words_make_room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_UNMET", 3)
    with writing() as session:
        for typed, times, month in (
            ("oft", 9, "2026-01"),
            ("alt", 1, "2026-02"),
            ("neu", 1, "2026-10"),
        ):
            session.add(UnmetSearch(words=typed, times=times, month=month))

    count_unmet("töpfern")

    assert set(counted()) == {"oft", "neu", "töpfern"}


def test_a_database_that_is_busy_is_not_waited_for_in_vain(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.execute(db.text("PRAGMA busy_timeout = 10"))
    with db.engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        db.session.commit()
        db.session.execute(db.text("PRAGMA busy_timeout = 10"))
        count_unmet("töpfern")

    assert counted() == {}


def test_editors_see_what_was_searched_twice_and_what_to_do(signed_in: SignIn, cast: Cast) -> None:
    count_unmet("Nur einmal")
    for _ in range(2):
        count_unmet("Quanten & Töpfern")

    page = signed_in("anke").get(PAGE).text
    assert "nur einmal" not in page
    assert "2-mal gesucht" in page
    for address in (
        "/suchwoerter?wort=quanten+%26+t%C3%B6pfern#neu",
        "/neu/rezept?titel=quanten+%26+t%C3%B6pfern",
        "/wuensche/neu?titel=quanten+%26+t%C3%B6pfern",
    ):
        assert f'href="{address}"' in page
    assert (
        'value="quanten &amp; töpfern, "'
        in signed_in("anke").get(f"{PAGE}?wort=quanten+%26+töpfern").text
    )


def test_away_with_it_or_in_a_group_it_is_no_longer_missing(signed_in: SignIn) -> None:
    anke = signed_in("anke")
    for typed in ("Quatsch", "Mobilfon") * 2:
        count_unmet(typed)
    number = db.session.scalars(select(UnmetSearch.id).where(UnmetSearch.words == "quatsch")).one()

    send(anke, f"{PAGE}/gesucht/{number}/erledigt")
    assert list(counted()) == ["mobilfon"]
    send(anke, PAGE, words="Handy, Mobilfon")
    assert counted() == {}


def test_it_waits_for_editors_as_one_thing(app: Flask, cast: Cast) -> None:
    for typed in ("Quatsch", "Mobilfon") * 2:
        count_unmet(typed)
    with app.test_request_context():
        waiting = {
            name: [thing.address for thing in waiting_for(db.session.get_one(User, number))]
            for name, number in vars(cast).items()
        }

    assert waiting["anke"].count("/suchwoerter#gesucht") == 1
    assert waiting["vera"].count("/suchwoerter#gesucht") == 1
    assert not any("/suchwoerter#gesucht" in waiting[name] for name in ("bilal", "carla", "gabi"))


def test_editors_find_the_page_where_their_work_is(signed_in: SignIn) -> None:
    assert 'href="/suchwoerter"' in signed_in("anke").get("/zu-tun").text
    assert 'href="/suchwoerter"' in signed_in("vera").get("/verwaltung").text
    assert "/suchwoerter" not in signed_in("bilal").get("/zu-tun").text


def report(browser: FlaskClient, typed: str) -> TestResponse | None:
    """What the browser sends when the answer stays on the screen; None if it sends nothing."""
    html = browser.get("/suche", query_string={"q": typed}).text
    found = re.search(r'hx-post="(/suche/nichts-gefunden)".*?"wort": "([^"]+)"', html)
    return browser.post(found[1], data={"wort": found[2]}) if found else None


def test_only_what_the_search_does_not_find_counts(client: FlaskClient, index: SearchIndex) -> None:
    answer = report(client, "Quantentöpfern")
    assert answer is not None
    assert answer.status_code == 204
    assert report(client, "Smartphone") is None
    assert report(client, "") is None

    assert counted() == {"quantentöpfern": 1}


def test_a_search_that_is_only_too_narrow_does_not_count(
    client: FlaskClient, index: SearchIndex
) -> None:
    assert "nichts-gefunden" not in client.get("/suche?q=Smartphone&thema=Unbekannt").text
    assert "nichts-gefunden" in client.get("/suche?q=Quantentöpfern&thema=Unbekannt").text


def test_while_the_index_is_broken_nothing_counts(client: FlaskClient, cast: Cast) -> None:
    assert report(client, "Quantentöpfern") is None


def test_readers_without_an_account_get_no_cookie_for_it(
    client: FlaskClient, index: SearchIndex
) -> None:
    report(client, "Quantentöpfern")

    assert client.get_cookie("session") is None


@pytest.mark.parametrize("mark", ["", "falsch", "IlF1YW50ZW4i.aSLgAA.x", "a" * 100_000])
def test_nobody_counts_what_no_search_said(client: FlaskClient, app: Flask, mark: str) -> None:
    assert client.post("/suche/nichts-gefunden", data={"wort": mark}).status_code == 400
    assert client.post("/suche/nichts-gefunden", data={"q": "Quanten"}).status_code == 400

    assert counted() == {}


def test_an_old_page_counts_no_more(
    client: FlaskClient, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MARK_SECONDS", -1)
    answer = report(client, "Quantentöpfern")

    assert answer is not None
    assert answer.status_code == 400
    assert counted() == {}


def test_one_address_counts_so_often_and_can_still_sign_in(
    client: FlaskClient, index: SearchIndex
) -> None:
    answers = [report(client, f"quantentöpfern {chr(97 + n) * 3}") for n in range(25)]

    assert {answer.status_code for answer in answers if answer} == {204}
    assert len(counted()) == 20
    wrong = {"email": "anke@example.org", "password": "ganz sicher falsch"}
    wrong["csrf_token"] = token(client, "/anmelden")
    assert client.post("/anmelden", data=wrong).status_code == 200
    assert db.session.scalar(select(func.max(func.length(SignInAttempt.address)))) == 64


def test_the_starter_words_come_once_and_only_into_an_empty_list(app: Flask) -> None:
    wanted = (HERE / "words.txt").read_text().splitlines()
    assert load_words() == len(wanted) >= 25
    assert load_words() == 0
    assert lines() == sorted(wanted, key=words.compared)
    assert all(GroupContent(words=line).words == line for line in wanted)
    assert not any(words.shared_words(words.groups()).values())
    assert unmet_searches() == []


def test_of_two_at_the_same_moment_one_saves_and_the_other_is_told(
    app: Flask, cast: Cast, group: SynonymGroup
) -> None:
    number = group.id

    def change_to(line: str, by: int, base: int) -> str:
        editor = db.session.get_one(User, by)
        try:
            words.change_group(number, GroupContent(words=line), editor, base=base)
        except words.GroupChanged:
            return "told"
        return line

    for base in range(1, 11):
        mine, theirs = f"Handy, Telefon {base}", f"Handy, Apparat {base}"
        outcomes = at_once(
            partial(change_to, mine, cast.anke, base),
            partial(change_to, theirs, cast.vera, base),
            app=app,
        )

        db.session.expire_all()
        db.session.rollback()
        assert sorted(outcomes) == sorted(["told", lines()[0]])
        assert words.find_group(number).version == base + 1


def test_searches_at_the_same_moment_are_all_counted(app: Flask) -> None:
    db.session.rollback()
    at_once(*[partial(count_unmet, "töpfern")] * 8, app=app)

    assert counted() == {"töpfern": 8}
