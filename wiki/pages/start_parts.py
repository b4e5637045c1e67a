"""What features show on the start page, which knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User


@dataclass(frozen=True)
class StartPart:
    """A section: its template is given, as `part`, what `data` found; None for "not here"."""

    template: str
    data: Callable[[User | None], Mapping[str, Any] | None]


def add_start_part(app: Flask, part: StartPart) -> None:
    """Let a feature show something on the start page, below what came before."""
    app.extensions.setdefault("laborwiki-start-parts", []).append(part)


def start_parts(reader: User | None) -> list[tuple[str, Mapping[str, Any]]]:
    """Template and data of each section that is there for this reader."""
    parts: list[StartPart] = current_app.extensions.get("laborwiki-start-parts", [])
    found = [(part.template, part.data(reader)) for part in parts]
    return [(template, data) for template, data in found if data is not None]
