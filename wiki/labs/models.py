"""Labs, the mobile lab and guests; who belongs to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.language import N_


class LabKind(Choice):
    LAB = "lab", N_("Labor")
    MOBILE = "mobile", N_("Mobiles Labor")
    GUEST = "guest", N_("Gast")


class MemberRole(Choice):
    MEMBER = "member", N_("Mitglied")
    EDITOR = "editor", N_("Redaktion")


class Lab(Model):
    """A lab, the mobile lab, or a guest: another municipality, a club, a school.

    The examples of the starter content have labs of their own, which nobody belongs to; no form
    makes a lab an example or a real one.
    """

    __tablename__ = "lab"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10), default=LabKind.LAB.value)
    place: Mapped[str] = mapped_column(String(120), default="")
    colour: Mapped[str] = mapped_column(String(7), default="#3f5261")
    summary: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    text_html: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_mail: Mapped[str] = mapped_column(String(255), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    is_example: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="lab", cascade="all, delete-orphan"
    )

    @property
    def is_guest(self) -> bool:
        return self.kind == LabKind.GUEST.value

    @property
    def kind_label(self) -> str:
        return LabKind(self.kind).label

    @property
    def dialled_phone(self) -> str:
        """The phone number as a `tel:` address takes it."""
        return "".join(sign for sign in self.contact_phone if sign in "+0123456789")

    @property
    def spine_lines(self) -> tuple[str, str]:
        """The two lines on its spine: a name that ends with the place is parted there."""
        name = self.name.removesuffix(self.place).rstrip() if self.place else self.name
        return (name or self.name, self.place if name else "")


class Membership(Model):
    """A person's role in a lab; whether they want to be named on its page is theirs to say."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "lab_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10), default=MemberRole.MEMBER.value)
    is_named: Mapped[bool] = mapped_column(default=False)
    user: Mapped[User] = relationship(lazy="joined")
    lab: Mapped[Lab] = relationship(back_populates="memberships", lazy="joined")

    @property
    def is_editor(self) -> bool:
        return self.role == MemberRole.EDITOR.value


class Invitation(Model):
    """An editor's invitation to a lab; only a hash of its secret is kept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    lab_id: Mapped[int] = mapped_column(ForeignKey("lab.id", ondelete="CASCADE"), index=True)
    lab: Mapped[Lab] = relationship()
    email: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(10), default=MemberRole.MEMBER.value)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    invited_by: Mapped[User] = relationship()
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Where whoever accepts goes on, within this site, if not to the lab's home.
    onward: Mapped[str | None] = mapped_column(String(300))
