"""Panels, facts and actions that features put on pages; no page's template knows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Flask, current_app
from sqlalchemy import ColumnElement

from wiki.accounts.models import User
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision

#: Pictogram, value and quiet line, as `ui.facts` shows them.
Fact = dict[str, Any]


def fact(icon: str, value: str, text: str) -> Fact:
    """One thing to know of a page at a glance."""
    return {"icon": icon, "value": value, "text": text}


@dataclass(frozen=True)
class PageView:
    """One page as one person looks at it."""

    page: Page
    revision: Revision
    content: Content
    person: User | None
    absent: frozenset[str] = frozenset()

    def lacks(self, name: str) -> bool:
        """Whether it is known that the page has none of these; no other question is needed then."""
        return name in self.absent


@dataclass(frozen=True)
class Panel:
    """A part of a page. `data` gives its template's variables, or None for "not here".

    In the head it is a small button beside the title, on the page itself alone.
    """

    name: str
    template: str
    data: Callable[[PageView], dict[str, Any] | None]
    place: Literal["main", "side", "head"] = "main"
    order: int = 50


@dataclass(frozen=True)
class Action:
    """Something one can do with a page: a link, or a form that posts when `is_post`.

    `count` is a number worth saying beside its label; 0 is not said.
    """

    name: str
    label: str
    icon: str
    address: Callable[[PageView], str | None]
    is_main: bool = False
    is_post: bool = False
    order: int = 50
    count: Callable[[PageView], int] | None = None


class Additions:
    """What the features of one application add to pages."""

    def __init__(self) -> None:
        self.panels: list[Panel] = []
        self.actions: list[Action] = []
        self.facts: list[Callable[[PageView], Fact | None]] = []
        self.hints: dict[str, Callable[[], ColumnElement[bool]]] = {}


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-panels"] = Additions()


def add_panel(app: Flask, panel: Panel) -> None:
    additions: Additions = app.extensions["laborwiki-panels"]
    additions.panels.append(panel)
    additions.panels.sort(key=lambda panel: panel.order)


def add_action(app: Flask, action: Action) -> None:
    additions: Additions = app.extensions["laborwiki-panels"]
    additions.actions.append(action)
    additions.actions.sort(key=lambda action: action.order)


def add_fact(app: Flask, ask: Callable[[PageView], Fact | None]) -> None:
    """Let a feature add to the row of facts under a page's title."""
    additions: Additions = app.extensions["laborwiki-panels"]
    additions.facts.append(ask)


def add_hint(app: Flask, name: str, condition: Callable[[], ColumnElement[bool]]) -> None:
    """Let a feature say in SQL whether a row of `Page` has any of what it shows there.

    Most pages have none of most things: one question for all of them is cheaper than one each.
    """
    additions: Additions = app.extensions["laborwiki-panels"]
    additions.hints[name] = condition


def hints() -> dict[str, Callable[[], ColumnElement[bool]]]:
    """What features ask of a page, by the names they use in `PageView.lacks`."""
    additions: Additions = current_app.extensions["laborwiki-panels"]
    return additions.hints


def facts_for(view: PageView) -> list[Fact]:
    """What features know of this page that belongs among its facts."""
    additions: Additions = current_app.extensions["laborwiki-panels"]
    return [known for ask in additions.facts if (known := ask(view)) is not None]


def panels_for(view: PageView) -> list[tuple[Panel, dict[str, Any]]]:
    """The panels that have something to say about this page, with their data."""
    additions: Additions = current_app.extensions["laborwiki-panels"]
    found = [(panel, panel.data(view)) for panel in additions.panels]
    return [(panel, data) for panel, data in found if data is not None]


def actions_for(view: PageView) -> list[tuple[Action, str, int]]:
    """The actions this person may take on this page, with their addresses and numbers."""
    additions: Additions = current_app.extensions["laborwiki-panels"]
    found = [(action, action.address(view)) for action in additions.actions]
    return [
        (action, address, action.count(view) if action.count else 0)
        for action, address in found
        if address is not None
    ]
