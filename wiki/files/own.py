"""A person's files: what waits for a description, what is theirs, what stays when they leave."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db
from wiki.files.models import File, FileUse, FileVersion, PageFile
from wiki.files.storing import forget_unused
from wiki.files.uses import pages_changed, pages_with
from wiki.labs.membership import memberships_of
from wiki.pages.visibility import may_write


def may_upload(user: User) -> dict[str, Any] | None:
    """„Mein Konto“ leads those who have files, or may have some, to them."""
    return {} if may_write(user) else None


_HAS_USE = select(FileUse.file_id).where(FileUse.file_id == File.id).exists()
_IS_OFFERED = select(PageFile.file_id).where(PageFile.file_id == File.id).exists()


def undescribed_pictures(user: User) -> Iterator[Waiting]:
    """Pictures without alt text that pages have: they wait for who uploaded them and the lab's
    editors."""
    edited = [membership.lab_id for membership in memberships_of(user) if membership.is_editor]
    undescribed = (
        select(File.id, File.name, File.created_at)
        .join(FileVersion, FileVersion.file_id == File.id)
        .where(FileVersion.number == File.current_number, FileVersion.width > 0)
        .where(File.alt == "", File.is_decorative.is_(False))
        .where(or_(File.uploaded_by_id == user.id, File.lab_id.in_(edited)))
        .where(or_(_HAS_USE, _IS_OFFERED))
    )
    for file_id, name, since in db.session.execute(undescribed):
        yield Waiting(
            title=name,
            reason=_("Bild ohne Beschreibung: Wer es nicht sieht, erfährt nicht, was darauf ist"),
            address=url_for("files.details", file_id=file_id),
            since=since,
        )


def uploads_of(user: User) -> list[dict[str, Any]]:
    """Every version of a file this person uploaded, for the export of their data."""
    saved = select(FileVersion, File).join(File, File.id == FileVersion.file_id)
    rows = db.session.execute(saved.where(FileVersion.by_id == user.id).order_by(FileVersion.id))
    return [
        {
            "name": file.name,
            "version": version.number,
            "adresse": f"/dateien/{file.id}",
            "bytes": version.size,
            "am": version.at.isoformat(),
            "beschreibung": file.alt,
            "urheber": file.author,
            "lizenz": file.licence,
        }
        for version, file in rows
    ]


def leave_files(user: User) -> None:
    """Runs inside the transaction that closes the account: what pages use stays, without a name."""
    session = db.session()
    uploaded = list(session.scalars(select(File).where(File.uploaded_by_id == user.id)))
    forget_unused(uploaded)
    named = select(File).where(File.author == user.name, File.uploaded_by_id == user.id)
    for file in session.scalars(named):
        file.author = file.lab.name if file.lab else ""
        file.stamp += 1
        pages_changed(session, pages_with(session, [file.id]), None)
