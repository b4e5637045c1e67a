"""Workshop templates: made of plans, found like recipes, planned with by anybody."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Cast, make_page, token
from tests.forms import filled, form_in
from tests.plans.cast import content, edit, plan_of
from wiki.accounts import strangers
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.drafts import EditDraft
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.textform import from_text, to_text
from wiki.pages.writing import purge, retire, revision_of
from wiki.plans.agenda import agenda_of
from wiki.plans.changing import described, resized, with_block, with_particulars, with_steps
from wiki.plans.content import Beginnings, BlockWords, Particulars, PlanContent, Sort
from wiki.plans.models import Plan
from wiki.plans.packing import uses_of
from wiki.plans.planning import change
from wiki.plans.recipes import newest
from wiki.workshops.content import WorkshopBlock, WorkshopContent
from wiki.workshops.facts import facts
from wiki.workshops.planning import plan_for, plan_from, plan_in, workshop_from
from wiki.workshops.views import WorkshopBeginnings

Browsers = Callable[[str], FlaskClient]
HOSTILE = "<script>alert(1)</script>\"' onmouseover=x {{7771*7}}"


def said_by(page: Page) -> WorkshopContent:
    db.session.rollback()
    found = content_of(revision_of(page, db.session.get_one(Page, page.id).current_number))
    assert isinstance(found, WorkshopContent)
    return found


def alter(plan: Plan, **said: Any) -> None:
    """Give a plan other particulars."""
    known = content(plan).model_dump(include=set(Particulars.model_fields))
    words = Particulars(**known | said)
    change(plan.edit_secret, lambda one: with_particulars(one, words), seen=plan.version)


def publish(browser: FlaskClient, plan: Plan, title: str = "Abend für alle") -> Page:
    """Make a template of the plan and publish it, as its pages offer it."""
    at = f"/plan/{plan.edit_secret}/vorlage"
    answer = browser.post(at, data=filled(form_in(browser.get(at).text, at), title=title))
    assert answer.status_code == 303, answer.text
    form = form_in(browser.get(answer.location).text, answer.location)
    saved = browser.post(answer.location, data=filled(form, do="publish", agree="1"))
    assert saved.status_code == 303, saved.text
    return page_titled(title)


def page_titled(title: str) -> Page:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Page).filter_by(title=title).one()


@pytest.fixture
def template(page: Page, labs: dict[str, Lab]) -> Page:
    """Two steps of the recipe, a break and a block of its own, for eight people."""
    blocks = [
        {"key": "aaa", "recipe": page.title, "step": "Ankommen", "version": 1, "minutes": 10},
        {"key": "bbb", "title": "Kaffee", "is_break": True, "minutes": 15},
        {"key": "ccc", "recipe": page.title, "step": "Machen", "minutes": 40, "text": "Laut."},
        {"key": "ddd", "title": "Abschluss", "minutes": 5},
    ]
    return make_page(
        "Nachmittag am Smartphone",
        kind="plan",
        lab=labs["soest"],
        blocks=blocks,
        people=8,
        start="14:00",
    )


def test_template_shows_its_agenda_with_times_and_whom_it_is_from(
    client: FlaskClient, template: Page
) -> None:
    html = client.get(f"/wiki/{template.slug}").text

    times = re.findall(r'plan-time"><b>([\d:]+)</b>', html)
    assert times == ["14:00", "14:10", "14:25", "15:05"]
    assert "Ankommen" in html
    assert "Kaffee" in html
    assert "/wiki/smartphone-stunde#schritt-kbb" in html
    assert f"/wiki/{template.slug}/planen" in html


def told(client: FlaskClient, address: str) -> dict[str, Any]:
    """The order of the blocks, as a browser is told it."""
    html = client.get(address).text
    said = json.loads(html.split('id="running-order">')[1].split("</script>")[0])["order"]
    assert isinstance(said, dict)
    return said


def test_template_is_run_without_a_plan(client: FlaskClient, template: Page) -> None:
    at = f"/wiki/{template.slug}/durchfuehren"
    assert f'href="{at}"' in client.get(f"/wiki/{template.slug}").text

    order = told(client, at)

    [day] = order["days"]
    assert (order["title"], day["clock"]) == ("Nachmittag am Smartphone", 14 * 60)
    assert [(one["key"], one["title"], one["minutes"]) for one in day["blocks"]] == [
        ("aaa", "Ankommen", 10),
        ("bbb", "Kaffee", 15),
        ("ccc", "Machen", 40),
        ("ddd", "Abschluss", 5),
    ]
    assert db.session.query(Plan).count() == 0


def test_template_is_run_for_whom_it_is_asked_from_then_in_so_many_minutes(
    client: FlaskClient, page: Page, template: Page
) -> None:
    steps = [
        {"key": "kaa", "title": "Ankommen", "minutes": 10},
        {"key": "kbb", "title": "Machen", "minutes_per_person": 5, "if_short": "halve"},
    ]
    edit(page, steps=steps)
    at = f"/wiki/{template.slug}/durchfuehren"

    [day] = told(client, f"{at}?personen=20&beginn=9:30")["days"]
    assert (day["clock"], [one["minutes"] for one in day["blocks"]]) == (570, [10, 15, 100, 5])
    [day] = told(client, f"{at}?personen=20&minuten=90")["days"]
    assert [one["minutes"] for one in day["blocks"]] == [10, 15, 50, 5]
    assert told(client, at)["days"][0]["clock"] == 14 * 60
    back = f'href="/wiki/{template.slug}?personen=20"'
    assert back in client.get(f"{at}?personen=20").text


def test_run_of_a_template_is_reported_on_with_its_recipe_or_without_one(
    signed_in: Browsers, client: FlaskClient, page: Page, template: Page
) -> None:
    at = f"/wiki/{template.slug}/durchfuehren/bericht"
    anke = signed_in("anke")
    run = json.dumps({"minutes": {"aaa": 12, "bbb": 20, "ccc": 45}})
    stranger = {"csrf_token": token(client, at), "run": run, "recipe": f"{page.id}.1"}
    member = {"csrf_token": token(anke, at), "run": run}

    told_form = client.post(at, data=stranger)
    assert 'action="/wiki/smartphone-stunde/wir-auch"' in told_form.text
    for recipe, steps in (
        (f"{page.id}.1", [("Ankommen", "12"), ("Machen", "45")]),
        ("", [("Ankommen", "12"), ("Kaffee", "20"), ("Machen", "45")]),
    ):
        answer = anke.post(at, data={**member, "recipe": recipe})
        assert answer.status_code == 303
        draft = db.session.query(EditDraft).order_by(EditDraft.id.desc()).first()
        assert draft is not None
        fields = draft.sent.to_dict(flat=False)
        rows = [
            (fields[f"times.{key}.step"][0], fields[f"times.{key}.minutes"][0])
            for key in fields["times"]
        ]
        assert rows == steps
        assert ("recipe" in fields) == bool(recipe)


def test_only_a_published_template_is_run(
    client: FlaskClient, signed_in: Browsers, template: Page, cast: Cast, labs: dict[str, Lab]
) -> None:
    draft = make_page("Noch geheim", by=cast.anke, kind="plan", lab=labs["soest"], publish=False)
    for address in ("", ".js", "/bericht"):
        answer = signed_in("anke").get(f"/wiki/{draft.slug}/durchfuehren{address}")
        assert answer.status_code == 404
    assert "durchfuehren" not in signed_in("anke").get(f"/wiki/{draft.slug}").text
    retire(template, db.session.get_one(User, cast.anke))
    assert client.get(f"/wiki/{template.slug}/durchfuehren").status_code == 404


def test_the_search_shows_what_happens_in_a_template(client: FlaskClient, template: Page) -> None:
    assert "Ankommen · Machen · Abschluss" in client.get("/suche?art=vorlage").text
    assert "card-preview" not in client.get("/suche?art=format").text


def test_template_is_read_back_from_its_text(template: Page) -> None:
    said = said_by(template)

    text = to_text("vorlage", said)

    assert "- Schritt: Machen" in text
    assert from_text(text, kinds().models()) == ("vorlage", said)


def test_plan_becomes_a_template_without_its_date_and_place(
    signed_in: Browsers, client: FlaskClient, page: Page, cast: Cast
) -> None:
    plan = plan_of(page, db.session.get_one(User, cast.bilal), date="3.12.2026", people=12)
    alter(plan, place="Nachtigallenweg 3", start="18:00", end="19:30")
    change(plan.edit_secret, lambda one: with_block(one, Sort.BREAK), seen=plan.version)
    browser = signed_in("bilal")
    assert f"/plan/{plan.edit_secret}/vorlage" in browser.get(f"/plan/{plan.edit_secret}").text

    made = publish(browser, plan)

    said = said_by(made)
    assert [(b.recipe, b.step, b.version, b.minutes) for b in said.blocks] == [
        ("Smartphone-Stunde", "Ankommen", 1, 10),
        ("Smartphone-Stunde", "Machen", 1, 50),
        ("", "", None, 15),
    ]
    assert (said.people, said.start, said.end) == (12, "18:00", "19:30")
    html = client.get(f"/wiki/{made.slug}").text
    assert "Nachtigallenweg" not in html
    assert plan.edit_secret not in html
    assert plan.read_secret not in html


def test_template_says_what_the_plan_said_and_back(page: Page, cast: Cast, template: Page) -> None:
    recipes = newest(page)
    plan = plan_of(page, people=5)

    def richer(one: PlanContent) -> PlanContent:
        again = with_steps(with_block(one, Sort.FREE), recipes.pin, recipes.recipe)
        return resized(again, again.blocks[0].key, 15)

    change(plan.edit_secret, richer, seen=plan.version)
    alter(plan, days=2, apart=7, groups=["Werkstatt: 3", "Garten"])
    last = content(plan).blocks[-1].key
    words = {"day": 2, "track": "Garten", "title": "Draußen", "fixed": "10:30", "leads": "Leitung"}
    change(
        plan.edit_secret,
        lambda one: described(one, last, BlockWords(**words)),
        seen=plan.version,
    )
    before = content(plan)

    after = plan_in(workshop_from(agenda_of(before), WorkshopContent(title=before.title or "x")))

    same = {"use"}
    assert (after.days, after.apart, after.groups) == (2, 7, ["Werkstatt: 3", "Garten"])
    assert [b.model_dump(exclude=same) for b in after.blocks] == [
        b.model_dump(exclude=same) for b in before.blocks
    ]
    assert uses_of(agenda_of(after)) == uses_of(agenda_of(before))


def test_minutes_follow_the_people_unless_somebody_changed_them(app: Flask, cast: Cast) -> None:
    recipe = make_page(
        "Runde",
        steps=[
            {"key": "kaa", "title": "Reihum", "minutes": 5, "minutes_per_person": "2"},
            {"key": "kbb", "title": "Danach", "minutes": 5, "minutes_per_person": "1"},
        ],
    )
    named = {"recipe": recipe.title}
    blocks = [
        {"key": "aaa", **named, "step": "Reihum", "minutes": 25},
        {"key": "bbb", **named, "step": "Danach", "minutes": 40},
    ]
    template = make_page("Kreis", kind="plan", blocks=blocks, people=10)

    said = said_by(template)
    plan = plan_from(template, 1, said, WorkshopBeginnings(people=20), None)

    assert [block.lasts for block in content(plan).blocks] == [45, 40]


def test_groups_follow_the_people_and_fixed_times_the_beginning(template: Page) -> None:
    workshop = WorkshopContent(
        title="Zwei Werkstätten",
        people=24,
        start="14:00",
        end="17:30",
        groups=["Klang: 8", "Technik: 16", "Kinder"],
        blocks=[WorkshopBlock(key="aaa", title="Essen", minutes=30, fixed="16:00")],
    )

    larger = plan_for(workshop, Beginnings(people=40, start="23:00"))
    smaller = plan_for(workshop, Beginnings(people=1))

    assert larger.groups == ["Klang: 13", "Technik: 27", "Kinder"]
    assert (larger.start, larger.blocks[0].fixed, larger.end) == ("23:00", "01:00", "02:30")
    assert smaller.groups == ["Klang: 1", "Technik: 1", "Kinder"]
    assert (smaller.start, smaller.blocks[0].fixed, smaller.end) == ("14:00", "16:00", "17:30")
    assert plan_for(workshop, Beginnings()).groups == workshop.groups


def test_the_finder_counts_steps_that_say_no_minutes_of_their_own(app: Flask) -> None:
    steps = [{"key": "kaa", "title": "Reihum", "minutes": 5, "minutes_per_person": "2"}]
    recipe = make_page("Runde", steps=steps)
    blocks = [
        {"key": "aaa", "recipe": recipe.title, "step": "Reihum"},
        {"key": "bbb", "title": "Kaffee", "minutes": 15},
    ]

    template = make_page("Kreis", kind="plan", blocks=blocks, people=10)

    assert facts(said_by(template)).minutes == 25 + 15


def test_steps_called_alike_are_told_apart(app: Flask) -> None:
    steps = [
        {"key": "kaa", "title": "Runde", "minutes": 5},
        {"key": "kbb", "title": "Runde", "minutes": 15},
    ]
    plan = plan_of(make_page("Zweimal", steps=steps))

    said = workshop_from(agenda_of(content(plan)), WorkshopContent(title="x"))

    assert [block.step for block in said.blocks] == ["kaa", "kbb"]
    assert [block.step for block in plan_in(said).blocks] == ["kaa", "kbb"]


def test_anybody_plans_with_a_template(client: FlaskClient, template: Page) -> None:
    at = f"/wiki/{template.slug}/planen"
    form = form_in(client.get(at).text, at)
    assert form["start"] == "14:00"
    assert form["people"] == "8"

    answer = client.post(at, data=filled(form, date="3.12.2026", people=12, place="Bürgerhaus"))

    plan = db.session.query(Plan).one()
    assert answer.location == f"/plan/{plan.edit_secret}"
    shown = client.get(answer.location).text
    assert "3. Dezember 2026 · 14:00–15:10 · 70 min · 12 Personen · Bürgerhaus" in shown
    assert plan.user_id is None


def test_programs_and_floods_are_kept_out(
    client: FlaskClient, template: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = f"/wiki/{template.slug}/planen"
    form = form_in(client.get(at).text, at)
    client.post(at, data=filled(form, webseite="https://spam.example"))
    assert db.session.query(Plan).count() == 0

    assert [client.post(at, data=form).status_code for _ in range(21)] == [303] * 20 + [429]

    monkeypatch.setattr(strangers, "LEAST_SECONDS", 3)
    assert client.post(at, data=form_in(client.get(at).text, at)).status_code == 422
    assert client.post(at, data=filled(form, people="viele")).text.count("kern-error") == 1


@pytest.mark.parametrize("state", ["draft", "retired", "purged", "recipe"])
def test_only_published_templates_are_planned_with(
    state: str, signed_in: Browsers, cast: Cast, labs: dict[str, Lab]
) -> None:
    kind = "format" if state == "recipe" else "plan"
    found = make_page("Leise", by=cast.anke, lab=labs["soest"], kind=kind, publish=state != "draft")
    someone = db.session.get_one(User, cast.anke)
    if state == "retired":
        retire(found, someone)
    if state == "purged":
        purge(found, someone)
    browser = signed_in("anke")

    answer = browser.post("/wiki/leise/planen", data={"csrf_token": token(browser, "/konto")})

    assert answer.status_code == (410 if state == "purged" else 404)
    assert db.session.query(Plan).count() == 0


def test_plan_gives_its_template_the_next_version(
    signed_in: Browsers, template: Page, cast: Cast
) -> None:
    browser = signed_in("bilal")
    at = f"/wiki/{template.slug}/planen"
    browser.post(at, data=form_in(browser.get(at).text, at))
    plan = db.session.query(Plan).one()
    change(plan.edit_secret, lambda one: resized(one, "ddd", 10), seen=plan.version)
    edit(template, summary="Jemand anders hat inzwischen etwas geschrieben.")
    publish_at = f"/plan/{plan.edit_secret}/vorlage"
    assert "Version 1" in browser.get(publish_at).text
    sent = {"csrf_token": token(browser, publish_at)}

    answer = browser.post(f"{publish_at}/version", data=sent)

    assert answer.location == f"/wiki/{template.slug}"
    said = said_by(template)
    assert said.blocks[-1].minutes == 15
    assert said.summary == "Jemand anders hat inzwischen etwas geschrieben."
    assert said.blocks[2].text == "Laut."
    assert content(plan).template_number == 3


def test_two_who_change_the_same_block_of_a_template(signed_in: Browsers, template: Page) -> None:
    browser = signed_in("bilal")
    at = f"/wiki/{template.slug}/planen"
    browser.post(at, data=form_in(browser.get(at).text, at))
    plan = db.session.query(Plan).one()
    change(plan.edit_secret, lambda one: resized(one, "ddd", 10), seen=plan.version)
    blocks = [block.model_dump(mode="json") for block in said_by(template).blocks]
    blocks[-1]["minutes"] = 30
    edit(template, blocks=blocks)
    sent = {"csrf_token": token(browser, f"/plan/{plan.edit_secret}/vorlage")}

    answer = browser.post(f"/plan/{plan.edit_secret}/vorlage/version", data=sent)

    assert answer.status_code == 409
    assert said_by(template).blocks[-1].minutes == 30


def test_only_who_writes_pages_and_may_change_the_plan_publishes_it(
    client: FlaskClient, signed_in: Browsers, page: Page
) -> None:
    plan = plan_of(page)
    assert client.get(f"/plan/{plan.edit_secret}/vorlage").status_code == 303
    assert "/vorlage" not in client.get(f"/plan/{plan.edit_secret}").text
    browser = signed_in("bilal")
    assert browser.get(f"/plan/{plan.read_secret}/vorlage").status_code == 404
    assert signed_in("gabi").get(f"/plan/{plan.edit_secret}/vorlage").status_code == 200


def test_a_purged_recipe_leaves_its_steps_names_alone(
    client: FlaskClient, template: Page, page: Page, cast: Cast
) -> None:
    assert "Alle machen mit." not in client.get(f"/wiki/{template.slug}").text
    purge(page, db.session.get_one(User, cast.anke))

    html = client.get(f"/wiki/{template.slug}?x=1").text

    assert "Machen" in html
    assert "#schritt-kbb" not in html
    assert [block.sort for block in plan_in(said_by(template)).blocks].count(Sort.STEP) == 0


def test_a_draft_of_a_recipe_stays_out_of_templates(app: Flask, cast: Cast) -> None:
    make_page("Geheim", by=cast.anke, publish=False)
    blocks = [{"key": "aaa", "recipe": "Geheim", "step": "Machen", "minutes": 5}]
    template = make_page("Neugierig", kind="plan", blocks=blocks)

    assert plan_in(said_by(template)).blocks[0].page is None


def test_a_template_is_found_and_narrowed_like_a_recipe(
    client: FlaskClient, template: Page
) -> None:
    assert template.slug in client.get("/suche?art=vorlage").text
    assert template.slug in client.get("/suche?art=vorlage&minuten=90").text
    assert template.slug not in client.get("/suche?art=vorlage&minuten=45").text


def test_a_template_is_neither_tried_nor_an_idea(client: FlaskClient, template: Page) -> None:
    """Runs are counted for recipes alone."""
    assert "Nachmittag am Smartphone" in client.get("/suche?art=vorlage").text
    assert 'value="idee"' not in client.get("/suche?art=vorlage").text
    assert 'value="idee"' in client.get("/suche?art=format").text
    assert "Nachmittag am Smartphone" not in client.get("/suche?reife=idee").text


def test_hostile_words_stay_words(client: FlaskClient, app: Flask) -> None:
    blocks = [
        {"key": "aaa", "title": HOSTILE[:110], "text": HOSTILE, "leads": HOSTILE[:80]},
        {"key": "bbb", "recipe": HOSTILE, "step": HOSTILE, "track": HOSTILE[:40]},
    ]
    page = make_page("Bosheit", kind="plan", blocks=blocks, invitation=HOSTILE, groups=["A"])

    for part in ("", "/planen", "/durchfuehren", "/durchfuehren/bericht"):
        html = client.get(f"/wiki/{page.slug}{part}").text
        assert "<script>alert" not in html
        assert "{{7771*7}}" in html or "54397" not in html


def test_a_long_name_of_a_step_that_is_not_there_fits_a_block(
    client: FlaskClient, app: Flask
) -> None:
    blocks = [{"key": "aaa", "recipe": "Gibt es nicht", "step": "Sehr lang " * 25, "minutes": 5}]
    template = make_page("Lange Namen", kind="plan", blocks=blocks)

    assert client.get(f"/wiki/{template.slug}").status_code == 200
