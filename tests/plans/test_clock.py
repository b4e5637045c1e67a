"""Blocks on a clock: nothing overlaps, nothing is lost, nothing is late without being said."""

from datetime import date, datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.plans.clock import BERLIN, Slot, Timed, TimedDay, clock_of, minutes_between, on_the_clock

quick = settings(max_examples=150, deadline=None)
CHANGES = (date(2026, 3, 29), date(2026, 10, 25))
days = st.none() | st.sampled_from(CHANGES) | st.dates(date(2000, 1, 1), date(2100, 12, 31))
clocks = st.integers(0, 1_439)


@st.composite
def slots(draw: st.DrawFn, *, fixed: bool = True, tracks: bool = True) -> list[Slot]:
    """Blocks of up to three days, some for groups, some with a fixed beginning."""
    number = draw(st.integers(1, 12))
    return [
        Slot(
            key=f"k{i:02d}",
            minutes=draw(st.integers(0, 400)),
            day=draw(st.integers(1, 3)),
            track=draw(st.sampled_from(("", "A", "B"))) if tracks else "",
            fixed=draw(st.none() | clocks) if fixed else None,
        )
        for i in range(number)
    ]


def lanes(day: TimedDay) -> list[list[Timed]]:
    """What each group does, with what all do together."""
    groups = {block.slot.track for block in day.blocks} - {""} or {""}
    return [[b for b in day.blocks if b.slot.track in ("", group)] for group in sorted(groups)]


def one(clock: str, *minutes: int, day: date | None = None, **fields: int) -> list[Timed]:
    hour, minute = map(int, clock.split(":"))
    blocks = [Slot(f"k{i:02d}", each) for i, each in enumerate(minutes)]
    return list(on_the_clock(blocks, hour * 60 + minute, day=day, **fields)[0].blocks)


@quick
@given(slots(), clocks, days, st.none() | clocks)
def test_blocks_of_a_group_never_overlap_and_last_as_long_as_they_should(
    blocks: list[Slot], start: int, day: date | None, end: int | None
) -> None:
    timed = on_the_clock(blocks, start, day=day, end=end)

    assert sorted(b.slot.key for d in timed for b in d.blocks) == [b.key for b in blocks]
    for earlier, later in pairwise(timed):
        assert minutes_between(earlier.ends, later.begins) >= 0
    for one_day in timed:
        for lane in lanes(one_day):
            for block in lane:
                assert minutes_between(block.begins, block.ends) == block.slot.minutes
            for before, after in pairwise(lane):
                assert minutes_between(before.ends, after.begins) >= 0


@quick
@given(slots(), clocks, days)
def test_what_all_do_waits_for_every_group(
    blocks: list[Slot], start: int, day: date | None
) -> None:
    for one_day in on_the_clock(blocks, start, day=day):
        for i, block in enumerate(one_day.blocks):
            if not block.slot.track:
                for before in one_day.blocks[:i]:
                    assert minutes_between(before.ends, block.begins) >= 0


@quick
@given(slots(fixed=False, tracks=False), clocks, days)
def test_without_fixed_points_a_day_ends_after_the_sum_of_its_blocks(
    blocks: list[Slot], start: int, day: date | None
) -> None:
    for one_day in on_the_clock(blocks, start, day=day):
        total = sum(block.slot.minutes for block in one_day.blocks)

        assert one_day.minutes == total
        assert minutes_between(one_day.begins, one_day.ends) == total


@quick
@given(slots(), clocks, days)
def test_a_fixed_beginning_is_kept_or_said_to_be_missed(
    blocks: list[Slot], start: int, day: date | None
) -> None:
    for one_day in on_the_clock(blocks, start, day=day):
        for at, block in enumerate(one_day.blocks):
            assert block.gap >= 0
            assert block.late >= 0
            assert not (block.gap and block.late)
            fixed = block.slot.fixed
            if fixed is None:
                assert block.late == 0
                continue
            said = block.late or (one_day.late if at == 0 else 0)
            if not said and day is None:
                assert clock_of(block.begins) == f"{fixed // 60}:{fixed % 60:02d}"


@quick
@given(slots(fixed=False), clocks, days, st.integers(0, 3), st.integers(0, 120))
def test_a_longer_block_never_lets_the_day_end_earlier(
    blocks: list[Slot], start: int, day: date | None, which: int, more: int
) -> None:
    at = which % len(blocks)
    long = blocks[at]
    longer = Slot(long.key, long.minutes + more, long.day, long.track)

    before = on_the_clock(blocks, start, day=day)
    after = on_the_clock([*blocks[:at], longer, *blocks[at + 1 :]], start, day=day)

    for old, new in zip(before, after, strict=True):
        assert minutes_between(old.ends, new.ends) >= 0


