"""A proposal: what somebody would change on a page they do not edit, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.language import N_
from wiki.pages.models import Page


class ProposalState(Choice):
    WAITING = "waiting", N_("wartet auf Antwort")
    ACCEPTED = "accepted", N_("übernommen")
    DECLINED = "declined", N_("abgelehnt")
    WITHDRAWN = "withdrawn", N_("zurückgenommen")


class Proposal(Model):
    """A whole content on top of version `base_number`; only who edits the page and who proposed
    it see it.

    `name` and `contact` are of people without an account; `contact` is never public and is
    forgotten some time after the answer. `revision_number` is the version that took it over.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    page: Mapped[Page] = relationship(lazy="joined")
    base_number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True, deferred_raiseload=False)
    reason: Mapped[str] = mapped_column(String(500))
    evidence: Mapped[list[str]] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    by: Mapped[User | None] = relationship(lazy="joined", foreign_keys=[by_id])
    name: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(255), default="")
    agreed_licence: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    state: Mapped[str] = mapped_column(String(10), default=ProposalState.WAITING.value, index=True)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])
    revision_number: Mapped[int | None]

    @property
    def is_waiting(self) -> bool:
        return self.state == ProposalState.WAITING.value

    @property
    def is_accepted(self) -> bool:
        return self.state == ProposalState.ACCEPTED.value

    @property
    def state_label(self) -> str:
        return ProposalState(self.state).label

    @property
    def proposer_name(self) -> str:
        """Who proposed it; empty for somebody who gave no name."""
        return self.by.name if self.by else self.name


class ProposalComment(Model):
    """What somebody said about a proposal; they alone can take it back."""

    __tablename__ = "proposal_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    proposal: Mapped[Proposal] = relationship()
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    by: Mapped[User | None] = relationship()
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
