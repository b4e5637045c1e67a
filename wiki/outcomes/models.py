"""What reports taught, line by line, and what became of it; runs that others told of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.outcomes.content import Again
from wiki.pages.models import Page


class Learning(Model):
    """One line of a report as it is now; derived from its content, made anew with each version.

    `path` is the line's place in the content, e.g. `failed.k3f`; `step` the title of the step it
    speaks of, as it was written.
    """

    __tablename__ = "learning"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    path: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int]
    text: Mapped[str]
    step: Mapped[str] = mapped_column(default="")


class ReportFacts(Model):
    """What lists ask of a report; derived from its content, made anew with each version."""

    __tablename__ = "report_facts"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    held_on: Mapped[date | None] = mapped_column(index=True)
    has_effect: Mapped[bool]


class ToldRun(Model):
    """A run that somebody without an account told of; it waits until an editor makes a report
    of it, or deletes it. `number` is the version of the recipe they read."""

    __tablename__ = "told_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipe_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    recipe: Mapped[Page] = relationship()
    number: Mapped[int]
    place: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date | None]
    people: Mapped[int | None]
    again: Mapped[str] = mapped_column(String(10), default="")
    worked: Mapped[str] = mapped_column(default="")
    failed: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    @property
    def again_label(self) -> str:
        return Again(self.again).label


class LearningAnswer(Model):
    """What became of a learning: version `number` of the recipe took it up, or nobody will.

    Without an answer it is open. A report that speaks of another recipe now is open there.
    """

    __tablename__ = "learning_answer"
    __table_args__ = (Index("ix_learning_answer_recipe", "recipe_id", "number"),)

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    path: Mapped[str] = mapped_column(String(40), primary_key=True)
    recipe_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by: Mapped[User | None] = relationship()
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    recipe: Mapped[Page] = relationship(foreign_keys=[recipe_id])
