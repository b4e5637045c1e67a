"""When something fails, people see a page that says so, whatever it was."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import update

from search import SearchIndex
from tests.conftest import Cast, token
from tests.stages import database_of
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.finding.indexing import rebuild
from wiki.labs.models import Lab
from wiki.pages.models import Change, Page
from wiki.pages.writing import retire

SignedIn = Callable[[str], FlaskClient]


def lose_the_database(app: Flask, how: str) -> None:
    """As after a bad disk: a file that is no database, none at all, or one without tables."""
    db.session.remove()
    db.engine.dispose()
    app.extensions.pop("laborwiki-watch", None)
    path = database_of(app)
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    if how == "broken":
        path.write_bytes(b"not a database at all " * 1_000)
    elif how == "gone":
        path.mkdir()


@pytest.mark.parametrize("how", ["broken", "gone", "empty"])
@pytest.mark.parametrize("who", ["nobody", "anke", "vera"])
def test_without_a_database_people_still_get_a_page(
    app: Flask, cast: Cast, page: Page, signed_in: SignedIn, who: str, how: str
) -> None:
    browser = app.test_client() if who == "nobody" else signed_in(who)
    lose_the_database(app, how)
    app.testing = False

    for address in ("/", "/wiki/smartphone-stunde", "/konto", "/suche?q=x"):
        answer = browser.get(address)
        if who == "nobody" and address == "/konto":
            assert answer.status_code == 303
            continue
        assert answer.status_code == 500, address
        assert "Da ist etwas schiefgegangen" in answer.text, address
        assert 'id="main"' in answer.text
        assert "Traceback" not in answer.text
    assert "Something went wrong" in browser.get("/?sprache=en").text


@pytest.mark.parametrize("how", ["broken", "gone", "empty"])
def test_who_asks_whether_it_can_work_hears_that_it_cannot(
    app: Flask, client: FlaskClient, how: str
) -> None:
    lose_the_database(app, how)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "not ready"
    assert client.get("/healthz").status_code == 200


def test_a_search_that_stands_still_is_told(
    app: Flask, client: FlaskClient, page: Page, cast: Cast
) -> None:
    index: SearchIndex = app.extensions["laborwiki-search"]
    rebuild(index)
    assert client.get("/readyz").json["search"] is True
    retire(page, db.session.get_one(User, cast.anke))
    assert client.get("/readyz").json["search"] is True, "it may take its time"

    with writing() as session:
        session.execute(update(Change).values(at=now() - timedelta(minutes=11)))
    assert client.get("/readyz").json["search"] is False
    rebuild(index)
    assert client.get("/readyz").json["search"] is True


def test_the_log_of_a_failure_holds_no_search_words(
    app: Flask, page: Page, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    lose_the_database(app, "empty")
    app.testing = False

    client.get("/suche?q=ganzpersoenlich")
    client.get("/wiki/ganzpersoenlich")

    assert "no such table" in caplog.text
    assert "ganzpersoenlich" not in caplog.text


def test_a_failing_page_does_not_sign_anybody_out(
    app: Flask, cast: Cast, signed_in: SignedIn
) -> None:
    app.testing = False

    @app.get("/kaputt")
    def broken() -> str:
        raise RuntimeError

    anke = signed_in("anke")
    answer = anke.get("/kaputt")

    assert answer.status_code == 500
    assert "Da ist etwas schiefgegangen" in answer.text
    assert "Anke" in answer.text
    assert "Anke" in anke.get("/").text


def test_a_number_too_long_for_the_database_leads_nowhere(
    app: Flask, client: FlaskClient, signed_in: SignedIn
) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(rules) > 10
    anke = signed_in("anke")

    for rule in rules:
        address = re.sub("<int:[a-z_]+>", "9" * 30, rule.rule)
        address = re.sub("<[a-z_:]+>", "x", address)
        assert client.get(address).status_code in (404, 405), address
        assert anke.get(address).status_code in (404, 405), address
    assert client.get("/r/" + "9" * 18).status_code == 404


REMARK = "Wir haben dienstags offen, und die große Halle ist <b>barrierefrei</b>."
FORM = "/labore/soest/bearbeiten"


@pytest.mark.parametrize("how", ["lost", "revoked"])
def test_what_was_typed_is_there_to_copy_when_the_sign_in_is_over(
    labs: dict[str, Lab], signed_in: SignedIn, cast: Cast, how: str
) -> None:
    browser = signed_in("anke")
    sent = {"csrf_token": token(browser, FORM), "text": REMARK}
    if how == "lost":
        browser.delete_cookie("session")
    else:
        db.session.get_one(User, cast.anke).fs_uniquifier = "another"
        db.session.commit()

    answer = browser.post(FORM, data=sent)

    assert answer.status_code in (400, 401)
    assert re.search(
        r"<textarea[^>]* readonly[^>]*>\n" + re.escape(str(escape(REMARK))), answer.text
    )
    assert sent["csrf_token"] not in answer.text
    assert ("/anmelden?next=" in answer.text) == (how == "revoked")


def test_what_another_site_sends_is_not_shown(client: FlaskClient, labs: dict[str, Lab]) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}

    answer = client.post(FORM, data={"text": REMARK}, headers=foreign)

    assert answer.status_code == 400
    assert "große Halle" not in answer.text
    assert "<textarea" not in answer.text


def test_no_password_is_shown_again(client: FlaskClient) -> None:
    sent = {"email": "anke@example.org", "password": "vier Wörter sind ein gutes Passwort"}

    answer = client.post("/anmelden", data=sent)

    assert answer.status_code == 400
    assert "vier Wörter" not in answer.text
