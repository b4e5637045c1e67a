"""What to bring, who is needed, and what planners are asked to think of."""

from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from tests.conftest import Cast, make_page
from tests.plans.cast import plan_of
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.plans.agenda import Agenda, agenda_of
from wiki.plans.changing import described, with_block, with_particulars, with_steps, with_usual
from wiki.plans.content import Block, BlockWords, Particulars, PlanContent, Sort
from wiki.plans.hints import hints_for
from wiki.plans.packing import cost_of, packing_of, staff_of, uses_of
from wiki.plans.planning import content_in, keep_plan
from wiki.plans.recipes import newest

MATERIALS = [
    {"item": "Karten", "per_person": "2", "spare_percent": 10, "brought_by": "buy"},
    {
        "item": "Tablet",
        "category": "device",
        "per_group": "1",
        "group_size": 2,
        "brought_by": "mobile_lab",
    },
    {"item": "Anleitung", "category": "link", "amount": "1"},
    {"item": "Kaffee"},
]
ROLES = [{"name": "Leitung", "count": 1}, {"name": "Hilfe", "per_people": 5}]


def lab_page(cast: Cast, labs: dict[str, Lab], title: str, **fields: Any) -> Page:
    fields = {"materials": MATERIALS, "roles": ROLES, "cost_fixed": "10", **fields}
    return make_page(title, by=cast.anke, lab=labs["soest"], **fields)


def twice(page: Page, **said: Any) -> PlanContent:
    """The recipe two times in one plan, for ten."""
    found = newest(page)
    plan = with_particulars(PlanContent(), Particulars(people=10, **said))
    for _ in range(2):
        plan = with_steps(plan, found.pin, found.recipe)
    return with_usual(plan, {found.pin: found.recipe})


def side_by_side(plan: PlanContent) -> PlanContent:
    half = len(plan.blocks) // 2
    for at, block in enumerate(plan.blocks):
        plan = described(plan, block.key, BlockWords(track="A" if at < half else "B"))
    return plan


def packed(agenda: Agenda) -> dict[str, tuple[str, Decimal | None]]:
    return {
        needed.material.item: (who.value if who else "", needed.amount)
        for who, all_of_it in packing_of(uses_of(agenda)).items()
        for needed in all_of_it
    }


def roles(agenda: Agenda) -> dict[str, int]:
    return {staff.role.name: staff.count for staff in staff_of(uses_of(agenda))}


