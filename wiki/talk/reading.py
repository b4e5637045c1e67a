"""What stands in a discussion: threads with their remarks, the newest first, resolved ones last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import g
from sqlalchemy import Boolean, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotFound
from wiki.markup import plain_text
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.visibility import sees_drafts
from wiki.pages.writing import revision_of
from wiki.recipes.content import RecipeContent
from wiki.talk.mentioning import unread_threads
from wiki.talk.models import Remark, Thread
from wiki.talk.rights import may_moderate, may_read_thread, may_resolve

ON_A_PAGE = 20
RESOLVED = 50
# More open threads on one page nobody counts.
MOST_OPEN = 500


@dataclass(frozen=True)
class Talk:
    """A thread as one person reads it; `step` is the title of its step, if that is still there."""

    thread: Thread
    remarks: Sequence[Remark]
    step: str = ""
    may_resolve: bool = False
    is_for_me: bool = False

    @property
    def lost_its_step(self) -> bool:
        return bool(self.thread.step) and not self.step


@dataclass(frozen=True)
class Discussion:
    """What is said on a page, or a part of it; `waiting` only for those who look after it."""

    open: Sequence[Talk]
    resolved: Sequence[Talk]
    waiting: Sequence[Remark]
    number: int
    last: int


@dataclass(frozen=True)
class OpenThread:
    """As much of a thread as its page shows."""

    id: int
    step: str
    count: int
    excerpt: str = ""


def steps_on(page: Page) -> dict[str, str]:
    """Key → title of each step of a recipe; other pages have none."""
    content = content_of(revision_of(page, page.current_number))
    if not isinstance(content, RecipeContent):
        return {}
    return {step.key: step.title for step in content.steps}


def discussion_of(page: Page, reader: User | None, number: int = 1, step: str = "") -> Discussion:
    """The threads of a page, or of one of its steps, for everybody who may read the page."""
    public = [Thread.page_id == page.id, Thread.count > 0]
    if not sees_drafts(reader, page):
        public.append(Thread.is_internal.is_(False))
    if step:
        public.append(Thread.step == step)
    is_open, newest = Thread.resolved_at.is_(None), (Thread.last_at.desc(), Thread.id.desc())
    total = db.session.scalar(select(func.count()).select_from(Thread).where(*public, is_open)) or 0
    threads = select(Thread).where(*public).order_by(*newest)
    some = threads.where(is_open).offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    done = threads.where(~is_open).limit(RESOLVED)
    steps = steps_on(page)
    return Discussion(
        open=talks(db.session.scalars(some).all(), reader, steps),
        resolved=talks(db.session.scalars(done).all(), reader, steps) if number == 1 else [],
        waiting=waiting_on(page, reader),
        number=number,
        last=max(1, -(-total // ON_A_PAGE)),
    )


def talks(
    threads: Sequence[Thread], reader: User | None, steps: Mapping[str, str] | None = None
) -> list[Talk]:
    """The threads with their remarks, as this person reads them."""
    remarks = _remarks_in([thread.id for thread in threads])
    unread = unread_threads(reader) if reader is not None and threads else set()
    return [
        Talk(
            thread=thread,
            remarks=remarks[thread.id],
            step=(steps or {}).get(thread.step, ""),
            may_resolve=may_resolve(reader, thread, remarks[thread.id][0].by_id),
            is_for_me=thread.id in unread,
        )
        for thread in threads
        if remarks[thread.id]
    ]


def waiting_on(page: Page, reader: User | None) -> Sequence[Remark]:
    """What people without an account said and nobody has looked at yet, the oldest first."""
    if not may_moderate(reader, Thread(page=page)):
        return []
    waiting = select(Remark).join(Thread, Thread.id == Remark.thread_id)
    mine = waiting.where(Remark.is_waiting, Thread.page_id == page.id)
    return db.session.scalars(mine.order_by(Remark.created_at, Remark.id)).all()


def find_thread(number: int, reader: User | None) -> Thread:
    """The thread with this number if this person may read it.

    Raises:
        NotFound: there is none, they may not know of it, or nobody has read it yet.
    """
    thread = db.session.get(Thread, number)
    if thread is None or thread.count == 0 or not may_read_thread(reader, thread):
        raise NotFound
    return thread


def find_remark(number: int, reader: User | None) -> Remark:
    """The remark with this number if this person may read it, or look after it.

    Raises:
        NotFound: there is none, or they may not know of it.
    """
    remark = db.session.get(Remark, number)
    if remark is None or remark.is_removed or not may_read_thread(reader, remark.thread):
        raise NotFound
    if remark.is_waiting and not may_moderate(reader, remark.thread):
        raise NotFound
    return remark


def open_threads(page: Page, reader: User | None) -> Sequence[OpenThread]:
    """The open threads of a page, the newest first; read once for each request."""
    known: dict[int, Sequence[OpenThread]] = g.setdefault("open_threads", {})
    if page.id not in known:
        rows = db.session.execute(_OPEN, {"page": page.id, "internal": sees_drafts(reader, page)})
        known[page.id] = [OpenThread(*row) for row in rows]
    return known[page.id]


def with_excerpts(threads: Iterable[OpenThread]) -> list[OpenThread]:
    """The threads with the first words of each."""
    some = list(threads)
    first = select(func.min(Remark.id)).where(
        Remark.thread_id.in_([thread.id for thread in some]),
        Remark.is_waiting.is_(False),
        Remark.removed_at.is_(None),
    )
    texts = select(Remark.thread_id, Remark.text)
    words = dict(
        db.session.execute(texts.where(Remark.id.in_(first.group_by(Remark.thread_id)))).all()
    )
    return [
        OpenThread(one.id, one.step, one.count, plain_text(words.get(one.id, ""))[:400])
        for one in some
    ]


# Each view of a page asks this: putting it together would take longer than asking.
_OPEN = (
    select(Thread.id, Thread.step, Thread.count)
    .where(
        Thread.page_id == bindparam("page"),
        Thread.resolved_at.is_(None),
        Thread.count > 0,
        or_(Thread.is_internal.is_(False), bindparam("internal", type_=Boolean)),
    )
    .order_by(Thread.last_at.desc(), Thread.id.desc())
    .limit(MOST_OPEN)
)


def _remarks_in(thread_ids: Sequence[int]) -> dict[int, list[Remark]]:
    """Public remarks and the places of removed ones, in order."""
    found: dict[int, list[Remark]] = {number: [] for number in thread_ids}
    remarks = (
        select(Remark)
        .where(Remark.thread_id.in_(thread_ids), Remark.is_waiting.is_(False))
        .options(joinedload(Remark.by).lazyload(User.roles), joinedload(Remark.lab))
        .order_by(Remark.created_at, Remark.id)
    )
    for remark in db.session.scalars(remarks) if thread_ids else ():
        found[remark.thread_id].append(remark)
    return found
