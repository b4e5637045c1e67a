"""„Zwischenstände": what was typed survives devices, failures, expired sign-ins, other people."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from wiki.accounts.closing import close_account
from wiki.accounts.models import User
from wiki.config import Settings
from wiki.db import db, now, writing
from wiki.pages.drafts import DRAFT_LENGTH, DRAFTS, EditDraft, remove_old_drafts
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import purge, retire, revision_of

Browsers = Callable[[str], FlaskClient]
Fields = MultiDict[str, str]
NEW, EDIT = "/neu/rezept", "/wiki/smartphone-stunde/bearbeiten"
HTMX = {"HX-Request": "true"}


def typing(browser: FlaskClient, address: str = EDIT, **typed: object) -> Fields:
    """An open form with something typed into it."""
    action = address.split("?")[0]
    return filled(form_in(browser.get(address, follow_redirects=True).text, action), **typed)


def kept(browser: FlaskClient, fields: Fields, address: str = EDIT) -> TestResponse:
    """What the script does while somebody types, and what it is told."""
    return browser.post(address, data=filled(fields, do="keep"), headers=HTMX)


def next_save(fields: Fields, **typed: object) -> Fields:
    """The same form a little later: it counts its saves by itself."""
    return filled(fields, draft_version=int(fields["draft_version"]) + 1, **typed)


def drafts() -> list[EditDraft]:
    return db.session.query(EditDraft).filter_by(finished_at=None).order_by(EditDraft.id).all()


def says(browser: FlaskClient, draft: EditDraft, address: str = EDIT) -> Fields:
    """What stands in the form when somebody goes on with a draft."""
    return typing(browser, f"{address}?zwischenstand={draft.key}")


def test_what_was_typed_is_offered_again_on_any_device(page: Page, signed_in: Browsers) -> None:
    phone, laptop = signed_in("bilal"), signed_in("bilal")
    answer = kept(phone, typing(phone, summary="Im Zug getippt"))

    assert re.search(r"Zwischenstand gesichert, \d\d:\d\d", answer.text)
    assert "<html" not in answer.text
    (draft,) = drafts()
    assert f'href="/zwischenstaende/{draft.key}"' in laptop.get(EDIT).text
    going_on = laptop.get(f"/zwischenstaende/{draft.key}", follow_redirects=True)
    assert form_in(going_on.text, EDIT)["summary"] == "Im Zug getippt"
    assert "Smartphone-Stunde" in laptop.get("/zu-tun").text


def test_a_new_page_is_kept_with_every_row_and_whatever_is_wrong(
    cast: Cast, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    typed = {"steps": ["kaa"], "steps.kaa.title": "Los", "steps.kaa.minutes": "zehn", "note": ""}
    browser.post(NEW, data=typing(browser, NEW, title="Halb fertig", do="keep", **typed))

    assert "Zwischenstand von „Halb fertig“" in browser.get(NEW).text
    again = says(browser, drafts()[0], NEW)
    assert (again["title"], again["steps.kaa.minutes"]) == ("Halb fertig", "zehn")
    assert db.session.query(Page).count() == 0


def test_without_a_script_a_button_keeps_and_the_form_goes_on(
    page: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    answer = browser.post(EDIT, data=typing(browser, summary="Eins", do="keep"))
    browser.post(EDIT, data=filled(form_in(answer.text, EDIT), summary="Zwei", do="keep"))

    (draft,) = drafts()
    assert draft.sent["summary"] == "Zwei"
    assert draft.version == 2


def test_a_draft_without_a_title_says_so(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    address = "/neu/hintergrund"
    browser.post(address, data=typing(browser, address, body="Ein Anfang", do="keep"))

    assert "Zwischenstand, noch ohne Titel" in browser.get(address).text
    assert "noch ohne Titel" in browser.get("/zu-tun").text


@pytest.mark.parametrize("do", ["publish", "draft"])
def test_saving_ends_the_draft_and_no_late_request_brings_it_back(
    page: Page, signed_in: Browsers, do: str
) -> None:
    browser = signed_in("bilal")
    fields = typing(browser, summary="Fertig")
    kept(browser, fields)
    browser.post(EDIT, data=next_save(fields, do=do))

    late = kept(browser, next_save(fields))

    assert late.status_code == 410
    assert drafts() == []
    assert "Zwischenstand" not in browser.get("/zu-tun").text
    assert browser.get(f"/zwischenstaende/{fields['draft']}").location == page_address(page)


def page_address(page: Page) -> str:
    return f"/wiki/{page.slug}"


def test_the_first_request_to_keep_may_come_after_saving(cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = typing(browser, NEW, title="Schnell")
    browser.post(NEW, data=filled(fields, do="publish"))

    assert kept(browser, fields, NEW).status_code == 410
    assert drafts() == []


def test_requests_that_overtake_each_other_leave_the_newest_words(
    page: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    first = typing(browser, summary="Eins")
    second = next_save(first, summary="Zwei")
    for fields in (second, first, second):
        assert kept(browser, fields).status_code == 200

    assert [draft.sent["summary"] for draft in drafts()] == ["Zwei"]


def test_what_cannot_be_saved_yet_is_kept(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    answer = browser.post(EDIT, data=typing(browser, title="", summary="Gut", do="publish"))

    assert answer.status_code == 422
    assert says(browser, drafts()[0])["summary"] == "Gut"


def test_two_devices_that_go_on_with_one_draft_keep_both(page: Page, signed_in: Browsers) -> None:
    phone, laptop = signed_in("bilal"), signed_in("bilal")
    fields = typing(phone, summary="Anfang")
    kept(phone, fields)
    on_laptop = filled(says(laptop, drafts()[0]), summary="Am Laptop weiter")
    kept(laptop, on_laptop)

    stale = kept(phone, next_save(fields, summary="Am Telefon weiter"))
    again = kept(phone, next_save(fields, summary="Am Telefon weiter"))

    assert [stale.status_code, again.status_code] == [409, 409]
    assert "beide Texte bleiben" in stale.text
    texts = [draft.sent["summary"] for draft in drafts()]
    assert texts == ["Am Laptop weiter", "Am Telefon weiter"]
    assert kept(laptop, next_save(on_laptop, summary="Und weiter")).status_code == 200


def test_after_that_each_device_goes_on_with_its_own(page: Page, signed_in: Browsers) -> None:
    phone, laptop = signed_in("bilal"), signed_in("bilal")
    fields = typing(phone, summary="Anfang")
    kept(phone, fields)
    kept(laptop, filled(says(laptop, drafts()[0]), summary="Am Laptop"))
    stale = kept(phone, next_save(fields, summary="Am Telefon"))

    own = form_in(f'<form action="{EDIT}">{stale.text}</form>', EDIT)
    answer = kept(phone, filled(fields, summary="Am Telefon zu Ende", **own.to_dict()))

    assert answer.status_code == 200
    assert [d.sent["summary"] for d in drafts()] == ["Am Laptop", "Am Telefon zu Ende"]


def test_two_tabs_write_two_drafts(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    tabs = [typing(browser, summary=text) for text in ("links", "rechts")]
    for tab in tabs:
        kept(browser, tab)

    assert browser.get(EDIT).text.count("Weiterschreiben") == 2


def test_a_discarded_draft_can_be_brought_back(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    kept(browser, typing(browser, summary="Doch gut"))
    (draft,) = drafts()
    csrf = {"csrf_token": token(browser, EDIT)}
    address = f"/zwischenstaende/{draft.key}"

    answer = browser.post(f"{address}/papierkorb", data=csrf, headers=HTMX)
    assert "Zurückholen" in answer.text
    assert drafts() == []
    assert "Doch gut" in browser.get(address).text
    assert "Weiterschreiben" in browser.post(f"{address}/rueckkehr", data=csrf).text
    assert says(browser, drafts()[0])["summary"] == "Doch gut"


def test_a_form_whose_draft_was_discarded_elsewhere_begins_anew(
    page: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    fields = typing(browser, summary="Eins")
    kept(browser, fields)
    csrf = {"csrf_token": token(browser, EDIT)}
    browser.post(f"/zwischenstaende/{fields['draft']}/papierkorb", data=csrf)

    told = kept(browser, next_save(fields, summary="Zwei"))
    fresh = form_in(f'<form action="{EDIT}">{told.text}</form>', EDIT)
    kept(browser, filled(fields, summary="Zwei", **fresh.to_dict()))

    assert told.status_code == 410
    assert [draft.sent["summary"] for draft in drafts()] == ["Zwei"]


def test_a_draft_is_nobody_elses_business(page: Page, signed_in: Browsers) -> None:
    bilal, anke = signed_in("bilal"), signed_in("anke")
    fields = typing(bilal, summary="Nur für mich")
    kept(bilal, fields)
    (draft,) = drafts()
    csrf = {"csrf_token": token(anke, EDIT)}

    assert anke.get(f"/zwischenstaende/{draft.key}").status_code == 404
    assert anke.get(f"{EDIT}?zwischenstand={draft.key}").status_code == 404
    for verb in ("papierkorb", "rueckkehr"):
        assert anke.post(f"/zwischenstaende/{draft.key}/{verb}", data=csrf).status_code == 404
    stolen = typing(anke, draft=draft.key, draft_after=1, summary="Überschrieben")
    assert kept(anke, stolen).status_code == 404
    assert "Nur für mich" not in anke.get(EDIT).text + signed_in("vera").get("/verwaltung").text
    assert drafts()[0].sent["summary"] == "Nur für mich"


def test_saving_with_somebody_elses_key_leaves_their_draft_alone(
    page: Page, signed_in: Browsers
) -> None:
    bilal, anke = signed_in("bilal"), signed_in("anke")
    kept(bilal, typing(bilal, summary="Bleibt"))

    anke.post(EDIT, data=typing(anke, draft=drafts()[0].key, summary="Neu", do="publish"))

    assert [draft.sent["summary"] for draft in drafts()] == ["Bleibt"]


def test_a_draft_cannot_be_moved_to_another_page(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    fields = typing(browser, summary="Eins")
    kept(browser, fields)

    assert kept(browser, next_save(fields), NEW).status_code == 404
    assert browser.get(f"{NEW}?zwischenstand={fields['draft']}").status_code == 404


def test_a_draft_of_an_older_version_says_so_and_is_merged(page: Page, signed_in: Browsers) -> None:
    bilal, anke = signed_in("bilal"), signed_in("anke")
    kept(bilal, typing(bilal, summary="Bilals Satz"))
    anke.post(EDIT, data=typing(anke, do="publish", **{"steps.kaa.minutes": "25"}))

    assert "Seitdem gibt es eine neue Version" in bilal.get(EDIT).text
    going_on = bilal.get(f"{EDIT}?zwischenstand={drafts()[0].key}").text
    assert "Seit diesem Zwischenstand gibt es eine neue Version" in going_on
    bilal.post(EDIT, data=filled(says(bilal, drafts()[0]), do="publish"))

    merged = content_of(revision_of(db.session.get_one(Page, page.id), 3)).to_json()
    assert (merged["summary"], merged["steps"][0]["minutes"]) == ("Bilals Satz", 25)


def test_a_conflict_keeps_the_draft_until_it_is_decided(page: Page, signed_in: Browsers) -> None:
    bilal, anke = signed_in("bilal"), signed_in("anke")
    his = typing(bilal, summary="Bilals Satz", do="publish")
    anke.post(EDIT, data=typing(anke, summary="Ankes Satz", do="publish"))
    asked = bilal.post(EDIT, data=his)
    assert says(bilal, drafts()[0])["summary"] == "Bilals Satz"

    decision = {"do": "resolve", "pick.summary": "mine"}
    bilal.post(EDIT, data=filled(form_in(asked.text, EDIT), **decision))

    assert drafts() == []
    assert content_of(revision_of(page, 3)).summary == "Bilals Satz"


def test_a_page_that_was_retired_meanwhile_still_gives_the_text_back(
    page: Page, cast: Cast, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    kept(browser, typing(browser, summary="Nicht verloren"))
    retire(page, db.session.get_one(User, cast.anke))

    answer = browser.get(f"/zwischenstaende/{drafts()[0].key}")

    assert answer.status_code == 200
    assert "Nicht verloren" in answer.text
    assert "Ankommen" in answer.text


def test_a_draft_outlives_a_change_of_kind_and_of_address(page: Page, signed_in: Browsers) -> None:
    bilal, anke = signed_in("bilal"), signed_in("anke")
    kept(bilal, typing(bilal, summary="Bilals Satz"))
    anke.post(EDIT, data=typing(anke, do="publish", title="Anders", kind="method"))

    going_on = bilal.get(f"/zwischenstaende/{drafts()[0].key}", follow_redirects=True)

    fields = form_in(going_on.text, "/wiki/anders/bearbeiten")
    assert fields["summary"] == "Bilals Satz"


def test_purging_a_page_takes_what_others_had_typed_of_it(
    page: Page, cast: Cast, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    fields = typing(browser, summary="Etwas Geheimes")
    kept(browser, fields)
    purge(page, db.session.get_one(User, cast.anke))

    assert db.session.query(EditDraft).count() == 0
    assert kept(browser, next_save(fields)).status_code == 410
    assert db.session.query(EditDraft).count() == 0


def test_too_much_text_is_refused_with_a_reason(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    answer = kept(browser, typing(browser, summary="x" * DRAFT_LENGTH))

    assert answer.status_code == 413
    assert "mehr Text, als eine Seite fassen kann" in answer.text


def test_nobody_fills_the_disk_with_drafts(page: Page, cast: Cast, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    kept(browser, typing(browser))
    with writing() as session:
        values = {name: getattr(drafts()[0], name) for name in ("write_word", "base", "form")}
        session.add_all(
            EditDraft(
                key=f"voll-{number:012}",
                person_id=cast.bilal,
                fields=[],
                version=1,
                updated_at=now(),
                **values,
            )
            for number in range(1, DRAFTS)
        )

    answer = kept(browser, typing(browser))

    assert answer.status_code == 429
    assert "sehr viele Zwischenstände" in answer.text


@pytest.mark.parametrize("address", [EDIT, NEW, f"{EDIT}/text"])
def test_a_form_sent_after_the_sign_in_expired_gives_the_text_back(
    page: Page, app: object, signed_in: Browsers, client: FlaskClient, address: str
) -> None:
    """As without JavaScript: signing in happens in another window of the same browser."""
    browser = signed_in("bilal")
    typed = {"page_text" if "text" in address else "summary": "Zwei Stunden Arbeit"}
    sent = typing(browser, address, do="publish", **typed)

    held = client.post(address, data=sent)
    assert held.status_code == 400
    assert f'href="/anmelden?next={address}"' in held.text
    back = browser.post(address, data=filled(form_in(held.text, address), do="back"))

    # The token is still the one of before signing in.
    assert back.status_code == 400
    assert "Der Text ist vollständig da." in back.text
    again = form_in(back.text, address)
    assert "Zwei Stunden Arbeit" in again.values()
    assert again["draft"] == sent["draft"]
    assert browser.post(address, data=filled(again, do="keep")).status_code == 200
    assert len(drafts()) == 1


def test_who_was_signed_out_elsewhere_keeps_the_text(
    page: Page, cast: Cast, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    sent = typing(browser, summary="Noch da", do="publish")
    with writing() as session:
        session.get_one(User, cast.bilal).fs_uniquifier = "überall abgemeldet"

    held = browser.post(EDIT, data=sent)

    assert held.status_code == 401
    assert form_in(held.text, EDIT)["summary"] == "Noch da"
    assert browser.post(EDIT, data=sent, headers=HTMX).status_code == 401
    assert db.session.query(EditDraft).count() == 0


def test_who_may_not_write_here_gets_no_form_back(page: Page, signed_in: Browsers) -> None:
    sent = typing(signed_in("bilal"), summary="Von Bilal", csrf_token="falsch")

    answer = signed_in("gabi").post(EDIT, data=sent)

    assert answer.status_code == 400
    assert "Von Bilal" not in answer.text


def test_drafts_nobody_touched_for_ninety_days_go(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    for days in (0, 89, 91):
        kept(browser, typing(browser, summary=str(days)))
        with writing():
            drafts()[-1].updated_at = now() - timedelta(days=days)

    remove_old_drafts()

    assert [draft.sent["summary"] for draft in drafts()] == ["0", "89"]
    assert "nach 90 Tagen" in browser.get("/zwischenstaende").text


def test_what_is_left_of_finished_drafts_goes_too(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    csrf = {"csrf_token": token(browser, EDIT)}
    saved, discarded = typing(browser, summary="Eins"), typing(browser, summary="Zwei")
    browser.post(EDIT, data=filled(saved, do="publish"))
    kept(browser, discarded)
    browser.post(f"/zwischenstaende/{discarded['draft']}/papierkorb", data=csrf)
    for days, left in ((0, 2), (2, 1), (31, 0)):
        with writing() as session:
            session.query(EditDraft).update({"finished_at": now() - timedelta(days=days)})
        remove_old_drafts()
        assert db.session.query(EditDraft).count() == left


def test_drafts_are_in_the_export_and_go_with_the_account(
    page: Page, cast: Cast, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    kept(browser, typing(browser, summary="Meins"))

    data = browser.get("/konto/daten.json").get_json()
    assert ["summary", "Meins"] in data["zwischenstände"][0]["eingaben"]
    with writing() as session:
        close_account(session.get_one(User, cast.bilal))
    assert db.session.query(EditDraft).count() == 0


def test_a_draft_never_holds_the_token(page: Page, signed_in: Browsers) -> None:
    browser = signed_in("bilal")
    kept(browser, typing(browser))

    assert not {"csrf_token", "do", "draft"} & set(drafts()[0].sent)


def test_a_form_with_broken_marks_begins_a_draft_of_its_own(
    page: Page, signed_in: Browsers
) -> None:
    browser = signed_in("bilal")
    for broken in ({"draft": "../x"}, {"draft_version": "-1"}, {"draft_after": "9" * 30}):
        assert kept(browser, typing(browser, **broken)).status_code == 200

    assert len(drafts()) == 3


def test_drafts_of_a_recipe_are_not_offered_for_an_article(cast: Cast, signed_in: Browsers) -> None:
    make_page("Hintergründiges", by=cast.anke, kind="article")
    browser = signed_in("bilal")
    kept(browser, typing(browser, NEW, title="Nur ein Rezept"), NEW)

    assert "Nur ein Rezept" not in browser.get("/neu/hintergrund").text
    assert "Nur ein Rezept" in browser.get(NEW).text


def test_a_lookup_while_typing_never_takes_the_form_away(page: Page, client: FlaskClient) -> None:
    headers = {**HTMX, "HX-Target": "similar"}

    answer = client.get("/neu/rezept?title=Smartphone", headers=headers)

    assert answer.status_code == 204
    assert "HX-Redirect" not in answer.headers


def test_what_is_confirmed_is_in_the_files_if_the_power_goes_now(
    page: Page, cast: Cast, settings: Settings, signed_in: Browsers, tmp_path: Path
) -> None:
    browser = signed_in("bilal")
    kept(browser, typing(browser, summary="Noch da"))

    left = tmp_path / "left"
    left.mkdir()
    for file in settings.data.glob("laborwiki.sqlite3*"):
        if not file.name.endswith("-shm"):
            shutil.copy(file, left)
    with closing(sqlite3.connect(left / "laborwiki.sqlite3")) as connection:
        (fields,) = connection.execute("SELECT fields FROM edit_draft").fetchone()
    assert ["summary", "Noch da"] in json.loads(fields)


def test_a_decision_sent_after_the_sign_in_expired_gives_the_own_text_back(
    page: Page, signed_in: Browsers, client: FlaskClient
) -> None:
    bilal, anke = signed_in("bilal"), signed_in("anke")
    his = typing(bilal, summary="Bilals Satz", do="publish")
    anke.post(EDIT, data=typing(anke, summary="Ankes Satz", do="publish"))
    asked = bilal.post(EDIT, data=his)
    decision = {"do": "resolve", "pick.summary": "mine"}

    held = client.post(EDIT, data=filled(form_in(asked.text, EDIT), **decision))
    back = bilal.post(EDIT, data=filled(form_in(held.text, EDIT), do="back"))

    fields = form_in(back.text, EDIT)
    assert (fields["title"], fields["summary"]) == ("Smartphone-Stunde", "Bilals Satz")
    assert fields["base"] == "1"
