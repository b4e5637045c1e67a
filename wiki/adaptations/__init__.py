"""Adaptations: pages of one's own made from another's, that remember it and give back."""

from typing import Any

from flask import Flask

from wiki.adaptations.adapting import (
    adaptations_of,
    forget,
    has_kin,
    has_lost_source,
    kinship_of,
    may_adapt,
    tell_kin,
)
from wiki.adaptations.views import bp
from wiki.language import N_
from wiki.pages.following import add_change_step
from wiki.pages.panels import Action, PageView, Panel, add_action, add_hint, add_panel
from wiki.pages.purging import add_purge_step
from wiki.pages.visibility import may_edit
from wiki.templating import address_of

#: So many of the pages made from one stand on it.
ON_THE_PAGE = 5


def panel(view: PageView) -> dict[str, Any] | None:
    """What a page was made from, and what was made from it; nothing on old versions."""
    page = view.page
    if view.lacks("kin") or not page.id or view.revision.number != page.current_number:
        return None
    kinship, adaptations = kinship_of(page), adaptations_of(page, view.person, ON_THE_PAGE)
    is_orphan = kinship is None and has_lost_source(page)
    if kinship is None and not adaptations and not is_orphan:
        return None
    news = kinship.news if kinship and may_edit(view.person, page) else []
    return {
        "kinship": kinship,
        "is_orphan": is_orphan,
        "adaptations": adaptations,
        "news": len(news),
    }


def address_to_adapt(view: PageView) -> str | None:
    if not may_adapt(view.person, view.page):
        return None
    number = max(view.revision.number, view.page.published_from or 0)
    return address_of("adaptations.new", slug=view.page.slug, version=number)


def init_app(app: Flask) -> None:
    add_hint(app, "kin", has_kin)
    add_panel(app, Panel("kinship", "adaptations/_panel.html", panel, "side", order=30))
    add_action(app, Action("adapt", N_("Für uns anpassen"), "copy", address_to_adapt, order=50))
    add_change_step(app, tell_kin)
    add_purge_step(app, forget)
    app.register_blueprint(bp)
