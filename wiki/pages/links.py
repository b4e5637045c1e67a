"""Which page speaks of which, by title: `[[Titel]]` in texts and fields that name a page.

A link to a page that is not published looks missing to everyone. Where a title leads depends on
the title alone: to the oldest published page of that title, else to the one that once had its
address. So when a page appears, moves or goes, the links of the titles concerned are set anew in
the same transaction, and the pages that contain them are rendered anew: at the next reading, and
in the background.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlencode

from sqlalchemy import Select, delete, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from wiki.db import db
from wiki.markup import Link as Target
from wiki.pages.kinds import kinds
from wiki.pages.models import Link, Page, PageSlug, PageState, Rendering, Revision
from wiki.pages.naming import TEXT, kind_named_in
from wiki.pages.touching import touch
from wiki.slugs import slug_for

# A rendering with this number is older than any renderer.
STALE = 0
# Titles of one page that can be links; more would hold the write lock for too long.
MOST_TITLES = 2_000
PORTION = 500  # values in one question to the database

T = TypeVar("T")

# As the sanitiser writes it; a link's words are text, never markup.
_MISSING = re.compile(r'<a class="missing" href="[^"]*"[^>]*>([^<]*)</a>')


def targets_of(
    titles: Iterable[str], named: dict[str, list[str]]
) -> dict[str, tuple[Target, int | None]]:
    """Where each title leads, and the page's id: `titles` of texts, `named` those in fields.

    A missing page's address is the form to write it, of the kind that is meant where it is named.
    """
    in_fields = {title: via for via, in_field in named.items() for title in in_field}
    wanted = dict.fromkeys([*in_fields, *titles])
    ways = {title: in_fields.get(title, TEXT) for title in list(wanted)[:MOST_TITLES]}
    pages = published_pages(ways)
    found: dict[str, tuple[Target, int | None]] = {}
    for title, via in ways.items():
        if title in pages:
            found[title] = (Target(f"/wiki/{pages[title][1]}"), pages[title][0])
        else:
            found[title] = (Target(form_for(title, via), missing=True), None)
    return found


def form_for(title: str, via: str = TEXT) -> str:
    """The address where the missing page can be written that is named in this way."""
    kind = kind_named_in(via)
    if kind is None:
        return f"/neu/{kinds().first_write_word()}?" + urlencode({"titel": title})
    return f"/neu/{kind.write_word}?" + urlencode({"titel": title, "art": kind.word})


def published_pages(titles: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Title → id and slug of the published page it leads to."""
    found: dict[str, tuple[int, str]] = {}
    once = select(PageSlug.slug, Page.id, Page.slug).join(Page, Page.id == PageSlug.page_id)
    for some in _portions(titles):
        by_title = _published(Page.title, select(Page.title, Page.id, Page.slug), some)
        slugs = {title: address_of(title) for title in some if title not in by_title}
        by_slug = _published(PageSlug.slug, once, list(filter(None, slugs.values())))
        found |= by_title
        found |= {title: by_slug[slug] for title, slug in slugs.items() if slug in by_slug}
    return found


def address_of(title: str) -> str:
    """The slug a title leads to when no page has it; empty for one without Latin letters."""
    return slug_for(title, otherwise="")


def record_links(page: Page, rendering: dict[str, Any], stamp: int | None = None) -> bool:
    """Remember what the page's current version speaks of; inside the saving transaction.

    Returns whether its HTML, rendered before, still leads where its titles lead now. Without a
    stamp of a change, links that differ from what was known become a change of their own.
    """
    session = db.session
    pages = published_pages(rendering["links"])
    links = {
        (via, title): pages[title][0] if title in pages else None
        for via, titles in rendering["named"].items()
        for title in titles
        if title in rendering["links"]
    }
    rows = session.execute(
        select(Link.via, Link.title, Link.target_id).where(Link.source_id == page.id)
    )
    known = {(via, title): target_id for via, title, target_id in rows}
    if links != known:
        session.execute(delete(Link).where(Link.source_id == page.id))
        if links:
            session.execute(
                insert(Link),
                [
                    {
                        "source_id": page.id,
                        "via": via,
                        "title": title,
                        "slug": address_of(title),
                        "target_id": target_id,
                    }
                    for (via, title), target_id in links.items()
                ],
            )
        if stamp is None:
            stamp = touch(page, "linked")
        _touch({*known.values(), *links.values()}, stamp)
    return all(
        pages.get(title) == (page_id, href.removeprefix("/wiki/"))
        if page_id
        else title not in pages
        for title, (href, page_id) in rendering["links"].items()
    )


