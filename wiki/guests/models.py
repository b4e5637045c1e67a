"""Somebody without a place here asks for one."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import Model, UtcTime, now
from wiki.labs.models import Invitation
from wiki.pages.models import Page


class GuestRequest(Model):
    """It is there until it is declined, or somebody accepted the invitation that answered it.

    `page` is what they want to adapt, if anything.
    """

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
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="SET NULL"), index=True
    )
    invitation: Mapped[Invitation | None] = relationship()
