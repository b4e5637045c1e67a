"""Keeping files: uploads, new versions, what belongs to which page, removing for good.

Files come in through `store_file` alone, whatever door: form, editor, import.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import IO, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, union
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import NotAllowed, NotFound
from wiki.fields import normalised, one_line
from wiki.files import blobs
from wiki.files.blobs import DiskFull, FileRefused, Received, received
from wiki.files.models import DiscardedBlob, File, FileUse, FileVersion, PageFile, People
from wiki.files.rights import may_change_file
from wiki.files.uses import pages_changed, pages_with
from wiki.labs.models import Lab
from wiki.markup import FILE_ID
from wiki.pages.models import Page
from wiki.uploads import Found, Reason, Unusable, look_at

NAME_LENGTH = 100
PORTION = 500  # hashes in one question to the database


def store_file(
    stream: IO[bytes],
    name: str,
    *,
    by: User | None,
    lab: Lab | None,
    file_id: str | None = None,
    alt: str = "",
    author: str = "",
    licence: str = "",
    consent: str = "",
    people: str = "",
    page: Page | None = None,
) -> File:
    """Take a file in: looked at, made safe, kept on the disk, with its first preview.

    With the `file_id` of a file that is there, the bytes become its new version (and its empty
    details are filled in); the same bytes again change nothing. With one that is not, the new
    file has this id: so files keep theirs through export and import. `licence` is the value of
    a `Licence` or the name of another one; `consent`, a note about people shown who agreed.
    With `page`, the file is attached to it; whether `by` may edit that page is the caller's to
    ask. Opens its own transaction, after everything slow is done.

    Raises:
        FileRefused: with a `reason` to show: too large, of no kind we take, damaged, too much
            for one day, or another's file with this id.
        DiskFull: there is no room; nothing was kept.
    """
    settings = blobs.settings()
    if file_id is not None and not re.fullmatch(FILE_ID, file_id):
        raise FileRefused(_("So heißt keine Datei."))
    details = {
        "alt": one_line(alt, 500),
        "author": one_line(author, 300),
        "licence": one_line(licence, 300),
        "people": people or (People.CONSENT.value if consent else ""),
        "consent": one_line(consent, 300),
    }
    with received(stream, settings.max_file_bytes) as upload, blobs.disk_may_be_full():
        version = _looked_at(upload, name)
        try:
            with writing() as session:
                _check_day(session, by, version.size)
                file = session.get(File, file_id) if file_id else None
                if file is None:
                    file = File(
                        id=file_id,
                        name=file_name(name, version.ending),
                        lab_id=lab.id if lab else None,
                        uploaded_by_id=by.id if by else None,
                        **details,
                    )
                    session.add(file)
                elif by is not None and not may_change_file(by, file):
                    raise FileRefused(_("Diese Datei gehört zu einem anderen Labor."))
                else:
                    _fill_in(file, details)
                _append(session, file, version, upload, by)
                if page is not None:
                    _attach(session, page.id, file, by)
        except Exception as error:
            # Bytes may have been put in place before the transaction failed.
            remove_unneeded([version.sha256])
            if isinstance(error, OperationalError) and "full" in str(error.orig):
                raise DiskFull from error
            raise
        blobs.keep_previews(upload.folder, version.sha256)
    return file


def files_of(page: Page) -> list[File]:
    """The files attached to a page or shown in its current version, by name."""
    attached = select(PageFile.file_id).where(PageFile.page_id == page.id)
    shown = select(FileUse.file_id).where(
        FileUse.page_id == page.id, FileUse.last_number == page.current_number
    )
    query = select(File).where(or_(File.id.in_(attached), File.id.in_(shown)))
    return list(db.session.scalars(query.order_by(File.name, File.id)))


def sizes_on(page_ids: Iterable[int]) -> list[tuple[int, str, int]]:
    """Page, file and its size in bytes, for each file that `files_of` finds for these pages."""
    wanted = sorted(page_ids)
    shown = (
        select(FileUse.page_id, FileUse.file_id)
        .join(Page, Page.id == FileUse.page_id)
        .where(FileUse.page_id.in_(wanted), FileUse.last_number == Page.current_number)
    )
    attached = select(PageFile.page_id, PageFile.file_id).where(PageFile.page_id.in_(wanted))
    on = union(shown, attached).subquery()
    is_current = and_(FileVersion.file_id == File.id, FileVersion.number == File.current_number)
    rows = db.session.execute(
        select(on.c.page_id, File.id, FileVersion.size)
        .join(File, File.id == on.c.file_id)
        .join(FileVersion, is_current)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def offers_files() -> ColumnElement[bool]:
    """In SQL: whether a page offers files to its readers."""
    return select(PageFile.file_id).where(PageFile.page_id == Page.id).exists()


def attached_to(page: Page) -> list[File]:
    """The files offered to a page's readers, those attached first coming first."""
    return list(db.session.scalars(_ATTACHED, {"page": page.id}))


