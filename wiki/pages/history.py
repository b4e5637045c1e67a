"""What happened to pages: versions of one, changes of all, each person's grouped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil

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
#: Of a page's versions, on one page of their list.
SHOWN = 100


@dataclass(frozen=True)
class Group:
    """Consecutive versions of one page by one person, the newest first; proposals each alone.

    Versions that were purged are apart from others.

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
    def is_new(self) -> bool:
        """Whether it made the page, or let everybody read it."""
        return self.oldest.number == (self.newest.page.published_from or 1)

    @property
    def notes(self) -> list[str]:
        """What was written about its versions, the newest first; each once."""
        return list(dict.fromkeys(revision.note for revision in self.revisions if revision.note))

    @property
    def each(self) -> list["Group"]:
        """Its versions one by one."""
        return [Group((revision,)) for revision in self.revisions]

    @property
    def changed(self) -> list[str]:
        """The German names of the fields its versions changed, in the order of the form."""
        names = {name for revision in self.revisions for name in revision.changed_fields or ()}
        fields = fields_of(kinds().named(self.newest.kind).content)
        return [field.label for field in fields if field.name in names]


@dataclass(frozen=True)
class History:
    """A page's versions as one reader may see them: the part `number` of `last`.

    `first` is the number of the oldest version there is for them.
    """

    groups: list[Group]
    first: int
    number: int = 1
    last: int = 1


def history_of(page: Page, reader: User | None, number: int = 1) -> History:
    """A part of a page's versions, newest first, grouped by author; the next one if it has none."""
    first = 1 if sees_drafts(reader, page) else page.published_from or 1
    last = ceil((page.current_number - first + 1) / SHOWN)
    number = min(max(number, 1), last)
    newest = page.current_number - (number - 1) * SHOWN
    query = select(Revision).where(
        Revision.page_id == page.id,
        Revision.number.between(max(first, newest - SHOWN + 1), newest),
    )
    groups = _grouped(db.session.scalars(query.order_by(Revision.number.desc())))
    return History(groups, first, number, last)


def standing_for(revision: Revision) -> Revision:
    """The version itself; of one that was purged the next that was not. The current never is."""
    if not revision.is_purged:
        return revision
    later = select(Revision).where(
        Revision.page_id == revision.page_id,
        Revision.number > revision.number,
        Revision.is_purged.is_(False),
    )
    return db.session.scalars(later.order_by(Revision.number).limit(1)).one()


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


def newest_of_each_page(reader: User | None, limit: int) -> list[Group]:
    """The newest changes, one line for each page, as `recent_changes`."""
    newest: dict[int, Group] = {}
    # Where few pages were changed again and again, the others lie further back.
    for depth in (RECENT, 10 * RECENT):
        for group in recent_changes(reader, limit=depth):
            newest.setdefault(group.newest.page_id, group)
        if len(newest) >= limit:
            break
    return list(newest.values())[:limit]


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
    about = (revision.page_id, revision.author_id, revision.restored_number)
    return (*about, proposal, revision.is_purged)
