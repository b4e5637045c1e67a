"""Who is due a mail, and what becomes of it: each is sent, then marked as sent.

A crash between the two sends that one mail again, under the same name; none is lost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, update

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.watching.models import ByMail, Delivery, Notice, What
from wiki.watching.times import Week, last_mailing, reviewed_week

#: What happens within this time after the first news goes with it.
BUNDLED = timedelta(seconds=45)
#: So long one process has for one mail; then another one tries.
HELD = timedelta(minutes=10)
LONGEST_HOLD = timedelta(hours=12)


@dataclass(frozen=True)
class Errand:
    """Somebody's mail that one process now has in hand: their lines, or the review of a week.

    `lines` are numbers of notices and their counts: what is counted later waits for the next.
    """

    user_id: int
    lines: tuple[tuple[int, int], ...] = ()
    week: Week | None = None

    @property
    def state(self) -> str:
        return repr(self.lines)


def delivery_of(user: User) -> Delivery:
    """How this person wants their mail."""
    found = db.session.get(Delivery, user.id)
    return found or Delivery(user_id=user.id, by_mail=ByMail.DAILY.value, wants_week=False)


def set_delivery(
    user: User, *, by_mail: ByMail | None = None, wants_week: bool | None = None
) -> None:
    """Change how this person wants their mail; whoever wants none gets none that waited."""
    number = user.id
    with writing() as session:
        delivery = _delivery(number)
        if by_mail is not None:
            delivery.by_mail = by_mail.value
        if by_mail is ByMail.NEVER:
            waiting = update(Notice).where(Notice.user_id == number)
            session.execute(waiting.values(mail_since=None))
        if wants_week is not None and wants_week != delivery.wants_week:
            delivery.wants_week = wants_week
            # The first review is that of the week in which it was ordered.
            delivery.week = reviewed_week(now()).name


def next_errand(at: datetime) -> Errand | None:
    """Take the next mail that is due in hand, so that nobody else sends it."""
    for due, errand in ((_due_news, _news_in_hand), (_due_review, _review_in_hand)):
        if db.session.scalar(due(at)) is None:
            continue
        with writing() as session:
            # Another process may have been faster.
            number = session.scalar(due(at))
            if number is not None:
                _delivery(number).held_until = at + HELD
                return errand(number, at)
    return None


def settle(errand: Errand) -> None:
    """The mail is with the server, or nobody needs it any more."""
    with writing() as session:
        delivery = _delivery(errand.user_id)
        delivery.failures, delivery.held_until = 0, None
        if errand.week is not None:
            delivery.week = errand.week.name
        for number, count in errand.lines:
            sent = update(Notice).where(Notice.id == number, Notice.count == count)
            # Who is mentioned reads the rest under „Zu tun“: the next time is a line of its own.
            read = case((Notice.what == What.MENTION.value, now()), else_=Notice.read_at)
            session.execute(sent.values(mail_since=None, read_at=read), execution_options=_UNSEEN)


def put_off(errand: Errand, at: datetime) -> None:
    """The mail did not go out: this person's next try is ever later."""
    with writing():
        delivery = _delivery(errand.user_id)
        delivery.failures = min(delivery.failures + 1, 20)
        delivery.held_until = at + min(LONGEST_HOLD, timedelta(minutes=1) * 2**delivery.failures)


def forget_delivery(user: User) -> None:
    """Inside the transaction that closes the account."""
    db.session.execute(delete(Delivery).where(Delivery.user_id == user.id))


_UNSEEN = {"synchronize_session": False}


def _due_news(at: datetime) -> Select[int]:
    """Whose news waits since the last mailing, or for those who want it at once, long enough."""
    at_once = and_(Delivery.by_mail == ByMail.AT_ONCE.value, Notice.mail_since <= at - BUNDLED)
    daily = and_(
        func.coalesce(Delivery.by_mail, ByMail.DAILY.value) == ByMail.DAILY.value,
        Notice.mail_since <= last_mailing(at),
    )
    return (
        select(Notice.user_id)
        .join(User, User.id == Notice.user_id)
        .outerjoin(Delivery, Delivery.user_id == User.id)
        .where(User.active, Notice.mail_since.is_not(None), or_(at_once, daily), _is_free(at))
        .order_by(Notice.mail_since)
        .limit(1)
    )


def _due_review(at: datetime) -> Select[int]:
    """Who wants the review of the week that is over and has not got it."""
    return (
        select(Delivery.user_id)
        .join(User, User.id == Delivery.user_id)
        .where(
            User.active,
            Delivery.wants_week,
            Delivery.week < reviewed_week(at).name,
            _is_free(at),
        )
        .limit(1)
    )


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(Delivery.held_until.is_(None), Delivery.held_until <= at)


def _news_in_hand(number: int, _at: datetime) -> Errand:
    waiting = select(Notice.id, Notice.count).where(
        Notice.user_id == number, Notice.mail_since.is_not(None)
    )
    rows = db.session.execute(waiting.order_by(Notice.id)).all()
    return Errand(number, lines=tuple((row[0], row[1]) for row in rows))


def _review_in_hand(number: int, at: datetime) -> Errand:
    return Errand(number, week=reviewed_week(at))


def _delivery(number: int) -> Delivery:
    """How this person wants their mail, to be changed; inside a transaction."""
    delivery = db.session.get(Delivery, number)
    if delivery is None:
        delivery = Delivery(
            user_id=number, by_mail=ByMail.DAILY.value, wants_week=False, week="", failures=0
        )
        db.session.add(delivery)
    return delivery
