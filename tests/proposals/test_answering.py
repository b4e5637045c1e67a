"""Answering: compared, taken over whole or by field, merged, declined, withdrawn; once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.at_once import Act, prepared_at_once
from tests.conftest import Cast, token
from tests.forms import filled, form_in
from tests.pages.strategies import three_versions
from wiki.accounts.models import User
from wiki.db import db
from wiki.fields import fields_of
from wiki.labs.models import Lab
from wiki.pages.by_field import picked
from wiki.pages.content import Content
from wiki.pages.history import history_of
from wiki.pages.kinds import kinds
from wiki.pages.merging import merge
from wiki.pages.models import Page, PageState, Revision
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, protect, revision_of, save_edit
from wiki.proposals.answering import Picks, accept, decline
from wiki.proposals.content import ReasonsOfReader
from wiki.proposals.models import Proposal
from wiki.proposals.proposing import AnsweredAlready, Change, propose

SignIn = Callable[[str], FlaskClient]
ALL = frozenset({"summary", "steps", "title", "topics", "kind", "group_min", "group_max"})


def proposal_to(page: Page, by: int | None = None, kind: str = "format", **fields: Any) -> Proposal:
    """What Deniz, or somebody with an account, would have the page say."""
    found = kinds().named(kind)
    said = content_of(revision_of(page, page.current_number)).to_json()
    content = found.content.model_validate(said | (fields or {"summary": "Viel besser."}))
    reasons = ReasonsOfReader(
        reason="Weil es stimmt.", proposer_name="Deniz", contact="deniz@example.org"
    )
    person = db.session.get_one(User, by) if by else None
    return propose(page, Change(found, content, page.current_number), reasons, person, "")


def edit(page: Page, by: int, **fields: Any) -> None:
    said = content_of(revision_of(page, page.current_number))
    content = type(said).model_validate(said.to_json() | fields)
    who = Contribution(db.session.get_one(User, by))
    base = page.current_number
    save_edit(page, kinds().named(page.kind), content, who, base=base, publish=False)


def take_over(browser: FlaskClient, proposal: Proposal, **values: object) -> TestResponse:
    address = f"/wiki/{proposal.page.slug}/vorschlaege/{proposal.id}"
    fields = form_in(browser.get(address).text, f"{address}/uebernahme")
    return browser.post(f"{address}/uebernahme", data=filled(fields, **values))


def post(browser: FlaskClient, proposal: Proposal, verb: str, **values: str) -> TestResponse:
    address = f"/wiki/{proposal.page.slug}/vorschlaege/{proposal.id}/{verb}"
    return browser.post(address, data={"csrf_token": token(browser, "/konto"), **values})


def says(page: Page) -> Content:
    db.session.expire_all()
    return content_of(revision_of(page, page.current_number))


def test_taken_over_it_is_a_version_credited_to_who_proposed_it(
    signed_in: SignIn, client: FlaskClient, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page)

    assert take_over(signed_in("bilal"), proposal).location == f"/wiki/{page.slug}"

    assert says(page).summary == "Viel besser."
    revision = revision_of(page, 2)
    assert (revision.author_id, revision.note) == (cast.bilal, "Weil es stimmt.")
    assert (proposal.state, proposal.revision_number) == ("accepted", 2)
    for address in ("", "/versionen", "/vergleich?von=1&bis=2"):
        text = client.get(f"/wiki/{page.slug}{address}").text
        assert "Vorschlag von Deniz, übernommen von Bilal" in text
    assert "<name>Deniz</name>" in client.get(f"/wiki/{page.slug}/versionen.atom").text


def test_without_a_mail_server_editors_alone_see_the_address(
    signed_in: SignIn, client: FlaskClient, page: Page
) -> None:
    proposal = proposal_to(page)
    anke, address = signed_in("anke"), f"/wiki/{page.slug}/vorschlaege/{proposal.id}"
    take_over(anke, proposal)

    assert "mailto:deniz@example.org" in anke.get(address).text
    for public in ("", "/versionen", "/versionen/2", "/versionen.atom"):
        assert "deniz@example.org" not in client.get(f"/wiki/{page.slug}{public}").text


def test_a_person_is_credited_by_their_account_and_each_proposal_is_listed_alone(
    page: Page, cast: Cast
) -> None:
    edit(page, cast.bilal, topics=["a"])
    accept(proposal_to(page, cast.gabi), Picks(ALL, {}, {}), db.session.get_one(User, cast.bilal))
    edit(page, cast.bilal, topics=["b"])

    groups = history_of(page, None).groups
    assert [group.newest.number for group in groups] == [4, 3, 2, 1]
    assert groups[1].newest.proposed_by_id == cast.gabi
    assert groups[1].newest.proposer_name == "Gabi"


def test_the_comparison_shows_each_field_with_its_words(signed_in: SignIn, page: Page) -> None:
    steps = says(page).to_json()["steps"]
    steps[1]["text"] = "Alle machen gerne mit."
    proposal = proposal_to(page, summary="Zum Lernen.", steps=steps)

    text = signed_in("carla").get(f"/wiki/{page.slug}/vorschlaege/{proposal.id}").text

    assert "<del>Ausprobieren</del>" in text
    assert "<ins>Lernen</ins>" in text
    assert "<ins>gerne </ins>" in text
    assert text.count('name="field"') == 2


def test_only_the_chosen_fields_are_taken_over(signed_in: SignIn, page: Page) -> None:
    proposal = proposal_to(page, summary="Viel besser.", topics=["Alltag"])

    take_over(signed_in("anke"), proposal, field=["topics"], note="Nur das Thema")

    content = says(page)
    assert (content.summary, content.topics) == ("Zum Ausprobieren.", ["Alltag"])
    assert revision_of(page, 2).note == "Nur das Thema"
    assert proposal.is_accepted


def test_without_a_choice_nothing_happens(signed_in: SignIn, page: Page) -> None:
    proposal = proposal_to(page)

    for fields in ([], ["gibt es nicht"]):
        take_over(signed_in("anke"), proposal, field=fields)

    assert proposal.is_waiting
    assert page.current_number == 1


def test_fields_that_need_each_other_are_told(signed_in: SignIn, page: Page, cast: Cast) -> None:
    edit(page, cast.anke, group_min=2, group_max=6)
    proposal = proposal_to(page, group_min=10, group_max=20)
    anke = signed_in("anke")

    response = take_over(anke, proposal, field=["group_min"])

    assert "passt es nicht zusammen" in anke.get(response.location).text
    assert proposal.is_waiting
    assert take_over(anke, proposal).location == f"/wiki/{page.slug}"


def test_what_does_not_fit_the_page_of_today_is_told(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page, group_min=10, topics=["Alltag"])
    edit(page, cast.anke, group_max=6)
    anke = signed_in("anke")

    response = take_over(anke, proposal)

    assert "passt es nicht zusammen" in anke.get(response.location).text
    take_over(anke, proposal, field=["topics"])
    assert says(page).topics == ["Alltag"]


def test_the_kind_is_a_choice_of_its_own(signed_in: SignIn, page: Page) -> None:
    first = proposal_to(page, kind="method", summary="Besser")
    second = proposal_to(page, kind="method", summary="Am besten")
    anke = signed_in("anke")

    take_over(anke, first, field=["summary"])
    db.session.expire_all()
    assert page.kind == "format"
    take_over(anke, second, field=["kind"])
    db.session.expire_all()
    assert (page.kind, says(page).summary) == ("method", "Besser")


def test_a_page_that_moved_on_keeps_both(signed_in: SignIn, page: Page, cast: Cast) -> None:
    proposal = proposal_to(page)
    edit(page, cast.carla, topics=["Alltag"])
    anke = signed_in("anke")

    assert "Die Seite ist inzwischen weiter" in (
        anke.get(f"/wiki/{page.slug}/vorschlaege/{proposal.id}").text
    )
    take_over(anke, proposal)

    content = says(page)
    assert (content.summary, content.topics) == ("Viel besser.", ["Alltag"])
    assert page.current_number == 3


@pytest.mark.parametrize(
    ("pick", "said"),
    [("mine", "Viel besser."), ("theirs", "Von Carla."), ("own", "Beides.")],
)
def test_where_both_changed_something_somebody_chooses(
    signed_in: SignIn, page: Page, cast: Cast, pick: str, said: str
) -> None:
    proposal = proposal_to(page, summary="Viel besser.", topics=["Alltag"])
    edit(page, cast.carla, summary="Von Carla.")
    anke = signed_in("anke")

    conflict = take_over(anke, proposal)
    assert conflict.status_code == 409
    for words in ("Viel besser.", "Von Carla.", "Der Vorschlag", "So steht es jetzt"):
        assert words in conflict.text
    address = f"/wiki/{page.slug}/vorschlaege/{proposal.id}/uebernahme"
    chosen = form_in(conflict.text, address)
    undecided = anke.post(address, data=chosen)
    assert undecided.status_code == 409
    assert proposal.is_waiting

    done = filled(chosen, **{"pick.summary": pick, "own.summary": "Beides."})
    assert anke.post(address, data=done).status_code == 303
    content = says(page)
    assert (content.summary, content.topics) == (said, ["Alltag"])


def test_a_decision_about_an_older_version_is_asked_for_again(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page)
    edit(page, cast.carla, summary="Von Carla.")
    anke = signed_in("anke")
    chosen = form_in(
        take_over(anke, proposal).text, f"/wiki/{page.slug}/vorschlaege/{proposal.id}/uebernahme"
    )
    edit(page, cast.bilal, summary="Noch später von Bilal.")

    again = post(anke, proposal, "uebernahme", **{**chosen.to_dict(), "pick.summary": "mine"})

    assert again.status_code == 409
    assert "Noch später von Bilal." in again.text
    assert says(page).summary == "Noch später von Bilal."


@pytest.mark.parametrize("theirs", ["99", "-1", "x", "1" * 30])
def test_a_version_that_is_not_there_decides_nothing(
    signed_in: SignIn, page: Page, theirs: str
) -> None:
    proposal = proposal_to(page)

    response = post(signed_in("anke"), proposal, "uebernahme", theirs=theirs, field="summary")

    assert response.status_code in (303, 404)
    assert page.current_number <= 2


def test_what_the_page_says_by_now_is_taken_over_without_a_version(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page)
    edit(page, cast.carla, summary="Viel besser.")

    take_over(signed_in("anke"), proposal)

    assert (proposal.state, proposal.revision_number) == ("accepted", None)
    assert page.current_number == 2


def test_declining_needs_a_reason_that_the_proposer_reads(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page, cast.gabi)
    anke, gabi = signed_in("anke"), signed_in("gabi")

    refused = post(anke, proposal, "ablehnung", answer=" ")
    assert refused.status_code == 422
    assert 'id="f-answer-error"' in refused.text
    post(anke, proposal, "ablehnung", answer="Das steht weiter unten.")

    text = gabi.get(f"/wiki/{page.slug}/vorschlaege/{proposal.id}").text
    assert "Das steht weiter unten." in text
    assert "abgelehnt" in text
    assert says(page).summary == "Zum Ausprobieren."


def test_one_tap_declines_with_a_common_reason(signed_in: SignIn, page: Page) -> None:
    proposal = proposal_to(page)
    post(signed_in("anke"), proposal, "ablehnung", answer="", common="Das steht schon da.")

    assert (proposal.state, proposal.answer) == ("declined", "Das steht schon da.")


def test_ones_own_proposal_can_be_withdrawn_by_nobody_else(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page, cast.gabi)

    assert post(signed_in("anke"), proposal, "ruecknahme").status_code == 403
    assert post(signed_in("gabi"), proposal, "ruecknahme").status_code == 303
    assert proposal.state == "withdrawn"
    assert take_over_late(signed_in("anke"), proposal) == "withdrawn"


def take_over_late(browser: FlaskClient, proposal: Proposal) -> str:
    """The state after somebody pressed a button of a page they opened before."""
    for verb in ("uebernahme", "ablehnung"):
        response = post(browser, proposal, verb, field="summary", answer="Nein.")
        assert "schon beantwortet" in browser.get(response.location).text
    db.session.expire_all()
    return proposal.state


def test_what_is_answered_stays_answered(signed_in: SignIn, page: Page, cast: Cast) -> None:
    proposal = proposal_to(page, cast.gabi)
    take_over(signed_in("anke"), proposal)

    assert take_over_late(signed_in("bilal"), proposal) == "accepted"
    post(signed_in("gabi"), proposal, "ruecknahme")
    db.session.expire_all()
    assert proposal.state == "accepted"
    assert page.current_number == 2


@pytest.mark.parametrize("verb", ["uebernahme", "ablehnung"])
def test_who_may_not_edit_the_page_answers_nothing(
    signed_in: SignIn, client: FlaskClient, page: Page, cast: Cast, verb: str
) -> None:
    protect(page, db.session.get_one(User, cast.anke), on=True)
    proposal = proposal_to(page, cast.bilal)

    for who in ("gabi", "carla", "bilal"):
        sent = post(signed_in(who), proposal, verb, field="summary", answer="Ja.")
        assert sent.status_code == 403, who
    assert proposal.is_waiting
    assert page.current_number == 1


def test_somebody_else_can_neither_see_nor_withdraw_it(
    signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    protect(page, db.session.get_one(User, cast.anke), on=True)
    proposal = proposal_to(page, cast.gabi)

    assert post(signed_in("carla"), proposal, "ruecknahme").status_code == 404
    address = f"/wiki/{page.slug}/vorschlaege/{proposal.id}"
    assert signed_in("carla").get(address).status_code == 404


def test_a_comparison_with_an_early_version_is_not_for_those_who_may_not_see_it(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    protect(page, db.session.get_one(User, cast.anke), on=True)
    proposal = proposal_to(page, cast.bilal)
    edit(page, cast.anke, summary="Ab hier öffentlich.")
    protect(page, db.session.get_one(User, cast.anke), on=False)
    db.session.execute(db.update(Page).values(published_from=2))
    db.session.commit()
    address = f"/wiki/{page.slug}/vorschlaege"

    assert signed_in("carla").get(f"{address}/{proposal.id}").status_code == 404
    assert "Weil es stimmt." not in signed_in("carla").get(address).text
    assert "wartet" not in signed_in("carla").get(f"/wiki/{page.slug}").text.split("<main")[1]
    assert post(signed_in("carla"), proposal, "uebernahme", field="summary").status_code == 404
    assert signed_in("anke").get(f"{address}/{proposal.id}").status_code == 200


def test_a_proposal_for_a_page_that_was_retired_waits_for_its_editors(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page)
    db.session.execute(db.update(Page).values(state=PageState.RETIRED.value))
    db.session.commit()

    assert post(signed_in("bilal"), proposal, "uebernahme", field="summary").status_code == 403
    assert take_over(signed_in("anke"), proposal).status_code == 303


def test_of_two_who_accept_at_once_exactly_one_does(app: Flask, page: Page, cast: Cast) -> None:
    for number in range(1, 11):
        proposal = proposal_to(page, summary=f"Fassung {number}").id
        outcomes = all_at_once(
            app, proposal, lambda p, who: accept(p, Picks(ALL, {}, {}), who), cast.anke, cast.bilal
        )
        db.session.expire_all()

        assert len([one for one in outcomes if isinstance(one, AnsweredAlready)]) == 1
        assert page.current_number == number + 1


def test_of_accepting_and_declining_at_once_one_wins_whole(
    app: Flask, page: Page, cast: Cast
) -> None:
    for number in range(1, 11):
        before = page.current_number
        proposal = proposal_to(page, summary=f"Fassung {number}").id
        all_at_once(
            app,
            proposal,
            lambda p, who: (
                accept(p, Picks(ALL, {}, {}), who)
                if who.id == cast.anke
                else decline(p, "Nein.", who)
            ),
            cast.anke,
            cast.bilal,
        )
        db.session.expire_all()

        state = db.session.get_one(Proposal, proposal).state
        assert page.current_number - before == (state == "accepted")


def all_at_once(
    app: Flask, number: int, act: Callable[[Proposal, User], object], *people: int
) -> list[Any]:
    """Each with a session of its own, all having read the proposal before."""

    def prepared(who: int) -> Act:
        return partial(act, db.session.get_one(Proposal, number), db.session.get_one(User, who))

    db.session.commit()
    return prepared_at_once(
        *(partial(prepared, who) for who in people), app=app, expected=(AnsweredAlready,)
    )


def test_a_version_and_its_proposals_state_are_written_together_or_not_at_all(
    page: Page, cast: Cast
) -> None:
    proposal = proposal_to(page)
    anke = db.session.get_one(User, cast.anke)

    def cut_off(*_statement: object) -> None:
        raise RuntimeError("the power went")

    event.listen(Proposal, "before_update", cut_off)
    try:
        with pytest.raises(RuntimeError):
            accept(proposal, Picks(ALL, {}, {}), anke)
    finally:
        event.remove(Proposal, "before_update", cut_off)
    db.session.expire_all()
    assert (page.current_number, proposal.state) == (1, "waiting")
    assert db.session.query(Revision).count() == 1

    event.listen(Revision, "before_insert", cut_off)
    try:
        with pytest.raises(RuntimeError):
            accept(proposal, Picks(ALL, {}, {}), anke)
    finally:
        event.remove(Revision, "before_insert", cut_off)
    db.session.expire_all()
    assert (page.current_number, proposal.state) == (1, "waiting")


quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@quick
@given(three_versions)
def test_taken_over_whole_it_says_what_was_proposed(
    versions: tuple[Content, Content, Content],
) -> None:
    base, proposed, _ = versions

    assert picked(base, proposed, type(base).model_fields) == proposed
    assert picked(base, proposed, []) == base


@quick
@given(three_versions, st.data())
def test_taken_over_in_parts_it_leaves_all_else_alone(
    versions: tuple[Content, Content, Content], data: st.DataObject
) -> None:
    base, proposed, _ = versions
    names = [field.name for field in fields_of(type(base))]
    chosen = data.draw(st.sets(st.sampled_from(names)))
    try:
        content = picked(base, proposed, chosen)
    except ValidationError:
        return

    for name in names:
        source = proposed if name in chosen else base
        assert getattr(content, name) == getattr(source, name)


@quick
@given(three_versions)
def test_no_line_of_either_side_is_lost_on_a_page_that_moved_on(
    versions: tuple[Content, Content, Content],
) -> None:
    """A line that one side brought stands in the result, or in a conflict to decide about."""
    base, proposed, present = versions
    mine = picked(base, proposed, type(base).model_fields)

    merged = merge(base, mine, present)

    asked = [text for c in merged.conflicts for text in (c.mine, c.theirs)]
    kept = "\n".join([*lines_in(merged.values), *asked])
    for side, other in ((mine, present), (present, mine)):
        came = set(lines_in(side.to_json())) - set(lines_in(base.to_json()))
        gone = set(lines_in(base.to_json())) - set(lines_in(other.to_json()))
        for line in came - gone:
            assert line in kept


def lines_in(value: Any, name: str = "") -> list[str]:
    """Every line somebody typed, wherever it stands; keys of rows and choices are no words."""
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in lines_in(inner, key)]
    if isinstance(value, list):
        return [line for inner in value for line in lines_in(inner, name)]
    is_text = isinstance(value, str) and name in ("title", "summary", "body", "text", "pitfalls")
    return [line for line in value.split("\n") if line] if is_text else []
