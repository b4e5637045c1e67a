"""What is news for somebody although no page has a new version: a log for those who tell it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.db import Model, UtcTime, db, now


class Happening(Model):
    """One line of the sequenced log: what it was, and its number among its like."""

    __tablename__ = "happening"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


def note_happening(what: str, number: int) -> None:
    """Add a line to the log; inside the transaction in which it happens."""
    db.session.add(Happening(what=what, number=number))
