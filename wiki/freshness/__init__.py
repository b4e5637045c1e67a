"""Staying true: pages are looked at again, and readers see when that last happened."""

from typing import Any

from flask import Flask

from wiki.accounts.waiting import add_source
from wiki.freshness.looking import (
    due_of_lab,
    forget,
    freshness_of,
    waiting_to_be_looked_at,
    was_confirmed,
)
from wiki.freshness.views import bp
from wiki.labs.home import Part, add_part
from wiki.pages.kinds import kinds
from wiki.pages.panels import PageView, Panel, add_hint, add_panel
from wiki.pages.purging import add_purge_step
from wiki.pages.visibility import may_edit


def panel(view: PageView) -> dict[str, Any] | None:
    """When a page was last confirmed, and for those who edit it, when it is looked at again."""
    page = view.page
    is_current = view.revision.number == page.current_number
    ages = kinds().named(page.kind).ages and not page.is_example
    if not page.is_published or not is_current or not ages:
        return None
    edits = may_edit(view.person, page)
    if not edits and view.lacks("confirmed"):
        return None
    freshness = freshness_of(page, view.revision)
    return {"freshness": freshness, "edits": edits} if edits or freshness.is_confirmed else None


def init_app(app: Flask) -> None:
    add_hint(app, "confirmed", was_confirmed)
    add_panel(app, Panel("freshness", "freshness/_panel.html", panel, "side", order=60))
    add_part(app, Part("due", "freshness/_of_lab.html", due_of_lab))
    add_source(app, waiting_to_be_looked_at)
    add_purge_step(app, forget)
    app.register_blueprint(bp)
