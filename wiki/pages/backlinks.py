"""Links read backwards: who speaks of a page, which pages are missing, which stand alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.examples import of_example
from wiki.labs.models import Lab
from wiki.pages.kinds import Kind, kinds
from wiki.pages.links import form_for
from wiki.pages.models import Link, Page, PageState
from wiki.pages.naming import TEXT, ways_of_naming
from wiki.pages.panels import PageView
from wiki.pages.renaming import pages_to_adapt
from wiki.pages.visibility import visible_to

SHOWN = 12  # of each way of naming, on the page itself
ASKING = 3  # pages named below a missing title
PER_PAGE = 50
_COLUMNS = (
    Page.slug,
    Page.title,
    Page.kind,
    Page.state,
    Lab.slug.label("lab_slug"),
    Lab.name.label("lab_name"),
    Lab.is_example,
)


@dataclass(frozen=True)
class Mention:
    """A page that speaks of another."""

    slug: str
    title: str
    kind: str
    is_draft: bool
    lab_slug: str
    lab_name: str
    is_example: bool


@dataclass
class Mentions:
    """The pages that speak of one in the same way."""

    heading: str
    pages: list[Mention] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """A title that pages ask for: by how many, some of them, and where to write it."""

    title: str
    count: int
    asking: list[Mention]
    form: str


def reached_from_everywhere(app: Flask, slugs: Iterable[str]) -> None:
    """Let a feature name pages that its own links lead to: they never stand alone."""
    app.extensions.setdefault("laborwiki-reached", set()).update(slugs)


def panel_of(view: PageView) -> dict[str, Any] | None:
    """What a page shows of those that speak of it; nothing on old versions."""
    if view.revision.number != view.page.current_number or view.lacks("mentions"):
        return None
    groups, is_all = newest_mentions(view.page, view.person)
    if not groups:
        return None
    to_adapt = pages_to_adapt(view.page, view.person)
    return {"groups": groups, "is_all": is_all, "to_adapt": len(to_adapt)}


def is_mentioned() -> ColumnElement[bool]:
    """In SQL: whether anything speaks of a page."""
    return select(Link.source_id).where(Link.target_id == Page.id).exists()


def newest_mentions(page: Page, reader: User | None) -> tuple[list[Mentions], bool]:
    """The youngest pages that speak of this one, some of each way of naming, in one question.

    And whether these are all.
    """
    ways = tuple(way.via for way in ways_of_naming().values() if not way.is_apart)
    if reader is None:
        # For most readers the question is the same: putting it together takes longer than asking.
        known = current_app.extensions.setdefault("laborwiki-mentions", {})
        question = known.get(ways)
        if question is None:
            question = known[ways] = _newest_by_way(ways, None)
    else:
        question = _newest_by_way(ways, reader)
    rows = db.session.execute(question, {"page": page.id}).all()
    groups = _grouped([(row.via, row) for row in rows])
    for mentions in groups:
        mentions.pages = sorted(mentions.pages[:SHOWN], key=lambda one: one.title.casefold())
    return groups, max(Counter(row.via for row in rows).values(), default=0) <= SHOWN


def _newest_by_way(ways: Iterable[str], reader: User | None) -> CompoundSelect[Any]:
    parts = []
    for via in ways:
        part = (
            select(Link.via, Link.source_id, *_COLUMNS)
            .join(Page, Page.id == Link.source_id)
            .outerjoin(Lab, Lab.id == Page.lab_id)
            .where(_speaks_of(bindparam("page"), reader), Link.via == via)
            .distinct()
            .order_by(Link.source_id.desc())
            .limit(SHOWN + 1)
        )
        parts.append(select(part.subquery()))
    return union_all(*parts)


def mentions_of(page: Page, reader: User | None, number: int) -> tuple[list[Mentions], int]:
    """One sheet of all pages that speak of this one, and how many sheets there are."""
    ways = list(ways_of_naming())
    way = case({via: place for place, via in enumerate(ways)}, value=Link.via, else_=len(ways) - 1)
    sources = (
        select(Link.source_id, func.min(way).label("way"))
        .join(Page, Page.id == Link.source_id)
        .where(_speaks_of(literal(page.id), reader))
        .group_by(Link.source_id)
        .subquery()
    )
    count = db.session.scalar(select(func.count()).select_from(sources)) or 0
    sheet = (
        select(sources.c.way, *_COLUMNS)
        .join(Page, Page.id == sources.c.source_id)
        .outerjoin(Lab, Lab.id == Page.lab_id)
        .order_by(sources.c.way, func.lower(Page.title), Page.id)
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    rows = db.session.execute(sheet).all()
    return _grouped([(ways[row.way], row) for row in rows]), _sheets(count)


def kinds_named_loosely() -> list[Kind]:
    """The kinds whose missing pages nobody asks for just by naming them, e.g. tools."""
    loose = {way.kind for way in ways_of_naming().values() if way.is_loose}
    return [kind for kind in kinds() if kind.name in loose]


def wanted_pages(
    reader: User | None, number: int, kind: Kind | None = None
) -> tuple[list[Wanted], int]:
    """Titles that lead nowhere yet, those most pages ask for first; and how many sheets.

    With a kind, the titles in fields where it is meant; else all but those named loosely.
    """
    ways = ways_of_naming().values()
    asked = [way.via for way in ways if (way.kind == kind.name if kind else not way.is_loose)]
    is_missing = and_(Link.target_id.is_(None), Link.via.in_(asked), visible_to(reader))
    # Spellings that would get the same address are one page; others count by their title.
    key = case((Link.slug == "", Link.title), else_=Link.slug)
    missing = (
        select(
            key.label("key"),
            func.min(Link.title).label("title"),
            # A field says which kind is meant, a text does not.
            func.min(case((Link.via != TEXT, Link.via))).label("via"),
            func.count(Link.source_id.distinct()).label("pages"),
        )
        .join(Page, Page.id == Link.source_id)
        .where(is_missing)
        .group_by(key)
    )
    count = db.session.scalar(select(func.count()).select_from(missing.subquery())) or 0
    sheet = missing.order_by(func.count(Link.source_id.distinct()).desc(), key)
    rows = db.session.execute(sheet.limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    asking = _asking_for([row.key for row in rows], key, is_missing)
    wanted = [
        Wanted(row.title, row.pages, asking[row.key], form_for(row.title, row.via or TEXT))
        for row in rows
    ]
    return wanted, _sheets(count)


def lonely_pages(number: int, kind: str = "") -> tuple[list[Page], int]:
    """Published pages that no other published page speaks of, by title; and how many sheets."""
    source = aliased(Page)
    spoken_of = exists().where(
        Link.target_id == Page.id,
        Link.source_id != Page.id,
        source.id == Link.source_id,
        source.state == PageState.PUBLISHED.value,
    )
    reached = current_app.extensions.get("laborwiki-reached", ())
    lonely = select(Page).where(
        Page.state == PageState.PUBLISHED.value,
        Page.slug.not_in(reached),
        ~spoken_of,
        ~of_example(Page.lab_id),
    )
    if kind:
        lonely = lonely.where(Page.kind == kind)
    count = db.session.scalar(select(func.count()).select_from(lonely.subquery())) or 0
    sheet = lonely.order_by(func.lower(Page.title), Page.id)
    pages = db.session.scalars(sheet.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return list(pages), _sheets(count)


def _speaks_of(page_id: ColumnElement[int], reader: User | None) -> ColumnElement[bool]:
    return and_(Link.target_id == page_id, Link.source_id != page_id, visible_to(reader))


def _asking_for(
    keys: Sequence[str], key: ColumnElement[str], is_missing: ColumnElement[bool]
) -> dict[str, list[Mention]]:
    """The youngest pages that ask for each of these titles."""
    sources = (
        select(key.label("key"), Page.id.label("page_id"))
        .join(Page, Page.id == Link.source_id)
        .where(is_missing, key.in_(keys))
        .distinct()
        .subquery()
    )
    place = func.row_number().over(partition_by=sources.c.key, order_by=sources.c.page_id.desc())
    some = select(sources, place.label("place")).subquery()
    rows = db.session.execute(
        select(some.c.key, *_COLUMNS)
        .join(Page, and_(Page.id == some.c.page_id, some.c.place <= ASKING))
        .outerjoin(Lab, Lab.id == Page.lab_id)
        .order_by(Page.id.desc())
    )
    asking: dict[str, list[Mention]] = {key: [] for key in keys}
    for row in rows:
        asking[row.key].append(_mention(row))
    return asking


def _grouped(rows: Sequence[tuple[str, Any]]) -> list[Mentions]:
    """Rows with their way of naming, under its heading; a page stands under the first of its."""
    ways = ways_of_naming()
    groups: dict[str, Mentions] = {}
    seen: set[str] = set()
    for via in ways:
        heading = _(ways[via].heading)
        for mention in (_mention(row) for row_via, row in rows if row_via == via):
            if mention.slug not in seen:
                seen.add(mention.slug)
                groups.setdefault(heading, Mentions(heading)).pages.append(mention)
    return list(groups.values())


def _mention(row: Any) -> Mention:
    return Mention(
        row.slug,
        row.title,
        row.kind,
        row.state == PageState.DRAFT.value,
        row.lab_slug or "",
        row.lab_name or "",
        bool(row.is_example),
    )


def _sheets(count: int) -> int:
    return max(1, -(-count // PER_PAGE))
