"""What a person sees, takes along and leaves behind of their labs in their account."""

from typing import Any

from flask import Flask
from sqlalchemy import delete, func, select

from wiki.accounts.account_parts import AccountPart, add_account_part
from wiki.accounts.closing import add_closing_step
from wiki.accounts.exporting import add_part
from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.membership import memberships_of
from wiki.labs.models import Invitation, Membership


def init_app(app: Flask) -> None:
    add_account_part(app, AccountPart("labore", "labs/_account.html", _shown, order=20))
    add_part(app, "labore", _exported)
    add_closing_step(app, _leave_all_labs)


def _shown(user: User) -> dict[str, Any] | None:
    memberships = memberships_of(user)
    return {"memberships": memberships} if memberships else None


def _exported(user: User) -> list[dict[str, Any]]:
    return [
        {
            "labor": membership.lab.name,
            "rolle": membership.role,
            "wird_genannt": membership.is_named,
        }
        for membership in memberships_of(user)
    ]


def _leave_all_labs(user: User) -> None:
    """Runs inside the transaction that closes the account."""
    open_ones = select(Invitation.id).where(
        (Invitation.invited_by_id == user.id)
        | (func.lower(Invitation.email) == user.email.lower()),
        Invitation.accepted_at.is_(None),
    )
    db.session.execute(delete(Invitation).where(Invitation.id.in_(open_ones)))
    db.session.execute(delete(Membership).where(Membership.user_id == user.id))
