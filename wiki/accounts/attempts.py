"""Limits against guessing: so many wrong tries per account and per address in an hour.

Only keyed hashes are kept (HMAC-SHA-256), of the account and of the shortened address.
"""

import hmac
from datetime import timedelta
from ipaddress import ip_address, ip_network

from flask import current_app, request
from sqlalchemy import delete, func, select

from wiki.accounts.models import SignInAttempt
from wiki.db import now, writing
from wiki.errors import TooMany

WINDOW = timedelta(hours=1)
PER_ACCOUNT = 10
PER_ADDRESS = 30


def count_attempt(kind: str, account: str) -> int:
    """Count a try before it is checked, so that tries at the same time cannot slip through.

    `kind` keeps the tries of one form apart from those of another. Returns the number to
    forget the try by when it was right.

    Raises:
        TooMany: this account or this address tried too often within an hour.
    """
    account_hash = _keyed_hash(f"{kind}:{account.strip().casefold()}")
    address_hash = _keyed_hash(shortened(request.remote_addr or ""))
    with writing() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < now() - WINDOW))
        of_account = select(func.count()).where(SignInAttempt.account == account_hash)
        of_address = select(func.count()).where(SignInAttempt.address == address_hash)
        if (
            session.scalars(of_account).one() >= PER_ACCOUNT
            or session.scalars(of_address).one() >= PER_ADDRESS
        ):
            raise TooMany
        attempt = SignInAttempt(account=account_hash, address=address_hash)
        session.add(attempt)
    return attempt.id


def count_from_address(kind: str, most: int) -> None:
    """Count what comes from one address in one form, beside all tries to sign in.

    Raises:
        TooMany: more than `most` came from this address within an hour.
    """
    hashed = network_mark(kind)
    with writing() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < now() - WINDOW))
        counted = select(func.count()).where(SignInAttempt.account == hashed)
        if session.scalars(counted).one() >= most:
            raise TooMany
        session.add(SignInAttempt(account=hashed, address=hashed))


def network_mark(kind: str) -> str:
    """Stands for where the request comes from among those of this kind, and gives nothing away."""
    return _keyed_hash(f"{kind}:{shortened(request.remote_addr or '')}")


def forget_attempt(number: int) -> None:
    """The try was right: it does not count."""
    with writing() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.id == number))


def shortened(address: str) -> str:
    """The network an address belongs to: a /24 of IPv4, a /56 of IPv6.

    >>> shortened("192.0.2.77")
    '192.0.2.0/24'
    """
    try:
        bits = 24 if ip_address(address).version == 4 else 56
        return str(ip_network((address, bits), strict=False))
    except ValueError:
        return ""


def _keyed_hash(text: str) -> str:
    key: str = current_app.config["SECRET_KEY"]
    return hmac.digest(key.encode(), text.encode(), "sha256").hex()