def forget_links(page: Page) -> None:
    """The page speaks of nothing any more; inside the transaction that removes its content."""
    db.session.execute(delete(Link).where(Link.source_id == page.id))


def follow_page(page: Page, stamp: int, *, renamed: bool = False) -> None:
    """Set the links anew that lead to this page or did; inside the transaction that changed it.

    The pages they stand on are made stale, and whatever shows this page among its backlinks,
    or did, gets the change's stamp.
    """
    session = db.session
    slugs = select(PageSlug.slug).where(PageSlug.page_id == page.id)
    concerned = or_(Link.target_id == page.id, Link.title == page.title, Link.slug.in_(slugs))
    rows = session.execute(select(Link.title, Link.target_id).where(concerned).distinct())
    before = {row.title: row.target_id for row in rows}
    pages = published_pages(before)
    outdated = []
    for title, target_id in before.items():
        now_id = pages[title][0] if title in pages else None
        if now_id != target_id:
            session.execute(
                update(Link).where(Link.title == title).values(target_id=now_id),
                execution_options={"synchronize_session": False},
            )
            _touch({target_id, now_id}, stamp)
            outdated.append(title)
        elif renamed and now_id == page.id:
            outdated.append(title)
    for some in _portions(outdated):
        _make_stale(select(Link.source_id).where(Link.title.in_(some)), stamp)
    targets = select(Link.target_id).where(Link.source_id == page.id)
    _touch(session.scalars(targets.distinct()), stamp)


def without_missing(html: dict[str, str]) -> dict[str, str]:
    """The texts for somebody who cannot write pages: what is missing is text with a mark."""
    return {path: _MISSING.sub(r'<span class="missing">\1</span>', html[path]) for path in html}


def without_forms(links: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Where titles lead for somebody who cannot write pages: those of missing ones nowhere."""
    return {title: [href if page_id else "", page_id] for title, (href, page_id) in links.items()}


def _make_stale(sources: Select[int], stamp: int) -> None:
    current = (
        select(Revision.id)
        .join(Page, Page.id == Revision.page_id)
        .where(Page.id.in_(sources), Revision.number == Page.current_number)
    )
    options = {"synchronize_session": False}
    db.session.execute(
        update(Rendering).where(Rendering.revision_id.in_(current)).values(renderer=STALE),
        execution_options=options,
    )
    db.session.execute(
        update(Page).where(Page.id.in_(sources)).values(touched=stamp), execution_options=options
    )


def _touch(page_ids: Iterable[int | None], stamp: int) -> None:
    """What stands on these pages changed: nothing that was kept of them fits any more."""
    for some in _portions(page_id for page_id in page_ids if page_id is not None):
        db.session.execute(
            update(Page).where(Page.id.in_(some)).values(touched=stamp),
            execution_options={"synchronize_session": False},
        )


def _portions(values: Iterable[T]) -> Iterator[list[T]]:
    wanted = list(values)
    for start in range(0, len(wanted), PORTION):
        yield wanted[start : start + PORTION]


def _published(
    column: InstrumentedAttribute[str],
    query: Select[str, int, str],
    values: Collection[str],
) -> dict[str, tuple[int, str]]:
    if not values:
        return {}
    rows = db.session.execute(
        query.where(column.in_(values), Page.state == PageState.PUBLISHED.value)
        # The oldest comes last and stays.
        .order_by(Page.id.desc())
    )
    return {name: (page_id, slug) for name, page_id, slug in rows}
