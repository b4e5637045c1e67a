"""From what a device wrote down to a report: nothing lost, nothing that is not a report let in."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from tests.plans.cast import plan_of
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.outcomes.models import ToldRun
from wiki.pages import drafts
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page
from wiki.plans.changing import with_steps
from wiki.plans.models import Plan
from wiki.plans.planning import change
from wiki.plans.recipes import newest
from wiki.running.reporting import read_record

Browsers = Callable[[str], FlaskClient]


@pytest.fixture
def plan(page: Page, cast: Cast, labs: dict[str, Lab]) -> Plan:
    """Two recipes after each other and a break, for eight at the town hall."""
    made = plan_of(page, people=8)
    second = newest(make_page("Löten", by=cast.carla, lab=labs["menden"]))
    change(
        made.edit_secret,
        lambda content: with_steps(content, second.pin, second.recipe),
        seen=made.version,
    )
    with writing():
        kept = db.session.get_one(Plan, made.id)
        pause = {"key": "kxx", "sort": "break", "minutes": 15}
        kept.content = {
            **kept.content,
            "place": "Rathaus",
            "blocks": [*kept.content["blocks"], pause],
        }
    return db.session.get_one(Plan, made.id)


def keys(plan: Plan) -> list[str]:
    return [block["key"] for block in plan.content["blocks"]]


def record_of(plan: Plan) -> dict[str, Any]:
    first, second, third, *_rest = keys(plan)
    return {
        "held_on": "2026-12-03",
        "minutes": {first: 12, second: 61, third: 7, "kxx": 20},
        "notes": [
            {"text": "Zu zweit ging es.", "kind": "worked", "block": second},
            {"text": "Es war laut.", "kind": "failed", "block": "kxx"},
            {"text": "Mehr Licht.", "kind": "ideas", "block": ""},
            {"text": "Der Kolben war kalt.", "kind": "failed", "block": third},
        ],
    }


def send(browser: FlaskClient, plan: Plan, record: object, recipe: str) -> Any:
    at = f"/plan/{plan.read_secret}/durchfuehren/bericht"
    run = record if isinstance(record, str) else json.dumps(record)
    sent = {"csrf_token": token(browser, at), "run": run, "recipe": recipe}
    return browser.post(at, data=sent)


def fields_of_draft() -> dict[str, list[str]]:
    return db.session.query(EditDraft).one().sent.to_dict(flat=False)


def rows(fields: dict[str, list[str]], group: str, *names: str) -> list[tuple[str, ...]]:
    return [
        tuple(fields[f"{group}.{key}.{name}"][0] for name in names) for key in fields.get(group, [])
    ]


def test_a_report_begins_with_what_was_measured_and_noted(
    signed_in: Browsers, plan: Plan, page: Page
) -> None:
    anke = signed_in("anke")

    answer = send(anke, plan, record_of(plan), f"{page.id}.1")

    fields = fields_of_draft()
    assert fields["recipe"] == ["Smartphone-Stunde"]
    assert (fields["recipe_version"], fields["held_on"]) == (["1"], ["2026-12-03"])
    assert (fields["place"], fields["expected"]) == (["Rathaus"], ["8"])
    assert fields["times"] == ["kaa", "kbb"]
    assert rows(fields, "times", "step", "minutes") == [("Ankommen", "12"), ("Machen", "61")]
    assert rows(fields, "worked", "text", "step") == [("Zu zweit ging es.", "Machen")]
    # Of the break, without a step; of the other recipe, nothing.
    assert rows(fields, "failed", "text", "step") == [("Pause: Es war laut.", "")]
    assert rows(fields, "ideas", "text", "step") == [("Mehr Licht.", "")]
    shown = anke.get(answer.location).text
    for words in ("Zwischenstand gesichert", "Zu zweit ging es.", 'value="61"', "Rathaus"):
        assert words in shown


def test_the_report_is_published_as_it_came(signed_in: Browsers, plan: Plan, page: Page) -> None:
    anke = signed_in("anke")
    send(anke, plan, record_of(plan), f"{page.id}.1")
    form = dict(db.session.query(EditDraft).one().sent.to_dict(flat=False))

    sent = {**form, "do": "publish", "csrf_token": token(anke, "/konto")}
    answer = anke.post("/neu/erfahrung", data=sent)

    assert answer.status_code == 303, answer.text
    shown = anke.get(answer.location).text
    for words in ("Machen", "61 min", "Zu zweit ging es.", "03.12.2026", "Rathaus"):
        assert words in shown.replace("\xa0", " "), words


def test_a_report_without_a_recipe_tells_of_all_blocks(signed_in: Browsers, plan: Plan) -> None:
    send(signed_in("anke"), plan, record_of(plan), "")

    fields = fields_of_draft()
    assert "recipe" not in fields
    assert [step for step, _minutes in rows(fields, "times", "step", "minutes")] == [
        "Ankommen",
        "Machen",
        "Ankommen",
        "Pause",
    ]
    assert len(rows(fields, "failed", "text")) == 2


def test_a_step_that_came_twice_counts_once(signed_in: Browsers, plan: Plan, page: Page) -> None:
    first, *_rest = keys(plan)
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        again = {**kept.content["blocks"][0], "key": "kyy"}
        kept.content = {**kept.content, "blocks": [*kept.content["blocks"], again]}

    send(signed_in("anke"), plan, {"minutes": {first: 10, "kyy": 5}}, f"{page.id}.1")

    assert rows(fields_of_draft(), "times", "step", "minutes") == [
        ("Ankommen", "15"),
        ("Machen", ""),
    ]


def test_blocks_that_are_gone_leave_their_notes(
    signed_in: Browsers, plan: Plan, page: Page
) -> None:
    notes = [{"text": "Gut so.", "kind": "worked", "block": "gone"}]

    send(signed_in("anke"), plan, {"minutes": {"gone": 5}, "notes": notes}, f"{page.id}.1")

    assert rows(fields_of_draft(), "worked", "text", "step") == [("Gut so.", "")]


def test_without_an_account_the_notes_stand_in_the_short_form(
    client: FlaskClient, plan: Plan, page: Page
) -> None:
    answer = send(client, plan, record_of(plan), f"{page.id}.1")

    assert answer.status_code == 200
    assert 'action="/wiki/smartphone-stunde/wir-auch"' in answer.text
    assert "Machen: Zu zweit ging es." in answer.text
    assert "Pause: Es war laut. · Mehr Licht." in answer.text
    assert 'value="2026-12-03"' in answer.text
    assert 'name="version" value="1"' in answer.text
    assert db.session.query(ToldRun).count() == 0
    assert db.session.query(EditDraft).count() == 0


def test_without_an_account_there_is_no_report_without_a_recipe(
    client: FlaskClient, plan: Plan
) -> None:
    assert send(client, plan, record_of(plan), "").status_code == 400


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        "{",
        '{"minutes": {"kaa": 1e99}}',
        '{"minutes": {"kaa": "viele"}}',
        '{"title": "Anders"}',
        '{"held_on": 12}',
        json.dumps({"minutes": {f"k{i}": 1 for i in range(401)}}),
        "[" * 50_000,
        " " * 200_001 + "{}",
    ],
)
def test_what_no_run_wrote_is_refused(
    signed_in: Browsers, plan: Plan, page: Page, record: str
) -> None:
    assert send(signed_in("anke"), plan, record, f"{page.id}.1").status_code == 400
    assert db.session.query(EditDraft).count() == 0


def test_hostile_notes_stay_words(signed_in: Browsers, plan: Plan, page: Page) -> None:
    hostile = "</textarea><script>alert(1)</script>\u202e\x00"
    notes = [{"text": hostile, "kind": "worked", "block": ""}]

    answer = send(signed_in("anke"), plan, {"notes": notes}, f"{page.id}.1")

    assert "<script>alert" not in signed_in("anke").get(answer.location).text
    assert fields_of_draft()["worked"]


@pytest.mark.parametrize("recipe", ["9.9", "1", "1.2", "x", "1.1.1", "' OR 1"])
def test_only_a_recipe_of_this_plan_can_be_reported_on(
    signed_in: Browsers, plan: Plan, recipe: str
) -> None:
    assert send(signed_in("anke"), plan, {}, recipe).status_code == 400


def test_nothing_is_lost_where_drafts_are_too_many(
    signed_in: Browsers, plan: Plan, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "DRAFTS", 0)
    record = record_of(plan)

    answer = send(signed_in("anke"), plan, record, f"{page.id}.1")

    assert answer.status_code == 429
    assert "schon sehr viele Zwischenstände" in answer.text
    assert "Zu zweit ging es." in answer.text


def test_the_draft_is_ones_own(signed_in: Browsers, plan: Plan, page: Page, cast: Cast) -> None:
    answer = send(signed_in("anke"), plan, record_of(plan), f"{page.id}.1")

    assert db.session.query(EditDraft).one().person_id == db.session.get_one(User, cast.anke).id
    assert signed_in("bilal").get(answer.location).status_code == 404


def test_examples_are_reported_on_by_members_alone(
    client: FlaskClient, signed_in: Browsers, plan: Plan, page: Page
) -> None:
    with writing():
        db.session.get_one(Lab, page.lab_id).is_example = True
    at = f"/plan/{plan.read_secret}/durchfuehren/bericht"

    assert f'value="{page.id}.1"' not in client.get(at).text
    assert f'value="{page.id}.1"' in signed_in("anke").get(at).text
    assert send(client, plan, {}, f"{page.id}.1").status_code == 400


def test_a_recipe_without_a_plan_is_reported_on_for_as_many_as_were_expected(
    signed_in: Browsers, page: Page
) -> None:
    anke, at = signed_in("anke"), "/wiki/smartphone-stunde/durchfuehren/bericht?personen=24"
    sent = {"csrf_token": token(anke, at), "run": '{"minutes": {"kbb": 40}}'}

    anke.post(at, data={**sent, "recipe": f"{page.id}.1"})

    fields = fields_of_draft()
    assert fields["expected"] == ["24"]
    assert rows(fields, "times", "minutes") == [("",), ("40",)]


def test_one_note_too_many_or_minutes_that_cannot_be_cost_nothing_else() -> None:
    notes = [{"text": f"Notiz {number}", "kind": "worked"} for number in range(301)]
    minutes = {"kaa": 12, "kbb": 10_050, "kcc": -1}

    record = read_record(json.dumps({"notes": notes, "minutes": minutes}))

    assert len(record.notes) == 300
    assert record.minutes == {"kaa": 12}


def test_one_unreadable_note_costs_no_other() -> None:
    texts = ("Gut", "", "\u200b", "x" * 301, "Schön")
    notes: list[Any] = [{"text": text, "kind": "worked"} for text in texts]
    notes += [{"text": "x", "kind": "recipe"}, {"kind": "failed"}, 7]

    record = read_record(json.dumps({"notes": notes}))

    assert [note.text for note in record.notes] == ["Gut", "Schön"]
