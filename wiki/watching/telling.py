"""News follows the logs: what happened becomes lines for those whom it concerns.

Each portion of a log is written in one transaction with the position reached: killed or
restored, nothing is told twice or lost, and of two processes the later one finds it done.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from search import IndexBroken, OutOfTime
from wiki.accounts.happenings import Happening
from wiki.accounts.mailing import can_send_mail
from wiki.db import db, now, writing
from wiki.pages.models import Change
from wiki.watching.concerned import Concerned, Event, News, of_comment, of_proposal, of_remark
from wiki.watching.matching import TELLING, known_to_search, matches_of
from wiki.watching.models import ByMail, Delivery, Notice, ToldUpTo, What

#: Lines of a log in one transaction.
BATCH = 200
#: What nobody looked up in half a year is no news.
KEPT = timedelta(days=180)

Key = tuple[object, ...]


def tell() -> bool:
    """Follow both logs a portion further; True when there is more."""
    more = [tell_of_changes(), tell_of_happenings()]
    return any(more)


def tell_of_changes() -> bool:
    """Follow the change log as far as the search knows it: watched searches ask it."""
    reached = told_up_to("changes")
    batch = (
        select(
            Change.seq,
            Change.page_id,
            Change.revision_number,
            Change.what,
            Change.by_id,
            Change.at,
            Change.is_bulk,
        )
        .where(Change.seq > reached, Change.seq <= known_to_search())
        .order_by(Change.seq)
        .limit(BATCH)
    )
    events = [Event(*row) for row in db.session.execute(batch)]
    if not events:
        return False
    telling = [event for event in events if event.what in TELLING]
    try:
        matches = matches_of({event.page_id for event in telling})
    except (IndexBroken, OutOfTime):
        return False
    told = _follow(
        "changes",
        reached,
        events[-1].seq,
        lambda session: Concerned(session, telling, matches).news(),
    )
    return not told or len(events) == BATCH


def tell_of_happenings() -> bool:
    """Follow what is news although no page has a new version."""
    reached = told_up_to("happenings")
    batch = select(Happening.seq, Happening.what, Happening.number, Happening.at)
    query = batch.where(Happening.seq > reached).order_by(Happening.seq).limit(BATCH)
    rows = db.session.execute(query).all()
    if not rows:
        return False
    tellers = {"remark": of_remark, "comment": of_comment, "proposal": of_proposal}

    def news(session: Session) -> Iterable[News]:
        for row in rows:
            if row.what in tellers:
                yield from tellers[row.what](session, row.number, row.at)

    return not _follow("happenings", reached, rows[-1].seq, news) or len(rows) == BATCH


def told_up_to(log: str) -> int:
    """How far this log was followed."""
    return db.session.scalar(select(ToldUpTo.seq).where(ToldUpTo.log == log)) or 0


def forget_old() -> None:
    """Hourly chore: what is half a year old goes, read or not."""
    old = Notice.at < now() - KEPT
    if db.session.scalar(select(Notice.id).where(old).limit(1)) is not None:
        with writing() as session:
            session.execute(delete(Notice).where(old))


def _follow(
    log: str, reached: int, position: int, news: Callable[[Session], Iterable[News]]
) -> bool:
    """Write the news and move on; False when somebody else did so first."""
    with writing() as session:
        if told_up_to(log) != reached:
            return False
        _write(session, list(news(session)))
        session.merge(ToldUpTo(log=log, seq=position))
    return True


def _write(session: Session, news: Sequence[News]) -> None:
    """A line for each thing, or one more count on the line that waits to be read."""
    if not news:
        return
    lines = _unread_lines(session, news)
    users = {one.user_id for one in news}
    mailed = _who_wants_mail(session, users)
    at_once = now()
    for one in _most_telling(news):
        if one.what is What.MENTION and one.user_id not in mailed:
            # On the site it stands under „Zu tun“.
            continue
        line = lines.get(_key_of(one))
        if line is None:
            line = Notice(user_id=one.user_id, count=0, since=one.at)
            session.add(line)
            lines[_key_of(one)] = line
        _add_to(line, one)
        if line.mail_since is None and one.user_id in mailed:
            line.mail_since = at_once


def _add_to(line: Notice, news: News) -> None:
    if not line.count or news.what.says_more_than(What(line.what)):
        line.what, line.page_id, line.thread_id = news.what.value, news.page_id, news.thread_id
        line.other_id, line.watching_id = news.other_id, news.watching_id
    if line.number is None:
        line.number = news.number
    line.count += news.count
    line.by_id, line.at = news.by_id, news.at


def _most_telling(news: Sequence[News]) -> Iterable[News]:
    """Of what says the same of one page to one person, what says most."""
    best: dict[Key, News] = {}
    for one in news:
        known = best.get(_key_of(one))
        if known is None or not one.what.is_of_page or one.what.says_more_than(known.what):
            if known is not None and not one.what.is_of_page:
                yield known
            best[_key_of(one)] = one
    yield from best.values()


def _key_of(news: News | Notice) -> Key:
    """What is one line until it is read."""
    what = What(news.what)
    if what.is_of_page:
        return (news.user_id, "page", news.page_id)
    if what is What.MANY:
        return (news.user_id, what, news.watching_id)
    if what in (What.COMMENT, What.PROPOSAL):
        return (news.user_id, what, news.number)
    return (news.user_id, what, news.thread_id)


def _unread_lines(session: Session, news: Sequence[News]) -> dict[Key, Notice]:
    unread = select(Notice).where(
        Notice.user_id.in_({one.user_id for one in news}),
        Notice.read_at.is_(None),
        or_(
            Notice.page_id.in_({one.page_id for one in news if one.page_id}),
            Notice.thread_id.in_({one.thread_id for one in news if one.thread_id}),
            Notice.watching_id.in_({one.watching_id for one in news if one.what is What.MANY}),
        ),
    )
    return {_key_of(line): line for line in session.scalars(unread)}


def _who_wants_mail(session: Session, users: set[int]) -> set[int]:
    if not can_send_mail():
        return set()
    never = select(Delivery.user_id).where(
        Delivery.user_id.in_(users), Delivery.by_mail == ByMail.NEVER.value
    )
    return users - set(session.scalars(never))
