"""What waits for those who answer wishes, and what is kept about who wished."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db
from wiki.wishes.models import Wish
from wiki.wishes.wishing import waiting_for


def waiting_wishes(user: User) -> Iterator[Waiting]:
    for wish in waiting_for(user):
        yield Waiting(
            title=wish.title,
            reason=_("Wunsch an %(lab)s", lab=wish.lab.name) if wish.lab else _("Wunsch an alle"),
            address=url_for("wishes.show", number=wish.id),
            since=wish.created_at,
        )


def wishes_by(user: User) -> list[dict[str, Any]]:
    """For the person's own copy of their data."""
    own = db.session.scalars(select(Wish).where(Wish.by_id == user.id).order_by(Wish.id))
    return [
        {
            "wunsch": wish.title,
            "mehr": wish.text,
            "kontakt": wish.contact,
            "am": wish.created_at,
            "antwort": wish.answer,
        }
        for wish in own
    ]
