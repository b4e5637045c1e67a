"""Features that show a page elsewhere learn here that it changed."""

from collections.abc import Callable

from flask import Flask, current_app

from wiki.pages.models import Page

#: The page, and the number of its change: the stamp for whatever shows it.
Step = Callable[[Page, int], None]


def add_change_step(app: Flask, step: Step) -> None:
    """Let a feature follow every change of a page; called inside the transaction."""
    app.extensions.setdefault("laborwiki-change-steps", []).append(step)


def tell_of_change(page: Page, stamp: int) -> None:
    """Let every feature know that the page changed."""
    steps: list[Step] = current_app.extensions.get("laborwiki-change-steps", [])
    for step in steps:
        step(page, stamp)
