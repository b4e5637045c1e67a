"""What a lab announces to everybody: its own words, not those of the plan behind it."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.announcing.times import begin_of, end_of
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.labs.models import Lab
from wiki.language import N_


class State(Choice):
    PLANNED = "planned", N_("findet statt")
    CANCELLED = "cancelled", N_("fällt aus")
    WITHDRAWN = "withdrawn", N_("zurückgezogen")


def _uid() -> str:
    return str(uuid.uuid4())


class Announcement(Model):
    """A date that everybody may come to, in the name of a lab.

    `plan_said` is what the plan said when somebody last compared the two: only what changed since
    is told at the plan. It and the plan are for those who have the plan; everything else is public.
    Withdrawn, its words are gone; the row stays, so that its address never means another date.
    `over_at` is when its last day, or its last night, is over.
    """

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=_uid)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id"), index=True)
    lab: Mapped[Lab] = relationship(lazy="joined", innerjoin=True)
    plan_id: Mapped[int | None] = mapped_column(
        ForeignKey("plan.id", ondelete="SET NULL"), unique=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=State.PLANNED.value)
    title: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date]
    days: Mapped[int] = mapped_column(default=1)
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    how_to: Mapped[str] = mapped_column(Text, default="")
    how_to_html: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(String(120), default="")
    places: Mapped[str] = mapped_column(String(80), default="")
    over_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    plan_said: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    @property
    def is_cancelled(self) -> bool:
        return self.state == State.CANCELLED.value

    @property
    def is_withdrawn(self) -> bool:
        return self.state == State.WITHDRAWN.value

    @property
    def is_over(self) -> bool:
        return self.over_at <= now()

    @property
    def is_example(self) -> bool:
        return self.lab.is_example

    @property
    def last_date(self) -> date:
        """The last day on which it begins."""
        return self.held_on + timedelta(days=self.days - 1)

    @property
    def first_begin(self) -> datetime:
        """When its first day begins, by the clock where the labs are."""
        return begin_of(self.held_on, self.begins)

    @property
    def first_end(self) -> datetime | None:
        """When its first day ends, maybe after midnight; None if nobody said."""
        return end_of(self.held_on, self.begins, self.ends)
