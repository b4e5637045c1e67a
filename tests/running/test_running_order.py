"""What a browser is told of a plan: minutes that really pass, and nothing that it must not know."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.plans.cast import edit, plan_of
from wiki.db import db, writing
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.agenda import agenda_of
from wiki.plans.clock import BERLIN
from wiki.plans.content import Block, PlanContent, Sort
from wiki.plans.models import Plan
from wiki.plans.planning import content_in
from wiki.recipes.computing import Wishes
from wiki.running.running_order import Runnable, agenda_for, lines_on, order_of

RUN = "/wiki/smartphone-stunde/durchfuehren"
HOSTILE = "</script><script>window.__hacked=1</script>\"'{{7*7}}<!--"


def order(content: PlanContent) -> dict[str, Any]:
    return order_of(Runnable("plan-1", agenda_of(content), "/", "/", "/", "/"))


def free(key: str, minutes: int, **more: Any) -> Block:
    return Block(key=key, sort=Sort.FREE, minutes=minutes, **more)


def change(plan: Plan, **more: Any) -> None:
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        kept.content = {**kept.content, **more}


def order_in(html: str) -> dict[str, Any]:
    found = html.split('id="running-order">')[1].split("</script>")[0]
    told: dict[str, Any] = json.loads(found)
    return told


def test_a_day_is_told_in_minutes_since_it_began(app: Flask) -> None:
    content = PlanContent(
        date=date(2026, 12, 3),
        start="18:00",
        end="19:00",
        groups=["A", "B"],
        blocks=[
            free("kaa", 20),
            free("kbb", 30, track="A"),
            free("kcc", 10, track="B", fixed="18:25"),
            free("kdd", 15, fixed="18:45"),
        ],
    )

    [day] = order(content)["days"]

    begins = datetime(2026, 12, 3, 18, tzinfo=BERLIN)
    assert (day["date"], day["begins"]) == ("2026-12-03", begins.timestamp() * 1000)
    assert (day["clock"], day["end"]) == (18 * 60, 60)
    assert [(b["key"], b["track"], b["from"], b["to"], b["fixed"]) for b in day["blocks"]] == [
        ("kaa", "", 0, 20, None),
        ("kbb", "A", 20, 50, None),
        ("kcc", "B", 25, 35, 25),
        # It cannot begin when it has to: the groups are not done.
        ("kdd", "", 50, 65, 45),
    ]


@pytest.mark.parametrize(
    ("night", "ends"), [(date(2026, 3, 28), 5), (date(2026, 10, 24), 3), (date(2026, 6, 6), 4)]
)
def test_a_night_in_which_the_clock_changes_is_as_long_as_it_is(
    app: Flask, night: date, ends: int
) -> None:
    content = PlanContent(
        date=night, start="22:00", end=f"{ends:02d}:00", blocks=[free("kaa", 300), free("kbb", 60)]
    )

    [day] = order(content)["days"]

    assert [block["to"] for block in day["blocks"]] == [300, 360]
    assert day["end"] == 360


def test_without_a_date_there_is_a_time_of_day_and_without_one_not_even_that(app: Flask) -> None:
    [said] = order(PlanContent(start="9:30", blocks=[free("kaa", 20)]))["days"]
    [unsaid] = order(PlanContent(blocks=[free("kaa", 20)]))["days"]

    assert (said["begins"], said["date"], said["clock"]) == (None, None, 570)
    assert (unsaid["begins"], unsaid["clock"]) == (None, None)


def test_empty_days_are_left_out_and_each_keeps_its_number(app: Flask) -> None:
    told = order(PlanContent(days=3, blocks=[free("kaa", 20), free("kbb", 20, day=3)]))

    assert [day["number"] for day in told["days"]] == [1, 3]
    assert order(PlanContent())["days"] == []


def test_the_version_changes_with_what_is_run_and_with_nothing_else(page: Page) -> None:
    plan = plan_of(page, start="18:00")
    before = order(content_in(plan))
    assert order(content_in(plan)) == before

    change(plan, place="Saal")
    assert order(content_in(plan))["version"] == before["version"]
    change(plan, start="18:05")
    assert order(content_in(plan))["version"] != before["version"]


def test_only_a_recipes_steps_may_be_cut(page: Page) -> None:
    steps = [
        {"key": "kaa", "title": "Ankommen", "minutes": 10, "if_short": "skip"},
        {"key": "kbb", "title": "Machen", "minutes": 50, "if_short": "halve"},
        {"key": "kcc", "title": "Danken", "minutes": 5},
    ]
    edit(page, steps=steps)
    content = content_in(plan_of(page))
    content = content.model_copy(update={"blocks": [*content.blocks, free("kxx", 10)]})

    [day] = order(content)["days"]

    assert [block["cut"] for block in day["blocks"]] == ["skip", "halve", "keep", "keep"]


def test_a_recipe_runs_without_a_plan_under_the_keys_of_its_steps(page: Page) -> None:
    plain = agenda_for(page, Wishes())
    wished = agenda_for(page, Wishes(people=12, start=18 * 60, minutes=90))

    assert [line.key for line in plain.lines] == ["kaa", "kbb"]
    assert not plain.content.start
    assert (wished.people, wished.content.start) == (12, "18:00")
    assert db.session.query(Plan).count() == 0


def test_a_recipe_is_cut_to_the_minutes_that_are_asked_for(page: Page) -> None:
    edit(page, steps=[{"key": "kaa", "title": "Machen", "minutes": 60, "if_short": "halve"}])

    assert agenda_for(page, Wishes(minutes=30)).minutes == 30


def test_what_is_on_is_found_by_the_clock(app: Flask) -> None:
    blocks = [free("kaa", 20), free("kbb", 60)]
    late = PlanContent(start="23:30", blocks=blocks)
    dated = late.model_copy(update={"date": date(2026, 12, 3)})

    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-12-{clock}+01:00").astimezone(UTC)

    assert lines_on(agenda_of(dated), at("03T23:35")) == {"kaa"}
    assert lines_on(agenda_of(dated), at("04T00:10")) == {"kbb"}
    assert lines_on(agenda_of(dated), at("05T00:10")) == set()
    assert lines_on(agenda_of(late), at("07T00:10")) == {"kbb"}
    assert lines_on(agenda_of(late), at("07T12:00")) == set()
    assert lines_on(agenda_of(PlanContent(blocks=blocks)), at("07T09:10")) == set()


def test_both_links_of_a_plan_open_it_and_neither_tells_the_other(
    client: FlaskClient, page: Page
) -> None:
    plan = plan_of(page, start="18:00")

    for secret, other in (
        (plan.edit_secret, plan.read_secret),
        (plan.read_secret, plan.edit_secret),
    ):
        for address in ("", "/bericht"):
            answer = client.get(f"/plan/{secret}/durchfuehren{address}")
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Robots-Tag"] == "noindex"
            assert other not in answer.text
        way = f'href="/plan/{plan.read_secret}/durchfuehren"'
        assert way in client.get(f"/plan/{secret}").text


def test_the_page_names_nobody_and_holds_no_token(
    page: Page, cast: Cast, signed_in: Any, labs: dict[str, Lab]
) -> None:
    # A copy of it stays on the device, where others may open it.
    for person in ("anke", "vera"):
        html = signed_in(person).get(f"/plan/{plan_of(page).read_secret}/durchfuehren").text

        assert "csrf" not in html
        assert person.title() not in html
        assert "/abmelden" not in html


def test_the_worker_comes_from_beside_the_page_and_is_not_kept(
    client: FlaskClient, page: Page
) -> None:
    for address in (f"/plan/{plan_of(page).read_secret}/durchfuehren.js", f"{RUN}.js"):
        answer = client.get(address)

        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Service-Worker-Allowed" not in answer.headers
        assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_titles_that_are_code_stay_words(client: FlaskClient, page: Page) -> None:
    plan = plan_of(page)
    key = plan.content["blocks"][0]["key"]
    change(
        plan,
        title=HOSTILE[:120],
        groups=["<b>A</b>"],
        blocks=[{"key": key, "title": HOSTILE, "minutes": 5, "track": "<b>A</b>"}],
    )

    html = client.get(f"/plan/{plan.read_secret}/durchfuehren").text

    assert "<script>window" not in html
    assert "<b>A</b>" not in html
    assert order_in(html)["order"]["days"][0]["blocks"][0]["title"] == HOSTILE


def test_an_old_address_of_a_recipe_leads_on_with_what_was_asked(
    client: FlaskClient, page: Page
) -> None:
    edit(page, title="Telefonstunde")

    answer = client.get(f"{RUN}?personen=24&boese=1")

    assert answer.location == "/wiki/telefonstunde/durchfuehren?personen=24"


def test_what_was_asked_goes_along_to_the_report_and_back(client: FlaskClient, page: Page) -> None:
    asked = "?personen=24&amp;beginn=18:00&amp;minuten=30"
    html = client.get(f"{RUN}?personen=24&beginn=18:00&minuten=30").text.replace("%3A", ":")
    report = client.get(f"{RUN}/bericht?personen=24&beginn=18:00&minuten=30").text
    report = report.replace("%3A", ":")

    assert f'href="/wiki/smartphone-stunde{asked}"' in html
    assert f'href="{RUN}/bericht{asked}"' in html
    # The copy of the page is the same, whatever was asked.
    assert f'"address": "{RUN}"' in html
    assert report.count(f'href="{RUN}{asked}"') == 2
    assert f'href="{RUN}"' not in report


@pytest.mark.parametrize("wish", ["personen=-1", "beginn=abends", "minuten=999999999999999999999"])
def test_a_wish_that_cannot_be_read_is_none(client: FlaskClient, page: Page, wish: str) -> None:
    assert client.get(f"{RUN}?{wish}").status_code == 200


def test_a_recipe_names_the_way_without_a_plan_with_what_was_typed(
    client: FlaskClient, page: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    make_page("Notizen", by=cast.anke, lab=labs["soest"], kind="article")
    asked = "personen=24&amp;beginn=18:00&amp;minuten=30"

    assert f'href="{RUN}"' in client.get("/wiki/smartphone-stunde").text
    assert f'href="{RUN}?{asked}"' in client.get(
        "/wiki/smartphone-stunde?personen=24&beginn=18:00&minuten=30"
    ).text.replace("%3A", ":")
    assert "durchfuehren" not in client.get("/wiki/notizen").text
    make_page("Leer", by=cast.anke, lab=labs["soest"], steps=[])
    assert "Noch ohne Blöcke." in client.get("/wiki/leer/durchfuehren").text


def test_without_javascript_the_page_says_what_is_on(client: FlaskClient, page: Page) -> None:
    here = datetime.now(BERLIN)
    clock = f"{here.hour:02d}:{here.minute:02d}"
    plan = plan_of(page, start=clock)

    html = client.get(f"/plan/{plan.read_secret}/durchfuehren").text

    key = plan.content["blocks"][0]["key"]
    item = html.split(f'id="block-{key}"')[1].split("</li>")[0]
    assert "jetzt dran" in item
    assert html.count("jetzt dran</p>") == 1
    assert 'href="">Neu laden' in html


def test_a_hundred_blocks_are_told_and_small(client: FlaskClient, page: Page) -> None:
    plan = plan_of(page)
    blocks = [{"key": f"k{i:03d}", "title": f"Block {i}", "minutes": 5} for i in range(100)]
    change(plan, blocks=blocks)

    html = client.get(f"/plan/{plan.read_secret}/durchfuehren").text

    [day] = order_in(html)["order"]["days"]
    assert (len(day["blocks"]), day["blocks"][-1]["to"]) == (100, 500)
    assert len(html) < 250_000
