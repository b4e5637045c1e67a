"""What later features show on a lab's home and how many recipes stand on its spine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.labs.models import Lab

Data = Callable[[Lab, User | None], Mapping[str, Any]]
Count = Callable[[], Mapping[int, int]]


@dataclass(frozen=True)
class Part:
    """A section of a lab's home: its template is given `lab` and, as `part`, what `data` found.

    One that is a tool stands beside the lab's name. Those with a smaller `order` come first.
    """

    name: str
    template: str
    data: Data
    is_tool: bool = False
    order: int = 50


@dataclass
class _Registry:
    parts: list[Part] = field(default_factory=list)
    count: Count = dict


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-labs"] = _Registry()


def add_part(app: Flask, part: Part) -> None:
    """Let a feature show something on every lab's home, below what came before."""
    parts = _registry(app).parts
    parts.append(part)
    parts.sort(key=lambda part: part.order)


def count_recipes_with(app: Flask, count: Count) -> None:
    """Let a feature say how many recipes each lab has published, by the lab's id."""
    _registry(app).count = count


def parts_of(lab: Lab, person: User | None) -> list[tuple[str, Mapping[str, Any]]]:
    """Template and data of each part of this lab's home."""
    parts = _registry(current_app).parts
    return [(part.template, part.data(lab, person)) for part in parts if not part.is_tool]


def tools_of(lab: Lab, person: User) -> list[tuple[str, Mapping[str, Any]]]:
    """What this person can do with the lab as a whole."""
    parts = _registry(current_app).parts
    return [(part.template, part.data(lab, person)) for part in parts if part.is_tool]


def recipe_counts() -> Mapping[int, int]:
    """Lab id → number of published recipes; empty as long as no feature counts them."""
    return _registry(current_app).count()


def _registry(app: Flask) -> _Registry:
    registry: _Registry = app.extensions["laborwiki-labs"]
    return registry
