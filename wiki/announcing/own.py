"""What is kept of who announced something: for their own copy, and when they leave."""

from typing import Any

from sqlalchemy import select, update

from wiki.accounts.models import User
from wiki.announcing.models import Announcement, State
from wiki.db import db


def announcements_by(user: User) -> list[dict[str, Any]]:
    """For the person's own copy of their data."""
    own = select(Announcement).where(Announcement.by_id == user.id).order_by(Announcement.id)
    return [
        {
            "titel": one.title,
            "labor": one.lab.name,
            "am": one.held_on,
            "beginn": one.begins,
            "ende": one.ends,
            "tage": one.days,
            "ort": one.place,
            "mitmachen": one.how_to,
            "für wen": one.audience,
            "plätze": one.places,
            "stand": State(one.state).label,
            "angekündigt": one.created_at,
            "geändert": one.changed_at,
        }
        for one in db.session.scalars(own)
    ]


def forget_announcer(user: User) -> None:
    """Runs inside the transaction that closes the account: what a lab announces stays its own."""
    mine = update(Announcement).where(Announcement.by_id == user.id)
    db.session.execute(mine.values(by_id=None))
