"""What people watch, what is new for them, and how they want to hear of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.pages.models import Page
from wiki.talk.models import Thread


class ByMail(Choice):
    AT_ONCE = "at_once", N_("sofort")
    DAILY = "daily", N_("einmal am Tag, morgens um sechs")
    NEVER = "never", N_("nicht")


class What(StrEnum):
    """What a line of news says; of one page the later ones say more than the earlier ones."""

    CHANGED = "changed"
    FITS = "fits"
    NEW = "new"
    REPORTED = "reported"
    SOURCE = "source"
    TAKEN_UP = "taken_up"
    RETIRED = "retired"
    TALK = "talk"
    MENTION = "mention"
    COMMENT = "comment"
    PROPOSAL = "proposal"
    MANY = "many"

    @property
    def is_of_page(self) -> bool:
        """Whether a page has one such line at most until it is read."""
        others = (What.TALK, What.MENTION, What.COMMENT, What.PROPOSAL, What.MANY)
        return self not in others

    def says_more_than(self, other: "What") -> bool:
        return list(What).index(self) > list(What).index(other)


class Watching(Model):
    """Somebody watches a page, a lab or a search: one of the three.

    `search` is a query string as `finding.asking.written` makes it; `known` the set of pages that
    it is known to find, a bit for each page's id: only what comes in is news.
    """

    __tablename__ = "watching"
    __table_args__ = (
        UniqueConstraint("user_id", "page_id", name="uq_watching_page"),
        UniqueConstraint("user_id", "lab_id", name="uq_watching_lab"),
        UniqueConstraint("user_id", "search", name="uq_watching_search"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), index=True
    )
    page: Mapped[Page | None] = relationship()
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id", ondelete="CASCADE"), index=True)
    lab: Mapped[Lab | None] = relationship()
    search: Mapped[str | None] = mapped_column(String(1000), index=True)
    known: Mapped[bytes] = mapped_column(LargeBinary, default=b"", deferred=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class Notice(Model):
    """One line of news for one person: what happened to a page since they last looked.

    `number` is the version before the first change
    they have not seen, or of a proposal its number; `other` the page it has to do with: their
    adaptation, their report, the recipe it reports on. `mail_since` says since when it waits to
    be mailed; None when it does not (any more). No title is kept here.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_newest", "user_id", "at"),
        Index("ix_notice_mail_since", "mail_since"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(12))
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), index=True
    )
    page: Mapped[Page | None] = relationship(foreign_keys=[page_id])
    thread_id: Mapped[int | None] = mapped_column(
        ForeignKey("talk_thread.id", ondelete="CASCADE"), index=True
    )
    thread: Mapped[Thread | None] = relationship()
    other_id: Mapped[int | None] = mapped_column(
        ForeignKey("page.id", ondelete="SET NULL"), index=True
    )
    other: Mapped[Page | None] = relationship(foreign_keys=[other_id])
    watching_id: Mapped[int | None] = mapped_column(
        ForeignKey("watching.id", ondelete="SET NULL"), index=True
    )
    watching: Mapped[Watching | None] = relationship()
    number: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    count: Mapped[int] = mapped_column(default=1)
    since: Mapped[datetime] = mapped_column(UtcTime, default=now)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)
    mail_since: Mapped[datetime | None] = mapped_column(UtcTime)

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class Delivery(Model):
    """How somebody wants their mail; without a row, daily and no review of the week.

    `week` is the last week whose review they got, e.g. `2026-47`. `held_until` keeps a second
    process from sending the same, and after a failure everybody from trying again too soon.
    """

    __tablename__ = "delivery"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    by_mail: Mapped[str] = mapped_column(String(10), default=ByMail.DAILY.value)
    wants_week: Mapped[bool] = mapped_column(default=False)
    week: Mapped[str] = mapped_column(String(7), default="")
    failures: Mapped[int] = mapped_column(default=0)
    held_until: Mapped[datetime | None] = mapped_column(UtcTime)


class ToldUpTo(Model):
    """How far a log was followed; it moves in the transaction that writes the news."""

    __tablename__ = "told_up_to"

    log: Mapped[str] = mapped_column(String(20), primary_key=True)
    seq: Mapped[int]
