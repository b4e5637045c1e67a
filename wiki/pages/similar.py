"""Pages that may already say what somebody is about to write."""

import re
from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import Select, func, or_, select

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


#: A title → the ids of pages with titles like it, the most alike first; whoever may see them.
Alike = Callable[[str], list[int]]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-similar"] = None


def find_similar_with(app: Flask, alike: Alike) -> None:
    """Let a feature find titles that say the same in other words."""
    app.extensions["laborwiki-similar"] = alike


def similar_pages(title: str, reader: User | None) -> list[Page]:
    """Pages that share longer words with this title, then those found to be like it."""
    words = _telling_words(title)
    if not words:
        return []
    matches = [func.lower(Page.title).contains(_stem(word), autoescape=True) for word in words]
    pages = list(db.session.scalars(_may_be_meant(reader).where(or_(*matches)).limit(50)))
    pages.sort(key=lambda page: -sum(_stem(word) in page.title.lower() for word in words))
    alike: Alike | None = current_app.extensions["laborwiki-similar"]
    if alike is not None and len(pages) < SHOWN:
        best = {number: place for place, number in enumerate(alike(" ".join(words)))}
        others = list(db.session.scalars(_may_be_meant(reader).where(Page.id.in_(best))))
        pages.extend(sorted(set(others) - set(pages), key=lambda page: best[page.id]))
    return pages[:SHOWN]


def _telling_words(title: str) -> list[str]:
    longer = [word for word in re.findall(r"\w+", title.lower()) if len(word) >= _SHORTEST_WORD]
    return ([word for word in longer if word not in _FILLERS] or longer)[:8]


def _may_be_meant(reader: User | None) -> Select[Page]:
    # Where the title may be left out, it is made of what the page speaks of: no duplicate of that.
    named = [kind.name for kind in kinds() if field_of(kind.content, "title").required]
    return select(Page).where(visible_to(reader), Page.kind.in_(named))


def _stem(word: str) -> str:
    """Long words are compared without their ending: Werkstätten meets Werkstatt halfway."""
    return word[:-2] if len(word) > 6 else word