# Each view of a page asks this: putting the question together would take longer than asking.
_ATTACHED = (
    select(File)
    .join(PageFile, PageFile.file_id == File.id)
    .where(PageFile.page_id == bindparam("page"))
    .order_by(PageFile.at, File.name)
)


def attach(page: Page, file: File, by: User | None = None) -> None:
    """Offer the file to the page's readers: from now on whoever reads the page may have it.

    Whether `by` may edit the page and read the file is the caller's to ask.
    """
    with writing() as session:
        _attach(session, page.id, file, by)


def detach(page: Page, file: File, by: User | None = None) -> None:
    """Offer the file no more; where texts show it, it stays."""
    with writing() as session:
        session.execute(
            delete(PageFile).where(PageFile.page_id == page.id, PageFile.file_id == file.id)
        )
        pages_changed(session, [page.id], by)


def open_blob(version: FileVersion) -> BinaryIO:
    """The bytes of one version, to be closed by the caller."""
    return blobs.open_bytes(version.sha256)


def find_file(file_id: str) -> File:
    """The file with this id.

    Raises:
        NotFound: there is none (any more).
    """
    file = db.session.get(File, file_id) if re.fullmatch(FILE_ID, file_id) else None
    if file is None:
        raise NotFound
    return file


def version_of(file: File, number: int) -> FileVersion:
    """One version of a file.

    Raises:
        NotFound: there is none with this number.
    """
    version = next((each for each in file.versions if each.number == number), None)
    if version is None:
        raise NotFound
    return version


def describe(file: File, by: User, **details: object) -> None:
    """Change what is said about a file; pages that show it are rendered anew.

    Raises:
        NotAllowed: the person may not change it.
    """
    with writing() as session:
        current = session.get_one(File, file.id)
        if not may_change_file(by, current):
            raise NotAllowed
        for name, value in details.items():
            setattr(current, name, value)
        current.stamp += 1
        pages_changed(session, pages_with(session, [file.id]), by)


def bring_back_version(file: File, number: int, by: User) -> None:
    """Make an earlier version the current one again, as a new version.

    Raises:
        NotFound: there is no such version.
        NotAllowed: the person may not change the file.
    """
    with writing() as session:
        current = session.get_one(File, file.id)
        if not may_change_file(by, current):
            raise NotAllowed
        old = version_of(current, number)
        if number != current.current_number:
            _add_version(session, current, _copy_of(old), by)


def purge_version(file: File, number: int) -> None:
    """Remove one version for good; the newest other one is then the current one.

    Whether the person may is the caller's to ask. A file's only version goes with the file.

    Raises:
        NotFound: there is no such version.
    """
    with writing() as session:
        current = session.get_one(File, file.id)
        version = version_of(current, number)
        if len(current.versions) == 1:
            _remove(session, [current])
            return
        current.versions.remove(version)
        session.flush()
        _discard(session, [version.sha256])
        current.current_number = current.versions[-1].number
        current.stamp += 1
        pages_changed(session, pages_with(session, [file.id]), None)


def purge_file(file: File) -> None:
    """Remove a file with all its versions for good. Whether one may is the caller's to ask."""
    with writing() as session:
        _remove(session, [session.get_one(File, file.id)])


