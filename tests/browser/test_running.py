"""A plan while it happens: by keys, after a reload, without a network, in two tabs."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserOf, becomes
from tests.browser.library import Library, keep_plan, keep_template
from tests.browser.test_axe import barriers, unfold
from tests.browser.test_keyboard import press
from wiki.db import db, writing
from wiki.outcomes.models import ToldRun
from wiki.pages.drafts import EditDraft
from wiki.pages.models import Page as WikiPage
from wiki.plans.changing import Recipes, cuts_for, minutes_in, resized, slots_of
from wiki.plans.clock import minutes_between, on_the_clock
from wiki.plans.content import Beginnings, Block, PlanContent, Sort, clock_minutes
from wiki.plans.models import Plan
from wiki.plans.planning import change, delete_plan, make_plan
from wiki.plans.recipes import newest
from wiki.recipes.content import RecipeContent
from wiki.running.running_order import name_of

#: 17:52 in Germany.
EVENING = datetime(2026, 11, 24, 16, 52, tzinfo=UTC)
MINUTE = 60_000
KEPT = "Object.keys(localStorage).filter(name => name.startsWith('laborwiki-run:'))"
COPIES = "async () => (await caches.keys()).length"
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"
#: Thirty-one days go by for what is kept under a name.
GROWS_OLD = """name => {
  const kept = JSON.parse(localStorage[name]);
  localStorage[name] = JSON.stringify({ ...kept, at: kept.at - 31 * 86400000 });
}"""


@pytest.fixture
def plan(library: Library) -> Plan:
    """Seven steps for eight people from 18:00; without a date."""
    page = db.session.query(WikiPage).filter_by(slug=library.recipe.removeprefix("/wiki/")).one()
    return make_plan(newest(page), Beginnings(people=8, start="18:00"), None)


def at(plan: Plan) -> str:
    return f"/plan/{plan.read_secret}/durchfuehren"


def open_run(page: Page, address: str, when: datetime = EVENING, *, stands: bool = True) -> None:
    """The page at this time, which stands still where it is looked at to the second."""
    # Its clock goes on until it is told to stand still, and cannot be stopped in the past.
    page.clock.install(time=when - timedelta(hours=1) if stands else when)
    if stands:
        page.clock.pause_at(when)
    page.goto(address)


def begin(page: Page, when: str = "ab jetzt") -> None:
    page.get_by_role("radio", name=when).check()
    page.get_by_role("button", name="Beginnen").click()
    expect(page.locator(".run-lane").first).to_be_visible()


def passes(page: Page, minutes: float) -> None:
    """Time goes by, as while a phone sleeps: the page hears of it afterwards."""
    page.clock.fast_forward(int(minutes * MINUTE))
    page.clock.run_for(1_000)


def title(page: Page) -> Any:
    return page.locator(".run-lane > h2")


def state_of(page: Page, plan: Plan, expression: str) -> Any:
    """What the arithmetic says of the run on this device; `s` is its state."""
    name = f"laborwiki-run:{name_of(plan)}"
    return page.evaluate(
        "([name, body]) => { const run = JSON.parse(localStorage.getItem(name));"
        "const s = runningClock.stateOf(run); return JSON.parse(JSON.stringify("
        "new Function('run', 's', `return ${body}`)(run, s))); }",
        [name, expression],
    )


# The arithmetic is the same as Python's


def random_plan(dice: random.Random) -> tuple[PlanContent, Recipes]:
    steps = [
        {
            "key": f"k{i:02d}",
            "title": f"Schritt {i}",
            "minutes": dice.choice((0, 1, 5, 10, 15, 15, 20, 45, 90)),
            "if_short": dice.choice(("keep", "halve", "skip", "halve")),
        }
        for i in range(dice.randint(0, 12))
    ]
    recipe = RecipeContent.model_validate({"title": "R", "summary": "S", "steps": steps})
    days = dice.randint(1, 2)
    blocks = [
        Block(
            key=f"b{i:02d}",
            sort=Sort.STEP if (is_step := i < len(steps)) else Sort.FREE,
            usual=(recipe.steps[i].minutes or 0) if is_step else 0,
            minutes=dice.choice((None, None, 7, 33)) if is_step else dice.choice((12, 30)),
            page=1 if is_step else None,
            number=1 if is_step else None,
            step=f"k{i:02d}" if is_step else "",
            track=dice.choice(("", "", "A", "B")),
            fixed=dice.choice(("", "", "", "10:00", "00:30")),
            day=dice.randint(1, days),
        )
        for i in range(len(steps) + dice.randint(0, 4))
    ]
    content = PlanContent(
        start="22:30" if dice.random() < 0.3 else "09:00",
        days=days,
        groups=["A", "B"],
        blocks=sorted(blocks, key=lambda block: block.day),
    )
    return content, {(1, 1): recipe}


def told(content: PlanContent, recipes: Recipes) -> list[dict[str, Any]]:
    """The blocks by their days, as the page tells them."""
    cuts = {step.key: step.if_short.value for step in recipes[1, 1].steps}
    return [
        {
            "blocks": [
                {
                    "key": block.key,
                    "minutes": block.lasts,
                    "track": block.track,
                    "cut": cuts.get(block.step, "keep"),
                }
                for block in content.blocks
                if block.day == number
            ]
        }
        for number in range(1, content.days + 1)
    ]


def test_what_is_cut_is_what_the_plan_would_cut(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    dice, cases = random.Random(20261124), []
    for _ in range(400):
        content, recipes = random_plan(dice)
        planned = minutes_in(content)
        available = dice.randint(0, planned + 20)
        cuts = {key: step.minutes for key, step in cuts_for(content, available, recipes).items()}
        cases.append((told(content, recipes), available, planned, cuts))
    page = browser_of()
    page.goto(at(plan))

    found = page.evaluate(
        """cases => cases.map(([days, available]) => [
          runningClock.minutesIn(days, block => block.minutes),
          Object.fromEntries(runningClock.cutsFor(days, available))])""",
        [[days, available] for days, available, *_expected in cases],
    )

    assert found == [[planned, cuts] for _days, _available, planned, cuts in cases]
    assert sum(bool(cuts) for *_rest, cuts in cases) > 100


def test_a_run_that_goes_as_planned_is_the_plan(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    """Also in the two nights in which the clock changes, with groups and fixed beginnings."""
    dice, cases = random.Random(7), []
    for number in range(200):
        content, _recipes = random_plan(dice)
        night = (date(2026, 3, 28), date(2026, 10, 24), date(2026, 6, 6))[number % 3]
        # What was left out is passed by, whenever it had to begin.
        blocks = [slot for slot in slots_of(content.blocks) if slot.minutes]
        if blocks:
            day = on_the_clock(blocks, clock_minutes(content.start) or 0, day=night)[0]
            cases.append(day)
    page = browser_of()
    page.goto(at(plan))

    found = page.evaluate(
        """cases => cases.map(([base, blocks]) => {
          const day = { number: 1, date: null, begins: base, clock: null, end: null, blocks };
          const order = { name: "x", version: "1", zone: "Europe/Berlin", title: "", days: [day] };
          const events = [{ at: base, do: "start", day: 1, base }];
          const state = runningClock.stateOf({ order, events });
          const times = runningClock.projection(state, base);
          const on = runningClock.running(state).map(block => block.key);
          return [on, Object.fromEntries([...times].map(([key, moments]) =>
            [key, moments.map(moment => (moment - base) / 60000)]))];
        })""",
        [
            [
                day.begins.timestamp() * 1000,
                [
                    {
                        "key": one.slot.key,
                        "title": one.slot.key,
                        "minutes": one.slot.minutes,
                        "track": one.slot.track,
                        "from": minutes_between(day.begins, one.begins),
                        "to": minutes_between(day.begins, one.ends),
                        "fixed": None
                        if one.slot.fixed is None
                        else minutes_between(day.begins, one.begins) - one.late,
                        "cut": "keep",
                    }
                    for one in day.blocks
                ],
            ]
            for day in cases
        ],
    )

    compared = 0
    for day, (on, times) in zip(cases, found, strict=True):
        planned = {
            one.slot.key: [minutes_between(day.begins, at) for at in (one.begins, one.ends)]
            for one in day.blocks
        }
        # What a group begins with begins with the day, also if it was planned for later.
        if all(planned[key][0] == 0 for key in on):
            assert times == planned
            compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    ("day", "clock", "utc"),
    [
        ("2026-11-24", 18 * 60, "2026-11-24T17:00:00.000Z"),
        ("2026-06-24", 18 * 60, "2026-06-24T16:00:00.000Z"),
        ("2026-03-29", 60, "2026-03-29T00:00:00.000Z"),
        ("2026-03-29", 4 * 60, "2026-03-29T02:00:00.000Z"),
        ("2026-10-25", 4 * 60, "2026-10-25T03:00:00.000Z"),
        ("2026-10-25", 2 * 60 + 30, "2026-10-25T00:30:00.000Z"),
        ("2026-12-31", 23 * 60 + 59, "2026-12-31T22:59:00.000Z"),
    ],
)
def test_a_time_of_day_is_found_in_any_season(
    browser_of: BrowserOf, library: Library, plan: Plan, day: str, clock: int, utc: str
) -> None:
    page = browser_of()
    page.goto(at(plan))

    found = page.evaluate(
        "([day, clock]) => new Date(runningClock.instantOf(day, clock, 'Europe/Berlin')).toJSON()",
        [day, clock],
    )

    assert found == utc


# Running


def test_a_workshop_is_run_by_keys_alone(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    open_run(page, at(plan))
    expect(page.get_by_role("radio", name="nach dem Zeitplan: Beginn 18:00")).to_be_checked()
    press(page, page.get_by_role("button", name="Beginnen"))

    expect(title(page)).to_have_text("Was soll das Telefon heute können?")
    expect(page.get_by_role("button", name="Weiter", exact=True)).to_be_focused()
    page.clock.run_for(100)
    expect(page.locator("#status")).to_have_text(
        "Jetzt: Was soll das Telefon heute können?, 10 Minuten"
    )
    expect(page.locator("[data-delay]")).to_have_text("8 min voraus")
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("Ankommen und sortieren")
    expect(page.locator(".run-lane [data-next]")).to_have_text("WLAN einschalten (24 min)")
    page.keyboard.press("PageUp")
    expect(title(page)).to_have_text("Was soll das Telefon heute können?")
    expect(page.get_by_role("button", name="Zurück", exact=True)).to_be_disabled()
    page.keyboard.press("PageDown")
    page.keyboard.press("+")
    passes(page, 24)
    expect(page.locator(".run-lane [data-left]")).to_have_text("0:59")
    expect(page.locator(".run-lane")).to_have_attribute("data-mood", "tight")
    expect(page.locator(".run-lane [data-mood-words]")).to_contain_text("knapp · bis 18:17")
    page.keyboard.press("p")
    expect(page.locator("[data-paused]")).to_contain_text("Pause seit 18:16")
    passes(page, 10)
    expect(page.locator(".run-lane [data-left]")).to_have_text("0:59")
    page.keyboard.press("p")
    passes(page, 3)
    expect(page.locator(".run-lane [data-mood-words]")).to_have_text("über der Zeit")
    page.clock.run_for(100)
    expect(page.locator("#status")).to_have_text("Ankommen und sortieren: Zeit ist um")
    page.keyboard.press("n")
    page.keyboard.type("Es fehlten pp Stühle  n")
    page.keyboard.press("Enter")
    expect(page.locator("[data-noted] li")).to_contain_text("Es fehlten pp Stühle n")
    expect(title(page)).to_have_text("Ankommen und sortieren")


def test_single_keys_can_be_switched_off(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    open_run(page, at(plan))
    begin(page)
    page.get_by_text("Tasten, Ton, Bildschirm").click()
    page.get_by_label("Tasten gelten").uncheck()
    page.get_by_role("heading", level=1).click()

    for key in ("ArrowRight", "n", "p", "+", " "):
        page.keyboard.press(key)
    assert state_of(page, plan, "run.events.length") == 1
    page.reload()
    expect(page.get_by_label("Tasten gelten", exact=True)).not_to_be_checked()


def test_what_is_typed_and_not_noted_comes_into_the_report_at_the_end(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of("bilal")
    open_run(page, at(plan))
    begin(page)
    passes(page, 4)
    page.locator("#run-note").fill("Der Strom reichte nicht")
    page.get_by_role("button", name="Fertig", exact=True).click()

    expect(page.locator("#run-text")).to_have_value(re.compile("Der Strom reichte nicht"))
    page.locator("#run-note").fill("Mehr Dosen")
    page.get_by_role("link", name="Erfahrungsbericht schreiben").locator("visible=true").click()
    expect(page.locator("[data-run-found]")).to_contain_text("Notizen: 2.")


def test_a_run_left_open_for_days_asks_before_it_goes_on(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    open_run(page, at(plan))
    begin(page)
    passes(page, 3 * 24 * 60)
    page.reload()

    asks = page.get_by_role("dialog", name="Hier läuft noch etwas")
    expect(asks).to_contain_text("Begonnen am 24. November 2026 um 17:52 Uhr.")
    asks.get_by_role("button", name="Von vorn beginnen").click()

    expect(page.get_by_role("button", name="Beginnen", exact=True)).to_be_visible()
    becomes(page, KEPT, [])


def test_other_numbers_asked_for_are_no_newer_plan(browser_of: BrowserOf, library: Library) -> None:
    page, address = browser_of(), f"{library.recipe}/durchfuehren"
    open_run(page, f"{address}?personen=10&minuten=60")
    page.get_by_role("button", name="Beginnen", exact=True).click()
    expect(page.locator(".run-lane")).to_be_visible()
    page.goto(address)

    expect(page.locator(".run-lane")).to_be_visible()
    expect(page.locator("[data-newer]")).to_be_hidden()


def test_the_next_plan_is_never_taken_for_a_deleted_one(library: Library, plan: Plan) -> None:
    name, number = name_of(plan), plan.id
    delete_plan(plan.edit_secret, None)
    page = db.session.query(WikiPage).filter_by(slug=library.recipe.removeprefix("/wiki/")).one()
    other = make_plan(newest(page), Beginnings(people=8), None)

    assert other.id == number
    assert name_of(other) != name


def test_a_reload_loses_no_second_and_no_note(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    open_run(page, at(plan))
    begin(page)
    passes(page, 4)
    page.locator("#run-note").fill("Noch nicht")
    page.get_by_label("hat gehakt").check()
    before = page.locator(".run-lane [data-left]").inner_text()
    page.reload()

    expect(page.locator("#run-note")).to_have_value("Noch nicht")
    expect(page.get_by_label("hat gehakt")).to_be_checked()
    expect(page.locator(".run-lane [data-left]")).to_have_text(before)
    page.locator("#run-note").press("Enter")
    page.reload()
    expect(page.locator("#run-note")).to_have_value("")
    expect(page.locator("[data-noted] li")).to_have_count(1)
    # A night later nothing has been forgotten either.
    passes(page, 14 * 60)
    page.reload()
    page.get_by_role("button", name="Weiterführen").click()
    expect(page.locator(".run-lane [data-mood-words]")).to_have_text("über der Zeit")
    expect(page.locator("[data-noted] li")).to_contain_text(
        "hat gehakt · Was soll das Telefon heute können?"
    )


def test_two_tabs_agree_and_a_double_press_counts_once(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.goto(at(plan))
    other = page.context.new_page()
    other.goto(at(plan))
    begin(page)

    expect(title(other)).to_have_text("Was soll das Telefon heute können?")
    other.get_by_role("button", name="Weiter", exact=True).click()
    expect(title(page)).to_have_text("Ankommen und sortieren")
    # Both press while neither has heard of the other.
    key = state_of(page, plan, "runningClock.running(s)[0].key")
    name = f"laborwiki-run:{name_of(plan)}"
    page.evaluate(
        """([name, key]) => { const run = JSON.parse(localStorage[name]);
          run.events.push({ at: Date.now(), do: "next", key }, { at: Date.now(), do: "next", key });
          localStorage[name] = JSON.stringify(run); }""",
        [name, key],
    )
    expect(title(other)).to_have_text("WLAN einschalten")


@pytest.fixture
def deaf(browser_of: BrowserOf, plan: Plan) -> tuple[Page, Page]:
    """A tab that hears nothing of others, as one that slept, and another one, both before a run."""
    page = browser_of()
    page.add_init_script(
        "addEventListener('storage', event => event.stopImmediatePropagation(), true)"
    )
    page.goto(at(plan))
    other = page.context.new_page()
    other.goto(at(plan))
    return page, other


def test_a_tab_that_slept_does_not_begin_what_another_one_has_begun(
    library: Library, plan: Plan, deaf: tuple[Page, Page]
) -> None:
    page, other = deaf
    begin(other)
    other.keyboard.press("ArrowRight")
    expect(title(other)).to_have_text("Ankommen und sortieren")
    expect(page.get_by_role("button", name="Beginnen")).to_be_visible()
    page.get_by_role("button", name="Beginnen").click()

    expect(title(page)).to_have_text("Ankommen und sortieren")
    expect(page.get_by_role("button", name="Weiter", exact=True)).to_be_focused()
    expect(page.locator("#status")).to_have_text("Jetzt: Ankommen und sortieren, 20 Minuten")
    assert state_of(page, plan, "run.events.map(event => event.do)") == ["start", "next"]
    # What was removed meanwhile is not shown on, once somebody looks at the tab again.
    other.get_by_text("Was auf diesem Gerät liegt").click()
    other.get_by_role("button", name="Von diesem Gerät entfernen").click()
    other.get_by_role("button", name="Entfernen", exact=True).click()
    expect(other).to_have_url(f"/plan/{plan.read_secret}")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("button", name="Beginnen")).to_be_visible()


def test_a_page_from_the_back_button_shows_what_happened_meanwhile(
    library: Library, plan: Plan, deaf: tuple[Page, Page]
) -> None:
    page, other = deaf
    begin(other)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(title(page)).to_have_text("Was soll das Telefon heute können?")

    page.goto(f"{at(plan)}/bericht")
    expect(page.get_by_text("Notizen: 0.")).to_be_visible()
    other.locator("#run-note").fill("Kam noch dazu.")
    other.locator("#run-note").press("Enter")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.get_by_text("Notizen: 1.")).to_be_visible()
    assert "Kam noch dazu." in page.locator("textarea[name=run]").input_value()


def test_too_late_becomes_a_proposal_that_keeps_the_end(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    open_run(page, at(plan))
    begin(page)
    passes(page, 10)
    expect(page.get_by_role("button", name="Kürzen")).to_be_hidden()
    passes(page, 12)
    expect(page.locator("[data-delay]")).to_have_text("12 min zu spät")
    expect(page.locator("[data-end]")).to_have_text("Ende voraussichtlich 20:03 (geplant 19:51)")
    press(page, page.get_by_role("button", name="Kürzen"))

    dialog = page.locator("#cut-dialog")
    expect(page.locator("#cut-title")).to_be_focused()
    minutes = dialog.locator("input")
    # Halving the longest that may be halved is not enough: the coffee goes, the rest comes back.
    proposed = [int(field.input_value()) for field in minutes.all()]
    assert proposed == [20, 24, 15, 0, 25, 10]
    expect(dialog.locator("output")).to_have_text("Ende dann 19:48, wie geplant")
    minutes.nth(3).fill("5")
    expect(dialog.locator("output")).to_have_text("Ende dann 19:53, 2 min zu spät")
    page.get_by_role("button", name="So kürzen").click()

    expect(page.locator("[data-delay]")).to_have_text("2 min zu spät")
    expect(page.locator("[data-end]")).to_have_text("Ende voraussichtlich 19:53 (geplant 19:51)")
    page.get_by_role("button", name="Kürzen").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Kürzen").click()
    dialog.locator("input").nth(3).fill("0")
    dialog.get_by_role("button", name="So kürzen").click()
    expect(page.locator("[data-delay]")).to_have_text("pünktlich")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    # What was left out is passed by, there and back.
    expect(title(page)).to_have_text("Ein Foto verschicken")
    page.keyboard.press("ArrowLeft")
    expect(title(page)).to_have_text("Schrift größer stellen")


def test_groups_run_beside_each_other_and_wait(browser_of: BrowserOf, library: Library) -> None:
    plan = keep_plan(library)
    page = browser_of()
    open_run(page, at(plan), stands=False)
    page.get_by_role("button", name="Beginnen").click()
    expect(page.get_by_label("Welcher Tag?")).to_have_count(1)
    page.keyboard.press("ArrowRight")

    kitchen = page.get_by_role("region", name="Küche")
    workshop = page.get_by_role("region", name="Werkstatt")
    expect(kitchen.locator("h2")).to_have_text("Ankommen und sortieren")
    expect(workshop.locator("h2")).to_have_text("WLAN einschalten")
    expect(workshop).to_contain_text("zu zweit")
    page.clock.run_for(100)
    expect(page.locator("#status")).to_contain_text("Küche: Ankommen und sortieren, 20 Minuten")
    expect(page.locator("#status")).to_contain_text("Werkstatt: WLAN einschalten")
    found = barriers(page)
    # Whoever is done waits calmly, also after taking too long.
    passes(page, 60)
    expect(workshop).to_have_attribute("data-mood", "over")
    press(page, workshop.get_by_role("button", name="Weiter", exact=True))
    expect(workshop).not_to_have_attribute("data-mood", "over")
    expect(workshop.locator("h2")).to_have_text("Fertig. Die anderen Gruppen sind noch dabei.")
    expect(workshop.get_by_role("button", name="Weiter", exact=True)).to_be_disabled()
    found += barriers(page)
    workshop.get_by_role("button", name="Zurück", exact=True).click()
    expect(workshop.locator("h2")).to_have_text("WLAN einschalten")
    # The keys hold for the group in which something was pressed last.
    page.keyboard.press("ArrowRight")
    expect(workshop.locator("h2")).to_contain_text("Fertig.")
    kitchen.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.locator(".run-lane")).to_have_count(1)
    expect(title(page)).to_have_text("Schrift größer stellen")
    expect(page.get_by_role("button", name="Weiter", exact=True)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(kitchen.locator("h2")).to_have_text("Ankommen und sortieren")
    expect(workshop.locator("h2")).to_contain_text("Fertig.")
    assert not found, "\n".join(found)


def test_one_day_after_the_other(browser_of: BrowserOf, library: Library) -> None:
    plan = keep_plan(library)
    page = browser_of()
    open_run(page, at(plan))
    page.get_by_label("Welcher Tag?").select_option("1")
    page.get_by_role("button", name="Beginnen").click()
    passes(page, 20)
    page.get_by_role("button", name="Fertig", exact=True).click()
    expect(page.locator("#sheet-title")).to_be_focused()
    expect(page.locator("[data-minutes] tr")).to_have_count(1)
    passes(page, 22 * 60)
    # Its only block was left out: the second day is over at once.
    page.get_by_role("button", name="Tag 2 beginnen").click()

    expect(page.get_by_role("button", name="Tag 2 beginnen")).to_have_count(0)
    expect(page.locator("[data-minutes] input").first).to_have_value("20")


def test_a_changed_plan_is_offered_and_not_forced(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    keys = [block["key"] for block in plan.content["blocks"]]
    page = browser_of()
    open_run(page, at(plan))
    begin(page)
    page.keyboard.press("ArrowRight")
    expect(title(page)).to_have_text("Ankommen und sortieren")
    change(plan.edit_secret, lambda old: resized(old, keys[1], 15), seen=plan.version)
    page.reload()

    banner = page.get_by_text("Der Ablauf wurde inzwischen geändert.")
    expect(banner).to_be_visible()
    expect(page.locator(".run-lane [data-left]")).to_have_text("20:00")
    page.get_by_role("button", name="Neuen Ablauf übernehmen").click()
    expect(banner).to_be_hidden()
    expect(title(page)).to_have_text("Ankommen und sortieren")
    expect(page.locator(".run-lane [data-left]")).to_have_text("35:00")

    with writing():
        kept = db.session.get_one(Plan, plan.id)
        blocks = kept.content["blocks"]
        new = {"key": "knew", "title": "Kam dazu", "minutes": 5}
        # One before what is on now, which goes; one right after it.
        kept.content = {
            **kept.content,
            "blocks": [{**new, "key": "kold"}, blocks[0], new, *blocks[2:]],
        }
    page.reload()
    page.get_by_role("button", name="Neuen Ablauf übernehmen").click()
    expect(title(page)).to_have_text("Kam dazu")


def test_a_hundred_blocks_stay_quick(browser_of: BrowserOf, library: Library, plan: Plan) -> None:
    with writing():
        kept = db.session.get_one(Plan, plan.id)
        blocks = [
            {"key": f"k{i:03d}", "title": f"Block {i}", "minutes": 5, "track": "AB"[i % 2]}
            for i in range(100)
        ]
        kept.content = {**kept.content, "groups": ["A", "B"], "blocks": blocks}
    page = browser_of()
    open_run(page, at(plan))
    begin(page)
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.clock.resume()

    # A press draws everything anew; on a slow phone that must not be felt.
    spent = page.evaluate(
        """() => {
          const begun = performance.now();
          document.querySelector("[data-do=more]:not(:disabled)").click();
          return performance.now() - begun;
        }"""
    )
    assert 0 < spent < 200


# Without a network


def kept(page: Page) -> None:
    expect(page.locator("#run")).to_have_attribute("data-kept", "kept")


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def test_it_runs_on_without_a_network_and_is_reported_when_it_is_back(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of("carla", width=360, height=740)
    page.goto(at(plan))
    kept(page)
    with offline(page):
        begin(page)
        page.locator("#run-note").fill("Ohne Netz ging es auch.")
        page.locator("#run-note").press("Enter")
        page.goto("about:blank")
        page.goto(at(plan))
        expect(title(page)).to_have_text("Was soll das Telefon heute können?")
        expect(page.locator("[data-noted] li")).to_contain_text("Ohne Netz ging es auch.")
        assert page.evaluate("document.fonts.check('600 20px \"Fira Sans\"')")
        # The look came along: the main button has the lab's colour.
        colour = "element => getComputedStyle(element).backgroundColor"
        assert page.locator("[data-do=next]").evaluate(colour) == "rgb(11, 92, 138)"
        page.get_by_role("button", name="Weiter", exact=True).click()
        page.reload()
        expect(title(page)).to_have_text("Ankommen und sortieren")
        page.get_by_role("button", name="Fertig", exact=True).click()
        page.get_by_role("link", name="Erfahrungsbericht schreiben").click()
        expect(page.locator("[data-offline]")).to_contain_text("Gerade gibt es kein Netz")
        expect(page.locator("#status")).to_contain_text("Nichts ist verloren")
        unfold(page)
        expect(page.locator("[data-kept] >> nth=1")).to_contain_text("geht auch ohne Netz")
        found = barriers(page)

    page.locator("[data-minutes] input").first.fill("12")
    page.locator("[data-minutes] input").last.fill("31")
    page.get_by_role("link", name="Erfahrungsbericht schreiben").click()
    expect(page.get_by_text("Gemessene Blöcke: 2. Notizen: 1.")).to_be_visible()
    found += barriers(page)
    page.get_by_role("button", name="Weiter zum Bericht").click()
    expect(page.get_by_label("Wie viele waren da?")).to_be_visible()
    expect(
        page.locator("#rows-worked textarea, #rows-worked input[type=text]").first
    ).to_have_value("Ohne Netz ging es auch.")
    draft = db.session.query(EditDraft).one()
    assert "12" in [value for name, value in draft.fields if name.endswith(".minutes")]
    assert not found, "\n".join(found)


def test_who_has_no_account_tells_of_it_in_the_short_form(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of(width=360, height=740)
    page.goto(at(plan))
    begin(page)
    page.locator("#run-note").fill("Die Karten haben geholfen.")
    page.locator("#run-note").press("Enter")
    page.get_by_label("hat gehakt").check()
    page.locator("#run-note").fill("Zu wenig Stühle.")
    page.locator("#run-note").press("Enter")
    page.get_by_role("button", name="Fertig", exact=True).click()
    page.get_by_role("link", name="Erfahrungsbericht schreiben").click()
    page.get_by_role("button", name="Weiter zum Bericht").click()

    expect(page.get_by_label("Was hat geklappt?")).to_have_value(
        "Was soll das Telefon heute können?: Die Karten haben geholfen."
    )
    page.get_by_label("Welche Kommune, welcher Verein?").fill("Beispielhausen")
    page.get_by_role("button", name="Abschicken").click()
    expect(page.get_by_text("Sobald die Redaktion es gelesen hat")).to_be_visible()
    assert "Zu wenig Stühle." in db.session.query(ToldRun).one().failed


def test_nothing_else_of_the_site_is_kept_or_slowed(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.goto(at(plan))
    kept(page)

    names = page.evaluate("caches.keys()")
    assert names == [f"laborwiki-copy:{at(plan)}"]
    found = page.evaluate(
        "async name => (await (await caches.open(name)).keys()).map(one => new URL(one.url))"
        ".map(one => one.pathname)",
        names[0],
    )
    assert at(plan) in found
    others = [a for a in found if not a.startswith(("/static/", "/labore/"))]
    assert others == [at(plan)]
    scopes = page.evaluate(
        "async () => (await navigator.serviceWorker.getRegistrations()).map(one => one.scope)"
    )
    assert [scope.split("/", 3)[3] for scope in scopes] == [at(plan).removeprefix("/")]
    for address in (f"/plan/{plan.read_secret}", library.recipe, "/"):
        page.goto(address)
        assert page.evaluate("navigator.serviceWorker.controller") is None
        with offline(page), pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(address)


def test_a_deleted_plan_leaves_no_copy(browser_of: BrowserOf, library: Library, plan: Plan) -> None:
    page = browser_of()
    page.goto(at(plan))
    kept(page)
    begin(page)
    delete_plan(plan.edit_secret, None)
    page.goto(at(plan))

    expect(page.get_by_role("heading", name="Hier ist nichts")).to_be_visible()
    becomes(page, COPIES, 0)
    # What was written down could still be wanted, and goes by itself.
    becomes(page, KEPT, [f"laborwiki-run:{name_of(plan)}"])
    page.evaluate(GROWS_OLD, f"laborwiki-run:{name_of(plan)}")
    page.goto("/")
    becomes(page, KEPT, [])


def test_a_copy_is_renewed_with_the_page(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.goto(at(plan))
    kept(page)
    with writing():
        old = db.session.get_one(Plan, plan.id)
        old.content = {**old.content, "title": "Neuer Titel"}
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Neuer Titel")
    kept(page)

    with offline(page):
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Neuer Titel")


def test_everything_is_removed_from_a_borrowed_device_by_one_button(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of(width=360, height=740)
    page.goto(at(plan))
    kept(page)
    begin(page)
    page.locator("#run-note").fill("Bleibt nicht hier.")
    page.get_by_text("Was auf diesem Gerät liegt").click()
    page.get_by_role("button", name="Von diesem Gerät entfernen").click()
    found = barriers(page, "#remove-dialog")
    page.get_by_role("button", name="Entfernen", exact=True).click()

    expect(page).to_have_url(f"/plan/{plan.read_secret}")
    becomes(page, KEPT, [])
    becomes(page, COPIES, 0)
    becomes(page, WORKERS, 0)
    assert plan.read_secret not in page.evaluate("JSON.stringify(localStorage)")
    assert not found, "\n".join(found)


def test_a_run_goes_by_itself_when_nobody_used_it_for_long(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.goto(at(plan))
    page.evaluate(
        """() => {
          const run = { at: Date.now() - 31 * 86400000, order: { days: [] }, events: [] };
          localStorage.setItem("laborwiki-run:plan-99", JSON.stringify(run));
          localStorage.setItem("laborwiki-run:plan-98", "{kaputt");
          localStorage.setItem("laborwiki-run:plan-97", JSON.stringify({ ...run, at: Date.now() }));
          localStorage.setItem("etwas-anderes", "bleibt");
        }"""
    )
    # Any page of the site sees to it.
    page.goto("/")

    becomes(page, KEPT, ["laborwiki-run:plan-97"])
    assert page.evaluate("localStorage['etwas-anderes']") == "bleibt"


def test_who_looks_at_a_run_uses_it(browser_of: BrowserOf, library: Library, plan: Plan) -> None:
    page = browser_of()
    page.goto(at(plan))
    begin(page)
    name = f"laborwiki-run:{name_of(plan)}"
    for _month in range(2):
        page.evaluate(
            """name => {
              const kept = JSON.parse(localStorage[name]);
              localStorage[name] = JSON.stringify({ ...kept, at: kept.at - 20 * 86400000 });
            }""",
            name,
        )
        page.reload()
        expect(title(page)).to_be_visible()
    page.evaluate(GROWS_OLD, name)
    page.reload()
    expect(page.get_by_role("button", name="Beginnen")).to_be_visible()


def test_a_copy_goes_by_itself_when_nobody_used_it_for_long(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    recipe = f"{library.recipe}/durchfuehren"
    page = browser_of()
    for address in (recipe, at(plan)):
        page.goto(address)
        kept(page)
    page.evaluate(GROWS_OLD, f"laborwiki-copy:{at(plan)}")
    page.goto("/")

    becomes(page, "async () => await caches.keys()", [f"laborwiki-copy:{recipe}"])
    becomes(page, WORKERS, 1)
    # Opened after a long time without a network it is still there: it was not in the way.
    page.evaluate(GROWS_OLD, f"laborwiki-copy:{recipe}")
    with offline(page):
        page.goto(recipe)
        expect(page.get_by_role("button", name="Beginnen")).to_be_visible()
    becomes(page, COPIES, 1)


def test_a_browser_that_keeps_nothing_runs_and_says_so(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"
    )
    page.goto(at(plan))
    begin(page)
    page.keyboard.press("ArrowRight")
    page.locator("#run-note").fill("Trotzdem.")
    page.locator("#run-note").press("Enter")

    expect(title(page)).to_have_text("Ankommen und sortieren")
    expect(page.locator("[data-noted] li")).to_have_count(1)
    page.get_by_text("Was auf diesem Gerät liegt").click()
    expect(page.locator("p[data-kept]")).to_contain_text("merkt sich nichts")


def test_the_screen_stays_awake_again_after_another_app(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.add_init_script(
        """
        window.locks = [];
        navigator.wakeLock.request = async (kind) => {
          const lock = { kind, released: false };
          window.locks.push(lock);
          return lock;
        };
        """
    )
    page.goto(at(plan))
    becomes(page, "locks.length", 0)
    begin(page)
    becomes(page, "locks.map(lock => lock.kind)", ["screen"])

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    becomes(page, "locks.length", 1)
    # The browser lets go of it when the page is hidden.
    page.evaluate("locks[0].released = true")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    becomes(page, "locks.length", 2)
    page.get_by_text("Tasten, Ton, Bildschirm").click()
    expect(page.get_by_text("Der Bildschirm bleibt an.")).to_be_visible()


def test_there_is_no_sound_unless_somebody_asks_for_it(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of()
    page.add_init_script(
        """
        window.tones = 0;
        const begin = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...when) {
          window.tones += 1;
          begin.apply(this, when);
        };
        """
    )
    open_run(page, at(plan))
    begin(page)
    passes(page, 11)
    becomes(page, "tones", 0)

    page.keyboard.press("ArrowRight")
    page.get_by_text("Tasten, Ton, Bildschirm").click()
    page.get_by_label("Ein Ton, wenn die Zeit").check()
    becomes(page, "tones", 1)
    passes(page, 19)
    passes(page, 2)
    becomes(page, "tones", 2)


def test_titles_that_are_code_stay_words_on_the_stage(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    hostile = "</script><img src=x onerror=window.__hacked=1><script>window.__hacked=1</script>"
    with writing():
        kept_plan = db.session.get_one(Plan, plan.id)
        first, *rest = kept_plan.content["blocks"]
        named = {**first, "title": hostile, "text": hostile, "track": "<b>A</b>"}
        kept_plan.content = {
            **kept_plan.content,
            "title": hostile[:120],
            "groups": ["<b>A</b>"],
            "blocks": [named, *rest],
        }
    page = browser_of()
    page.goto(at(plan))
    begin(page)
    page.locator("#run-note").fill(hostile)
    page.locator("#run-note").press("Enter")
    expect(title(page)).to_have_text(hostile)
    page.get_by_role("button", name="Fertig", exact=True).click()

    expect(page.locator("[data-minutes] th")).to_contain_text(hostile)
    assert page.evaluate("window.__hacked") is None
    assert page.locator("main img").count() == 0


def test_nobody_meets_a_barrier_while_running(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of(width=320, height=640)
    open_run(page, at(plan), stands=False)
    unfold(page)
    found = barriers(page)
    begin(page)
    change(plan.edit_secret, lambda old: resized(old, old.blocks[1].key, 15), seen=plan.version)
    page.reload()
    expect(page.get_by_text("Der Ablauf wurde inzwischen geändert.")).to_be_visible()
    unfold(page)
    found += barriers(page)
    passes(page, 9)
    found += barriers(page)
    passes(page, 9)
    found += barriers(page)
    page.get_by_role("button", name="Kürzen").click()
    found += barriers(page, "#cut-dialog")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Anhalten").click()
    expect(page.get_by_role("button", name="Weiterlaufen lassen")).to_be_focused()
    found += barriers(page)
    page.get_by_role("button", name="Weiterlaufen lassen").click()
    page.locator("#run-note").fill("Rindfleischetikettierungsüberwachungsaufgabenübertragung")
    page.locator("#run-note").press("Enter")
    page.get_by_role("button", name="Fertig", exact=True).click()
    found += barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Noch einmal von vorn").click()
    found += barriers(page, "#anew-dialog")
    page.get_by_role("button", name="Von vorn beginnen").click()
    expect(page.get_by_role("button", name="Beginnen", exact=True)).to_be_visible()
    becomes(page, KEPT, [])

    assert not found, "\n".join(found)


def test_the_buttons_are_under_the_thumb_and_the_time_fills_a_projector(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    for width, height, least in ((320, 640, 60), (360, 740, 60), (1280, 800, 200)):
        page = browser_of(width=width, height=height)
        page.goto(at(plan))
        begin(page)
        # Nobody scrolls during a workshop.
        page.evaluate("scrollTo(0, 0)")
        box = page.get_by_role("button", name="Weiter", exact=True).bounding_box()
        left = page.locator(".run-lane [data-left]").bounding_box()
        assert box is not None
        assert left is not None
        assert box["y"] + box["height"] <= height, width
        assert box["height"] >= 44
        assert left["height"] >= least
        assert left["x"] + left["width"] <= width


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_words_of_the_buttons_fit_and_five_minutes_more_have_their_plus(
    browser_of: BrowserOf, library: Library, plan: Plan, width: int
) -> None:
    page = browser_of(width=width, height=740)
    page.goto(at(plan))
    begin(page)
    overflowing = """() => [...document.querySelectorAll(".run-buttons button, .run-tools button")]
      .filter(button => button.scrollWidth > button.clientWidth || button.offsetHeight > 70)
      .map(button => button.textContent.trim())"""

    assert page.evaluate(overflowing) == []
    expect(page.locator("[data-do=more] .icon")).to_be_visible()
    page.get_by_role("button", name="Anhalten").click()
    assert page.evaluate(overflowing) == []


def test_a_plan_of_another_day_begins_now_and_of_today_by_its_clock(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    begins = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    with writing():
        kept_plan = db.session.get_one(Plan, plan.id)
        kept_plan.content = {**kept_plan.content, "date": "2026-12-03"}
    rehearsal = browser_of()
    open_run(rehearsal, at(plan), begins - timedelta(days=2))
    expect(rehearsal.get_by_role("radio", name="ab jetzt: 18:00")).to_be_checked()
    page = browser_of()
    open_run(page, at(plan), begins + timedelta(minutes=7))
    expect(page.get_by_role("radio", name="Beginn 18:00")).to_be_checked()
    page.get_by_role("button", name="Beginnen").click()

    expect(page.locator("[data-delay]")).to_have_text("7 min zu spät")


def test_a_recipe_runs_without_a_plan(app: Flask, browser_of: BrowserOf, library: Library) -> None:
    page = browser_of(width=360, height=740)
    page.goto(f"{library.recipe}?personen=24&minuten=90")
    page.get_by_role("link", name="Ohne Zeitplan durchführen").click()
    kept(page)
    expect(page.get_by_role("radio")).to_have_count(0)
    page.get_by_role("button", name="Beginnen").click()
    expect(title(page)).to_have_text("Was soll das Telefon heute können?")
    with offline(page):
        page.reload()
        expect(title(page)).to_have_text("Was soll das Telefon heute können?")
    assert db.session.query(Plan).count() == 0
    # The way to the report and back forgets nothing of what was asked.
    page.get_by_role("button", name="Fertig", exact=True).click()
    page.get_by_role("link", name="Erfahrungsbericht schreiben").click()
    page.get_by_role("link", name="Abbrechen").click()
    expect(page.locator("#sheet-title")).to_be_visible()
    expect(page.get_by_text("Der Ablauf wurde inzwischen geändert.")).to_be_hidden()
    page.get_by_role("link", name="Zurück").click()
    expect(page).to_have_url(f"{library.recipe}?personen=24&minuten=90")


def test_a_workshop_template_runs_without_a_plan(browser_of: BrowserOf, library: Library) -> None:
    template = keep_template(library)
    page = browser_of(width=360, height=740)
    page.goto(template)
    page.get_by_role("link", name="Durchführen", exact=True).click()
    kept(page)
    page.get_by_label("Welcher Tag?").select_option("1")
    begin(page)
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(title(page)).to_have_text("Pause")
    with offline(page):
        page.reload()
        expect(title(page)).to_have_text("Pause")
    assert db.session.query(Plan).count() == 0


def test_without_javascript_the_agenda_and_its_clock_times_are_there(
    browser_of: BrowserOf, library: Library, plan: Plan
) -> None:
    page = browser_of(script=False, width=360)
    page.goto(f"/plan/{plan.read_secret}")
    page.get_by_role("link", name="Durchführen").click()

    expect(page.locator(".plan-time b").first).to_have_text("18:00")
    expect(page.get_by_role("link", name="Neu laden")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("Was ist heute schon gelungen?").first).to_be_visible()
