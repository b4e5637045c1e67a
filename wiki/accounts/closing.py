"""Closing an account: the name gives way to a pseudonym everywhere, what was written stays."""

import hmac
import secrets
from collections.abc import Callable

from flask import Flask, current_app
from sqlalchemy import delete, select

from wiki.accounts.models import SignInLink, User
from wiki.accounts.people import (
    LastAdmin,
    is_last_admin,
    sign_out_everywhere,
    turn_off_second_step,
)
from wiki.db import db

Step = Callable[[User], None]
Note = Callable[[User], str]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-closing-steps"] = []
    app.extensions["laborwiki-closing-notes"] = []


def add_closing_step(app: Flask, step: Step) -> None:
    """Let a feature remove what it keeps about a person; it runs in the same transaction."""
    app.extensions["laborwiki-closing-steps"].append(step)


def add_closing_note(app: Flask, note: Note) -> None:
    """Let a feature say what goes with an account, before it is closed; empty if nothing does."""
    app.extensions["laborwiki-closing-notes"].append(note)


def closing_notes(user: User) -> list[str]:
    """What this person loses by closing their account, in sentences."""
    notes: list[Note] = current_app.extensions["laborwiki-closing-notes"]
    return [said for note in notes if (said := note(user))]


def close_account(user: User) -> None:
    """Take name, mail address and every way to sign in from an account. Does not commit.

    Raises:
        LastAdmin: nobody else runs the site.
    """
    if is_last_admin(user):
        raise LastAdmin
    steps: list[Step] = current_app.extensions["laborwiki-closing-steps"]
    for step in steps:
        step(user)
    user.name = _pseudonym(user)
    user.email = f"{secrets.token_hex(12)}@closed.invalid"
    user.password = None
    user.language = ""
    user.active = False
    user.roles = []
    user.webauthn = []
    user.fs_webauthn_user_handle = None
    turn_off_second_step(user)
    sign_out_everywhere(user)
    db.session.execute(delete(SignInLink).where(SignInLink.user_id == user.id))


def _pseudonym(user: User) -> str:
    """`Ehemaliges Mitglied 7f3a`: always the same for one account, another for each."""
    key: str = current_app.config["SECRET_KEY"]
    digits = hmac.digest(key.encode(), f"pseudonym:{user.id}".encode(), "sha256").hex()
    for length in range(4, len(digits)):
        name = f"Ehemaliges Mitglied {digits[:length]}"
        if not db.session.scalars(select(User.id).where(User.name == name)).first():
            return name
    return f"Ehemaliges Mitglied {digits}"
