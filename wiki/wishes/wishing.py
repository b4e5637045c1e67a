"""Wishing and answering: who may read a wish, who answers it, what is forgotten when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, false, func, or_, select, true, update

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.labs.membership import is_lab_staff, memberships_of
from wiki.labs.models import Lab
from wiki.pages.links import published_pages
from wiki.wishes.content import AnswerContent, WishContent
from wiki.wishes.models import Wish, WishState

ON_A_PAGE = 20
# A lab with this many unanswered wishes is either very popular or under attack.
MOST_WAITING = 200
CONTACT_KEPT = timedelta(days=30)


class TooManyWaiting(LaborwikiError):
    """So many wishes wait here that no more are taken."""


class PageUnknown(LaborwikiError):
    """The page that an answer names does not exist or is not published."""


@dataclass(frozen=True)
class WishPage:
    """A part of the public list."""

    wishes: Sequence[Wish]
    number: int
    last: int


def make_wish(content: WishContent, lab: Lab | None, by: User | None) -> Wish:
    """A new wish that waits for an answer.

    Raises:
        TooManyWaiting: this lab has not answered very many others.
    """
    lab_id = lab.id if lab else None
    with writing() as session:
        waiting = select(func.count()).where(
            Wish.state == WishState.WAITING.value, Wish.lab_id == lab_id
        )
        if session.scalars(waiting).one() >= MOST_WAITING:
            raise TooManyWaiting
        wish = Wish(**content.model_dump(), lab_id=lab_id, by_id=by.id if by else None)
        session.add(wish)
    return wish


def find_wish(number: int, reader: User | None) -> Wish:
    """The wish with this number if this reader may see it.

    Raises:
        NotFound: there is none, or they may not know of it.
    """
    wish = db.session.scalar(
        select(Wish).where(Wish.id == number, or_(_is_public(), answered_by(reader)))
    )
    if wish is None:
        raise NotFound
    return wish


def answered_by(user: User | None) -> ColumnElement[bool]:
    """The wishes this person answers: those of the labs they edit, and those for no lab."""
    if user is None:
        return false()
    if user.is_admin:
        return true()
    edited = [membership.lab_id for membership in memberships_of(user) if membership.is_editor]
    for_all = Wish.lab_id.is_(None) if edited and is_lab_staff(user) else false()
    return or_(Wish.lab_id.in_(edited), for_all)


def may_answer(user: User | None, wish: Wish) -> bool:
    found = select(Wish.id).where(Wish.id == wish.id, answered_by(user))
    return db.session.scalar(found) is not None


def waiting_for(user: User) -> Sequence[Wish]:
    """What waits for this person's answer, the oldest first."""
    waiting = select(Wish).where(Wish.state == WishState.WAITING.value, answered_by(user))
    return db.session.scalars(waiting.order_by(Wish.created_at)).all()


def taken_up(number: int = 1, lab: Lab | None = None) -> WishPage:
    """The public wishes, those answered last first."""
    public = _is_public() if lab is None else _is_public() & (Wish.lab_id == lab.id)
    total = db.session.scalar(select(func.count()).select_from(Wish).where(public)) or 0
    newest = select(Wish).where(public).order_by(Wish.answered_at.desc(), Wish.id.desc())
    wishes = db.session.scalars(newest.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)).all()
    return WishPage(wishes, number, max(1, -(-total // ON_A_PAGE)))


def answer_wish(wish: Wish, content: AnswerContent, by: User, *, take_up: bool) -> None:
    """Answer a wish, or answer it anew: taken up it becomes public, declined it does not.

    Raises:
        NotAllowed: the wish is not this person's to answer.
        PageUnknown: there is no published page with this title.
    """
    page_id, number = _page_titled(content.page), wish.id
    with writing() as session:
        # Somebody else may have deleted it meanwhile.
        current = _to_answer(session.get(Wish, number), by)
        current.answer = content.answer
        current.page_id = page_id
        current.state = (WishState.TAKEN_UP if take_up else WishState.DECLINED).value
        current.answered_at = now()
        current.answered_by_id = by.id


def forget_contact(wish: Wish) -> None:
    """The answer is on its way: nobody needs the address any more."""
    number = wish.id
    with writing() as session:
        session.execute(update(Wish).where(Wish.id == number).values(contact=""))


def delete_wish(wish: Wish, by: User) -> None:
    """Remove what was no wish.

    Raises:
        NotAllowed: the wish is not this person's to answer.
    """
    number = wish.id
    with writing() as session:
        current = _to_answer(session.get(Wish, number), by)
        session.execute(delete(Wish).where(Wish.id == current.id))


def of_lab(lab: Lab, _reader: User | None) -> dict[str, Any]:
    """What a lab's home shows of its wishes."""
    return {"wishes": taken_up(lab=lab).wishes[:3]}


def forget_contacts() -> None:
    """Hourly chore: addresses nobody needs any more since the answer go."""
    old = (Wish.contact != "", Wish.answered_at < now() - CONTACT_KEPT)
    if db.session.scalar(select(Wish.id).where(*old).limit(1)) is not None:
        with writing() as session:
            session.execute(update(Wish).where(*old).values(contact=""))


def _is_public() -> ColumnElement[bool]:
    return Wish.state == WishState.TAKEN_UP.value


def _to_answer(wish: Wish | None, by: User) -> Wish:
    if wish is None:
        raise NotFound
    if not may_answer(by, wish):
        raise NotAllowed
    return wish


def _page_titled(title: str) -> int | None:
    if not title:
        return None
    found = published_pages([title]).get(title)
    if found is None:
        raise PageUnknown
    return found[0]
