"""Which watched searches find a page that changed: asked once for all who watch the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from search import IndexBroken, SearchIndex
from wiki.db import db
from wiki.finding.asking import read
from wiki.finding.looking import fitting_pages
from wiki.outcomes.evidence import VIA
from wiki.pages.models import Change, Link
from wiki.watching.models import Watching
from wiki.watching.watching import as_set, bytes_of

#: What changes in the log that a search may find a page by.
TELLING = ("saved", "published", "retired", "purged", "words", "files")


@dataclass(frozen=True)
class Matches:
    """Of the pages that were looked at, those that each search finds."""

    pages: Collection[int]
    found: Mapping[str, Collection[int]]


def known_to_search() -> int:
    """The place in the change log up to which every watched search can be asked."""
    newest = db.session.scalar(select(func.max(Change.seq))) or 0
    is_any = select(Watching.id).where(Watching.search.is_not(None)).limit(1)
    if db.session.scalar(is_any) is None:
        return newest
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        return min(newest, index.position())
    except IndexBroken:
        # Whoever looks after the index makes it anew.
        return 0


def matches_of(changed: Collection[int]) -> Matches:
    """Ask every watched search about the pages that changed, and the recipes they report on.

    Raises:
        IndexBroken, OutOfTime: the index cannot be asked now.
    """
    watched = select(Watching.search).where(Watching.search.is_not(None)).distinct()
    searches = db.session.scalars(watched).all()
    if not changed or not searches:
        return Matches((), {})
    told_of = select(Link.target_id).where(Link.source_id.in_(changed), Link.via == VIA)
    pages = {*changed, *filter(None, db.session.scalars(told_of))}
    found = {search: fitting_pages(read(search), pages) for search in searches if search}
    return Matches(pages, found)


def newly_found(session: Session, matches: Matches) -> dict[int, list[Watching]]:
    """Page → who has it in their search now and had not before; from now on it is known.

    Inside a transaction.
    """
    news: dict[int, list[Watching]] = {}
    looked_at = sum(1 << number for number in matches.pages)
    watching = select(Watching).where(Watching.search.in_(matches.found))
    for one in session.scalars(watching.options(undefer(Watching.known))):
        found = sum(1 << number for number in matches.found[one.search or ""])
        known = as_set(one.known)
        for number in matches.pages:
            if (found & ~known) >> number & 1:
                news.setdefault(number, []).append(one)
        if (now_known := known & ~looked_at | found) != known:
            session.execute(
                update(Watching).where(Watching.id == one.id).values(known=bytes_of(now_known))
            )
    return news