def test_what_is_used_up_adds_up_and_devices_are_used_again(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    agenda = agenda_of(twice(lab_page(cast, labs, "Runde")))

    assert packed(agenda) == {
        "Karten": ("buy", Decimal(44)),
        "Tablet": ("mobile_lab", Decimal(5)),
        "Kaffee": ("", None),
    }
    assert roles(agenda) == {"Leitung": 1, "Hilfe": 2}
    assert cost_of(uses_of(agenda)) == 20


def test_groups_at_the_same_time_need_devices_and_people_of_their_own(
    cast: Cast, labs: dict[str, Lab]
) -> None:
    plan = side_by_side(twice(lab_page(cast, labs, "Runde"), groups=["A: 4", "B: 6"]))
    agenda = agenda_of(plan)

    assert packed(agenda)["Tablet"] == ("mobile_lab", Decimal(5))
    assert packed(agenda)["Karten"] == ("buy", Decimal(9 + 14))
    assert roles(agenda) == {"Leitung": 2, "Hilfe": 3}


def test_a_recipe_of_which_nothing_is_left_needs_nothing(cast: Cast, labs: dict[str, Lab]) -> None:
    plan = content_in(plan_of(lab_page(cast, labs, "Runde")))
    left_out = plan
    for block in plan.blocks:
        left_out = described(left_out, block.key, BlockWords(minutes=0))

    assert packed(agenda_of(left_out)) == {}
    assert roles(agenda_of(left_out)) == {}


def test_ninety_minutes_without_a_break_are_said(cast: Cast, labs: dict[str, Lab]) -> None:
    plan = PlanContent(blocks=[Block(key="kaa", minutes=60), Block(key="kbb", minutes=31)])
    assert "Ab 9:00: 91 Minuten ohne Pause." in hints_for(agenda_of(plan))

    assert not any("Pause" in hint for hint in hints_for(agenda_of(with_break(plan))))
    named = described(plan, "kaa", BlockWords(title="Kaffeepause", minutes=60))
    assert not any("Pause" in hint for hint in hints_for(agenda_of(named)))
    gap = described(plan, "kbb", BlockWords(fixed="10:10", minutes=31))
    assert not any("Pause" in hint for hint in hints_for(agenda_of(gap)))


def test_the_group_that_has_no_break_is_named(cast: Cast, labs: dict[str, Lab]) -> None:
    def no_breaks(**minutes: int) -> list[str]:
        blocks = [
            Block(key=f"k{number}aa", track=name, minutes=m)
            for number, (name, m) in enumerate(minutes.items())
        ]
        plan = PlanContent(groups=["löten", "kochen", "malen"], blocks=blocks)
        return [hint for hint in hints_for(agenda_of(plan)) if "ohne Pause" in hint]

    assert no_breaks(löten=100, kochen=60, malen=100) == [
        "Ab 9:00: 100 Minuten ohne Pause. Das betrifft: löten, malen."
    ]
    assert no_breaks(löten=100, kochen=100, malen=100) == ["Ab 9:00: 100 Minuten ohne Pause."]


def with_break(plan: PlanContent) -> PlanContent:
    return with_block(plan, Sort.BREAK, plan.blocks[0].key)


def test_an_end_without_a_closing_is_said(cast: Cast, labs: dict[str, Lab]) -> None:
    open_end = lab_page(cast, labs, "Offen")
    steps = [
        {"key": "kaa", "title": "Los", "minutes": 10},
        {"key": "kbb", "title": "Runde", "minutes": 10, "phase": "close"},
    ]
    closed = lab_page(cast, labs, "Zu", steps=steps)

    assert any("Abschluss" in hint for hint in hints_for(agenda_of(content_in(plan_of(open_end)))))
    assert hints_for(agenda_of(content_in(plan_of(closed)))) == []


def test_too_many_people_and_untried_numbers_are_said(cast: Cast, labs: dict[str, Lab]) -> None:
    page = lab_page(cast, labs, "Runde", group_min=4, group_max=20)
    for people in (6, 12):
        make_page(
            f"Bericht {people}",
            by=cast.anke,
            lab=labs["soest"],
            kind="outcome",
            recipe="Runde",
            people=people,
        )
    db.session.expire_all()

    def said(people: int) -> list[str]:
        hints = hints_for(agenda_of(content_in(plan_of(page, people=people))))
        return [hint for hint in hints if "„Runde“" in hint]

    assert said(8) == []
    assert said(15) == ["„Runde“ ist mit 6–12 Personen erprobt, nicht mit 15."]
    assert said(30) == ["„Runde“ ist für höchstens 20 Personen gedacht."]
    assert said(2) == ["„Runde“ ist für mindestens 4 Personen gedacht."]


def test_groups_that_are_more_than_all_are_told(cast: Cast, labs: dict[str, Lab]) -> None:
    plan = PlanContent(people=20, groups=["A: 12", "B: 12"])
    hint = "Die Gruppen sind zusammen 24 Personen, geplant sind 20."

    assert hint in hints_for(agenda_of(plan))
    assert hints_for(agenda_of(plan.model_copy(update={"people": 24}))) == []
    assert hints_for(agenda_of(plan.model_copy(update={"groups": ["A: 12", "B"]}))) == []


def test_how_many_are_in_a_group_stands_above_its_blocks(
    client: FlaskClient, cast: Cast, labs: dict[str, Lab]
) -> None:
    groups = ["Löten: 12", "Kochen"]
    tracks = [Block(key="kaa", track="Löten"), Block(key="kbb", track="Kochen")]
    plan = keep_plan(PlanContent(title="Abend", groups=groups, blocks=tracks), None)

    for address in (plan.edit_secret, plan.read_secret):
        shown = " ".join(client.get(f"/plan/{address}").text.split())
        assert "Löten <small>12 Personen</small></span>" in shown
        assert "<span>Kochen</span>" in shown
