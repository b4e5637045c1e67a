"""What lists of hits show of a page beside its summary, where its kind has something to show."""

from collections.abc import Iterable

from sqlalchemy import and_, select

from wiki.db import db
from wiki.pages.kinds import kinds
from wiki.pages.listing import Card
from wiki.pages.models import Page, Revision
from wiki.pages.rendering import content_of


def previews_of(cards: Iterable[Card]) -> dict[int, str]:
    """Page id → one line of plain words, for those of these pages that have one."""
    shown = [card.page_id for card in cards if kinds().named(card.kind).preview is not None]
    if not shown:
        return {}
    is_current = and_(Revision.page_id == Page.id, Revision.number == Page.current_number)
    current = select(Revision).join(Page, is_current).where(Page.id.in_(shown))
    lines = {one.page_id: _line(one) for one in db.session.scalars(current)}
    return {page_id: line for page_id, line in lines.items() if line}


def _line(revision: Revision) -> str:
    preview = kinds().named(revision.kind).preview
    return preview(content_of(revision)) if preview else ""
