"""Kinds of page that are taken along in a way of their own; later features register it here."""

from collections.abc import Callable

from flask import Flask, current_app
from werkzeug.wrappers import Response as BaseResponse

from wiki.pages.panels import PageView

#: Answers with one part of what there is to take along; with the way to all of it for "".
Way = Callable[[PageView, str], BaseResponse]


def add_way(app: Flask, kind: str, way: Way) -> None:
    """Let pages of this kind be taken along like this."""
    app.extensions.setdefault("laborwiki-ways", {})[kind] = way


def way_of(kind: str) -> Way | None:
    """How pages of this kind are taken along, if not like all others."""
    ways: dict[str, Way] = current_app.extensions.get("laborwiki-ways", {})
    return ways.get(kind)
