"""What is said about a page, or asked of all labs; who runs a recipe, too."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.labs.models import Lab
from wiki.pages.models import Page


class Thread(Model):
    """Remarks that belong together: about a page, one of its steps, or a question to all labs.

    A question has no page but a title, and `lab` is who asks. `count` and `last_at` repeat what
    everybody may read of its remarks; a thread without any is shown to nobody. One that began on a
    draft stays with those who saw the draft.
    """

    __tablename__ = "talk_thread"
    __table_args__ = (
        Index("ix_talk_thread_newest", "page_id", "last_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    page: Mapped[Page | None] = relationship()
    step: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"), index=True)
    lab: Mapped[Lab | None] = relationship()
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    is_internal: Mapped[bool] = mapped_column(default=False)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    @property
    def is_question(self) -> bool:
        return self.page_id is None


class Remark(Model):
    """One thing somebody said. Without an account it waits until an editor publishes it.

    One that was answered keeps its place when it is removed, without its words.
    """

    __tablename__ = "talk_remark"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("talk_thread.id", ondelete="CASCADE"), index=True
    )
    thread: Mapped[Thread] = relationship()
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    by: Mapped[User | None] = relationship()
    name: Mapped[str] = mapped_column(String(80), default="")
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"))
    lab: Mapped[Lab | None] = relationship()
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    is_waiting: Mapped[bool] = mapped_column(default=False, index=True)
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class Mention(Model):
    """A remark speaks to somebody; unread, it waits for them."""

    __tablename__ = "talk_mention"

    remark_id: Mapped[int] = mapped_column(
        ForeignKey("talk_remark.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NothingKnown(Model):
    """A lab has no answer to a question and wants to see it no more under „Zu tun“."""

    __tablename__ = "talk_nothing_known"

    thread_id: Mapped[int] = mapped_column(
        ForeignKey("talk_thread.id", ondelete="CASCADE"), primary_key=True
    )
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class AlsoRuns(Model):
    """A lab runs somebody else's recipe, too („Machen wir auch“)."""

    __tablename__ = "also_runs"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
