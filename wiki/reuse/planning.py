"""What would become of each text of a package, by what is here already."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Self, TypeVar

from sqlalchemy import func, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.language import N_
from wiki.pages.kinds import Kind, kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_edit
from wiki.pages.writing import revision_of
from wiki.reuse.models import Import, ImportedPage, ImportState, Outcome
from wiki.reuse.reading import ReadPage, RefusedPage
from wiki.reuse.source import Source

PLANNED_AT_ONCE = 100
REMOVED = N_("Diese Seite wurde hier endgültig entfernt.")
NOT_YOURS = N_("Diese Seite dürfen hier nur andere ändern.")

T = TypeVar("T")


@dataclass(frozen=True)
class Target:
    """Whose import it is and for which lab; `by_id` is None on the command line."""

    name: str
    lab_id: int | None
    by_id: int | None

    @classmethod
    def of(cls, import_: Import) -> Self:
        return cls(import_.name, import_.lab_id, import_.by_id)


@dataclass(frozen=True)
class Counts:
    """How many texts of an import have each outcome."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


def counts_of(import_: Import) -> Counts:
    rows = db.session.execute(
        select(ImportedPage.outcome, func.count())
        .where(ImportedPage.import_id == import_.id)
        .group_by(ImportedPage.outcome)
    )
    return Counts(**dict(rows.all()))


def plan(source: Source, target: Target) -> Iterator[ImportedPage]:
    """What would become of each text; nothing is written.

    Raises:
        PackageRefused: the package is not what it says.
    """
    source.check()
    place = str(target.lab_id)
    read = source.pages(lambda name: source.planned_mention(name, place))
    for some in portions(enumerate(read), PLANNED_AT_ONCE):
        for row, _page in rows_for(some, target):
            yield row


def rows_for(
    read: Sequence[tuple[int, ReadPage | RefusedPage]], target: Target
) -> Iterator[tuple[ImportedPage, ReadPage | None]]:
    """What becomes of some texts, by what is here at this moment."""
    known = _Known([page for _position, page in read if isinstance(page, ReadPage)], target)
    for position, page in read:
        if isinstance(page, RefusedPage):
            row = refused(_row(page.key), page.reason, page.params)
        else:
            row = known.outcome_of(page)
        row.position = position
        yield row, page if isinstance(page, ReadPage) else None


def refused(
    row: ImportedPage, reason: str, params: Mapping[str, object] | None = None
) -> ImportedPage:
    """The row, saying why its text is not taken."""
    row.outcome, row.page_id = Outcome.REFUSED.value, None
    row.reason, row.params = reason, dict(params or {})
    return row


def kind_of(read: ReadPage) -> Kind:
    kind = kinds().with_word(read.word)
    assert kind is not None
    return kind


def portions(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of this length, the last one shorter."""
    iterator = iter(values)
    while some := list(islice(iterator, size)):
        yield some


class _Known:
    """What is here already of some pages of a package."""

    def __init__(self, pages: Sequence[ReadPage], target: Target) -> None:
        self._by = db.session.get(User, target.by_id) if target.by_id else None
        self._is_operator = target.by_id is None
        self._name = target.name
        self._earlier = self._rows([_hash(page.key) for page in pages], target)
        ids = [row.page_id for rows in self._earlier.values() for row, _name in rows]
        uuids = [page.entry.uuid for page in pages if page.entry]
        found = db.session.scalars(select(Page).where(Page.id.in_(ids) | Page.uuid.in_(uuids)))
        every = list(found)
        self._by_id = {page.id: page for page in every}
        self._by_uuid = {page.uuid: page for page in every}

    def _rows(
        self, keys: Sequence[str], target: Target
    ) -> dict[str, list[tuple[ImportedPage, str]]]:
        """Key → what earlier imports for the same lab made of it, the latest first."""
        undone = (ImportState.UNDOING.value, ImportState.UNDONE.value)
        query = (
            select(ImportedPage, Import.name)
            .join(Import, Import.id == ImportedPage.import_id)
            .where(
                ImportedPage.key.in_(keys),
                ImportedPage.is_done,
                ImportedPage.page_id.is_not(None),
                Import.lab_id.is_not_distinct_from(target.lab_id),
                Import.state.not_in(undone),
            )
            .order_by(Import.id.desc())
        )
        found: dict[str, list[tuple[ImportedPage, str]]] = {}
        for row, name in db.session.execute(query):
            found.setdefault(row.key, []).append((row, name))
        return found

    def outcome_of(self, read: ReadPage) -> ImportedPage:
        row = _row(read.key)
        row.digest, row.title = read.digest, read.content.title
        row.notes = list(read.notes)
        earlier = self._earlier_row(read)
        page = self._by_id.get(earlier.page_id or 0) if earlier else None
        if page is None and read.entry:
            page = self._by_uuid.get(read.entry.uuid)
        if page is None:
            return row
        if page.is_purged:
            return refused(row, REMOVED)
        row.page_id = page.id
        row.base = row.number = earlier.number if earlier else page.current_number
        if earlier and earlier.digest == row.digest:
            row.outcome = Outcome.UNCHANGED.value
        elif _says(page, read):
            row.outcome, row.number = Outcome.UNCHANGED.value, page.current_number
        elif self._is_operator or may_edit(self._by, page):
            row.outcome = Outcome.CHANGED.value
        else:
            return refused(row, NOT_YOURS)
        return row

    def _earlier_row(self, read: ReadPage) -> ImportedPage | None:
        """The same file may be called the same in two packages: then its title must be, too."""
        rows = self._earlier.get(_hash(read.key), [])
        return next(
            (row for row, name in rows if name == self._name or row.title == read.content.title),
            None,
        )


def _says(page: Page, read: ReadPage) -> bool:
    return page.kind == kind_of(read).name and (
        content_of(revision_of(page, page.current_number)) == read.content
    )


def _row(key: str) -> ImportedPage:
    """A row that says nothing yet but that the text is new."""
    return ImportedPage(
        key=_hash(key),
        name=key,
        digest="",
        title="",
        outcome=Outcome.NEW.value,
        is_done=False,
        number=0,
        base=0,
        reason="",
        params={},
        notes=[],
    )


def _hash(key: str) -> str:
    return hashlib.blake2b(key.encode(errors="replace"), digest_size=16).hexdigest()
