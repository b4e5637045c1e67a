"""Saying something, publishing what waited, removing, resolving."""

import re
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from wiki import markup
from wiki.accounts.happenings import note_happening
from wiki.accounts.models import User
from wiki.db import now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound, TooMany
from wiki.labs.membership import labs_of
from wiki.labs.models import Lab
from wiki.markup import Link, wiki_titles
from wiki.pages.links import published_pages
from wiki.pages.models import Page
from wiki.pages.touching import touch
from wiki.talk.content import QuestionContent, RemarkContent
from wiki.talk.mentioning import record_mentions, set_read
from wiki.talk.models import Mention, Remark, Thread
from wiki.talk.reading import steps_on
from wiki.talk.rights import (
    may_discuss,
    may_moderate,
    may_remove,
    may_resolve,
    may_say_in,
    may_see_questions,
)

#: Remarks of one person within an hour; more is no talk.
MOST_IN_AN_HOUR = 60
#: A lab on whose pages so many wait is either very popular or under attack.
MOST_WAITING = 100
# Below the heading of a thread.
HEADING_LEVEL = 4
# Several texts stand on one page: their headings cannot be told apart by a name.
_HEADING_NAME = re.compile(r'(?<=<h[1-6]) id="[^"]*"')


class TooManyWaiting(LaborwikiError):
    """So many remarks wait here that no more are taken."""

    status = HTTPStatus.TOO_MANY_REQUESTS


def say(page: Page, content: RemarkContent, by: User | None) -> Remark:
    """Begin a thread about a page, or one of its steps; without an account it waits.

    Raises:
        NotAllowed: the page is only read (any more).
        TooComplex: the text cannot be rendered in time.
        TooMany, TooManyWaiting: there is a limit.
    """
    html, steps = html_of(content.text), steps_on(page)
    with writing() as session:
        current = session.get_one(Page, page.id)
        if not may_discuss(by, current):
            raise NotAllowed
        _keep_within_limits(session, by, current)
        # A step that went while somebody wrote about it: then it is about the page.
        step = content.step if content.step in steps else ""
        thread = Thread(page_id=current.id, step=step, is_internal=current.is_draft)
        return _add(session, thread, content, html, by)


def answer(thread: Thread, content: RemarkContent, by: User | None) -> Remark:
    """Say something in a thread; one that was resolved is open again.

    Raises: as `say`, and
        NotFound: the thread is gone.
    """
    html, number = html_of(content.text), thread.id
    with writing() as session:
        current = _thread_in(session, number)
        if not may_say_in(by, current):
            raise NotAllowed
        _keep_within_limits(session, by, current.page)
        return _add(session, current, content, html, by)


def ask(content: QuestionContent, lab: Lab | None, by: User) -> Thread:
    """Ask all labs something.

    Raises: as `say`.
    """
    html = html_of(content.text)
    with writing() as session:
        if not may_see_questions(by):
            raise NotAllowed
        _keep_within_limits(session, by, None)
        thread = Thread(title=content.title, lab_id=lab.id if lab else None)
        said = RemarkContent.model_construct(text=content.text, step="", name="")
        _add(session, thread, said, html, by)
    return thread


def html_of(text: str) -> str:
    """A remark as safe HTML; `[[Titel]]` leads to a published page.

    Raises:
        TooComplex: it cannot be rendered in time.
    """
    pages = published_pages(wiki_titles(text))
    links = {title: Link(f"/wiki/{slug}") for title, (_number, slug) in pages.items()}
    rendered = markup.render_within(text, heading_level=HEADING_LEVEL, links=links)
    return markup.sanitise(_HEADING_NAME.sub("", rendered.html))


def publish(remark: Remark, by: User) -> None:
    """Let everybody read a remark that waited.

    Raises:
        NotAllowed: this person does not look after the page.
        NotFound: somebody removed it meanwhile.
    """
    number = remark.id
    with writing() as session:
        current = _remark_in(session, number)
        if not may_moderate(by, current.thread):
            raise NotAllowed
        if current.is_waiting:
            # From now on it is there: that is what „newest“ goes by.
            current.is_waiting, current.created_at = False, now()
            _became_public(session, current, current.thread, by)


def remove(remark: Remark, by: User) -> None:
    """Take a remark away; one that was answered leaves its place.

    Raises:
        NotAllowed: it is neither this person's nor theirs to look after.
        NotFound: somebody removed it meanwhile.
    """
    number = remark.id
    with writing() as session:
        current = _remark_in(session, number)
        thread = current.thread
        if not may_remove(by, current):
            raise NotAllowed
        was_public = not current.is_waiting
        _take_away(session, current, thread)
        if was_public:
            _count_anew(session, thread)
            _tell(thread, by)
        _forget_if_empty(session, thread)


