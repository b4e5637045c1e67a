"""`@Name` in a remark speaks to somebody who has an account; it waits for them until read."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from sqlalchemy import or_, select, update

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.labs.models import Membership
from wiki.labs.people import may_see_people
from wiki.pages.models import Page
from wiki.pages.touching import touch
from wiki.talk.models import Mention, Remark, Thread
from wiki.talk.rights import may_read_thread

#: More in one remark is a mailing list.
MOST = 10
#: So many names are offered below a field.
OFFERED = 12
#: Who closed their account; part of a text, so that it is not translated.
NOBODY = "@Ehemaliges Mitglied"
# Not in a mail address; the first word of the name behind it.
_AT = re.compile(r"(?<![\w@.-])@(\w[\w.'’-]*)")


def spoken_to(text: str, thread: Thread, by: User | None) -> list[User]:
    """The people a text speaks to, by their names as shown, if they may read the thread."""
    places = [(match.end(1) - len(match[1]), match[1]) for match in _AT.finditer(text)][:MOST]
    if not places:
        return []
    # Twice: SQLite knows the capital of an „a“, not of an „ö“.
    letters = {letter for _at, word in places for letter in (word[0].lower(), word[0].upper())}
    begins = or_(*(User.name.startswith(letter, autoescape=True) for letter in letters))
    known = db.session.scalars(select(User).where(User.active, begins)).all()
    found: dict[int, User] = {}
    for at, _word in places:
        for user in _named_at(text, at, known):
            if user != by and may_read_thread(user, thread):
                found[user.id] = user
    return list(found.values())[:MOST]


def _named_at(text: str, at: int, known: Sequence[User]) -> list[User]:
    """Those whose name stands at this place; the longest name that fits, whoever has it."""
    fitting = [user for user in known if _stands_at(text, at, user.name)]
    longest = max((len(user.name) for user in fitting), default=0)
    return [user for user in fitting if len(user.name) == longest]


def _stands_at(text: str, at: int, name: str) -> bool:
    following = text[at + len(name) : at + len(name) + 1]
    is_here = text[at : at + len(name)].casefold() == name.casefold()
    return bool(name) and is_here and not re.match(r"\w", following)


def record_mentions(remark: Remark, thread: Thread) -> None:
    """Let those know to whom a remark speaks; inside the transaction that makes it public."""
    by = db.session.get(User, remark.by_id) if remark.by_id else None
    for user in spoken_to(remark.text, thread, by):
        db.session.merge(Mention(remark_id=remark.id, user_id=user.id))


def names_to_offer(page: Page | None, thread: Thread | None, reader: User | None) -> list[str]:
    """Whom a remark can speak to: people of the page's lab, and those in the thread."""
    if reader is None:
        return []
    names = select(User.name).where(User.active, User.id != reader.id)
    offered: list[str] = []
    if thread is not None:
        here = select(Remark.by_id).where(
            Remark.thread_id == thread.id, Remark.is_waiting.is_(False), Remark.removed_at.is_(None)
        )
        offered += db.session.scalars(names.where(User.id.in_(here)).order_by(User.name))
    lab = page.lab if page is not None else None
    if lab is not None:
        there = select(Membership.user_id).where(Membership.lab_id == lab.id)
        if not may_see_people(reader, lab):
            there = there.where(Membership.is_named)
        offered += db.session.scalars(names.where(User.id.in_(there)).order_by(User.name))
    return list(dict.fromkeys(offered))[:OFFERED]


def unread_threads(user: User) -> set[int]:
    """The threads in which something speaks to this person that they have not read."""
    unread = select(Remark.thread_id).join(Mention, Mention.remark_id == Remark.id)
    mine = unread.where(Mention.user_id == user.id, Mention.read_at.is_(None))
    return set(db.session.scalars(mine))


def mark_read(thread: Thread, user: User) -> None:
    """What speaks to this person in the thread is read."""
    number = thread.id
    with writing():
        set_read(number, user.id)


def set_read(thread_id: int, user_id: int) -> None:
    """As `mark_read`, inside a transaction."""
    here = select(Remark.id).where(Remark.thread_id == thread_id)
    unread = update(Mention).where(
        Mention.user_id == user_id, Mention.read_at.is_(None), Mention.remark_id.in_(here)
    )
    options = {"synchronize_session": False}
    db.session.execute(unread.values(read_at=now()), execution_options=options)


def forget_name(user: User) -> None:
    """Runs inside the transaction that closes the account: what speaks to them names nobody."""
    for remark, mention in _mentions_of(user):
        for name in (user.name, escape(user.name, quote=False)):
            remark.text = _without_name(remark.text, name)
            remark.html = _without_name(remark.html, name)
        if remark.thread.page is not None:
            touch(remark.thread.page, "talk", None, is_bulk=True)
        db.session.delete(mention)


def _mentions_of(user: User) -> Iterator[tuple[Remark, Mention]]:
    rows = select(Remark, Mention).join(Mention, Mention.remark_id == Remark.id)
    yield from db.session.execute(rows.where(Mention.user_id == user.id)).all()


def _without_name(text: str, name: str) -> str:
    return re.sub("@" + re.escape(name) + r"(?!\w)", NOBODY, text, flags=re.IGNORECASE)
