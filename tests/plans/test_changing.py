"""What can be done with blocks: nothing of a plan is lost by it, whatever it was."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.plans.agenda import SideBySide, agenda_of
from wiki.plans.changing import (
    BlockGone,
    PlanFull,
    Recipes,
    as_usual,
    at_newer,
    can_move,
    cut_to,
    cuts_for,
    described,
    doubled,
    minutes_in,
    moved,
    removed,
    resized,
    split,
    with_block,
    with_particulars,
    with_steps,
    with_usual,
)
from wiki.plans.content import Block, BlockWords, Particulars, PlanContent, Sort
from wiki.recipes.content import RecipeContent

quick = settings(max_examples=100, deadline=None)
PIN = (1, 1)
STEPS: list[dict[str, Any]] = [
    {"key": "kaa", "title": "Ankommen", "minutes": 10},
    {"key": "kbb", "title": "Runde", "minutes": 10, "minutes_per_person": "2", "if_short": "halve"},
    {"key": "kcc", "title": "Kaffee", "minutes": 20, "if_short": "skip"},
    {"key": "kdd", "title": "Machen", "minutes": 40},
]


def recipe(*steps: dict[str, Any]) -> RecipeContent:
    return RecipeContent.model_validate({"title": "Stunde", "steps": list(steps or STEPS)})


def planned(people: int = 10, **fields: Any) -> PlanContent:
    """A plan of the recipe."""
    content = with_steps(PlanContent(people=people, **fields), PIN, recipe())
    return with_usual(content, {PIN: recipe()})


def steps_of(plan: PlanContent) -> list[str]:
    return [block.step for block in plan.blocks]


def lasting(plan: PlanContent) -> list[int]:
    return [block.lasts for block in plan.blocks]


@st.composite
def plans(draw: st.DrawFn) -> PlanContent:
    """Plans of days and groups in any disorder that people can make."""
    blocks = [
        Block(
            key=f"k{i:02d}",
            minutes=draw(st.integers(0, 240)),
            day=draw(st.integers(1, 2)),
            track=draw(st.sampled_from(("", "A", "B"))),
        )
        for i in range(draw(st.integers(1, 8)))
    ]
    blocks.sort(key=lambda block: block.day)
    return PlanContent(days=2, groups=["A", "B"], blocks=blocks)


@quick
@given(plans(), st.data())
def test_moving_loses_no_block_and_no_minute(plan: PlanContent, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([block.key for block in plan.blocks]))

    after = moved(plan, key, data.draw(st.sampled_from((-1, 1))))

    assert sum(lasting(after)) == sum(lasting(plan))
    assert sorted(b.model_dump_json() for b in after.blocks) == sorted(
        b.model_dump_json() for b in plan.blocks
    )
    assert [b.day for b in after.blocks] == sorted(b.day for b in after.blocks)


@quick
@given(plans())
def test_a_block_that_can_move_goes_and_no_other(plan: PlanContent) -> None:
    for block in plan.blocks:
        for by in (-1, 1):
            assert can_move(plan, block.key, by) == (moved(plan, block.key, by) != plan)


@quick
@given(plans())
def test_in_every_part_of_a_day_time_only_goes_on(plan: PlanContent) -> None:
    for day in agenda_of(plan).days:
        lanes = [
            lane.lines
            for part in day.parts
            for lane in (part.lanes if isinstance(part, SideBySide) else ())
        ]
        alone = [part for part in day.parts if not isinstance(part, SideBySide)]
        shown = [*alone, *(line for lines in lanes for line in lines)]

        assert sorted(line.key for line in shown) == sorted(line.key for line in day.lines)
        for lines in lanes:
            assert len({line.block.track for line in lines}) == 1
            for earlier, later in pairwise(lines):
                assert earlier.timed.ends <= later.timed.begins
        for part in day.parts:
            if isinstance(part, SideBySide):
                tracks = [lane.track for lane in part.lanes]
                assert len(tracks) == len(set(tracks)) > 1


@quick
@given(plans(), st.data())
def test_moving_there_and_back_changes_nothing_for_any_group(
    plan: PlanContent, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from([block.key for block in plan.blocks]))
    down = moved(plan, key, 1)
    if down == plan:
        return

    back = moved(down, key, -1)

    for track in ("A", "B"):
        assert [b.key for b in back.blocks if b.track in ("", track)] == [
            b.key for b in plan.blocks if b.track in ("", track)
        ]


@quick
@given(plans(), st.data())
def test_splitting_keeps_the_sum(plan: PlanContent, data: st.DataObject) -> None:
    block = data.draw(st.sampled_from(plan.blocks))

    after = split(plan, block.key)

    assert sum(lasting(after)) == sum(lasting(plan))
    assert len(after.blocks) == len(plan.blocks) + (block.lasts >= 2)


@quick
@given(st.integers(1, 500), st.integers(0, 500))
def test_more_people_never_make_it_shorter(people: int, more: int) -> None:
    assert minutes_in(planned(people)) <= minutes_in(planned(people + more))


@quick
@given(st.integers(1, 60), st.integers(1, 300))
def test_cutting_makes_nothing_longer_and_no_more_shorter_than_needed(
    people: int, wanted: int
) -> None:
    plan, recipes = planned(people), {PIN: recipe()}

    after = cut_to(plan, wanted, recipes)

    assert all(new <= old for new, old in zip(lasting(after), lasting(plan), strict=True))
    assert minutes_in(after) <= minutes_in(plan)
    if minutes_in(plan) <= wanted:
        assert after == plan
    for key, cut in cuts_for(plan, wanted, recipes).items():
        back = resized(after, key, cut.planned - cut.minutes)
        assert minutes_in(back) > wanted


def test_steps_come_with_the_minutes_for_so_many_people() -> None:
    assert lasting(planned(10)) == [10, 30, 20, 40]
    assert lasting(planned(20)) == [10, 50, 20, 40]


def test_a_plan_holds_none_of_the_recipes_words() -> None:
    stored = str(planned().to_json())

    assert "Ankommen" not in stored
    assert "Stunde" not in stored
    assert PlanContent.model_validate(planned().to_json()).blocks[0].step == "kaa"


def test_a_block_moves_past_those_of_other_groups_and_never_into_another_day() -> None:
    blocks = [
        Block(key="kaa", minutes=10, track="A"),
        Block(key="kbb", minutes=10, track="B"),
        Block(key="kcc", minutes=10, track="A"),
        Block(key="kdd", minutes=10, day=2),
    ]
    plan = PlanContent(days=2, groups=["A", "B"], blocks=blocks)

    assert [b.key for b in moved(plan, "kcc", -1).blocks] == ["kcc", "kaa", "kbb", "kdd"]
    assert moved(plan, "kcc", 1) == plan
    assert moved(plan, "kdd", -1) == plan


def test_own_minutes_stay_when_more_people_come() -> None:
    plan = planned(10)
    key = plan.blocks[1].key
    said = described(plan, key, BlockWords(minutes=5))

    more = with_usual(with_particulars(said, Particulars(people=30)), {PIN: recipe()})

    assert lasting(more) == [10, 5, 20, 40]
    assert lasting(as_usual(more, key)) == [10, 70, 20, 40]


def test_a_block_is_resized_within_reason() -> None:
    plan = planned()
    key = plan.blocks[0].key

    assert lasting(resized(plan, key, 5))[0] == 15
    assert lasting(resized(resized(plan, key, -5), key, -5))[0] == 5


def test_a_second_block_has_no_fixed_beginning_of_its_own() -> None:
    plan = planned()
    fixed = described(plan, plan.blocks[0].key, BlockWords(fixed="10:00"))

    for twice in (doubled(fixed, fixed.blocks[0].key), split(fixed, fixed.blocks[0].key)):
        assert [block.fixed for block in twice.blocks[:2]] == ["10:00", ""]
        assert len({block.key for block in twice.blocks}) == 5


def test_new_blocks_come_after_the_one_they_are_asked_for_or_last() -> None:
    plan = planned(days=2)

    after = with_block(plan, Sort.FREE, plan.blocks[0].key)
    last = with_block(plan, Sort.BREAK)

    assert steps_of(after) == ["kaa", "", "kbb", "kcc", "kdd"]
    assert after.blocks[1].day == plan.blocks[0].day
    assert (last.blocks[-1].sort, last.blocks[-1].day) == (Sort.BREAK, 2)


def test_what_is_gone_cannot_be_changed() -> None:
    for change in (split, doubled, removed, as_usual):
        with pytest.raises(BlockGone):
            change(planned(), "kzz")


def test_no_plan_holds_more_than_two_hundred_blocks() -> None:
    full = PlanContent(blocks=[Block(key=f"k{i:03d}") for i in range(200)])

    for change in (lambda p: doubled(p, "k000"), lambda p: with_block(p, Sort.FREE)):
        with pytest.raises(PlanFull):
            change(full)


def test_blocks_of_days_and_groups_that_are_gone_find_a_place() -> None:
    blocks = [Block(key="kaa", day=3, track="A"), Block(key="kbb", day=1, track="B")]
    plan = PlanContent(days=3, groups=["A", "B"], blocks=sorted(blocks, key=lambda b: b.day))

    after = with_particulars(plan, Particulars(days=2, groups=["B: 4"]))

    assert [(b.key, b.day, b.track) for b in after.blocks] == [("kbb", 1, "B"), ("kaa", 2, "")]
    assert after.people_in("B") == 4


def test_a_block_goes_to_no_day_and_no_group_that_the_plan_has_not() -> None:
    plan = planned()

    after = described(plan, plan.blocks[0].key, BlockWords(day=9, track="Erfunden"))

    assert (after.blocks[0].day, after.blocks[0].track) == (1, "")


def test_cuts_follow_what_the_recipe_allows() -> None:
    plan, recipes = planned(10), {PIN: recipe()}

    assert lasting(cut_to(plan, 85, recipes)) == [10, 15, 20, 40]
    assert lasting(cut_to(plan, 70, recipes)) == [10, 15, 0, 40]
    assert lasting(cut_to(plan, 10, recipes)) == [10, 15, 0, 40]


def test_a_group_that_is_not_the_longest_is_not_cut() -> None:
    plan = planned(10, groups=["A", "B"])
    for block, track in zip(plan.blocks, "ABBA", strict=True):
        plan = described(plan, block.key, BlockWords(track=track))
    assert minutes_in(plan) == 50

    assert cuts_for(plan, 50, {PIN: recipe()}) == {}
    assert minutes_in(cut_to(plan, 40, {PIN: recipe()})) == 50


def test_a_newer_version_is_taken_over_and_what_was_said_stays() -> None:
    new = recipe(
        {"key": "kaa", "title": "Ankommen", "minutes": 15},
        {"key": "knn", "title": "Neu", "minutes": 5},
        {"key": "kbb", "title": "Runde", "minutes": 30},
        {"key": "kdd", "title": "Machen", "minutes": 60},
    )
    recipes: Recipes = {PIN: recipe(), (1, 2): new}
    plan = planned()
    plan = described(plan, plan.blocks[3].key, BlockWords(minutes=45, leads="Anke"))

    after = with_usual(at_newer(plan, 1, 2, recipes), recipes)

    assert steps_of(after) == ["kaa", "knn", "kbb", "kdd"]
    assert lasting(after) == [15, 5, 30, 45]
    assert after.blocks[3].leads == "Anke"
    assert {block.number for block in after.blocks} == {2}


def test_a_step_that_is_gone_stays_if_somebody_said_something_of_it() -> None:
    new = recipe({"key": "kaa", "title": "Ankommen", "minutes": 15})
    plan = planned()
    plan = described(plan, plan.blocks[2].key, BlockWords(title="Kuchen von Bilal"))

    after = at_newer(plan, 1, 2, {PIN: recipe(), (1, 2): new})

    assert [(b.title, b.sort, b.lasts) for b in after.blocks] == [
        ("", Sort.STEP, 10),
        ("Kuchen von Bilal", Sort.FREE, 20),
    ]


def test_steps_that_somebody_took_out_do_not_come_back() -> None:
    plan = planned()
    plan = removed(plan, plan.blocks[1].key)

    after = at_newer(plan, 1, 2, {PIN: recipe(), (1, 2): recipe()})

    assert steps_of(after) == ["kaa", "kcc", "kdd"]
