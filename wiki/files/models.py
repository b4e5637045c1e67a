"""Files: pictures and attachments with author, licence and alt text; their versions and uses."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, now
from wiki.fields import Choice
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.markup import FILE_ID_LENGTH, FILE_ID_LETTERS
from wiki.pages.content import Licence


class People(Choice):
    """Whether people can be recognised, and whether they agreed."""

    NONE = "none", N_("Nein, niemand ist zu erkennen")
    CONSENT = "consent", N_("Ja, und alle haben zugestimmt")


def new_file_id() -> str:
    """A public name nobody guesses: about 50 bits, without letters that look alike."""
    return "".join(secrets.choice(FILE_ID_LETTERS) for _ in range(FILE_ID_LENGTH))


class File(Model):
    """Something uploaded. Its id stays with it through new versions, export and import."""

    __tablename__ = "file"

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_file_id)
    name: Mapped[str] = mapped_column(String(120))
    alt: Mapped[str] = mapped_column(String(500), default="")
    is_decorative: Mapped[bool] = mapped_column(default=False)
    author: Mapped[str] = mapped_column(String(300), default="")
    # The value of a Licence, or the name of another one.
    licence: Mapped[str] = mapped_column(String(300), default="")
    people: Mapped[str] = mapped_column(String(10), default="")
    consent: Mapped[str] = mapped_column(String(300), default="")
    lab_id: Mapped[int | None] = mapped_column(ForeignKey("lab.id"), index=True)
    lab: Mapped[Lab | None] = relationship(lazy="joined")
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    uploaded_by: Mapped[User | None] = relationship()
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    current_number: Mapped[int] = mapped_column(default=0)
    # Raised by every change, so that addresses of previews and pages tell old from new.
    stamp: Mapped[int] = mapped_column(default=0)

    versions: Mapped[list["FileVersion"]] = relationship(
        back_populates="file",
        order_by="FileVersion.number",
        cascade="all, delete-orphan",
        lazy="selectin",
    )

    @property
    def current(self) -> "FileVersion":
        """The version that everybody gets."""
        return next(each for each in self.versions if each.number == self.current_number)

    @property
    def is_picture(self) -> bool:
        return self.current.is_picture

    @property
    def mention(self) -> str:
        """How a text names it, e.g. `dateien/k3fab29xyz/Lötplatz.jpg`."""
        return f"dateien/{self.id}/{self.name}"

    @property
    def known_licence(self) -> Licence | None:
        """The licence if it is one of those a page can have."""
        return next((known for known in Licence if known.value == self.licence), None)

    @property
    def licence_name(self) -> str:
        return self.known_licence.short if self.known_licence else self.licence

    @property
    def lacks_alt(self) -> bool:
        """Whether it is a picture that nobody described yet."""
        return self.is_picture and not self.alt and not self.is_decorative


class FileVersion(Model):
    """What a file held at one time: bytes under their hash, and what was found out about them."""

    __tablename__ = "file_version"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("file.id", ondelete="CASCADE"))
    file: Mapped[File] = relationship(back_populates="versions")
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    ending: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    # Pixels; 0 for what is no picture.
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    has_preview: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    by: Mapped[User | None] = relationship(lazy="joined")
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)

    @property
    def is_picture(self) -> bool:
        return bool(self.width)


class FileText(Model):
    """The words inside one version of a file, for the search: derived, and read anew when
    `extractor`, which read them, is no longer the newest."""

    __tablename__ = "file_text"

    file_version_id: Mapped[int] = mapped_column(
        ForeignKey("file_version.id", ondelete="CASCADE"), primary_key=True
    )
    # Before the text: whoever asks for this alone need not read past it.
    extractor: Mapped[int]
    text: Mapped[str]


class PageFile(Model):
    """A file attached to a page: offered to its readers for download."""

    __tablename__ = "page_file"
    __table_args__ = (Index("ix_page_file_file", "file_id"),)

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    file_id: Mapped[str] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class FileUse(Model):
    """A page's text or cover shows a file; `last_number` is its newest version that does.

    Readers see a page's versions from the first published one on, so they may see the file if
    `last_number` is not before that one.
    """

    __tablename__ = "file_use"
    __table_args__ = (Index("ix_file_use_file", "file_id"),)

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    file_id: Mapped[str] = mapped_column(
        ForeignKey("file.id", ondelete="CASCADE"), primary_key=True
    )
    last_number: Mapped[int]


class DiscardedBlob(Model):
    """Bytes that a removed version held; the background removes them if nothing needs them."""

    __tablename__ = "discarded_blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
