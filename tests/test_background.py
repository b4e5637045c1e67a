"""When chores of the background are due."""

import time
from io import StringIO
from itertools import pairwise
from threading import Event

import pytest
from flask import Flask, current_app

from wiki import background
from wiki.background import (
    HOUR,
    LONGEST_PAUSE_SECONDS,
    PAUSE_SECONDS,
    Chore,
    _do_chores,
    add_chore,
)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def turns(chore: Chore, app: Flask, clock: Clock, seconds: float) -> None:
    """What the loop does in this time."""
    end = clock.seconds + seconds
    while clock.seconds < end:
        chore.take_turn(app, clock)
        clock.seconds += PAUSE_SECONDS


def test_a_chore_by_the_hour_is_done_at_the_start_and_then_by_the_hour(app: Flask, clock: Clock):
    done: list[float] = []
    chore = Chore(lambda: done.append(clock.seconds), HOUR)

    turns(chore, app, clock, 2.5 * HOUR)

    assert len(done) == 3
    assert done[1] - done[0] == pytest.approx(HOUR, abs=1)


def test_a_chore_goes_on_while_there_is_more_to_do(app: Flask, clock: Clock):
    left = ["a", "b", "c"]

    Chore(lambda: bool(current_app and left.pop() and left), HOUR).take_turn(app, clock)

    assert left == []


def test_a_chore_that_fails_is_tried_ever_more_rarely_until_it_works(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
):
    tries: list[float] = []

    def work() -> None:
        tries.append(clock.seconds)
        if len(tries) <= 12:
            raise OSError("the disk is full")

    turns(Chore(work, HOUR), app, clock, 300)

    assert [bool(line.exc_info) for line in caplog.records] == [True, *[False] * 11]
    assert "still fails: OSError" in caplog.messages[-1]
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[0] < 1 < 20 < pauses[-1] <= LONGEST_PAUSE_SECONDS + 1
    assert len(tries) == 13


def test_a_chore_that_is_aside_keeps_nobody_waiting(app: Flask):
    """A mail server that does not answer must not keep the search from its index."""
    waits, turns_taken = Event(), []

    def work() -> None:
        turns_taken.append(1)
        if len(turns_taken) == 3:
            raise SystemExit

    app.extensions["laborwiki-chores"] = []
    add_chore(app, lambda: waits.wait() and None, every=0.01, is_aside=True)
    add_chore(app, work, every=0.01)
    with pytest.raises(SystemExit):
        _do_chores(app, StringIO())
    waits.set()

    assert len(turns_taken) == 3


def test_a_process_that_has_grown_ends_when_what_is_aside_is_done(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    """The server starts a fresh one; a mail that is under way is sent before."""
    done: list[str] = []

    def send() -> None:
        time.sleep(0.3)
        done.append("sent")

    app.extensions["laborwiki-chores"] = []
    add_chore(app, send, every=60, is_aside=True)
    add_chore(app, lambda: done.append("looked"), every=0.01)
    monkeypatch.setattr(background, "LEAST_AGE", 0.0)
    monkeypatch.setattr(background, "MOST_MEMORY", background.memory() // 2)

    background._do_chores(app, StringIO())

    assert done[0] == "looked"
    assert "sent" in done


def test_a_small_or_a_young_process_goes_on(app: Flask, monkeypatch: pytest.MonkeyPatch):
    turns_taken: list[int] = []

    def work() -> None:
        turns_taken.append(1)
        if len(turns_taken) == 3:
            raise SystemExit

    app.extensions["laborwiki-chores"] = []
    add_chore(app, work, every=0.01)
    for limits in ({"LEAST_AGE": 0.0, "MOST_MEMORY": 10**12}, {"MOST_MEMORY": 1}):
        for name, value in limits.items():
            monkeypatch.setattr(background, name, value)
        turns_taken.clear()
        with pytest.raises(SystemExit):
            background._do_chores(app, StringIO())
        monkeypatch.undo()
