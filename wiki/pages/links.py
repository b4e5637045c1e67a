"""Which page speaks of which, by title: `[[Titel]]` in texts and fields that name a page.

A link to a page that is not published looks missing to everyone. When a page appears, moves or
goes, the pages that speak of it are rendered anew: at the next reading, and in the background.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from wiki.db import db
from wiki.markup import Link as Target
from wiki.pages.kinds import kinds
from wiki.pages.models import Link, Page, PageSlug, PageState, Rendering, Revision
from wiki.slugs import slug_for

# A rendering with this number is older than any renderer.
STALE = 0


def targets_of(titles: Iterable[str]) -> dict[str, tuple[Target, int | None]]:
    """Where each title leads, and the page's id: by its title, else by an address it once had."""
    wanted = list(dict.fromkeys(titles))
    if not wanted:
        return {}
    by_title = _published(Page.title, select(Page.title, Page.id, Page.slug), wanted)
    slugs = {title: slug_for(title) for title in wanted if title not in by_title}
    once = select(PageSlug.slug, Page.id, Page.slug).join(Page, Page.id == PageSlug.page_id)
    by_slug = _published(PageSlug.slug, once, list(slugs.values()))
    found: dict[str, tuple[Target, int | None]] = {}
    for title in wanted:
        page = by_title.get(title) or by_slug.get(slugs.get(title, ""))
        if page:
            found[title] = (Target(f"/wiki/{page[1]}"), page[0])
        else:
            form = f"/neu/{kinds().first_write_word()}?" + urlencode({"titel": title})
            found[title] = (Target(form, missing=True), None)
    return found


def record_links(page: Page, links: dict[str, list[object]]) -> None:
    """Remember what the page's current version speaks of; inside the saving transaction."""
    db.session.execute(delete(Link).where(Link.source_id == page.id))
    db.session.add_all(
        Link(source_id=page.id, title=title, slug=slug_for(title), target_id=target_id)
        for title, (_href, target_id) in links.items()
    )


def render_anew_what_links_to(page: Page, stamp: int) -> None:
    """Make the pages that speak of this one stale; inside the transaction that changed it."""
    sources = (
        select(Link.source_id)
        .where(or_(Link.target_id == page.id, Link.slug == page.slug, Link.title == page.title))
        .where(Link.source_id != page.id)
    )
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


def _published(
    column: InstrumentedAttribute[str], query: Select[str, int, str], values: list[str]
) -> dict[str, tuple[int, str]]:
    rows = db.session.execute(
        query.where(column.in_(values), Page.state == PageState.PUBLISHED.value)
    )
    return {name: (page_id, slug) for name, page_id, slug in rows}
