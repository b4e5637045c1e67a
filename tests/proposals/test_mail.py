"""The answer reaches who left an address, and the address is forgotten with it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import token
from wiki.config import Settings
from wiki.db import db
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import revision_of
from wiki.proposals.content import ReasonsOfReader
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import Change, propose

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, mail_server="mail.example.org", mail_sender="wiki@example.org")


@pytest.fixture
def proposal(page: Page) -> Proposal:
    content = content_of(revision_of(page, 1)).model_copy(update={"summary": "Besser."})
    reasons = ReasonsOfReader(reason="Darum.", contact="deniz@example.org")
    return propose(page, Change(kinds().named(page.kind), content, 1), reasons, None, "")


def answer(browser: FlaskClient, proposal: Proposal, verb: str, **fields: str) -> None:
    address = f"/wiki/{proposal.page.slug}/vorschlaege/{proposal.id}/{verb}"
    browser.post(address, data={"csrf_token": token(browser, "/konto"), **fields})


@pytest.mark.parametrize(
    ("verb", "fields", "words"),
    [
        ("uebernahme", {"field": "summary"}, "Er ist übernommen."),
        ("ablehnung", {"answer": "Steht schon da."}, "Steht schon da."),
    ],
)
def test_the_answer_is_mailed_and_the_address_forgotten(
    app: Flask,
    signed_in: SignIn,
    proposal: Proposal,
    verb: str,
    fields: dict[str, str],
    words: str,
) -> None:
    answer(signed_in("anke"), proposal, verb, **fields)

    [mail] = app.extensions["mailman"].outbox
    assert mail.to == ["deniz@example.org"]
    assert words in mail.body
    assert not db.session.query(Proposal).one().contact
