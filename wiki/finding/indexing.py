"""What the index knows follows the change log; the database stays the truth."""

import logging
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, undefer

from search import Document, IndexBroken, PositionMoved, Removal, SearchIndex
from wiki.db import db
from wiki.fields import fields_of, texts_of
from wiki.finding.catalogue import is_lab, lab_id_of
from wiki.finding.parts import parts_of
from wiki.labs.models import Lab
from wiki.markup import plain_text
from wiki.pages.content import Content
from wiki.pages.models import Change, Page, PageState, Revision
from wiki.pages.rendering import content_of
from wiki.pages.searching import AttachedText, attached_texts

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
        self._labs: dict[int, int] = {}

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
            return self._make_anew()
        if position >= newest:
            # A restored backup may be older than the index: then the index starts anew.
            if position > newest:
                rebuild(self.index)
            return self._follow_labs()
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
        return True if reached < newest else self._follow_labs()

    def _follow_labs(self) -> bool:
        """Labs have no log: their versions tell whether one changed."""
        versions = dict(db.session.execute(_LAB_VERSIONS).all())
        if versions == self._labs:
            return False
        indexed = {
            known: number for known, number in self.index.revisions().items() if is_lab(known)
        }
        labs = {lab.id: lab for lab in _labs()}
        changed = [lab for lab in labs.values() if indexed.get(lab.id) != lab.revision]
        gone = [Removal(known) for known in indexed if known not in labs]
        if changed or gone:
            position = self.index.position()
            try:
                self.index.apply([*changed, *gone], position, after=position)
            except PositionMoved:
                return True
            except IndexBroken:
                return self._make_anew()
        self._labs = versions
        return False

    def _make_anew(self) -> bool:
        log.warning("the search index is broken and is made anew")
        rebuild(self.index)
        if self.complaint is not None:
            # Whatever was complained of meanwhile was the old one.
            self.complaint.unlink(missing_ok=True)
        return False


def rebuild(index: SearchIndex) -> int:
    """Write a new index of everything published and switch to it; returns how many pages."""
    position = db.session.scalar(select(func.max(Change.seq))) or 0
    ids = db.session.scalars(
        select(Page.id).where(Page.state == PageState.PUBLISHED.value).order_by(Page.id)
    ).all()
    index.rebuild(chain(_labs(), _documents(ids)), position)
    return len(ids)


def out_of_step(index: SearchIndex) -> tuple[list[str], list[str]]:
    """What the index lacks or has in an old version, and what it should not have, by its id."""
    pages = db.session.execute(
        select(Page.id, Page.current_number).where(Page.state == PageState.PUBLISHED.value)
    )
    wanted = {str(page_id): number for page_id, number in pages}
    wanted |= {lab.id: lab.revision for lab in _labs()}
    indexed = index.revisions()
    missing = [known for known, number in wanted.items() if indexed.get(known) != number]
    return missing, [known for known in indexed if known not in wanted]


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
        some = ids[start : start + BATCH]
        beside = attached_texts(some)
        rows = db.session.execute(
            select(Page, Revision)
            .join(
                Revision,
                (Revision.page_id == Page.id) & (Revision.number == Page.current_number),
            )
            .where(Page.id.in_(some), Page.state == PageState.PUBLISHED.value)
            .options(*_WHOLE)
        )
        for page, revision in rows:
            yield document_of(page, revision, beside.get(page.id, ()))
        db.session.expunge_all()


# One question for all texts; who wrote them is not asked.
_WHOLE = (
    undefer(Revision.content),
    *(lazyload(who) for who in (Page.lab, Revision.author, Revision.lab)),
)


def _labs() -> Iterator[Document]:
    return map(document_of_lab, db.session.scalars(select(Lab).order_by(Lab.id)))


_LAB_VERSIONS = select(Lab.id, Lab.version)


def document_of(page: Page, revision: Revision, beside: Iterable[AttachedText] = ()) -> Document:
    """A page as the index sees it."""
    content = content_of(revision)
    return Document(
        id=str(page.id),
        revision=revision.number,
        title=content.title,
        summary=content.summary,
        topics=tuple(content.topics),
        text=plain_text("\n\n·\n\n".join(filter(None, _texts(content)))),
        attached=tuple(f"{each.name}\n{each.text}" for each in beside),
        parts=parts_of(content),
    )


def _texts(content: Content) -> Iterator[str]:
    """All that is not filed by itself, what is told of the text last: excerpts begin before."""
    apart = ("title", "summary", "topics")
    others = [field.name for field in fields_of(type(content)) if field.name not in _TOLD_LAST]
    yield from texts_of(content, *apart, *_TOLD_LAST)
    yield from texts_of(content, *others)


_TOLD_LAST = ("language", "cover", "licence", "other_licence", "source", "creators")


def document_of_lab(lab: Lab) -> Document:
    """A lab as the index sees it."""
    return Document(
        id=lab_id_of(lab.id),
        revision=lab.version,
        title=lab.name,
        summary=" · ".join(filter(None, (lab.place, lab.summary))),
        text=plain_text(lab.text),
    )
