"""What features keep of a page goes with it when it is purged. They register a step here."""

from collections.abc import Callable

from flask import Flask, current_app

from wiki.db import empty_write_ahead_log
from wiki.pages.made_pages import forget_outdated
from wiki.pages.models import Page

Step = Callable[[Page], None]


def add_purge_step(app: Flask, step: Step) -> None:
    """Let a feature forget what it keeps of a page; called inside the transaction."""
    app.extensions.setdefault("laborwiki-purge-steps", []).append(step)


def add_made_step(app: Flask, step: Step) -> None:
    """Let a feature throw away what it made of a page's versions, when the page or some of them
    are purged; called inside the transaction."""
    app.extensions.setdefault("laborwiki-made-steps", []).append(step)


def leave_no_trace() -> None:
    """After the transaction that removed something for good: nor is it left beside the database."""
    empty_write_ahead_log()
    forget_outdated()


def forget_everywhere(page: Page) -> None:
    """Let every feature forget the page."""
    steps: list[Step] = current_app.extensions.get("laborwiki-purge-steps", [])
    for step in steps:
        step(page)
    forget_made(page)


def forget_made(page: Page) -> None:
    """Let every feature throw away what it made of the page's versions."""
    steps: list[Step] = current_app.extensions.get("laborwiki-made-steps", [])
    for step in steps:
        step(page)
