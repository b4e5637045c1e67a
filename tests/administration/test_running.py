"""Handing over „Verwaltung“: who may, what it takes, and that somebody always has it."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.at_once import Act, prepared_at_once
from tests.conftest import Cast, token
from wiki.accounts.models import User
from wiki.accounts.people import LastAdmin, let_run_the_site, stop_running_the_site
from wiki.db import db, writing
from wiki.errors import NotAllowed

SignedIn = Callable[[str], FlaskClient]


def runs_the_site(user_id: int) -> bool:
    return db.session.get_one(User, user_id).is_admin


def page_of(user_id: int) -> str:
    return f"/verwaltung/menschen/{user_id}/verwaltung"


def post(browser: FlaskClient, address: str, form_at: str = "/verwaltung") -> int:
    sent = browser.post(address, data={"csrf_token": token(browser, form_at)})
    return sent.status_code


def test_the_site_is_handed_over(signed_in: SignedIn, cast: Cast) -> None:
    vera, anke = signed_in("vera"), signed_in("anke")

    assert f'href="{page_of(cast.anke)}"' in vera.get("/verwaltung").text
    assert "anke@example.org" in vera.get(page_of(cast.anke)).text
    assert post(vera, page_of(cast.anke), page_of(cast.anke)) == 303
    assert "Anke gehört jetzt zur Verwaltung." in vera.get("/verwaltung").text
    assert post(vera, f"{page_of(cast.vera)}/ende", page_of(cast.vera)) == 303

    assert not runs_the_site(cast.vera)
    assert vera.get("/verwaltung").status_code == 403
    assert anke.get("/verwaltung").status_code == 200


def test_the_last_one_is_told_why_not(signed_in: SignedIn, cast: Cast) -> None:
    vera = signed_in("vera")

    listed, asked = vera.get("/verwaltung").text, vera.get(page_of(cast.vera)).text
    answer = vera.post(
        f"{page_of(cast.vera)}/ende", data={"csrf_token": token(vera, "/verwaltung")}
    )

    assert "Die Verwaltung abgeben geht erst, wenn noch jemand sie hat." in listed
    assert "Sonst könnte niemand mehr das Wiki verwalten." in asked
    assert answer.status_code == 409
    assert "Sonst könnte niemand mehr das Wiki verwalten." in answer.text
    assert runs_the_site(cast.vera)


def test_it_can_be_taken_from_somebody_else(signed_in: SignedIn, cast: Cast) -> None:
    vera = signed_in("vera")
    post(vera, page_of(cast.anke), page_of(cast.anke))

    assert "Verwaltung entziehen" in vera.get(page_of(cast.anke)).text
    assert post(vera, f"{page_of(cast.anke)}/ende", page_of(cast.anke)) == 303

    assert not runs_the_site(cast.anke)
    assert runs_the_site(cast.vera)


def test_giving_twice_is_giving_once(signed_in: SignedIn, cast: Cast) -> None:
    vera = signed_in("vera")

    assert post(vera, page_of(cast.anke)) == 303
    assert post(vera, page_of(cast.anke)) == 303
    assert len(db.session.get_one(User, cast.anke).roles) == 1


def test_who_signed_in_long_ago_is_asked_who_they_are(signed_in: SignedIn, cast: Cast) -> None:
    vera = signed_in("vera")
    secret = token(vera, "/verwaltung")
    with vera.session_transaction() as session:
        session["fs_paa"] = 0

    asked = vera.get(page_of(cast.anke))
    sent = vera.post(page_of(cast.anke), data={"csrf_token": secret})

    assert "/konto/bestaetigen" in asked.headers["Location"]
    assert "/konto/bestaetigen" in sent.headers["Location"]
    assert not runs_the_site(cast.anke)


@pytest.mark.parametrize("who", ["anke", "bilal", "gabi"])
def test_nobody_else_gives_it_to_themselves(who: str, signed_in: SignedIn, cast: Cast) -> None:
    browser = signed_in(who)
    own = getattr(cast, who)

    assert browser.get(page_of(own)).status_code == 403
    assert post(browser, page_of(own), "/konto") == 403
    assert post(browser, f"{page_of(cast.vera)}/ende", "/konto") == 403
    assert not runs_the_site(own)
    assert runs_the_site(cast.vera)


def test_a_closed_account_runs_nothing(signed_in: SignedIn, cast: Cast) -> None:
    with writing():
        db.session.get_one(User, cast.anke).active = False
    vera = signed_in("vera")

    assert vera.get(page_of(cast.anke)).status_code == 404
    assert post(vera, page_of(cast.anke)) == 404
    assert vera.get(page_of(999_999)).status_code == 404


def test_opening_the_page_changes_nothing(signed_in: SignedIn, cast: Cast) -> None:
    signed_in("vera").get(page_of(cast.anke))

    assert not runs_the_site(cast.anke)


@pytest.mark.parametrize("from_each_other", [True, False])
def test_two_who_take_it_or_leave_at_once_leave_one(
    app: Flask, cast: Cast, from_each_other: bool
) -> None:
    with writing():
        vera = db.session.get_one(User, cast.vera)
        let_run_the_site(db.session.get_one(User, cast.anke), by=vera)

    def take(by: int, of: int) -> Act:
        me = db.session.get_one(User, by)
        assert me.is_admin

        def stop() -> None:
            with writing():
                stop_running_the_site(db.session.get_one(User, of), by=me)

        return stop

    both = (cast.vera, cast.anke)
    pairs = zip(both, reversed(both) if from_each_other else both, strict=True)
    refusals = (NotAllowed, LastAdmin)
    outcomes = prepared_at_once(
        *(partial(take, *pair) for pair in pairs), app=app, expected=refusals
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, refusals)]

    db.session.rollback()
    db.session.expire_all()
    assert len(refused) == 1
    assert runs_the_site(cast.vera) != runs_the_site(cast.anke)
