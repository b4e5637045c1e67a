"""What happened to pages: versions of one, changes of all, each person's grouped."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.models import Page, Revision
from wiki.pages.visibility import sees_drafts, visible_revisions

RECENT = 50


@dataclass(frozen=True)
class Group:
    """Consecutive versions of one page by one person, the newest first."""

    revisions: tuple[Revision, ...]

    @property
    def newest(self) -> Revision:
        return self.revisions[0]

    @property
    def oldest(self) -> Revision:
        return self.revisions[-1]

    @property
    def author(self) -> User | None:
        return self.newest.author


def history_of(page: Page, reader: User | None) -> list[Group]:
    """A page's versions as this reader may see them, newest first, grouped by author."""
    query = select(Revision).where(Revision.page_id == page.id)
    if not sees_drafts(reader, page):
        query = query.where(Revision.number >= (page.published_from or 0))
    return _grouped(db.session.scalars(query.order_by(Revision.number.desc())))


def recent_changes(reader: User | None, lab: Lab | None = None, limit: int = RECENT) -> list[Group]:
    """The newest versions of all pages (or of one lab's) that this reader may see."""
    query = (
        select(Revision).join(Page, Page.id == Revision.page_id).where(visible_revisions(reader))
    )
    if lab is not None:
        query = query.where(Page.lab_id == lab.id)
    newest = query.order_by(Revision.created_at.desc(), Revision.id.desc()).limit(limit)
    return _grouped(db.session.scalars(newest))


def _grouped(revisions: Iterable[Revision]) -> list[Group]:
    together = groupby(revisions, key=lambda r: (r.page_id, r.author_id, r.restored_number))
    return [Group(tuple(group)) for _key, group in together]