def forget_files_of(page: Page) -> None:
    """Remove files that no other page has; inside the transaction that purges the page."""
    session = db.session()
    had: set[str] = set()
    for table in (PageFile, FileUse):
        had.update(session.scalars(select(table.file_id).where(table.page_id == page.id)))
        session.execute(delete(table).where(table.page_id == page.id))
    forget_unused(session.get_one(File, file_id) for file_id in had)


def forget_unused(files: Iterable[File]) -> None:
    """Remove those of the files that no page has; inside a transaction."""
    session = db.session()
    _remove(session, [file for file in files if not pages_with(session, [file.id])])


def remove_discarded() -> bool:
    """Background chore: take bytes off the disk that no version needs; True if there is more."""
    discarded = db.session.scalars(select(DiscardedBlob.sha256).limit(50)).all()
    remove_unneeded(discarded)
    return len(discarded) == 50


def remove_unneeded(hashes: Collection[str]) -> None:
    """Take those of these bytes off the disk that no version needs."""
    left = list(hashes)
    for start in range(0, len(left), PORTION):
        some = left[start : start + PORTION]
        known = set(db.session.scalars(select(DiscardedBlob.sha256)))
        if known.isdisjoint(some) and _needed(some).issuperset(some):
            continue
        # Inside a transaction: nobody may begin to need them in the same moment.
        with writing() as session:
            for sha256 in set(some) - _needed(some):
                blobs.remove_bytes(sha256)
            session.execute(delete(DiscardedBlob).where(DiscardedBlob.sha256.in_(some)))


def tidy_up() -> None:
    """Hourly chore: take off the disk what a killed process left there."""
    blobs.remove_left_over_uploads()
    remove_unneeded(list(blobs.all_blobs()))


def _needed(hashes: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(FileVersion.sha256).where(FileVersion.sha256.in_(hashes))))


def file_name(name: str, ending: str) -> str:
    """A name that is safe in addresses, texts, archives and on every disk.

    >>> file_name("C:\\\\Fotos\\\\Lötplatz (1).jpeg", "jpg")
    'Lötplatz-1.jpg'
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", normalised(name))[-1])
    stem = name.rpartition(".")[0] or name
    stem = re.sub(r"[^\w.-]+|_+", "-", stem)
    stem = re.sub(r"[-.]*[.][-.]*|-{2,}", "-", stem).strip("-")[: NAME_LENGTH - len(ending) - 1]
    # Names that Windows keeps for devices.
    if not stem or re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem):
        stem = f"datei-{stem}".rstrip("-")
    return f"{stem}.{ending}"


def _looked_at(upload: Received, name: str) -> FileVersion:
    """The version these bytes make; the bytes to keep lie flushed at `upload.path`."""
    known = db.session.scalar(
        select(FileVersion).where(FileVersion.sha256 == upload.sha256).limit(1)
    )
    # What we wrote ourselves is not written anew: pictures would lose a little each time.
    if known is not None and known.is_picture:
        blobs.flush(upload.path)
        return _copy_of(known)
    try:
        found = look_at(upload.path, name, upload.folder)
    except Unusable as unusable:
        if unusable.reason == "full":
            raise DiskFull from unusable
        raise FileRefused(_why(unusable.reason)) from unusable
    sha256 = upload.sha256
    if found.picture:
        (upload.folder / found.picture).rename(upload.path)
        sha256 = blobs.sha256_of(upload.path)
    blobs.flush(upload.path)
    return _version(found, sha256, upload.path.stat().st_size)


def _version(found: Found, sha256: str, size: int) -> FileVersion:
    return FileVersion(
        sha256=sha256,
        media_type=found.media_type,
        ending=found.ending,
        size=size,
        width=found.width,
        height=found.height,
        has_preview=bool(found.previews),
    )


def _copy_of(version: FileVersion) -> FileVersion:
    names = ("sha256", "media_type", "ending", "size", "width", "height", "has_preview")
    return FileVersion(**{name: getattr(version, name) for name in names})


def _append(
    session: Session, file: File, version: FileVersion, upload: Received, by: User | None
) -> None:
    """The bytes as the file's newest version, unless they are that already."""
    if file.current_number:
        if file.current.sha256 == version.sha256:
            return
        if file.is_picture != version.is_picture:
            raise FileRefused(
                _("Ein Bild wird nur durch ein Bild ersetzt, ein Dokument nur durch ein Dokument.")
            )
    blobs.place(upload.path, version.sha256)
    _add_version(session, file, version, by)


