"""Parts that features put on „Mein Konto"; its template knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User


@dataclass(frozen=True)
class AccountPart:
    """A part of the account page. `data` gives its template's variables, or None for "not here"."""

    name: str
    template: str
    data: Callable[[User], dict[str, Any] | None]
    order: int = 50


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-account-parts"] = []


def add_account_part(app: Flask, part: AccountPart) -> None:
    parts: list[AccountPart] = app.extensions["laborwiki-account-parts"]
    parts.append(part)
    parts.sort(key=lambda part: part.order)


def account_parts_for(user: User) -> list[tuple[AccountPart, dict[str, Any]]]:
    """The parts that have something to say to this person, with their data."""
    parts: list[AccountPart] = current_app.extensions["laborwiki-account-parts"]
    found = [(part, part.data(user)) for part in parts]
    return [(part, data) for part, data in found if data is not None]
