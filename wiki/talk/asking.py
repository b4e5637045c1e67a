"""Questions to all labs: which are open, which a lab has not answered, when it knows nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import NotAllowed, NotFound
from wiki.labs.membership import memberships_of
from wiki.labs.models import Lab, Membership
from wiki.talk.models import NothingKnown, Remark, Thread
from wiki.talk.reading import ON_A_PAGE, RESOLVED
from wiki.talk.rights import may_see_questions

#: So long a question waits for each lab's answer.
WAITS = timedelta(days=30)
IN_A_LAB = 3


@dataclass(frozen=True)
class Questions:
    """A part of the list of questions."""

    open: Sequence[Thread]
    resolved: Sequence[Thread]
    number: int
    last: int


def questions(number: int = 1) -> Questions:
    """The questions, those last spoken about first."""
    is_open = Thread.resolved_at.is_(None)
    total = db.session.scalar(select(func.count()).select_from(Thread).where(*_ASKED, is_open)) or 0
    newest = select(Thread).where(*_ASKED).order_by(Thread.last_at.desc(), Thread.id.desc())
    some = newest.where(is_open).offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    done = newest.where(~is_open).limit(RESOLVED)
    return Questions(
        open=db.session.scalars(some).all(),
        resolved=db.session.scalars(done).all() if number == 1 else [],
        number=number,
        last=max(1, -(-total // ON_A_PAGE)),
    )


def unanswered_by(lab: Lab) -> Sequence[Thread]:
    """Other labs' questions that this one has not answered, the oldest first."""
    people = select(Membership.user_id).where(Membership.lab_id == lab.id)
    answered = exists().where(
        Remark.thread_id == Thread.id, Remark.by_id.in_(people), Remark.removed_at.is_(None)
    )
    passed = exists().where(NothingKnown.thread_id == Thread.id, NothingKnown.lab_id == lab.id)
    waiting = select(Thread).where(
        *_ASKED,
        Thread.resolved_at.is_(None),
        Thread.created_at > now() - WAITS,
        Thread.lab_id.is_distinct_from(lab.id),
        ~answered,
        ~passed,
    )
    return db.session.scalars(waiting.order_by(Thread.created_at)).all()


def edited_labs(user: User) -> list[Lab]:
    """The labs for which this person answers: those of the network they are an editor of."""
    return [
        membership.lab
        for membership in memberships_of(user)
        if membership.is_editor and not membership.lab.is_guest
    ]


def know_nothing(thread: Thread, labs: Sequence[Lab]) -> None:
    """These labs have no answer: the question waits for them no more.

    Raises:
        NotAllowed: nobody's lab is meant.
        NotFound: the question is gone.
    """
    if not labs:
        raise NotAllowed
    number = thread.id
    with writing() as session:
        if session.get(Thread, number) is None:
            raise NotFound
        for lab in labs:
            session.merge(NothingKnown(thread_id=number, lab_id=lab.id))


def of_lab(lab: Lab, reader: User | None) -> dict[str, Any]:
    """What a lab's home shows of its questions to whoever may read them."""
    if not may_see_questions(reader):
        return {"may_see": False}
    newest = (
        select(Thread)
        .where(*_ASKED, Thread.lab_id == lab.id, Thread.resolved_at.is_(None))
        .order_by(Thread.last_at.desc())
        .limit(IN_A_LAB)
    )
    return {"may_see": True, "questions": db.session.scalars(newest).all()}


_ASKED = (Thread.page_id.is_(None), Thread.count > 0)
