"""Photos that come with a form, from a phone in the car park: all but the picture is preset."""

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from werkzeug.datastructures import FileStorage

from wiki.accounts.models import User
from wiki.db import db
from wiki.files.blobs import FileRefused
from wiki.files.models import File, FileVersion
from wiki.files.storing import purge_file, store_file
from wiki.labs.models import Lab
from wiki.pages.content import Licence

PHOTO_LICENCE = Licence.CC_BY


def take_photo(sent: FileStorage, by: User, lab: Lab | None) -> str:
    """Keep it with its author and licence; how texts name it. Who may write, the caller asks.

    The same photo again, because an answer got lost on the way, is the one that is there.

    Raises:
        FileRefused: it is no picture, or cannot be taken.
    """
    file = store_file(
        sent.stream,
        sent.filename or "",
        by=by,
        lab=lab,
        author=by.name,
        licence=PHOTO_LICENCE.value,
    )
    if not file.is_picture:
        purge_file(file)
        raise FileRefused(_("Als Foto geht nur ein Bild: JPEG, PNG, WebP oder GIF."))
    known = db.session.scalar(_THE_SAME.where(*_same_as(file, by)).limit(1))
    if known is not None:
        purge_file(file)
        return known.mention
    return file.mention


_THE_SAME = select(File).join(FileVersion, FileVersion.file_id == File.id).order_by(File.created_at)


def _same_as(file: File, by: User) -> tuple[ColumnElement[bool], ...]:
    return (
        # Of two at the same moment, the older one stays.
        or_(
            File.created_at < file.created_at,
            and_(File.created_at == file.created_at, File.id < file.id),
        ),
        File.uploaded_by_id == by.id,
        FileVersion.number == File.current_number,
        FileVersion.sha256 == file.current.sha256,
    )
