"""Pages and their revisions; everything else about them is derived and can be made anew."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.pages.content import Licence

#: Addresses of what every site must say of itself.
REQUIRED = ("impressum", "datenschutz", "barrierefreiheit")


class PageState(Choice):
    DRAFT = "draft", N_("Entwurf")
    PUBLISHED = "published", N_("veröffentlicht")
    RETIRED = "retired", N_("zurückgezogen")
    PURGED = "purged", N_("entfernt")


class Page(Model):
    """Anything written. `id` is also its short address `/r/<id>`.

    `title` and `summary` repeat the current revision's; `touched` is the last change to
    anything its readers see, so that an unchanged page need not be rendered again.
    """

    __tablename__ = "page"
    __table_args__ = (
        # All that completing a title asks of a page: it reads this instead of the pages.
        Index("ix_page_completion", "slug", "kind", "state", "lab_id", "created_by_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid.uuid4()))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"), index=True)
    lab: Mapped[Lab | None] = relationship(lazy="joined")
    state: Mapped[str] = mapped_column(String(10), default=PageState.DRAFT.value)
    is_protected: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(120), default="", index=True)
    summary: Mapped[str] = mapped_column(String(300), default="")
    current_number: Mapped[int] = mapped_column(default=0)
    published_from: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_by: Mapped[User | None] = relationship()
    touched: Mapped[int] = mapped_column(default=0, index=True)

    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="page", order_by="Revision.number", cascade="all, delete-orphan"
    )

    @property
    def is_draft(self) -> bool:
        return self.state == PageState.DRAFT.value

    @property
    def is_published(self) -> bool:
        return self.state == PageState.PUBLISHED.value

    @property
    def is_retired(self) -> bool:
        return self.state == PageState.RETIRED.value

    @property
    def is_purged(self) -> bool:
        return self.state == PageState.PURGED.value

    @property
    def owner_name(self) -> str:
        """The lab it belongs to, or an empty string for the network's pages."""
        return self.lab.name if self.lab else ""

    @property
    def is_example(self) -> bool:
        """Whether it shows newcomers how things go, instead of telling what somebody did."""
        return self.lab is not None and self.lab.is_example


class Revision(Model):
    """An immutable, numbered snapshot of a page's whole content."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("page_id", "number"),
        Index("ix_revision_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    page: Mapped[Page] = relationship(back_populates="revisions")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True, deferred_raiseload=False)
    note: Mapped[str] = mapped_column(String(300), default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    author: Mapped[User | None] = relationship(lazy="joined", foreign_keys=[author_id])
    # Whose proposal it was: a person, or the name somebody without an account gave (maybe none).
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    proposed_by_name: Mapped[str | None] = mapped_column(String(120))
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"))
    lab: Mapped[Lab | None] = relationship(lazy="joined")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    base_number: Mapped[int] = mapped_column(default=0)
    restored_number: Mapped[int | None]
    # The content's fields that say something else than in the version before; the first has none.
    changed_fields: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    agreed_licence: Mapped[str] = mapped_column(String(40), default=Licence.CC_BY.value)
    # It says nothing any more: what is left is its number, by whom and when.
    is_purged: Mapped[bool] = mapped_column(default=False, server_default=false())

    rendering: Mapped["Rendering | None"] = relationship(
        back_populates="revision", cascade="all, delete-orphan"
    )

    @property
    def was_proposed(self) -> bool:
        """Whether it took over what somebody proposed who may not edit the page."""
        return self.proposed_by_id is not None or self.proposed_by_name is not None

    @property
    def proposer_name(self) -> str:
        """Who proposed it; empty for somebody who gave no name."""
        return self.proposed_by.name if self.proposed_by else self.proposed_by_name or ""

    @property
    def urn(self) -> str:
        """A name of this version that stays when its page is renamed (RFC 9562, version 5)."""
        return uuid.uuid5(uuid.UUID(self.page.uuid), str(self.number)).urn


class Rendering(Model):
    """A revision's texts as safe HTML: a cache, filled at save, made anew by a new renderer."""

    __tablename__ = "rendering"

    revision_id: Mapped[int] = mapped_column(
        ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[Revision] = relationship(back_populates="rendering")
    renderer: Mapped[int]
    html: Mapped[dict[str, Any]] = mapped_column(JSON)


class PageSlug(Model):
    """Every address a page ever had; old ones redirect and stay reserved."""

    __tablename__ = "page_slug"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), index=True)


class Link(Model):
    """A page speaks of another by its title; `target_id` is None while there is none.

    `via` is the way it does: `text`, or the path of a field, e.g. `steps.method`.
    """

    __tablename__ = "page_link"
    __table_args__ = (Index("ix_page_link_target", "target_id", "via", "source_id"),)

    source_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    via: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(300), primary_key=True, index=True)
    slug: Mapped[str] = mapped_column(String(80), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("page.id"))


class Change(Model):
    """One line of the sequenced log that search, feeds and digests follow."""

    __tablename__ = "change"
    __table_args__ = {"sqlite_autoincrement": True}

    seq: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id"), index=True)
    revision_number: Mapped[int | None]
    what: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    is_bulk: Mapped[bool] = mapped_column(default=False)


class PageFacts(Model):
    """What lists and finders ask about a page, computed from its current content."""

    __tablename__ = "page_facts"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    minutes: Mapped[int | None]
    minutes_per_person: Mapped[float | None]
    minutes_shortest: Mapped[int | None]
    shortest_per_person: Mapped[float | None]
    group_min: Mapped[int | None]
    group_ideal: Mapped[int | None]
    group_max: Mapped[int | None]
    level: Mapped[int | None]
    wifi: Mapped[str | None] = mapped_column(String(10))
    # The address of the small picture on its card.
    cover: Mapped[str | None] = mapped_column(String(120))
    cost_fixed: Mapped[float | None]
    cost_per_person: Mapped[float | None]
    # What its words are written in.
    language: Mapped[str] = mapped_column(String(35), default="de", server_default="de")


class PageTerm(Model):
    """One of several words a page can be filtered by: a topic, an audience, a setting."""

    __tablename__ = "page_term"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(300), primary_key=True, index=True)


class Bookmark(Model):
    """A page somebody wants to find again („Merkliste")."""

    __tablename__ = "bookmark"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)
