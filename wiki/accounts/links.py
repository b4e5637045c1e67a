"""Links that sign a person in once: for new people, and for those who forgot their password."""

import hashlib
import secrets
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, select

from wiki.accounts.models import SignInLink, User
from wiki.config import Settings
from wiki.db import db, now
from wiki.errors import Gone


def make_link(user: User, hours: int = 1) -> str:
    """The secret of a new link, known to nobody else: only its hash is stored. Does not commit."""
    secret = secrets.token_urlsafe(32)
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at < now()))
    db.session.add(
        SignInLink(secret_hash=_hash(secret), user=user, expires_at=now() + timedelta(hours=hours))
    )
    db.session.flush()
    return secret


def address_of(secret: str) -> str:
    """The whole address of a link, to hand over."""
    settings: Settings = current_app.config["LABORWIKI"]
    addresses = current_app.url_map.bind("")  # also works where there is no request
    return settings.public_url + addresses.build("links.show", {"secret": secret})


def owner_of_link(secret: str) -> User:
    """Whom this link would sign in.

    Raises:
        Gone: it was used, has expired, or never was.
    """
    link = db.session.scalars(
        select(SignInLink).where(
            SignInLink.secret_hash == _hash(secret), SignInLink.expires_at > now()
        )
    ).first()
    if link is None or not link.user.active:
        raise Gone
    return link.user


def use_link(secret: str) -> User:
    """Use the link up, and with it all others of its owner. To be called inside `writing()`.

    Raises:
        Gone: it was used, has expired, or never was.
    """
    owner = owner_of_link(secret)
    db.session.execute(delete(SignInLink).where(SignInLink.user_id == owner.id))
    return owner


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