def set_resolved(thread: Thread, by: User, *, on: bool) -> None:
    """Close a thread, or open it again.

    Raises:
        NotAllowed: they neither began it nor may edit its page.
        NotFound: it is gone.
    """
    number = thread.id
    with writing() as session:
        current = _thread_in(session, number)
        if not may_resolve(by, current, began_by(session, current)):
            raise NotAllowed
        if current.is_resolved != on:
            current.resolved_at = now() if on else None
            _tell(current, by)


def began_by(session: Session, thread: Thread) -> int | None:
    """Who said the first thing in a thread."""
    first = select(Remark.by_id).where(Remark.thread_id == thread.id).order_by(Remark.id)
    return session.scalar(first.limit(1))


def _add(
    session: Session, thread: Thread, content: RemarkContent, html: str, by: User | None
) -> Remark:
    session.add(thread)
    session.flush()
    remark = Remark(
        thread_id=thread.id,
        text=content.text,
        html=html,
        by_id=by.id if by else None,
        name="" if by else content.name,
        lab_id=_lab_of(by, thread),
        is_waiting=by is None,
    )
    session.add(remark)
    session.flush()
    if by is not None:
        _became_public(session, remark, thread, by)
        set_read(thread.id, by.id)
    return remark


def _became_public(session: Session, remark: Remark, thread: Thread, by: User) -> None:
    thread.resolved_at = None
    _count_anew(session, thread)
    record_mentions(remark, thread)
    note_happening("remark", remark.id)
    _tell(thread, by)


def _lab_of(user: User | None, thread: Thread) -> int | None:
    """For which lab somebody speaks: the page's if it is theirs, else the first of theirs."""
    numbers = [lab.id for lab in labs_of(user)]
    owner = thread.lab_id if thread.page is None else thread.page.lab_id
    return owner if owner in numbers else next(iter(numbers), None)


def _keep_within_limits(session: Session, by: User | None, page: Page | None) -> None:
    if by is not None:
        lately = Remark.created_at > now() - timedelta(hours=1)
        said = select(func.count()).where(Remark.by_id == by.id, lately)
        if session.scalars(said).one() >= MOST_IN_AN_HOUR:
            raise TooMany
    elif page is not None:
        waiting = (
            select(func.count())
            .select_from(Remark)
            .join(Thread, Thread.id == Remark.thread_id)
            .join(Page, Page.id == Thread.page_id)
            .where(Remark.is_waiting, Page.lab_id == page.lab_id)
        )
        if session.scalars(waiting).one() >= MOST_WAITING:
            raise TooManyWaiting


def _thread_in(session: Session, number: int) -> Thread:
    current = session.get(Thread, number)
    if current is None:
        raise NotFound
    return current


def _remark_in(session: Session, number: int) -> Remark:
    current = session.get(Remark, number)
    if current is None or current.is_removed:
        raise NotFound
    return current


def _take_away(session: Session, remark: Remark, thread: Thread) -> None:
    """Without words where others answered, else altogether, with such places before it."""
    later = exists().where(Remark.thread_id == thread.id, Remark.id > remark.id)
    if session.scalar(select(later)):
        remark.text, remark.html, remark.name, remark.removed_at = "", "", "", now()
        session.execute(delete(Mention).where(Mention.remark_id == remark.id))
        if _first_remark(session, thread) == remark.id:
            thread.title = ""
        return
    session.delete(remark)
    session.flush()
    for before in session.scalars(
        select(Remark).where(Remark.thread_id == thread.id).order_by(Remark.id.desc())
    ):
        if not before.is_removed:
            break
        session.delete(before)
    session.flush()


def _first_remark(session: Session, thread: Thread) -> int | None:
    """The number of a thread's first remark."""
    return session.scalar(select(func.min(Remark.id)).where(Remark.thread_id == thread.id))


def _count_anew(session: Session, thread: Thread) -> None:
    session.flush()
    public = (
        Remark.thread_id == thread.id,
        Remark.is_waiting.is_(False),
        Remark.removed_at.is_(None),
    )
    row = session.execute(select(func.count(), func.max(Remark.created_at)).where(*public)).one()
    thread.count, thread.last_at = row[0], row[1] or thread.last_at


def _tell(thread: Thread, by: User | None) -> None:
    """The page shows something else now; the change log has a line for whoever follows it."""
    if thread.page is not None and not thread.page.is_purged:
        touch(thread.page, "talk", by, is_bulk=True)


def _forget_if_empty(session: Session, thread: Thread) -> None:
    left = select(func.count()).where(Remark.thread_id == thread.id)
    if not session.scalars(left).one():
        session.execute(delete(Thread).where(Thread.id == thread.id))
