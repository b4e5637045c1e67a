"""Imports and what each of them brought."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.labs.models import Lab
from wiki.language import N_


class ImportState(Choice):
    """How far an import is; those that end in „-ing“ are the background's turn."""

    CHECKING = "checking", N_("wird geprüft")
    CHECKED = "checked", N_("geprüft")
    APPLYING = "applying", N_("wird übernommen")
    DONE = "done", N_("ist übernommen")
    UNDOING = "undoing", N_("wird zurückgenommen")
    UNDONE = "undone", N_("zurückgenommen")
    REFUSED = "refused", N_("abgelehnt")


class Outcome(Choice):
    """What becomes of one text of a package."""

    NEW = "new", N_("neu")
    CHANGED = "changed", N_("geändert")
    UNCHANGED = "unchanged", N_("unverändert")
    REFUSED = "refused", N_("abgelehnt")


class Import(Model):
    """One package somebody brought: a folder, a ZIP or a list of pages.

    `file` is what is kept of it in the data folder until it is done; empty for an import from
    the command line, which the background leaves alone.
    """

    __tablename__ = "import"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    file: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(10), default=ImportState.CHECKING.value, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    by: Mapped[User | None] = relationship()
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"))
    lab: Mapped[Lab | None] = relationship()
    # The labs that the package names, where they exist here, instead of `lab`.
    keeps_labs: Mapped[bool] = mapped_column(default=False)
    publish: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    # Of how many texts how many are done, in the present state.
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    # Why it was refused, and the words to put in.
    reason: Mapped[str] = mapped_column(String(300), default="")
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @property
    def is_under_way(self) -> bool:
        return self.state in (ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING)

    @property
    def can_be_applied(self) -> bool:
        return self.state == ImportState.CHECKED.value

    @property
    def can_be_undone(self) -> bool:
        return self.state == ImportState.DONE.value

    @property
    def state_label(self) -> str:
        return ImportState(self.state).label


class ImportedPage(Model):
    """One text of an import: what was planned, what became of it, and what undoing left."""

    __tablename__ = "imported_page"
    __table_args__ = (
        Index("ix_imported_page_key", "key"),
        Index("ix_imported_page_page", "page_id"),
    )

    import_id: Mapped[int] = mapped_column(
        ForeignKey("import.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    # By its key a text is found again; its name is shown and goes when the page is purged.
    key: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(600), default="")
    digest: Mapped[str] = mapped_column(String(32), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    outcome: Mapped[str] = mapped_column(String(10))
    is_done: Mapped[bool] = mapped_column(default=False)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))
    # The version it became, and the one it was based on; 0 for a new page.
    number: Mapped[int] = mapped_column(default=0)
    base: Mapped[int] = mapped_column(default=0)
    # Why it was refused, or kept when the import was undone.
    reason: Mapped[str] = mapped_column(String(300), default="")
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)

    @property
    def outcome_label(self) -> str:
        return Outcome(self.outcome).label
