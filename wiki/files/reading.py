"""The words inside files, for the search: read in the background, so that no upload waits."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import CompoundSelect, and_, select, union

from wiki.db import database_stamp, db, writing
from wiki.document_words import READABLE
from wiki.files.blobs import blob_path
from wiki.files.models import File, FileText, FileUse, FileVersion, PageFile
from wiki.files.uses import download_address
from wiki.pages.models import Page
from wiki.pages.searching import AttachedText, search_anew
from wiki.uploads import words_in

# Raised when more words are found in the same files: then all of them are read again.
EXTRACTOR = 1
BATCH = 20
TURN_SECONDS = 0.3
MOST_OF_A_PAGE = 300_000  # characters of all files of one page

_CURRENT = and_(FileVersion.file_id == File.id, FileVersion.number == File.current_number)
_UNREAD = (
    select(FileVersion.id, FileVersion.sha256, FileVersion.ending)
    .join(File, _CURRENT)
    .where(FileVersion.ending.in_(READABLE))
    .where(
        FileVersion.id.not_in(
            select(FileText.file_version_id).where(FileText.extractor >= EXTRACTOR)
        )
    )
    .order_by(FileVersion.id.desc())
    .limit(BATCH)
)


@dataclass(frozen=True)
class _Read:
    version_id: int
    sha256: str
    text: str


class Reader:
    """Reads files that nobody read yet, then rests until something was committed."""

    def __init__(self) -> None:
        self._rests_at: int | None = None

    def read_some(self) -> None:
        """Background chore: a few files, the newest first.

        It never asks for another turn at once: the index, which people wait for, has its turn
        between.
        """
        stamp = database_stamp()
        if stamp == self._rests_at:
            return
        unread = db.session.execute(_UNREAD).all()
        # What is read here may take seconds; meanwhile nobody must wait for this to end.
        db.session.rollback()
        if not unread:
            self._rests_at = stamp
            return
        read, end = [], time.monotonic() + TURN_SECONDS
        for version in unread:
            text = words_in(blob_path(version.sha256), version.ending)
            read.append(_Read(version.id, version.sha256, text))
            if time.monotonic() > end:
                break
        _keep(read)


def texts_on(page_ids: Sequence[int]) -> Mapping[int, Sequence[AttachedText]]:
    """The files that these pages offer or their current versions show, by name.

    Whoever reads such a page may read them (`rights.may_read_file`). A picture's words are those
    that stand for it.
    """
    having = _having("page_id", page_ids).subquery()
    query = (
        select(having.c.page_id, File.id, File.name, File.alt, FileVersion.width, FileText.text)
        .join(File, File.id == having.c.file_id)
        .join(FileVersion, _CURRENT)
        .outerjoin(FileText, FileText.file_version_id == FileVersion.id)
        .order_by(having.c.page_id, File.name, File.id)
    )
    found: dict[int, list[AttachedText]] = {}
    room = dict.fromkeys(page_ids, MOST_OF_A_PAGE)
    for page_id, file_id, name, alt, width, words in db.session.execute(query):
        text = ((alt if width else words) or "")[: room[page_id]]
        room[page_id] -= len(text)
        attached = AttachedText(name, download_address(file_id, name), text)
        found.setdefault(page_id, []).append(attached)
    return found


def _having(
    name: Literal["page_id", "file_id"], values: Collection[int] | Collection[str]
) -> CompoundSelect[int, str]:
    """Of these pages or these files: which page offers which file, or shows it now."""
    offered = select(PageFile.page_id, PageFile.file_id)
    shown = select(FileUse.page_id, FileUse.file_id).join(Page, Page.id == FileUse.page_id)
    return union(
        offered.where(getattr(PageFile, name).in_(values)),
        shown.where(getattr(FileUse, name).in_(values), FileUse.last_number == Page.current_number),
    )


def _keep(read: Iterable[_Read]) -> None:
    """Keep what was read of versions that are still there, and have the search follow."""
    with writing() as session:
        changed: set[str] = set()
        for one in read:
            version = session.get(FileVersion, one.version_id)
            # Removed meanwhile; a new version may have taken over the number.
            if version is None or version.sha256 != one.sha256:
                continue
            known = session.get(FileText, one.version_id)
            if one.text != (known.text if known else ""):
                changed.add(version.file_id)
            session.merge(FileText(file_version_id=version.id, extractor=EXTRACTOR, text=one.text))
        search_anew({page_id for page_id, _file in session.execute(_having("file_id", changed))})
