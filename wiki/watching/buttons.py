"""„Beobachten“: the button on a page, a lab's home and below the results of a search."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from wiki.accounts.models import User
from wiki.finding.asking import read, written
from wiki.finding.looking import Question
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.panels import PageView
from wiki.watching.watching import LONGEST_SEARCH, Target, is_topic, is_watching, search_target


@dataclass(frozen=True)
class Button:
    """What it watches, where it posts, where it stands, and what it says before the name."""

    target: Target
    begin: str
    end: str
    place: str
    label: str
    id: str = "watch"

    def shown_to(self, user: User, *, is_on: bool | None = None) -> dict[str, Any]:
        """What its template needs."""
        if is_on is None:
            is_on = is_watching(user, self.target)
        return {"button": self, "is_on": is_on}


def button_of_page(page: Page) -> Button:
    return Button(
        Target(page_id=page.id),
        url_for("watching.watch_page", slug=page.slug),
        url_for("watching.stop_watching_page", slug=page.slug),
        url_for("pages.show", slug=page.slug),
        _("Beobachten"),
    )


def button_of_lab(lab: Lab) -> Button:
    return Button(
        Target(lab_id=lab.id),
        url_for("watching.watch_lab", slug=lab.slug),
        url_for("watching.stop_watching_lab", slug=lab.slug),
        url_for("labs.show", slug=lab.slug),
        _("Beobachten"),
    )


def button_of_search(search: str) -> Button | None:
    """For a query string, however it is written; None for one that cannot be watched."""
    return _button_of(read(search)) if len(search) <= LONGEST_SEARCH * 3 else None


def _button_of(question: Question) -> Button | None:
    target = search_target(question)
    if target is None:
        return None
    return Button(
        target,
        url_for("watching.watch_search"),
        url_for("watching.stop_watching_search"),
        f"{url_for('finding.search')}?{written(question)}",
        _("Dieses Thema beobachten") if is_topic(question) else _("Diese Suche beobachten"),
    )


def panel(view: PageView) -> dict[str, Any] | None:
    """On a page, for whoever has an account; most pages nobody watches, and nobody is asked."""
    if view.person is None or not view.page.id or view.page.is_retired:
        return None
    is_on = False if view.lacks("watched") else None
    return button_of_page(view.page).shown_to(view.person, is_on=is_on)


def of_lab(lab: Lab, reader: User | None) -> Mapping[str, Any]:
    return button_of_lab(lab).shown_to(reader) if reader is not None else {}


def beside_results(question: Question, reader: User) -> Mapping[str, Any] | None:
    button = _button_of(question)
    return button.shown_to(reader) if button is not None else None
