"""A wish: what somebody would like to exist, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.pages.models import Page


class WishState(Choice):
    WAITING = "waiting", N_("wartet auf Antwort")
    TAKEN_UP = "taken_up", N_("aufgenommen")
    DECLINED = "declined", N_("nicht aufgenommen")


class Wish(Model):
    """Public once taken up; until then only those see it who answer.

    `contact` is never public and is forgotten some time after the answer.
    """

    __tablename__ = "wish"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(String(255), default="")
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"), index=True)
    lab: Mapped[Lab | None] = relationship(lazy="joined")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    state: Mapped[str] = mapped_column(String(10), default=WishState.WAITING.value, index=True)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"), index=True)
    page: Mapped[Page | None] = relationship()

    @property
    def is_waiting(self) -> bool:
        return self.state == WishState.WAITING.value

    @property
    def is_taken_up(self) -> bool:
        return self.state == WishState.TAKEN_UP.value

    @property
    def state_label(self) -> str:
        return WishState(self.state).label
