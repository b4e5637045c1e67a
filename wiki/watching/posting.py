"""The round of the post: what is due goes out, one mail at a time, in a thread of its own.

Without a mail server nothing is due. One that does not answer is asked again ever more rarely.
"""

import time
from collections.abc import Callable
from datetime import datetime
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from flask import current_app

from wiki.accounts.mailing import can_send_mail, deliver
from wiki.accounts.models import User
from wiki.db import db, now
from wiki.language import in_language
from wiki.talk.mentioning import unread_threads
from wiki.watching.delivering import Errand, next_errand, put_off, settle
from wiki.watching.lines import to_mail
from wiki.watching.mail import Mail, mail_of_news, mail_of_week
from wiki.watching.models import What
from wiki.watching.week import review_of

FIRST_PAUSE = 60.0
LONGEST_PAUSE = 3_600.0
#: What is wrong with one mail says nothing of the others; these are the server's own.
_OF_SERVER = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError, SMTPSenderRefused)


class Postman:
    """Remembers when the server last failed, in seconds of a clock that only goes on."""

    def __init__(
        self,
        time_of_day: Callable[[], datetime] = now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._time_of_day = time_of_day
        self._clock = clock
        self._pause = 0.0
        self._not_before = 0.0

    def go_round(self) -> bool:
        """Send the next mail that is due; True when there may be more."""
        if not can_send_mail() or self._clock() < self._not_before:
            return False
        at = self._time_of_day()
        errand = next_errand(at)
        if errand is None:
            return False
        mail = mail_for(errand)
        if mail is not None:
            # Nothing stays open in the database while the server takes its time.
            db.session.commit()
            try:
                deliver(mail.recipient, mail.subject, mail.text, mail.headers)
            except (OSError, ValueError) as error:
                current_app.logger.error("news was not mailed: %s", type(error).__name__)
                put_off(errand, at)
                return self._goes_on(error)
        self._pause = 0.0
        settle(errand)
        return True

    def _goes_on(self, error: Exception) -> bool:
        is_of_mail = isinstance(error, ValueError | SMTPRecipientsRefused | SMTPResponseException)
        if is_of_mail and not isinstance(error, _OF_SERVER):
            return True
        self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
        self._not_before = self._clock() + self._pause
        return False


def mail_for(errand: Errand) -> Mail | None:
    """The mail in the language of its reader, with what they may see now; None if that is none."""
    user = db.session.get(User, errand.user_id)
    if user is None or not user.active:
        return None
    with in_language(user.language):
        if errand.week is not None:
            review = review_of(errand.week, user)
            return None if review.is_empty else mail_of_week(user, review)
        unread = unread_threads(user)
        lines = [
            line
            for line in to_mail(user, [number for number, _count in errand.lines])
            # Who read under „Zu tun“ what speaks to them needs no mail of it.
            if line.notice.what != What.MENTION or line.notice.thread_id in unread
        ]
        return mail_of_news(user, lines, errand.state) if lines else None
