"""Talk on a page: threads, steps, answers, what is resolved and removed, and who may."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.at_once import Act, at_once, prepared_at_once
from tests.conftest import Cast, make_page, token
from wiki.accounts.closing import close_account
from wiki.accounts.exporting import data_about
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import NotFound
from wiki.labs.models import Lab
from wiki.pages.history import recent_changes
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, purge, retire, revision_of, save_edit
from wiki.talk import saying
from wiki.talk.content import RemarkContent
from wiki.talk.models import Mention, Remark, Thread

SignIn = Callable[[str], FlaskClient]


def talk_of(page: Page) -> str:
    return f"/wiki/{page.slug}/diskussion"


def say(browser: FlaskClient, page: Page, text: str, **more: object) -> TestResponse:
    data = {"csrf_token": token(browser, talk_of(page)), "text": text, **more}
    return browser.post(f"{talk_of(page)}/neu", data=data)


def post(browser: FlaskClient, page: Page, address: str, **more: str) -> TestResponse:
    data = {"csrf_token": token(browser, talk_of(page)), **more}
    return browser.post(address, data=data)


def said(page: Page, cast: Cast, text: str = "Wie lange dauert das?", by: str = "bilal") -> Remark:
    content = RemarkContent(text=text)
    return saying.say(page, content, db.session.get_one(User, getattr(cast, by)))


def answered(remark: Remark, cast: Cast, text: str = "Eine Stunde.", by: str = "anke") -> Remark:
    thread = db.session.get_one(Thread, remark.thread_id)
    content = RemarkContent(text=text)
    return saying.answer(thread, content, db.session.get_one(User, getattr(cast, by)))


def test_whoever_may_read_a_page_and_has_an_account_says_something(
    signed_in: SignIn, client: FlaskClient, page: Page
) -> None:
    response = say(signed_in("gabi"), page, "Bei uns **lieber** im Mai.", step="kbb")

    assert response.status_code == 303
    text = client.get(talk_of(page)).text
    assert "Bei uns <strong>lieber</strong> im Mai." in text
    assert "„Machen“" in text
    assert "Gabi" in text


def test_a_reader_gets_no_token_and_a_link_to_the_form(client: FlaskClient, page: Page) -> None:
    response = client.get(talk_of(page))

    assert "csrf_token" not in response.text
    assert "Set-Cookie" not in response.headers
    assert f'href="{talk_of(page)}/neu"' in response.text


def test_an_answer_stands_below_and_the_newest_thread_comes_first(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    first = said(page, cast, "Zuerst gefragt")
    said(page, cast, "Danach gefragt")
    answered(first, cast, "Und beantwortet")

    text = client.get(talk_of(page)).text

    places = [text.index(words) for words in ("Zuerst gefragt", "Und beantwortet", "Danach")]
    assert places == sorted(places)


def test_an_answer_from_elsewhere_does_not_find_in(
    signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    other = make_page("Andere Seite", by=cast.anke, lab=labs["soest"])
    thread = said(other, cast).thread_id

    assert say(signed_in("bilal"), page, "Hallo?", thread=thread).status_code == 404
    for wrong in ("9999", "x", "1" * 30, "-1", "²"):
        assert say(signed_in("bilal"), page, "Hallo?", thread=wrong).status_code == 404


@pytest.mark.parametrize("text", ["", " \n ", "x" * 3_001])
def test_what_does_not_fit_comes_back_with_its_text(
    signed_in: SignIn, page: Page, text: str
) -> None:
    response = say(signed_in("bilal"), page, text, step="kbb")

    assert response.status_code == 422
    assert text.strip() in response.text
    assert '<option value="kbb" selected>' in response.text
    assert not db.session.query(Thread).count()


def test_a_text_that_takes_too_long_comes_back(signed_in: SignIn, page: Page) -> None:
    response = say(signed_in("bilal"), page, "> " * 400 + "x")

    assert response.status_code == 422
    assert "zu lang oder zu verschachtelt" in response.text


def test_markup_that_would_be_a_script_is_text(
    signed_in: SignIn, client: FlaskClient, page: Page
) -> None:
    hostile = "<script>x()</script> [x](javascript:x) ![x](https://evil.example/a.png)\n\n# Titel"
    say(signed_in("bilal"), page, hostile)

    text = client.get(talk_of(page)).text

    assert "<script>x()" not in text
    assert 'href="javascript' not in text
    assert 'src="https://evil' not in text
    assert 'id="abschnitt-titel"' not in text


def test_a_title_in_brackets_leads_to_its_published_page(
    signed_in: SignIn, client: FlaskClient, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Geheim", by=cast.anke, lab=labs["soest"], publish=False)
    say(signed_in("bilal"), page, f"Siehe [[{page.title}]] und [[Geheim]].")

    text = client.get(talk_of(page)).text

    assert f'<a href="/wiki/{page.slug}">{page.title}</a> und' in text
    assert 'href="/wiki/geheim"' not in text


def test_one_person_says_only_so_much_in_an_hour(
    signed_in: SignIn, page: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saying, "MOST_IN_AN_HOUR", 2)
    statuses = [say(signed_in("bilal"), page, f"Nummer {n}").status_code for n in range(3)]

    assert statuses == [303, 303, 429]
    assert "Nummer drei" in say(signed_in("bilal"), page, "Nummer drei").text
    assert say(signed_in("anke"), page, "Ich auch").status_code == 303


def test_a_step_that_is_gone_is_said(
    signed_in: SignIn, client: FlaskClient, page: Page, cast: Cast
) -> None:
    remark = said(page, cast)
    with writing():
        db.session.get_one(Thread, remark.thread_id).step = "weg"

    assert "Zu einem Schritt, den es nicht mehr gibt" in client.get(talk_of(page)).text


def test_the_discussion_of_one_step_and_its_preset(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    say(signed_in("bilal"), page, "Zum zweiten", step="kbb")
    say(signed_in("bilal"), page, "Zu allem", step="erfunden")
    text = signed_in("anke").get(f"{talk_of(page)}?schritt=kbb").text

    assert "Zum zweiten" in text
    assert "Zu allem" not in text
    assert '<option value="kbb" selected>' in text


def test_the_page_shows_open_threads_with_their_steps(
    signed_in: SignIn, client: FlaskClient, page: Page
) -> None:
    address = f"/wiki/{page.slug}"
    assert 'id="diskussion"' not in client.get(address).text
    say(signed_in("bilal"), page, "Wie *groß* ist der Raum?", step="kbb")

    text = client.get(address).text

    assert "Wie groß ist der Raum?" in text
    assert "zu „Machen“" in text
    assert f'href="{address}/diskussion?schritt=kbb"' in text
    assert '<b class="count">1</b>' in text


def test_each_change_is_seen_by_the_next_reader(
    signed_in: SignIn, client: FlaskClient, page: Page
) -> None:
    address = f"/wiki/{page.slug}"
    anke = signed_in("anke")
    client.get(address)
    say(anke, page, "Stimmt die Zeit?")
    first = client.get(address)
    assert "Stimmt die Zeit?" in first.text
    thread = db.session.query(Thread).one()
    post(anke, page, f"/gespraeche/{thread.id}/erledigung")
    assert "Stimmt die Zeit?" not in client.get(address).text
    post(anke, page, f"/gespraeche/{thread.id}/erledigung/aufhebung")
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "Stimmt die Zeit?" in again.text
    post(anke, page, f"/bemerkungen/{db.session.query(Remark).one().id}/loeschen")
    assert "Stimmt die Zeit?" not in client.get(address).text


def test_talk_is_no_change_of_the_page(page: Page, cast: Cast) -> None:
    before = [group.newest.id for group in recent_changes(None)]
    said(page, cast)

    assert [group.newest.id for group in recent_changes(None)] == before


def test_what_is_resolved_is_folded_and_an_answer_opens_it_again(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    remark, bilal = said(page, cast), signed_in("bilal")
    done = post(bilal, page, f"/gespraeche/{remark.thread_id}/erledigung")
    assert done.status_code == 303
    text = bilal.get(talk_of(page)).text
    assert text.index("Erledigt (1)") < text.index("Wie lange dauert das?")
    say(bilal, page, "Doch noch etwas", thread=remark.thread_id)

    assert not db.session.get_one(Thread, remark.thread_id).is_resolved


def test_who_began_it_or_may_edit_resolves_it(signed_in: SignIn, page: Page, cast: Cast) -> None:
    remark = said(page, cast, by="gabi")
    other = said(page, cast, by="bilal")

    def resolve(name: str, one: Remark) -> int:
        return post(signed_in(name), page, f"/gespraeche/{one.thread_id}/erledigung").status_code

    assert resolve("gabi", other) == 403
    assert resolve("gabi", remark) == 303
    assert resolve("carla", other) == 303


def test_htmx_gets_the_discussion_alone(signed_in: SignIn, page: Page, cast: Cast) -> None:
    remark, anke = said(page, cast), signed_in("anke")
    data = {"csrf_token": token(anke, talk_of(page))}
    response = anke.post(
        f"/gespraeche/{remark.thread_id}/erledigung", data=data, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200
    assert response.text.lstrip().startswith("<article")
    assert "Wieder öffnen" in response.text


def test_a_remark_alone_goes_altogether(signed_in: SignIn, page: Page, cast: Cast) -> None:
    remark = said(page, cast)
    post(signed_in("bilal"), page, f"/bemerkungen/{remark.id}/loeschen")

    assert not db.session.query(Remark).count()
    assert not db.session.query(Thread).count()


def test_an_answered_one_leaves_its_place_until_the_answer_goes(
    signed_in: SignIn, client: FlaskClient, page: Page, cast: Cast
) -> None:
    remark = said(page, cast)
    later = answered(remark, cast)
    post(signed_in("bilal"), page, f"/bemerkungen/{remark.id}/loeschen")
    text = client.get(talk_of(page)).text
    assert "Wie lange dauert das?" not in text
    assert "entfernt" in text
    assert "Eine Stunde." in text
    post(signed_in("anke"), page, f"/bemerkungen/{later.id}/loeschen")

    assert not db.session.query(Thread).count()


def test_only_its_author_and_the_pages_editors_remove_it(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    address = f"/bemerkungen/{said(page, cast, by='carla').id}/loeschen"

    def remove(name: str) -> int:
        return post(signed_in(name), page, address).status_code

    assert [remove(name) for name in ("gabi", "bilal", "anke")] == [403, 403, 303]
    assert remove("anke") == 404


def test_two_remove_the_same_remark_at_once(app: Flask, page: Page, cast: Cast) -> None:
    number = said(page, cast).id

    def remove() -> Act:
        found = db.session.get_one(Remark, number)
        return partial(saying.remove, found, db.session.get_one(User, cast.anke))

    outcomes = prepared_at_once(*[remove] * 4, app=app, expected=(NotFound,))

    assert len([outcome for outcome in outcomes if isinstance(outcome, NotFound)]) == 3


def test_many_answer_at_once_and_each_is_counted(app: Flask, page: Page, cast: Cast) -> None:
    remark = said(page, cast)

    replies = [partial(answered, remark, cast, f"Antwort {number}") for number in range(6)]
    at_once(*replies, app=app)
    db.session.expire_all()

    assert db.session.get_one(Thread, remark.thread_id).count == 7


def test_a_retired_page_is_read_and_nothing_is_added(
    signed_in: SignIn, client: FlaskClient, page: Page, cast: Cast
) -> None:
    remark = said(page, cast)
    retire(page, db.session.get_one(User, cast.anke))

    assert "Wie lange dauert das?" in client.get(talk_of(page)).text
    assert client.get(f"{talk_of(page)}/neu").status_code == 403
    anke = signed_in("anke")
    data = {"csrf_token": token(anke, "/konto"), "text": "Noch etwas"}
    assert anke.post(f"{talk_of(page)}/neu", data=data).status_code == 403
    data["thread"] = str(remark.thread_id)
    assert anke.post(f"{talk_of(page)}/neu", data=data).status_code == 403


def test_a_drafts_discussion_is_its_labs(
    signed_in: SignIn, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    remark = said(draft, cast)

    assert client.get(talk_of(draft)).status_code == 404
    assert signed_in("carla").get(talk_of(draft)).status_code == 404
    carla = signed_in("carla")
    data = {"csrf_token": token(carla, "/konto")}
    for address in (
        f"/gespraeche/{remark.thread_id}/erledigung",
        f"/bemerkungen/{remark.id}/loeschen",
    ):
        assert carla.post(address, data=data).status_code == 404
    assert "Wie lange dauert das?" in signed_in("anke").get(talk_of(draft)).text


def test_what_was_said_on_a_draft_stays_with_its_lab_after_publishing(
    signed_in: SignIn, client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    page = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    remark = said(page, cast, "Noch unter uns, @Anke")
    kind, content = kinds().named("format"), content_of(revision_of(page, 1))
    contribution = Contribution(by=db.session.get_one(User, cast.anke), lab=page.lab)
    save_edit(page, kind, content, contribution, base=1, publish=True)

    for address in (talk_of(page), f"/wiki/{page.slug}"):
        assert "unter uns" not in client.get(address).text
        assert "unter uns" not in signed_in("carla").get(address).text
        assert "unter uns" in signed_in("bilal").get(address).text
    assert say(signed_in("carla"), page, "Ich?", thread=remark.thread_id).status_code == 404


def test_what_was_said_goes_with_a_purged_page(page: Page, cast: Cast) -> None:
    answered(said(page, cast, "Hallo @Anke"), cast)
    purge(page, db.session.get_one(User, cast.anke))

    for table in (Thread, Remark, Mention):
        assert not db.session.query(table).count()


def test_a_closed_account_leaves_its_words_without_its_name(
    client: FlaskClient, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    said(page, cast, "Das weiß ich.", by="bilal")
    said(page, cast, "Was sagt @Bilal dazu?", by="carla")
    client.get(f"/wiki/{page.slug}")
    with writing() as session:
        close_account(session.get_one(User, cast.bilal))

    for address in (talk_of(page), f"/wiki/{page.slug}"):
        text = client.get(address).text
        assert "Bilal" not in text
        assert "@Ehemaliges Mitglied" in text
    assert "Das weiß ich." in client.get(talk_of(page)).text


def test_a_persons_data_holds_what_they_said(app: Flask, page: Page, cast: Cast) -> None:
    said(page, cast, "Meine Frage an @Anke", by="bilal")
    with app.test_request_context():
        bilal, anke = (data_about(db.session.get_one(User, n)) for n in (cast.bilal, cast.anke))

    assert bilal["bemerkungen"][0]["bemerkung"] == "Meine Frage an @Anke"
    assert bilal["bemerkungen"][0]["zu"] == page.title
    assert anke["bemerkungen"] == []
    assert len(anke["erwähnungen"]) == 1
