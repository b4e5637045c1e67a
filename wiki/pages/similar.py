"""Pages that may already say what somebody is about to write."""

import re

from sqlalchemy import func, or_, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.fields import field_of
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.visibility import visible_to

SHOWN = 4
_SHORTEST_WORD = 4
# They stand in many titles and say nothing of what a page is about.
_FILLERS = {"alle", "allen", "eine", "einem", "einen", "einer", "oder", "ohne", "über", "unser"}


def similar_pages(title: str, reader: User | None) -> list[Page]:
    """Pages that share longer words with this title, those that share most first."""
    longer = [word for word in re.findall(r"\w+", title.lower()) if len(word) >= _SHORTEST_WORD]
    words = ([word for word in longer if word not in _FILLERS] or longer)[:8]
    if not words:
        return []
    matches = [func.lower(Page.title).contains(_stem(word), autoescape=True) for word in words]
    # Where the title may be left out, it is made of what the page speaks of: no duplicate of that.
    named = [kind.name for kind in kinds() if field_of(kind.content, "title").required]
    query = select(Page).where(visible_to(reader), Page.kind.in_(named), or_(*matches)).limit(50)
    pages = list(db.session.scalars(query))
    pages.sort(key=lambda page: -sum(_stem(word) in page.title.lower() for word in words))
    return pages[:SHOWN]


def _stem(word: str) -> str:
    """Long words are compared without their ending: Werkstätten meets Werkstatt halfway."""
    return word[:-2] if len(word) > 6 else word
