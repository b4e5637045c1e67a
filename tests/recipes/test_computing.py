"""A recipe for so many people, from this hour, in so many minutes."""

from decimal import Decimal

import pytest

from wiki.recipes.computing import (
    Wishes,
    amount_of,
    cost_for,
    count_of,
    run_for,
    shortest_minutes,
    wishes_from,
)
from wiki.recipes.content import Material, RecipeContent, Role


def recipe(**fields: object) -> RecipeContent:
    return RecipeContent.model_validate({"title": "Runde", "group_ideal": 10, **fields})


def step(title: str, minutes: int, if_short: str = "keep", **more: object) -> dict[str, object]:
    return {"title": title, "minutes": minutes, "if_short": if_short, **more}


def test_a_round_takes_longer_with_more_people() -> None:
    round_of_names = recipe(steps=[step("Namen", 5, minutes_per_person="0.5")])

    assert run_for(round_of_names, Wishes(people=10)).minutes == 10
    assert run_for(round_of_names, Wishes(people=24)).minutes == 17


def test_steps_get_clock_times_from_the_start() -> None:
    run = run_for(recipe(steps=[step("A", 15), step("B", 30)]), Wishes(start=18 * 60))

    assert [run.start + timed.begins for timed in run.steps] == [18 * 60, 18 * 60 + 15]


@pytest.mark.parametrize(
    ("fields", "people", "needed"),
    [
        ({"amount": 2}, 30, "2"),
        ({"per_person": 1, "spare_percent": 10}, 12, "14"),
        ({"per_group": 1, "group_size": 4}, 13, "4"),
        ({"amount": 1, "per_person": "0.5"}, 3, "2.5"),
        ({"per_person": "0.33"}, 10, "3.3"),
        ({"per_group": 2}, 7, "2"),
    ],
)
def test_material_follows_the_people(fields: dict[str, object], people: int, needed: str) -> None:
    material = Material.model_validate({"item": "Karten", **fields})

    assert amount_of(material, people) == Decimal(needed)


def test_material_without_an_amount_has_none() -> None:
    assert amount_of(Material(item="Tische"), 10) is None


def test_helpers_grow_with_the_people() -> None:
    helpers = Role(name="Helfende", count=1, per_people=4)

    assert [count_of(helpers, people) for people in (4, 5, 12)] == [2, 3, 4]
    assert count_of(Role(name="Leitung"), 50) == 1


def test_costs_are_fixed_plus_per_person() -> None:
    assert cost_for(recipe(cost_fixed="20", cost_per_person="1,50"), 12) == Decimal("38")
    assert cost_for(recipe(), 12) is None


def test_when_time_is_short_steps_are_halved_before_any_is_left_out() -> None:
    evening = recipe(
        steps=[step("Ankommen", 20, "skip"), step("Arbeiten", 60, "halve"), step("Ende", 10)]
    )

    run = run_for(evening, Wishes(minutes=60))

    assert [(timed.step.title, timed.minutes, timed.cut) for timed in run.steps] == [
        ("Ankommen", 20, ""),
        ("Arbeiten", 30, "halved"),
        ("Ende", 10, ""),
    ]
    assert run.too_long_by == 0


def test_no_more_is_cut_than_needed() -> None:
    evening = recipe(steps=[step("A", 10, "halve"), step("B", 30, "skip"), step("C", 40, "halve")])

    run = run_for(evening, Wishes(minutes=60))

    assert [timed.cut for timed in run.steps] == ["", "", "halved"]


def test_a_cut_that_another_one_makes_needless_is_taken_back() -> None:
    evening = recipe(steps=[step("A", 10, "halve"), step("B", 40, "skip")])

    run = run_for(evening, Wishes(minutes=25))

    assert [(timed.minutes, timed.cut) for timed in run.steps] == [(10, ""), (0, "skipped")]


def test_a_recipe_that_cannot_be_shortened_says_by_how_much_it_is_too_long() -> None:
    run = run_for(recipe(steps=[step("Fest", 90)]), Wishes(minutes=60))

    assert run.too_long_by == 30
    assert not run.was_cut


def test_the_shortest_version_halves_and_leaves_out_all_it_may() -> None:
    evening = recipe(steps=[step("A", 15, "halve"), step("B", 30, "skip"), step("C", 40)])

    assert shortest_minutes(evening, 10) == 8 + 40


def test_a_number_of_people_outside_the_range_is_noticed() -> None:
    small = recipe(group_min=4, group_max=12)

    assert run_for(small, Wishes(people=3)).outside == "too few"
    assert run_for(small, Wishes(people=12)).outside == ""
    assert run_for(small, Wishes(people=13)).outside == "too many"


def test_wishes_are_read_from_the_address() -> None:
    wishes = wishes_from({"personen": "24", "beginn": "18:00", "minuten": "90"})

    assert (wishes.people, wishes.start, wishes.minutes, wishes.wrong) == (
        24,
        1080,
        90,
        frozenset(),
    )


@pytest.mark.parametrize(
    "query",
    [
        {"personen": "-1"},
        {"personen": "viele"},
        {"personen": "99999999999999999999"},
        {"beginn": "25:00"},
        {"beginn": "18:99"},
        {"beginn": "abends"},
        {"minuten": "0"},
        {"minuten": "1e9"},
        {"minuten": "²"},
    ],
)
def test_wishes_that_make_no_sense_are_named_and_not_used(query: dict[str, str]) -> None:
    wishes = wishes_from(query)

    assert wishes.wrong == frozenset(query)
    assert (wishes.people, wishes.start, wishes.minutes) == (None, None, None)