def _add_version(session: Session, file: File, version: FileVersion, by: User | None) -> None:
    session.flush()
    version.number = 1 + max((each.number for each in file.versions), default=0)
    version.by_id = by.id if by else None
    file.versions.append(version)
    file.current_number = version.number
    file.name = file_name(file.name, version.ending)
    file.stamp = (file.stamp or 0) + 1
    session.flush()
    pages_changed(session, pages_with(session, [file.id]), by)


def _attach(session: Session, page_id: int, file: File, by: User | None) -> None:
    if session.get(PageFile, (page_id, file.id)) is None:
        session.add(PageFile(page_id=page_id, file_id=file.id))
        session.flush()
        pages_changed(session, [page_id], by)


def _remove(session: Session, files: Iterable[File]) -> None:
    for file in files:
        hashes = [version.sha256 for version in file.versions]
        pages = pages_with(session, [file.id])
        session.delete(file)
        session.flush()
        _discard(session, hashes)
        pages_changed(session, pages, None)


def _discard(session: Session, hashes: Iterable[str]) -> None:
    for sha256 in set(hashes):
        session.merge(DiscardedBlob(sha256=sha256))
    session.flush()


def _check_day(session: Session, by: User | None, size: int) -> None:
    """One person fills nobody else's disk."""
    if by is None:
        return
    limit = blobs.settings().max_day_bytes
    today = session.scalar(
        select(func.sum(FileVersion.size)).where(
            FileVersion.by_id == by.id, FileVersion.at > now() - timedelta(days=1)
        )
    )
    if (today or 0) + size > limit:
        raise FileRefused(
            _(
                "Mehr als %(number)s MB am Tag nimmt das Wiki von einer Person nicht an. "
                "Morgen geht es weiter.",
                number=limit // 1_000_000,
            )
        )


def _fill_in(file: File, details: dict[str, str]) -> None:
    for name, value in details.items():
        if value and not getattr(file, name):
            setattr(file, name, value)


def _why(reason: Reason) -> str:
    words = {
        "broken": _("Diese Datei ist beschädigt oder nicht das, was ihr Name sagt."),
        "encrypted": _("Verschlüsselte Archive nimmt das Wiki nicht an."),
        "entries": _("In diesem Archiv sind zu viele Dateien."),
        "heic": _(
            "Fotos im Format HEIC oder AVIF kann nicht jeder Browser zeigen. Das Foto als JPEG "
            "sichern und noch einmal hochladen."
        ),
        "html": _("Webseiten nimmt das Wiki nicht als Datei an. Ein Link im Text genügt."),
        "macros": _(
            "Diese Datei enthält Makros. Ohne Makros gespeichert, zum Beispiel als .docx oder "
            ".odt, geht es."
        ),
        "pixels": _("Dieses Bild hat zu viele Bildpunkte: höchstens 50 Millionen gehen."),
        "time": _("Diese Datei ist so aufwendig, dass sie nicht geprüft werden konnte."),
        "type": _(
            "Diese Art von Datei nimmt das Wiki nicht an. Es gehen Bilder (JPEG, PNG, WebP, GIF), "
            "PDF, Dokumente, Tabellen und Folien (ODF, Word, Excel, PowerPoint), Texte, "
            "3D-Modelle, Vorlagen für Laser und Plotter, MP3, OGG und ZIP."
        ),
        "video": _(
            "Videos nimmt das Wiki nicht an: Sie sind groß, und in ihnen steht oft, wo sie "
            "aufgenommen wurden. Ein Link im Text genügt."
        ),
    }
    return str(words[reason])
