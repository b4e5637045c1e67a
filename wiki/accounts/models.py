"""People who can sign in."""

from datetime import datetime
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import Base, Model, UtcTime, now

ADMIN = "admin"

roles_users = Table(
    "user_role",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Model, RoleMixin):
    """A right on the whole site; there is one, `admin`. Rights in a lab are memberships."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str | None] = mapped_column(String(255))
    permissions: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(AsaList()), nullable=True
    )


class User(Model, UserMixin):
    """A person with an account. Sign-in fields are those Flask-Security asks for."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(AsaList()), nullable=True
    )
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    # Which half minute the last accepted code belonged to: a code is good once.
    tf_last_counter: Mapped[int | None] = mapped_column()

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment]
        secondary=roles_users, lazy="selectin"
    )
    webauthn: Mapped[list["WebAuthn"]] = relationship(  # type: ignore[assignment]
        back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def is_admin(self) -> bool:
        return any(role.name == ADMIN for role in self.roles)

    @property
    def has_agreed(self) -> bool:
        """Whether they agreed once that what they write is under the page's licence."""
        return self.agreed_at is not None


class WebAuthn(Model, WebAuthnMixin):
    """A passkey of a person."""

    __tablename__ = "webauthn"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship(back_populates="webauthn")
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True, index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1024))
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(
        MutableList.as_mutable(AsaList()), nullable=True
    )
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(UtcTime, default=now)
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcTime)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    def get_user_mapping(self) -> dict[str, Any]:
        """How Flask-Security finds the owner of a passkey."""
        return {"id": self.user_id}


class SignInAttempt(Model):
    """A failed sign-in, kept for an hour to slow down guessing; hashes, no plain address."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime, default=now, index=True)


class SignInLink(Model):
    """A link that signs a person in once; only a hash of its secret is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    user: Mapped[User] = relationship()
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
