"""How much is new for a person: a number beside „Zu tun“. A later feature counts."""

from collections.abc import Callable

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.db import request_stamp

Count = Callable[[User], int]


class _Counter:
    def __init__(self) -> None:
        self.count: Count = lambda _user: 0
        self.known: dict[int, tuple[int, int]] = {}


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-news"] = _Counter()


def count_news_with(app: Flask, count: Count) -> None:
    """Let a feature say how much is new for a person."""
    app.extensions["laborwiki-news"].count = count


def news_count(user: User) -> int:
    """How much is new for this person: asked for every page, counted after every change."""
    counter: _Counter = current_app.extensions["laborwiki-news"]
    stamp = request_stamp()
    known = counter.known.get(user.id)
    if known is None or known[0] != stamp:
        known = counter.known[user.id] = (stamp, counter.count(user))
    return known[1]
