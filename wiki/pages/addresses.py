"""Human addresses: `/wiki/ki-fuer-alle`, kept for ever once given."""

import re
from collections.abc import Collection, Sequence

from sqlalchemy import select

from wiki.db import db
from wiki.errors import Gone, NotFound
from wiki.pages.models import Page, PageSlug
from wiki.slugs import SLUG_LENGTH, slug_for


def free_slug(title: str, page_id: int | None = None) -> str:
    """The title's slug, numbered when another page has or had it."""
    wanted = slug_for(title)
    taken = {slug for slug, owner in _slugs_like(wanted).items() if owner != page_id}
    return _numbered(wanted, taken)


def free_slugs(titles: Sequence[str]) -> list[str]:
    """A slug for each of several new pages."""
    wanted = [slug_for(title) for title in titles]
    taken = set(db.session.scalars(select(PageSlug.slug).where(PageSlug.slug.in_(wanted))))
    slugs = []
    for slug in wanted:
        if slug in taken:
            slug = _numbered(slug, {*taken, *_slugs_like(slug)})
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _slugs_like(slug: str) -> dict[str, int]:
    """Every slug that begins like this one, and whose it is."""
    query = select(PageSlug.slug, PageSlug.page_id).where(PageSlug.slug.startswith(slug))
    return dict(db.session.execute(query).all())


def _numbered(wanted: str, taken: Collection[str]) -> str:
    slug, number = wanted, 2
    while slug in taken:
        slug, number = _shortened(wanted, f"-{number}"), number + 1
    return slug


def _shortened(wanted: str, ending: str) -> str:
    """The slug with an ending, as long as a slug may be."""
    return wanted[: SLUG_LENGTH - len(ending)].rstrip("-") + ending


def forget_addresses(page: Page, gone: Collection[str], kept: Collection[str]) -> None:
    """Give up the addresses that speak of titles no version has any more; inside a transaction."""
    stay = {page.slug, *(slug_for(title) for title in kept)}
    telling = {slug_for(title) for title in gone} - stay
    given = db.session.scalars(select(PageSlug).where(PageSlug.page_id == page.id))
    for one in given.all():
        if one.slug not in stay and any(_is_made_from(slug, one.slug) for slug in telling):
            db.session.delete(one)


def _is_made_from(wanted: str, slug: str) -> bool:
    """Whether it is what was wanted, or that with a number, for which it may be shorter."""
    if slug == wanted:
        return True
    numbered = re.fullmatch(r"(.+)(-\d+)", slug)
    return numbered is not None and _shortened(wanted, numbered[2]) == slug


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
