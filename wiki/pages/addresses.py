"""Human addresses: `/wiki/ki-fuer-alle`, kept for ever once given."""

from sqlalchemy import select

from wiki.db import db
from wiki.errors import Gone, NotFound
from wiki.pages.models import Page, PageSlug
from wiki.slugs import SLUG_LENGTH, slug_for


def free_slug(title: str, page_id: int | None = None) -> str:
    """The title's slug, numbered when another page has or had it."""
    wanted = slug_for(title)
    taken = dict(
        db.session.execute(
            select(PageSlug.slug, PageSlug.page_id).where(PageSlug.slug.startswith(wanted))
        ).all()
    )
    slug, number = wanted, 2
    while taken.get(slug, page_id) != page_id or (page_id is None and slug in taken):
        ending = f"-{number}"
        slug, number = wanted[: SLUG_LENGTH - len(ending)].rstrip("-") + ending, number + 1
    return slug


def find_page(slug: str) -> Page:
    """The page at this address, or that once was.

    Raises:
        NotFound: no page ever had it.
        Gone: the page was purged.
    """
    page = db.session.scalar(select(Page).where(Page.slug == slug))
    if page is None:
        page = db.session.scalar(
            select(Page).join(PageSlug, PageSlug.page_id == Page.id).where(PageSlug.slug == slug)
        )
    if page is None:
        raise NotFound
    if page.is_purged:
        raise Gone
    return page
