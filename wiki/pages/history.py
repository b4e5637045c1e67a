"""What happened to pages: versions of one, changes of all, each person's grouped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, and_, func, not_, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.fields import fields_of
from wiki.labs.examples import of_example
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Change, Page, Revision
from wiki.pages.visibility import sees_drafts, visible_revisions

RECENT = 50


@dataclass(frozen=True)
class Group:
    """Consecutive versions of one page by one person, the newest first; proposals each alone.

    An import is one group, too: its newest page stands for all its `pages`.
    """

    revisions: tuple[Revision, ...]
    pages: int = 1

    @property
    def newest(self) -> Revision:
        return self.revisions[0]

    @property
    def oldest(self) -> Revision:
        return self.revisions[-1]

    @property
    def author(self) -> User | None:
        return self.newest.author

    @property
    def changed(self) -> list[str]:
        """The German names of the fields its versions changed, in the order of the form."""
        names = {name for revision in self.revisions for name in revision.changed_fields or ()}
        fields = fields_of(kinds().named(self.newest.kind).content)
        return [field.label for field in fields if field.name in names]


def history_of(page: Page, reader: User | None) -> list[Group]:
    """A page's versions as this reader may see them, newest first, grouped by author."""
    query = select(Revision).where(Revision.page_id == page.id)
    if not sees_drafts(reader, page):
        query = query.where(Revision.number >= (page.published_from or 0))
    return _grouped(db.session.scalars(query.order_by(Revision.number.desc())))


def recent_changes(reader: User | None, lab: Lab | None = None, limit: int = RECENT) -> list[Group]:
    """The newest versions of all pages (or of one lab's) that this reader may see.

    What somebody imported on one day is one group: it pushes nothing out that people wrote.
    Examples are no news, but of their own lab.
    """
    written = (
        select(Revision, Change.seq)
        .join(Change, _MADE_BY)
        .join(Page, Page.id == Revision.page_id)
        .where(visible_revisions(reader), Change.is_bulk.is_(False), _of(lab))
        .order_by(Change.seq.desc())
        .limit(limit)
    )
    rows = db.session.execute(written).all()
    oldest = rows[-1].seq if len(rows) == limit else 0
    groups = [*_grouped(row.Revision for row in rows), *_imported(reader, lab, oldest, limit)]
    groups.sort(key=lambda group: (group.newest.created_at, group.newest.id), reverse=True)
    return groups[:limit]


_MADE_BY = and_(
    Change.page_id == Revision.page_id,
    Change.revision_number == Revision.number,
    Change.what == "saved",
)


def _imported(reader: User | None, lab: Lab | None, since: int, limit: int) -> Iterator[Group]:
    """What came by imports after a place in the change log: one group a day, person and way."""
    together = (
        select(func.max(Revision.id).label("id"), func.count(Page.id.distinct()).label("pages"))
        .join(Change, _MADE_BY)
        .join(Page, Page.id == Revision.page_id)
        .where(visible_revisions(reader), Change.is_bulk, Change.seq > since, _of(lab))
        .group_by(func.date(Change.at), Change.by_id, Revision.restored_number.is_(None))
        .order_by(func.max(Change.seq).desc())
        .limit(limit)
    )
    counts = {row.id: row.pages for row in db.session.execute(together)}
    for revision in db.session.scalars(select(Revision).where(Revision.id.in_(counts))):
        yield Group((revision,), counts[revision.id])


def _of(lab: Lab | None) -> ColumnElement[bool]:
    return not_(of_example(Page.lab_id)) if lab is None else Page.lab_id == lab.id


def _grouped(revisions: Iterable[Revision]) -> list[Group]:
    together = groupby(revisions, key=_made_by)
    return [Group(tuple(group)) for _key, group in together]


def _made_by(revision: Revision) -> tuple[int | None, ...]:
    proposal = revision.number if revision.was_proposed else None
    return (revision.page_id, revision.author_id, revision.restored_number, proposal)
