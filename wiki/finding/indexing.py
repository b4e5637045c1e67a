"""What the index knows follows the change log; the database stays the truth."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import func, select

from search import Document, IndexBroken, PositionMoved, Removal, SearchIndex
from wiki.db import db
from wiki.fields import texts_of
from wiki.markup import plain_text
from wiki.pages.models import Change, Page, PageState, Revision
from wiki.pages.rendering import content_of

BATCH = 100
log = logging.getLogger(__name__)


class Follower:
    """Brings the index up to the change log, a batch at a time.

    `complaint` is the file that a web process leaves when it finds the index broken.
    """

    def __init__(self, index: SearchIndex, complaint: Path | None = None) -> None:
        self.index = index
        self.complaint = complaint
        self._newest_interactive = 0

    def follow(self) -> bool:
        """Index the next batch; True when there is more. A broken index is made anew.

        What people just saved comes along with the batch although a long import may stand
        before it in the log: the position moves over the batch alone, so it is indexed once
        more when its turn comes, which changes nothing.
        """
        newest = db.session.scalar(select(func.max(Change.seq))) or 0
        try:
            position = self.index.position()
        except IndexBroken:
            return self._make_anew()
        if self.complaint is not None and self.complaint.exists():
            # A web process found it broken; what this one has open may still look sound.
            self.complaint.unlink(missing_ok=True)
            return self._make_anew()
        if position >= newest:
            # A restored backup may be older than the index: then the index starts anew.
            if position > newest:
                rebuild(self.index)
            return False
        batch = list(
            db.session.execute(
                select(Change.seq, Change.page_id)
                .where(Change.seq > position)
                .order_by(Change.seq)
                .limit(BATCH)
            )
        )
        reached = batch[-1][0]
        urgent = db.session.execute(
            select(Change.seq, Change.page_id).where(
                Change.seq > max(reached, self._newest_interactive), Change.is_bulk.is_(False)
            )
        )
        more = list(urgent)
        pages = dict.fromkeys([page_id for _seq, page_id in [*batch, *more]])
        try:
            self.index.apply(_entries(pages), reached, after=position)
        except PositionMoved:
            return True
        except IndexBroken:
            return self._make_anew()
        self._newest_interactive = max([reached, *(seq for seq, _page in more)])
        return reached < newest

    def _make_anew(self) -> bool:
        log.warning("the search index is broken and is made anew")
        rebuild(self.index)
        return False


def rebuild(index: SearchIndex) -> int:
    """Write a new index of everything published and switch to it; returns how many pages."""
    position = db.session.scalar(select(func.max(Change.seq))) or 0
    ids = db.session.scalars(
        select(Page.id).where(Page.state == PageState.PUBLISHED.value).order_by(Page.id)
    ).all()
    index.rebuild(_documents(ids), position)
    return len(ids)


def out_of_step(index: SearchIndex) -> tuple[list[int], list[int]]:
    """Pages the index lacks or has in an old version, and such that it should not have."""
    wanted = dict(
        db.session.execute(
            select(Page.id, Page.current_number).where(Page.state == PageState.PUBLISHED.value)
        ).all()
    )
    indexed = {int(page_id): number for page_id, number in index.revisions().items()}
    missing = [page_id for page_id, number in wanted.items() if indexed.get(page_id) != number]
    return missing, [page_id for page_id in indexed if page_id not in wanted]


def _entries(page_ids: Iterable[int]) -> Iterator[Document | Removal]:
    found = set()
    ids = list(page_ids)
    for document in _documents(ids):
        found.add(int(document.id))
        yield document
    yield from (Removal(str(page_id)) for page_id in ids if page_id not in found)


def _documents(page_ids: Iterable[int]) -> Iterator[Document]:
    """The published ones among these pages, read in portions."""
    ids = list(page_ids)
    for start in range(0, len(ids), BATCH):
        rows = db.session.execute(
            select(Page, Revision)
            .join(
                Revision,
                (Revision.page_id == Page.id) & (Revision.number == Page.current_number),
            )
            .where(Page.id.in_(ids[start : start + BATCH]), Page.state == PageState.PUBLISHED.value)
        )
        for page, revision in rows:
            yield document_of(page, revision)
        db.session.expunge_all()


def document_of(page: Page, revision: Revision) -> Document:
    """A page as the index sees it."""
    content = content_of(revision)
    return Document(
        id=str(page.id),
        revision=revision.number,
        title=content.title,
        summary=content.summary,
        topics=tuple(content.topics),
        text=plain_text("\n\n".join(text for text in texts_of(content, "title") if text)),
        kind=page.kind,
        lab=page.lab.slug if page.lab else "",
    )
