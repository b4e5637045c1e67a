"""Watching a page, a lab or a search: beginning, ending, and what somebody watches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from search import IndexBroken, OutOfTime
from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.finding.asking import read, written
from wiki.finding.looking import Question, fitting_pages
from wiki.pages.models import Page, PageState
from wiki.pages.visibility import may_read, readable_by
from wiki.watching.models import Notice, Watching

#: Of one person; whoever watches more reads none of it.
MOST = 500
#: Of these, each costs something with every change.
MOST_SEARCHES = 50
LONGEST_SEARCH = 1000


class TooMuchWatched(LaborwikiError):
    """This person watches as much as anybody may."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True)
class Target:
    """What can be watched: one of the three."""

    page_id: int | None = None
    lab_id: int | None = None
    search: str | None = None

    def of(self, user: User) -> tuple[ColumnElement[bool], ...]:
        """In SQL: this person watches it."""
        return (
            Watching.user_id == user.id,
            Watching.page_id == self.page_id,
            Watching.lab_id == self.lab_id,
            Watching.search == self.search,
        )


def search_target(question: Question) -> Target | None:
    """What is asked, to be watched; None for what finds everything, or is far too long."""
    search = written(question)
    return Target(search=search) if 0 < len(search) <= LONGEST_SEARCH else None


def is_topic(question: Question) -> bool:
    """Whether a search asks for one topic and nothing else."""
    topics = question.chosen["thema"]
    return len(topics) == 1 and written(question) == urlencode({"thema": topics[0]})


def is_watching(user: User, target: Target) -> bool:
    return db.session.scalar(select(Watching.id).where(*target.of(user))) is not None


def is_watched() -> ColumnElement[bool]:
    """In SQL: whether anybody watches a page."""
    return select(Watching.id).where(Watching.page_id == Page.id).exists()


def watch(user: User, target: Target) -> None:
    """Tell this person from now on what happens there; twice is once.

    Raises:
        NotAllowed: the page is not theirs to read.
        TooMuchWatched: there is a limit.
    """
    known = _as_bytes(found_now(target.search)) if target.search else b""
    with writing() as session:
        if session.scalar(select(Watching.id).where(*target.of(user))) is not None:
            return
        _keep_within_limits(session, user, target)
        if target.page_id is not None:
            page = session.get(Page, target.page_id)
            if page is None or not may_read(user, page):
                raise NotAllowed
        session.add(
            Watching(
                user_id=user.id,
                page_id=target.page_id,
                lab_id=target.lab_id,
                search=target.search,
                known=known,
            )
        )


def stop_watching(user: User, target: Target) -> None:
    """Tell no more; what was told stays."""
    with writing() as session:
        number = session.scalar(select(Watching.id).where(*target.of(user)))
        if number is not None:
            _end(session, number)


def remove(user: User, number: int) -> None:
    """As `stop_watching`, by the number in this person's list.

    Raises:
        NotFound: it is not in their list.
    """
    with writing() as session:
        own = select(Watching.id).where(Watching.id == number, Watching.user_id == user.id)
        if session.scalar(own) is None:
            raise NotFound
        _end(session, number)


def forget_labs(lab_ids: Collection[int]) -> None:
    """Nobody watches these labs any more; inside the transaction that removes them."""
    session = db.session()
    watching = select(Watching.id).where(Watching.lab_id.in_(lab_ids))
    for number in session.scalars(watching).all():
        _end(session, number)


def watched_by(user: User) -> Sequence[Watching]:
    """What this person watches and may read, the newest first."""
    query = (
        select(Watching)
        .outerjoin(Page, Page.id == Watching.page_id)
        .where(Watching.user_id == user.id, or_(Watching.page_id.is_(None), readable_by(user)))
        .options(joinedload(Watching.page), joinedload(Watching.lab))
        .order_by(Watching.at.desc(), Watching.id.desc())
    )
    return db.session.scalars(query).all()


def found_now(search: str) -> set[int]:
    """The pages everybody sees that a search finds; none while the index is made anew."""
    question = read(search)
    published = select(Page.id).where(Page.state == PageState.PUBLISHED.value)
    try:
        return fitting_pages(question, db.session.scalars(published).all())
    except (IndexBroken, OutOfTime):
        return set()


def as_set(known: bytes) -> int:
    return int.from_bytes(known, "little")


def _as_bytes(page_ids: set[int]) -> bytes:
    return bytes_of(sum(1 << number for number in page_ids))


def bytes_of(known: int) -> bytes:
    return known.to_bytes((known.bit_length() + 7) // 8, "little")


def _end(session: Session, number: int) -> None:
    # A line that only counts what a lab or search brought says nothing without it.
    session.execute(delete(Notice).where(Notice.watching_id == number, Notice.page_id.is_(None)))
    session.execute(delete(Watching).where(Watching.id == number))


def _keep_within_limits(session: Session, user: User, target: Target) -> None:
    own = select(func.count()).where(Watching.user_id == user.id)
    if session.scalars(own).one() >= MOST:
        raise TooMuchWatched
    searches = own.where(Watching.search.is_not(None))
    if target.search and session.scalars(searches).one() >= MOST_SEARCHES:
        raise TooMuchWatched