def test_the_clock_runs_on() -> None:
    assert [clock_of(block.begins) for block in one("9:00", 15, 45, 30)] == [
        "9:00",
        "9:15",
        "10:00",
    ]


def test_midnight_loses_no_minute() -> None:
    last = one("23:30", 45, 30, day=date(2026, 7, 1))[-1]

    assert last.begins == datetime(2026, 7, 2, 0, 15, tzinfo=BERLIN)
    assert last.ends == datetime(2026, 7, 2, 0, 45, tzinfo=BERLIN)


def test_in_the_night_in_march_the_clock_jumps_and_the_block_does_not() -> None:
    only = one("1:30", 60, day=CHANGES[0])[0]

    assert (clock_of(only.begins), clock_of(only.ends)) == ("1:30", "3:30")
    assert minutes_between(only.begins, only.ends) == 60


def test_in_the_night_in_october_an_hour_comes_twice() -> None:
    only = one("1:30", 120, day=CHANGES[1])[0]

    assert (clock_of(only.begins), clock_of(only.ends)) == ("1:30", "2:30")
    assert minutes_between(only.begins, only.ends) == 120


def test_a_fixed_point_after_the_change_counts_the_hours_that_pass() -> None:
    blocks = [Slot("kaa", 60), Slot("kbb", 30, fixed=4 * 60)]
    begins = on_the_clock(blocks, 30, day=CHANGES[0])[0].blocks[1]

    assert clock_of(begins.begins) == "4:00"
    assert begins.gap == 90


def test_without_a_date_no_clock_changes() -> None:
    assert clock_of(one("1:30", 120)[0].ends) == "3:30"


def test_a_fixed_point_leaves_a_gap_or_is_said_to_be_late() -> None:
    early = on_the_clock([Slot("kaa", 60), Slot("kbb", 30, fixed=660)], 540)[0].blocks[1]
    late = on_the_clock([Slot("kaa", 60), Slot("kbb", 30, fixed=570)], 540)[0].blocks[1]

    assert (clock_of(early.begins), early.gap, early.late) == ("11:00", 60, 0)
    assert (clock_of(late.begins), late.gap, late.late) == ("10:00", 0, 30)


def test_a_fixed_end_says_what_is_too_much_and_what_is_left() -> None:
    blocks = [Slot("kaa", 60), Slot("kbb", 60)]

    assert on_the_clock(blocks, 540, end=630)[0].over == 30
    assert on_the_clock(blocks, 540, end=690)[0].over == -30
    assert on_the_clock(blocks, 23 * 60, end=60)[0].over == 0


def test_a_first_block_with_a_fixed_beginning_opens_its_day() -> None:
    blocks = [Slot("kaa", 60), Slot("kbb", 60, day=2, fixed=510)]
    second = on_the_clock(blocks, 540, day=date(2026, 6, 1))[1]

    assert second.begins == datetime(2026, 6, 2, 8, 30, tzinfo=BERLIN)
    assert second.blocks[0].gap == 0


def test_a_day_that_the_one_before_runs_into_begins_later_and_says_so() -> None:
    blocks = [Slot("kaa", 1_440), Slot("kbb", 120), Slot("kcc", 30, day=2)]
    second = on_the_clock(blocks, 540)[1]

    assert clock_of(second.begins) == "11:00"
    assert second.late == 120


def test_groups_work_side_by_side_and_come_together() -> None:
    blocks = [
        Slot("kaa", 10),
        Slot("kbb", 60, track="A"),
        Slot("kcc", 20, track="B"),
        Slot("kdd", 20, track="B"),
        Slot("kee", 15),
    ]
    day = on_the_clock(blocks, 540)[0]

    assert [clock_of(b.begins) for b in day.blocks] == ["9:00", "9:10", "9:10", "9:30", "10:10"]
    assert day.minutes == 85


def test_days_can_be_weeks_apart_across_the_change_of_clocks() -> None:
    slots = [Slot("a", 60), Slot("b", 60, day=2), Slot("c", 60, day=3)]

    days = on_the_clock(slots, 9 * 60, day=date(2027, 3, 22), apart=7)

    assert [one.begins.isoformat() for one in days] == [
        "2027-03-22T09:00:00+01:00",
        "2027-03-29T09:00:00+02:00",
        "2027-04-05T09:00:00+02:00",
    ]
