"""What later features show below the results to people with an account."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.finding.looking import Question

Data = Callable[[Question, User], Mapping[str, Any] | None]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-beside-results"] = []


def add_part_beside(app: Flask, template: str, data: Data) -> None:
    """Let a feature show something with every answer; `data` gives None for "not here"."""
    app.extensions["laborwiki-beside-results"].append((template, data))


def parts_beside(question: Question, reader: User) -> list[tuple[str, Mapping[str, Any]]]:
    """Template and data of each part that has something to say here."""
    parts: list[tuple[str, Data]] = current_app.extensions["laborwiki-beside-results"]
    found = [(template, data(question, reader)) for template, data in parts]
    return [(template, data) for template, data in found if data is not None]
