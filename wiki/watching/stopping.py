"""No more mail, by a link in each: it is signed, holds for ever, and asks nobody to sign in."""

from enum import StrEnum

from flask import current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotFound
from wiki.watching.delivering import set_delivery
from wiki.watching.models import ByMail


class MailKind(StrEnum):
    NEWS = "news"
    WEEK = "week"


def address_to_stop(user: User, kind: MailKind) -> str:
    """The address in this person's mails that stops mails of this kind."""
    return url_for("stopping.ask", secret=_signer().dumps([user.id, kind.value]))


def stop_mail(secret: str) -> MailKind:
    """Stop what the address names; twice is once.

    Raises:
        NotFound: as `kind_of`.
    """
    user, kind = _meant_by(secret)
    if kind is MailKind.NEWS:
        set_delivery(user, by_mail=ByMail.NEVER)
    else:
        set_delivery(user, wants_week=False)
    return kind


def kind_of(secret: str) -> MailKind:
    """Which mails the address stops.

    Raises:
        NotFound: nobody here made this address, or the account is closed.
    """
    return _meant_by(secret)[1]


def _meant_by(secret: str) -> tuple[User, MailKind]:
    try:
        number, kind = _signer().loads(secret)
    except BadSignature:
        raise NotFound from None
    user = db.session.get(User, number)
    if user is None or not user.active:
        raise NotFound
    return user, MailKind(kind)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop-mail")
