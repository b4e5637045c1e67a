"""„Zu tun": the one list of what waits for a person. Features add their sources to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.db import request_stamp


@dataclass(frozen=True)
class Tap:
    """A button that settles what waits without going there: its label, where it posts."""

    label: str
    address: str


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what it is, where to go, since when, what one tap settles."""

    title: str
    reason: str
    address: str
    since: datetime
    taps: tuple[Tap, ...] = ()


@dataclass(frozen=True)
class Place:
    """A page that somebody looks after although nothing waits there: its name, what it is for."""

    title: str
    text: str
    address: str


Source = Callable[[User], Iterable[Waiting]]
PlaceSource = Callable[[User], Iterable[Place]]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-waiting"] = []
    app.extensions["laborwiki-waiting-counts"] = {}
    app.extensions["laborwiki-places"] = []


def add_source(app: Flask, source: Source) -> None:
    """Let a feature contribute what waits for a person."""
    app.extensions["laborwiki-waiting"].append(source)


def add_place(app: Flask, source: PlaceSource) -> None:
    """Let a feature name a page that a person looks after."""
    app.extensions["laborwiki-places"].append(source)


def places_for(user: User) -> list[Place]:
    """The pages this person looks after."""
    sources: list[PlaceSource] = current_app.extensions["laborwiki-places"]
    return [place for source in sources for place in source(user)]


def waiting_count(user: User) -> int:
    """How many things wait for this person: asked for every page, read after every change."""
    known: dict[int, tuple[int, int]] = current_app.extensions["laborwiki-waiting-counts"]
    stamp = request_stamp()
    count = known.get(user.id)
    if count is None or count[0] != stamp:
        count = known[user.id] = (stamp, len(waiting_for(user)))
    return count[1]


def waiting_for(user: User) -> list[Waiting]:
    """Everything that waits for this person, oldest first."""
    sources: list[Source] = current_app.extensions["laborwiki-waiting"]
    things = [thing for source in sources for thing in source(user)]
    return sorted(things, key=lambda thing: thing.since)
