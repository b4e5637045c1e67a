"""Proposing a change: who may, what the form keeps, what waits for whom."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from wiki.accounts import strangers
from wiki.accounts.closing import close_account
from wiki.accounts.exporting import data_about
from wiki.accounts.models import User
from wiki.accounts.waiting import waiting_for
from wiki.db import db, now, writing
from wiki.labs.models import Lab
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page
from wiki.pages.writing import protect, purge, retire
from wiki.proposals import propose_views, proposing
from wiki.proposals.models import Proposal

SignIn = Callable[[str], FlaskClient]


def open_form(browser: FlaskClient, page: Page) -> MultiDict[str, str]:
    address = f"/wiki/{page.slug}/vorschlagen"
    return form_in(browser.get(address).text, address)


def send(browser: FlaskClient, page: Page, do: str = "send", **values: object) -> TestResponse:
    words = {"summary": "Viel besser.", "reason": "Weil es stimmt.", **values}
    return browser.post(
        f"/wiki/{page.slug}/vorschlagen", data=filled(open_form(browser, page), do=do, **words)
    )


def guarded(page: Page, cast: Cast) -> Page:
    protect(page, db.session.get_one(User, cast.anke), on=True)
    return page


def test_anybody_proposes_a_change_without_an_account(client: FlaskClient, page: Page) -> None:
    response = send(
        client, page, evidence="Ein Bericht\n", proposer_name="Deniz", contact="d@example.org"
    )

    assert response.status_code == 303
    assert "Danke für den Vorschlag" in client.get(response.location).text
    proposal = db.session.query(Proposal).one()
    assert (proposal.base_number, proposal.kind) == (1, "format")
    assert proposal.content["summary"] == "Viel besser."
    assert proposal.content["steps"][0]["title"] == "Ankommen"
    assert (proposal.name, proposal.contact) == ("Deniz", "d@example.org")
    assert proposal.evidence == ["Ein Bericht"]
    assert proposal.agreed_licence == "CC-BY-4.0"
    assert "Viel besser." not in client.get(f"/wiki/{page.slug}").text


def test_thanks_are_not_kept_for_the_next_reader(app: Flask, client: FlaskClient, page: Page):
    send(client, page)
    client.get(f"/wiki/{page.slug}")

    assert "Danke" not in app.test_client().get(f"/wiki/{page.slug}").text


def test_a_protected_page_gets_proposals_from_members_in_their_name(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    response = send(signed_in("bilal"), guarded(page, cast))

    assert response.status_code == 303
    proposal = db.session.query(Proposal).one()
    assert (proposal.by_id, proposal.proposer_name) == (cast.bilal, "Bilal")


def test_guests_propose_to_the_pages_of_others(signed_in: SignIn, page: Page, cast: Cast) -> None:
    assert send(signed_in("gabi"), page).status_code == 303
    assert db.session.query(Proposal).one().by_id == cast.gabi


@pytest.mark.parametrize("who", ["bilal", "carla", "anke", "vera"])
def test_whoever_may_edit_is_led_to_the_editor(signed_in: SignIn, page: Page, who: str) -> None:
    browser = signed_in(who)

    assert browser.get(f"/wiki/{page.slug}/vorschlagen").location.endswith("/bearbeiten")
    assert "Änderung vorschlagen" not in browser.get(f"/wiki/{page.slug}").text


def test_what_was_typed_is_not_lost_when_the_page_may_be_edited_by_now(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    bilal = signed_in("bilal")
    fields = open_form(bilal, guarded(page, cast))
    protect(page, db.session.get_one(User, cast.anke), on=False)

    response = bilal.post(
        f"/wiki/{page.slug}/vorschlagen", data=filled(fields, do="send", summary="Viel besser.")
    )

    assert f'action="/wiki/{page.slug}/bearbeiten"' in response.text
    assert "Viel besser." in response.text
    assert not db.session.query(Proposal).count()


def test_readers_find_the_form_with_a_plain_link_and_get_a_cookie_only_there(
    client: FlaskClient, page: Page
) -> None:
    response = client.get(f"/wiki/{page.slug}")

    assert f'href="/wiki/{page.slug}/vorschlagen"' in response.text
    assert "Set-Cookie" not in response.headers
    assert "Set-Cookie" in client.get(f"/wiki/{page.slug}/vorschlagen").headers


def test_nothing_is_proposed_to_drafts_and_retired_pages(
    client: FlaskClient, signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Entwurf", by=cast.anke, lab=labs["soest"], publish=False)
    fields = open_form(client, page)
    retire(page, db.session.get_one(User, cast.anke))

    assert client.get(f"/wiki/{draft.slug}/vorschlagen").status_code == 404
    assert signed_in("gabi").get(f"/wiki/{draft.slug}/vorschlagen").status_code == 404
    assert client.get(f"/wiki/{page.slug}/vorschlagen").status_code == 403
    late = filled(fields, do="send", summary="Zu spät", reason="Darum")
    assert client.post(f"/wiki/{page.slug}/vorschlagen", data=late).status_code == 403
    assert not db.session.query(Proposal).count()


def test_a_reason_is_asked_for_beside_its_field(client: FlaskClient, page: Page) -> None:
    response = send(client, page, title="", reason="", contact="keine Adresse")

    assert response.status_code == 422
    assert "3 Angaben passen noch nicht" in response.text
    assert 'id="f-reason-error"' in response.text
    assert 'id="f-contact-error"' in response.text
    assert "Viel besser." in response.text


def test_a_proposal_that_changes_nothing_is_none(client: FlaskClient, page: Page) -> None:
    response = send(client, page, summary="Zum Ausprobieren.")

    assert response.status_code == 422
    assert "nichts geändert" in response.text


def test_too_long_a_reason_and_too_many_pieces_of_evidence_are_refused(
    client: FlaskClient, page: Page
) -> None:
    assert send(client, page, reason="a" * 501).status_code == 422
    assert send(client, page, evidence="\n".join(map(str, range(21)))).status_code == 422
    assert not db.session.query(Proposal).count()


def test_rows_are_added_and_moved_without_javascript(client: FlaskClient, page: Page) -> None:
    moved = send(client, page, do="down.steps.kaa")
    fields = form_in(moved.text, f"/wiki/{page.slug}/vorschlagen")

    assert fields.getlist("steps") == ["kbb", "kaa"]
    assert fields["reason"] == "Weil es stimmt."
    client.post(f"/wiki/{page.slug}/vorschlagen", data=filled(fields, do="send"))
    steps = db.session.query(Proposal).one().content["steps"]
    assert [step["key"] for step in steps] == ["kbb", "kaa"]


def test_reports_on_runs_are_evidence_with_one_tap(
    client: FlaskClient, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    for title in ("In der Bücherei", "Auf dem Markt"):
        make_page(title, by=cast.anke, lab=labs["soest"], kind="outcome", recipe=page.title)
    again = send(client, page, reason="", report="Auf dem Markt")

    assert 'value="In der Bücherei"' in again.text
    assert 'value="Auf dem Markt"' not in again.text
    fields = form_in(again.text, f"/wiki/{page.slug}/vorschlagen")
    client.post(f"/wiki/{page.slug}/vorschlagen", data=filled(fields, do="send", reason="Darum"))
    assert db.session.query(Proposal).one().evidence == ["Auf dem Markt"]


def test_the_preview_shows_the_page_and_keeps_the_reason(client: FlaskClient, page: Page) -> None:
    response = send(client, page, do="preview")

    assert 'id="preview"' in response.text
    assert "Weil es stimmt." in response.text
    assert not db.session.query(Proposal).count()


def test_previews_have_a_limit_too(
    client: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propose_views, "PREVIEWS_AN_HOUR", 1)

    assert send(client, page, do="preview").status_code == 200
    refused = send(client, page, do="preview")
    assert refused.status_code == 429
    assert "Viel besser." in refused.text


def test_what_programs_fill_in_is_thanked_for_and_dropped(client: FlaskClient, page: Page) -> None:
    assert send(client, page, webseite="https://spam.example").status_code == 303
    assert not db.session.query(Proposal).count()


def test_who_is_faster_than_people_is_asked_again(
    client: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 60)
    hasty = send(client, page)
    forged = send(client, page, **{strangers.OPENED: "form.AAAAAA.gefaelscht"})

    assert (hasty.status_code, forged.status_code) == (422, 422)
    assert "Viel besser." in hasty.text
    monkeypatch.setattr(strangers, "LEAST_SECONDS", 0)
    again = form_in(hasty.text, f"/wiki/{page.slug}/vorschlagen")
    again["do"] = "send"
    assert client.post(f"/wiki/{page.slug}/vorschlagen", data=again).status_code == 303


def test_one_network_sends_only_so_many_in_an_hour_and_loses_no_word(
    client: FlaskClient, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propose_views, "SENT_AN_HOUR", 2)
    statuses = [send(client, page, summary=f"Fassung {n}").status_code for n in range(3)]

    assert statuses == [303, 303, 429]
    refused = send(client, page, summary="Noch eine", proposer_name="Deniz")
    for word in ("In einer Stunde geht es wieder", "Noch eine", "Weil es stimmt.", "Deniz"):
        assert word in refused.text


def test_a_page_and_a_person_have_only_so_many_waiting(
    client: FlaskClient,
    signed_in: SignIn,
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gabi = signed_in("gabi")
    monkeypatch.setattr(proposing, "MOST_OF_ONE", 1)
    assert [send(gabi, page).status_code, send(gabi, page).status_code] == [303, 429]
    monkeypatch.setattr(proposing, "MOST_WAITING", 1)
    refused = send(client, page)
    assert refused.status_code == 429
    for word in ("warten schon sehr viele", "Viel besser.", "Weil es stimmt."):
        assert word in refused.text


def test_hostile_text_is_shown_as_text(client: FlaskClient, signed_in: SignIn, page: Page) -> None:
    bad = "<script>alert(1)</script>"
    send(client, page, summary=bad, reason=bad, evidence=bad, proposer_name=bad)
    number = db.session.query(Proposal).one().id
    anke = signed_in("anke")

    for address in (f"/wiki/{page.slug}/vorschlaege/{number}", f"/wiki/{page.slug}/vorschlaege"):
        text = anke.get(address).text
        assert "&lt;script&gt;alert" in text
        assert bad not in text
    assert bad not in anke.get("/zu-tun").text


@pytest.mark.parametrize(
    "broken",
    [
        {"base": "99"},
        {"base": "0"},
        {"base": "1e9"},
    ],
)
def test_a_version_that_is_not_there_is_no_base(
    client: FlaskClient, page: Page, broken: dict[str, str]
) -> None:
    assert send(client, page, **broken).status_code == 404


def test_odd_values_are_no_error_of_ours(client: FlaskClient, page: Page) -> None:
    for odd in (
        {"kind": "article"},
        {"mine": "{"},
        {"steps": ["kaa", "kaa", "../x"]},
        {"draft": "x" * 5_000},
        {"summary": "\x00\u202e" + "a" * 400},
        {"do": "add.nirgendwo"},
        {"do": "resolve"},
    ):
        assert send(client, page, **odd).status_code < 500, odd


def test_too_complex_a_text_is_told_and_kept(client: FlaskClient, page: Page) -> None:
    response = send(client, page, pitfalls="> " * 3_000 + "tief")

    assert response.status_code == 422
    assert "zu verschachtelt" in response.text
    assert "tief" in response.text


def test_people_with_an_account_go_on_from_what_was_kept(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    gabi = signed_in("gabi")
    send(gabi, page, do="keep", summary="Halb fertig")
    key = db.session.query(EditDraft).one().key

    on = gabi.get(f"/zwischenstaende/{key}")
    assert on.location == f"/wiki/{page.slug}/vorschlagen?zwischenstand={key}"
    form = gabi.get(on.location).text
    assert "Halb fertig" in form
    assert "Weil es stimmt." in form

    fields = form_in(form, f"/wiki/{page.slug}/vorschlagen")
    gabi.post(f"/wiki/{page.slug}/vorschlagen", data=filled(fields, do="send"))
    assert not db.session.query(EditDraft).one().is_open


def test_what_somebody_edited_becomes_a_proposal_when_the_page_is_protected_meanwhile(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    bilal, address = signed_in("bilal"), f"/wiki/{page.slug}/bearbeiten"
    fields = form_in(bilal.get(address).text, address)
    bilal.post(address, data=filled(fields, do="keep", summary="Nicht verloren"))
    guarded(page, cast)

    on = bilal.get(f"/zwischenstaende/{db.session.query(EditDraft).one().key}")

    form = form_in(bilal.get(on.location).text, f"/wiki/{page.slug}/vorschlagen")
    assert form["summary"] == "Nicht verloren"
    sent = filled(form, do="send", reason="Darum")
    assert bilal.post(f"/wiki/{page.slug}/vorschlagen", data=sent).status_code == 303


def test_what_is_not_kept_is_not_called_kept(client: FlaskClient, page: Page) -> None:
    """A script that goes on typing after somebody signed out learns that it has to ask."""
    address = f"/wiki/{page.slug}/vorschlagen"
    typed = filled(open_form(client, page), do="keep", reason="Noch nicht fertig")

    answer = client.post(address, data=typed, headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert not db.session.query(EditDraft).count()


def test_nothing_is_kept_of_people_without_an_account(client: FlaskClient, page: Page) -> None:
    for do in ("keep", "preview", "send"):
        send(client, page, do=do, reason="")

    assert not db.session.query(EditDraft).count()
    assert "zwischenstand" not in client.get(f"/wiki/{page.slug}/vorschlagen").text.lower()


def test_a_session_that_ended_costs_no_word(
    app: Flask, signed_in: SignIn, page: Page, cast: Cast
) -> None:
    gabi = signed_in("gabi")
    fields = filled(open_form(gabi, page), do="send", summary="Lange getippt", reason="Darum")
    gabi.delete_cookie("session")

    held = gabi.post(f"/wiki/{page.slug}/vorschlagen", data=fields)
    assert held.status_code == 400
    assert "Lange getippt" in held.text
    assert "Darum" in held.text
    assert not db.session.query(Proposal).count()

    again = form_in(held.text, f"/wiki/{page.slug}/vorschlagen")
    again["do"] = "send"
    assert gabi.post(f"/wiki/{page.slug}/vorschlagen", data=again).status_code == 303


def test_who_is_signed_out_meanwhile_does_not_become_nobody_unasked(
    client: FlaskClient, signed_in: SignIn, page: Page
) -> None:
    fields = open_form(signed_in("gabi"), page)
    fields["csrf_token"] = open_form(client, page)["csrf_token"]

    answer = client.post(
        f"/wiki/{page.slug}/vorschlagen",
        data=filled(fields, do="send", summary="Von Gabi", reason="Darum"),
    )

    assert answer.status_code == 422
    assert "niemand angemeldet" in answer.text
    assert "Von Gabi" in answer.text
    assert not db.session.query(Proposal).count()


def test_waiting_proposals_stand_in_the_list_of_the_lab_oldest_first(
    app: Flask, client: FlaskClient, page: Page, cast: Cast
) -> None:
    for number in range(2):
        send(client, page, summary=f"Fassung {number}", reason=f"Grund {number}")

    def waits(who: int) -> list[str]:
        with app.test_request_context():
            things = waiting_for(db.session.get_one(User, who))
        return [thing.reason for thing in things if "Änderungsvorschlag" in thing.reason]

    both = ["Änderungsvorschlag: Grund 0", "Änderungsvorschlag: Grund 1"]
    assert [waits(who) for who in (cast.anke, cast.bilal, cast.vera)] == [both] * 3
    assert waits(cast.carla) == waits(cast.gabi) == []
    guarded(page, cast)
    assert waits(cast.bilal) == []
    assert waits(cast.anke) == both


def test_only_who_may_edit_sees_on_the_page_that_something_waits(
    client: FlaskClient, signed_in: SignIn, page: Page
) -> None:
    send(client, page)

    assert "1 Vorschlag wartet" in signed_in("carla").get(f"/wiki/{page.slug}").text
    assert "wartet" not in signed_in("gabi").get(f"/wiki/{page.slug}").text.split("<main")[1]
    assert "Vorschlag wartet" not in client.get(f"/wiki/{page.slug}").text


def test_a_proposal_is_seen_by_who_edits_the_page_and_who_made_it_alone(
    client: FlaskClient, signed_in: SignIn, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    guests = make_page("Der Nachbarn", by=cast.gabi, lab=labs["nachbar"])
    send(signed_in("gabi"), page)
    send(client, page, summary="Ohne Konto")
    of_gabi, of_nobody = db.session.query(Proposal).order_by(Proposal.id)
    address = f"/wiki/{page.slug}/vorschlaege"

    gabi = signed_in("gabi")
    assert "Viel besser." in gabi.get(f"{address}/{of_gabi.id}").text
    assert gabi.get(f"{address}/{of_nobody.id}").status_code == 404
    assert "ohne Namen" not in gabi.get(address).text
    assert "ohne Namen" in signed_in("carla").get(address).text
    assert client.get(address).location.startswith("/anmelden")
    # At another page's address it is not there, whoever asks.
    assert signed_in("vera").get(f"/wiki/{guests.slug}/vorschlaege/{of_gabi.id}").status_code == 404


def test_purging_the_page_takes_its_proposals_along(
    client: FlaskClient, page: Page, cast: Cast
) -> None:
    send(client, page)

    purge(page, db.session.get_one(User, cast.anke))

    assert not db.session.query(Proposal).count()


def test_mail_addresses_are_forgotten_after_the_answer_or_half_a_year(
    client: FlaskClient, page: Page
) -> None:
    send(client, page, contact="d@example.org")
    number = db.session.query(Proposal).one().id
    proposing.forget_contacts()
    assert db.session.get_one(Proposal, number).contact

    with writing():
        db.session.get_one(Proposal, number).created_at = now() - timedelta(days=181)
    proposing.forget_contacts()
    db.session.expire_all()
    assert not db.session.get_one(Proposal, number).contact


def test_what_somebody_proposed_is_in_their_data_and_stays_without_their_name(
    signed_in: SignIn, page: Page, cast: Cast
) -> None:
    send(signed_in("gabi"), page)
    gabi = db.session.get_one(User, cast.gabi)

    (exported,) = data_about(gabi)["vorschläge"]
    assert (exported["warum"], exported["stand"]) == ("Weil es stimmt.", "waiting")
    assert "Weil es stimmt." in signed_in("gabi").get("/konto").text

    with writing():
        close_account(db.session.get_one(User, cast.gabi))
    number = db.session.query(Proposal).one().id
    text = signed_in("anke").get(f"/wiki/{page.slug}/vorschlaege/{number}").text
    assert "Ehemaliges Mitglied" in text
    assert "Gabi" not in text


def test_a_token_is_needed(client: FlaskClient, page: Page) -> None:
    token(client, "/anmelden")
    response = client.post(f"/wiki/{page.slug}/vorschlagen", data={"summary": "x", "do": "send"})

    assert response.status_code == 400
    assert not db.session.query(Proposal).count()


def test_a_flood_of_rows_is_turned_away_unread(client: FlaskClient, page: Page) -> None:
    """Nobody's form has more, and showing it again would take the time of everybody."""
    form = open_form(client, page)
    form.setlist("steps", [f"k{number:04}" for number in range(6_000)])
    began = time.perf_counter()

    answer = client.post(f"/wiki/{page.slug}/vorschlagen", data=form)

    assert answer.status_code == 413
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("key", ["k1", "<img src=x>", "__proto__", "k" * 300, "k\x00a", "../x"])
def test_a_row_whose_key_is_made_up_is_an_error_of_who_sent_it(
    client: FlaskClient, page: Page, key: str
) -> None:
    form = open_form(client, page)
    form.add("steps", key)
    form[f"steps.{key}.title"] = "Erfunden"

    assert client.post(f"/wiki/{page.slug}/vorschlagen", data=form).status_code == 400
