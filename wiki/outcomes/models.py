"""What was learned, line by line, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
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
