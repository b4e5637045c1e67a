"""Somebody without a place here asks for one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import Model, UtcTime, now
from wiki.pages.models import Page


class GuestRequest(Model):
    """It is there until an editor answers it; `page` is what they want to adapt, if anything."""

    __tablename__ = "guest_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(String(1_000), default="")
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("page.id", ondelete="SET NULL"), index=True
    )
    page: Mapped[Page | None] = relationship()
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
