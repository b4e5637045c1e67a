"""Talking about a proposal: who proposed it and who edits the page, nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Cast, token
from tests.proposals.test_answering import post, proposal_to
from wiki.accounts.exporting import data_about
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotAllowed
from wiki.pages.models import Page
from wiki.pages.writing import purge, retire
from wiki.proposals import commenting
from wiki.proposals.commenting import comment, comments_on
from wiki.proposals.content import CommentContent
from wiki.proposals.models import Proposal, ProposalComment

SignIn = Callable[[str], FlaskClient]


def person(number: int) -> User:
    return db.session.get_one(User, number)


def say(proposal: Proposal, text: str, by: int) -> ProposalComment:
    return comment(proposal, CommentContent(text=text), person(by))


def take_away(browser: FlaskClient, said: ProposalComment) -> TestResponse:
    posted = {"csrf_token": token(browser, "/konto")}
    return browser.post(f"/kommentare/{said.id}/entfernung", data=posted)


@pytest.fixture
def proposal(page: Page, cast: Cast) -> Proposal:
    return proposal_to(page, cast.gabi)


def test_both_sides_talk_and_read_what_was_said(signed_in: SignIn, proposal: Proposal) -> None:
    gabi, anke = signed_in("gabi"), signed_in("anke")
    address = f"/wiki/{proposal.page.slug}/vorschlaege/{proposal.id}"

    asked = post(anke, proposal, "kommentare", text="Bei wie vielen?\n<b>Warum</b>?")
    assert asked.location.startswith(f"{address}#kommentar-")
    post(gabi, proposal, "kommentare", text="Bei zwölf.")

    for browser in (gabi, anke):
        text = browser.get(address).text
        assert text.index("Bei wie vielen?") < text.index("Bei zwölf.")
        assert "&lt;b&gt;Warum" in text


def test_after_the_answer_they_may_still_talk(
    signed_in: SignIn, proposal: Proposal, cast: Cast
) -> None:
    post(signed_in("anke"), proposal, "ablehnung", answer="Noch nicht.")

    assert say(proposal, "Schade, warum?", cast.gabi).id


@pytest.mark.parametrize("text", ["", "   ", "x" * 2_001])
def test_without_words_or_with_too_many_nothing_is_said(
    signed_in: SignIn, proposal: Proposal, text: str
) -> None:
    response = post(signed_in("gabi"), proposal, "kommentare", text=text)

    assert response.status_code == 422
    assert text in response.text
    assert not comments_on(proposal)


def test_nobody_else_talks_along(signed_in: SignIn, page: Page, cast: Cast, labs: object) -> None:
    """Carla may edit the page; Gabi neither made this one nor may."""
    strangers = proposal_to(page)

    assert say(strangers, "Wer war das?", cast.carla).id
    assert post(signed_in("gabi"), strangers, "kommentare", text="Ich!").status_code == 404
    with pytest.raises(NotAllowed):
        say(strangers, "Ich!", cast.gabi)


def test_one_takes_back_what_oneself_said(
    signed_in: SignIn, proposal: Proposal, cast: Cast
) -> None:
    said = say(proposal, "Quatsch.", cast.gabi)
    anke, gabi = signed_in("anke"), signed_in("gabi")

    assert take_away(anke, said).status_code == 404
    assert comments_on(proposal)
    assert take_away(gabi, said).location.endswith(f"/vorschlaege/{proposal.id}#kommentare")
    assert not comments_on(proposal)


def test_very_much_within_an_hour_is_no_talk(
    signed_in: SignIn, proposal: Proposal, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commenting, "MOST_IN_AN_HOUR", 1)
    say(proposal, "Eins.", cast.gabi)

    response = post(signed_in("gabi"), proposal, "kommentare", text="Zwei mit viel Mühe.")
    assert response.status_code == 429
    assert "Zwei mit viel Mühe." in response.text
    assert [one.text for one in comments_on(proposal)] == ["Eins."]
    assert say(proposal, "Auch eins.", cast.anke).id


def test_it_is_in_the_copy_of_ones_data_and_goes_with_the_page(
    app: Flask, page: Page, proposal: Proposal, cast: Cast
) -> None:
    say(proposal, "Bei zwölf.", cast.gabi)
    with app.test_request_context():
        assert data_about(person(cast.gabi))["kommentare"][0]["kommentar"] == "Bei zwölf."

    retire(page, person(cast.vera))
    purge(page, person(cast.vera))
    assert not db.session.query(ProposalComment).count()
