"""When somebody last said that a page is still right, and when it is to be looked at again."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.pages.models import Page


class Confirmation(Model):
    """Somebody looked at the page as it was at this time; the newest alone is kept.

    A later version counts as a look of its own.
    """

    __tablename__ = "confirmation"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[Page] = relationship()
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by: Mapped[User | None] = relationship()
    due_on: Mapped[date]
