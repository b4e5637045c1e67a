"""Take the examples away for good, and with them what people put there."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, Table, delete, func, select, update

from wiki.adaptations.models import Adaptation
from wiki.db import db, writing
from wiki.files.models import File
from wiki.files.storing import forget_unused
from wiki.labs.models import Lab
from wiki.pages.models import Change, Page, PageSlug, PageState
from wiki.pages.purging import leave_no_trace
from wiki.pages.writing import purge_within
from wiki.proposals.models import Proposal
from wiki.talk.models import Remark, Thread
from wiki.watching.watching import forget_labs
from wiki.wishes.models import Wish

#: What still names a page that is gone: its addresses say so, the search hears of it, and what
#: was made from it knows that it was.
_STAYS = (PageSlug.page_id, Change.page_id, Adaptation.source_id)


@dataclass(frozen=True)
class Examples:
    """How much of them there is; `adapted` are the pages of real labs that were made from them."""

    labs: int
    pages: int
    proposals: int
    remarks: int
    adapted: int


def count_examples() -> Examples:
    """What is there, with all that was said and proposed on it."""
    labs, pages = select(Lab.id).where(Lab.is_example), _pages()
    remarks = select(Remark.id).join(Thread).where(Thread.page_id.in_(pages))
    adapted = select(Adaptation.page_id).where(
        Adaptation.source_id.in_(pages), Adaptation.page_id.not_in(pages)
    )
    counted = (
        labs,
        pages,
        select(Proposal.id).where(Proposal.page_id.in_(pages)),
        remarks,
        adapted,
    )
    return Examples(
        *(
            db.session.scalar(select(func.count()).select_from(one.subquery())) or 0
            for one in counted
        )
    )


def remove_examples() -> Examples:
    """Remove the examples' labs with all their pages; returns how much that was.

    What others made from them stays theirs. The pages' addresses say that they are gone.
    """
    with writing() as session:
        removed = count_examples()
        labs = list(session.scalars(select(Lab.id).where(Lab.is_example)))
        for page in session.scalars(_pages().with_only_columns(Page)).all():
            purge_within(page, None)
        # Those that somebody purged before, too.
        pages = session.scalars(select(Page.id).where(Page.lab_id.in_(labs))).all()
        session.execute(delete(Thread).where(Thread.lab_id.in_(labs)))
        forget_labs(labs)
        session.execute(delete(Wish).where(Wish.lab_id.in_(labs)))
        forget_unused(session.scalars(select(File).where(File.lab_id.in_(labs))).all())
        _forget(db.metadata.tables[Page.__tablename__], pages)
        _forget(db.metadata.tables[Lab.__tablename__], labs)
        session.execute(delete(Lab).where(Lab.id.in_(labs)))
    leave_no_trace()
    return removed


def _pages() -> Select[int]:
    return (
        select(Page.id)
        .join(Lab, Lab.id == Page.lab_id)
        .where(Lab.is_example, Page.state != PageState.PURGED.value)
    )


def _forget(table: Table, ids: Collection[int]) -> None:
    """Whatever names these rows, of every feature there is: it names nothing, or goes."""
    stays = {attribute.property.columns[0] for attribute in _STAYS}
    for other in db.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is not table or key.parent in stays:
                continue
            names_them = key.parent.in_(ids)
            if key.parent.nullable and key.ondelete != "CASCADE":
                db.session.execute(update(other).where(names_them).values({key.parent: None}))
            else:
                db.session.execute(delete(other).where(names_them))
