"""Titles that begin like what somebody types: found in the slugs, where ä is ae and É is e."""

from dataclasses import dataclass

from sqlalchemy import and_, case, or_, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.markup import wiki_link
from wiki.pages.links import address_of, published_pages
from wiki.pages.models import Page
from wiki.pages.visibility import visible_to

SHOWN = 8
_MOST_WORDS = 8


@dataclass(frozen=True)
class Completion:
    """A page whose title fits, and the `[[…]]` that leads to it."""

    page: Page
    link: str


def titles_like(words: str, reader: User | None, kind: str = "") -> list[Completion]:
    """Pages in whose title every word occurs, those first where they begin it or its words.

    Pages of this kind come before others. The database reads an index for it that holds nothing
    but addresses and what visibility asks, not the pages.
    """
    typed = address_of(words)
    if not typed:
        return []
    parts = typed.split("-")[:_MOST_WORDS]
    begins = [or_(Page.slug.startswith(part), Page.slug.contains(f"-{part}")) for part in parts]
    rank = case((Page.slug.startswith(typed), 0), (and_(*begins), 1), else_=2)
    found = (
        select(Page.id)
        .where(visible_to(reader), *(Page.slug.contains(part) for part in parts))
        .order_by(Page.kind != kind, rank, Page.slug)
        .limit(SHOWN)
    )
    numbers = list(db.session.scalars(found))
    pages = {page.id: page for page in db.session.scalars(select(Page).where(Page.id.in_(numbers)))}
    return _completions([pages[number] for number in numbers])


def _completions(pages: list[Page]) -> list[Completion]:
    """Of two pages with one title, the younger is linked by its address."""
    leads_to = published_pages(page.title for page in pages)
    return [
        Completion(
            page,
            wiki_link(
                page.title,
                page.slug,
                by_title=page.title not in leads_to or leads_to[page.title][0] == page.id,
            ),
        )
        for page in pages
    ]
