"""A plan of one's own: not a page, so that no list, search, feed or export of pages knows it."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.labs.models import Lab


def new_secret() -> str:
    """What an address is opened with; nobody guesses it."""
    return secrets.token_urlsafe(16)


class Plan(Model):
    """Whoever has one of its secrets sees it, whoever has the other changes it.

    The secrets stand here as they are: what they open lies beside them. `version` counts every
    change. Without a person and a lab it is nobody's, and goes when it was long not touched.
    """

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    edit_secret: Mapped[str] = mapped_column(String(32), unique=True, default=new_secret)
    read_secret: Mapped[str] = mapped_column(String(32), unique=True, default=new_secret)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"), index=True)
    lab: Mapped[Lab | None] = relationship(lazy="joined")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    touched_at: Mapped[datetime] = mapped_column(UtcTime, default=now, index=True)

    @property
    def is_nobodys(self) -> bool:
        return self.user_id is None and self.lab_id is None


class PlanVersion(Model):
    """What a plan said: kept by somebody under a number, or before a change, to undo it.

    `version` is the plan's count at that time; `touched` names what the change was about.
    """

    __tablename__ = "plan_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None]
    version: Mapped[int]
    touched: Mapped[str] = mapped_column(String(20), default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    note: Mapped[str] = mapped_column(String(120), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by: Mapped[User | None] = relationship()
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
