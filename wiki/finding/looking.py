"""What somebody looks for, and the pages that fit and that they may see."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil

from flask import current_app
from sqlalchemy import Select, func, or_, select

from search import IndexBroken, Marked, SearchIndex
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.listing import Card, cards_for
from wiki.pages.models import Page, PageFacts
from wiki.pages.visibility import visible_to

ON_A_PAGE = 20
# Hits looked at when numbers filter them, too: nobody turns more pages than that.
MOST_HITS = 1_000


@dataclass(frozen=True)
class Question:
    """Words and filters; kinds by name, labs by slug."""

    words: str = ""
    kinds: tuple[str, ...] = ()
    labs: tuple[str, ...] = ()
    people: int | None = None
    minutes: int | None = None

    @property
    def counts(self) -> bool:
        """Whether numbers filter, which only the database can."""
        return self.people is not None or self.minutes is not None


@dataclass(frozen=True)
class Found:
    """One hit: a card, its title and excerpt in pieces with the found words marked."""

    card: Card
    title: Marked = ()
    excerpt: Marked = ()


@dataclass(frozen=True)
class Answer:
    total: int = 0
    found: list[Found] = field(default_factory=list)
    is_simple: bool = False
    was_cut: bool = False

    def last_page(self) -> int:
        return max(1, ceil(self.total / ON_A_PAGE))


def look_for(question: Question, reader: User | None, number: int = 1) -> Answer:
    """The page of hits with this number; everything shown was checked in the database."""
    offset = (number - 1) * ON_A_PAGE
    if not question.words:
        return _browse(question, reader, offset)
    try:
        return _search(question, reader, offset)
    except IndexBroken:
        # Search must never fail because of a full disk, not even by complaining.
        with suppress(OSError):
            current_app.extensions["laborwiki-search-complaint"].touch()
        return _search_in_database(question, reader, offset)


def _search(question: Question, reader: User | None, offset: int) -> Answer:
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    limit, start = (MOST_HITS, 0) if question.counts else (ON_A_PAGE, offset)
    results = index.search(
        question.words, kinds=question.kinds, labs=question.labs, limit=limit, offset=start
    )
    cards = cards_for([int(hit.id) for hit in results.hits], reader)
    fitting = _fitting(list(cards), question) if question.counts else set(cards)
    found = [
        Found(cards[int(hit.id)], hit.title, hit.excerpt)
        for hit in results.hits
        if int(hit.id) in fitting
    ]
    if question.counts:
        return Answer(len(found), found[offset : offset + ON_A_PAGE], was_cut=results.cut)
    return Answer(results.total, found, was_cut=results.cut)


def _browse(question: Question, reader: User | None, offset: int) -> Answer:
    query = _narrowed(select(Page.id).where(visible_to(reader)), question)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(Page.published_at.desc(), Page.id.desc())
    ids = list(db.session.scalars(newest.offset(offset).limit(ON_A_PAGE)))
    cards = cards_for(ids, reader)
    return Answer(total, [Found(cards[page_id]) for page_id in ids if page_id in cards])


def _search_in_database(question: Question, reader: User | None, offset: int) -> Answer:
    """Title and summary alone, while the index is being made anew."""
    query = _narrowed(select(Page.id).where(visible_to(reader)), question)
    for word in question.words.split()[:10]:
        query = query.where(
            or_(
                func.lower(Page.title).contains(word.lower(), autoescape=True),
                func.lower(Page.summary).contains(word.lower(), autoescape=True),
            )
        )
    ids = list(db.session.scalars(query.order_by(Page.title).limit(MOST_HITS)))
    cards = cards_for(ids[offset : offset + ON_A_PAGE], reader)
    found = [Found(cards[page_id]) for page_id in ids if page_id in cards]
    return Answer(len(ids), found, is_simple=True)


def _fitting(page_ids: Sequence[int], question: Question) -> set[int]:
    query = _narrowed(select(Page.id).where(Page.id.in_(page_ids)), question)
    return set(db.session.scalars(query))


def _narrowed(query: Select[int], question: Question) -> Select[int]:
    """Kinds, labs and numbers: a recipe for 6–12 people fits 10; minutes as for that many."""
    if question.kinds:
        query = query.where(Page.kind.in_(question.kinds))
    if question.labs:
        query = query.join(Lab, Lab.id == Page.lab_id).where(Lab.slug.in_(question.labs))
    if not question.counts:
        return query
    query = query.join(PageFacts, PageFacts.page_id == Page.id)
    if question.people is not None:
        query = query.where(
            func.coalesce(PageFacts.group_min, 1) <= question.people,
            func.coalesce(PageFacts.group_max, question.people) >= question.people,
            PageFacts.minutes.is_not(None),
        )
    if question.minutes is not None:
        people = question.people or func.coalesce(
            PageFacts.group_ideal, PageFacts.group_min, PageFacts.group_max, 10
        )
        needed = PageFacts.minutes + func.coalesce(PageFacts.minutes_per_person, 0) * people
        query = query.where(needed <= question.minutes, PageFacts.minutes > 0)
    return query
