"""Which page has which file: shown in its text, as its cover, or attached."""

from collections.abc import Collection, Iterable, Mapping
from urllib.parse import quote

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.db import db
from wiki.files.models import File, FileUse, PageFile
from wiki.files.rights import may_read_file
from wiki.markup import Attachment, file_ids
from wiki.pages.attachments import show_anew
from wiki.pages.content import Licence
from wiki.pages.models import Page, PageFacts
from wiki.uploads import WIDTHS

PORTION = 500  # ids in one question to the database
CARD_WIDTH = WIDTHS[0]


def find_attachments(ids: Collection[str]) -> Mapping[str, Attachment]:
    """How to show these files in a text; unknown ids are left out."""
    return {file.id: attachment_of(file) for file in _files(ids)}


def attachment_of(file: File) -> Attachment:
    """How to show a file in a text: a picture in fitting sizes, with whose it is if need be."""
    version = file.current
    address = download_address(file.id, file.name)
    if not version.is_picture:
        return Attachment(address)
    widths = widths_of(version.width)
    # What everybody may do with everything here need not be said at each picture.
    is_said = file.licence not in ("", Licence.CC_BY.value) or file.author not in (
        "",
        file.lab.name if file.lab else "",
    )
    licence = file.known_licence
    return Attachment(
        href=address,
        src=preview_address(file, widths[-1]),
        srcset=", ".join(f"{preview_address(file, w)} {min(w, version.width)}w" for w in widths),
        width=version.width,
        height=version.height,
        alt=file.alt,
        credit=file.author if is_said else "",
        licence=file.licence_name if is_said else "",
        licence_href=licence.address if is_said and licence else "",
    )


def download_address(file_id: str, name: str) -> str:
    """Where the bytes of the file's current version are."""
    return f"/dateien/{file_id}/{quote(name)}"


def widths_of(width: int) -> list[int]:
    """The previews worth offering of a picture this wide: up to the first that holds it."""
    smaller = [each for each in WIDTHS if each < width]
    return list(WIDTHS[: len(smaller) + 1])


def preview_address(file: File, width: int) -> str:
    """Where the file's preview of this width is; another one after every change."""
    return f"/dateien/{file.id}/vorschau/{width}?v={file.stamp}"


def record_uses(page: Page, ids: Collection[str], cover: str, by: User | None) -> None:
    """Remember which files the page's newest version shows.

    Whoever may read the page may read them from then on, so only those count that the person
    saving may read themselves, or that the page had before.
    """
    session = db.session()
    session.flush()
    uses = session.scalars(select(FileUse).where(FileUse.page_id == page.id))
    known = {use.file_id: use for use in uses}
    attached = set(session.scalars(select(PageFile.file_id).where(PageFile.page_id == page.id)))
    shown = {}
    for file in _files(ids):
        if file.id in known:
            known[file.id].last_number = page.current_number
        elif by is None or file.id in attached or may_read_file(by, file):
            session.add(FileUse(page_id=page.id, file_id=file.id, last_number=page.current_number))
        else:
            continue
        shown[file.id] = file
    facts = session.get_one(PageFacts, page.id)
    facts.cover = _card_picture(shown.get(cover))
    session.flush()


def pages_with(session: Session, file_ids: Iterable[str]) -> list[int]:
    """The ids of pages that have one of these files, now or in an earlier version."""
    ids = list(file_ids)
    return list(
        session.scalars(
            union(
                select(PageFile.page_id).where(PageFile.file_id.in_(ids)),
                select(FileUse.page_id).where(FileUse.file_id.in_(ids)),
            )
        )
    )


def pages_changed(session: Session, page_ids: Collection[int], by: User | None) -> None:
    """Files of these pages changed: their HTML and the pictures on their cards are made anew."""
    session.flush()
    covers = select(PageFacts).where(
        PageFacts.page_id.in_(list(page_ids)), PageFacts.cover.is_not(None)
    )
    for facts in session.scalars(covers):
        for file_id in file_ids((facts.cover or "").removeprefix("/")):
            facts.cover = _card_picture(session.get(File, file_id))
    show_anew(page_ids, by)


def _card_picture(file: File | None) -> str | None:
    return preview_address(file, CARD_WIDTH) if file is not None and file.is_picture else None


def _files(ids: Collection[str]) -> Iterable[File]:
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), PORTION):
        some = select(File).where(File.id.in_(wanted[start : start + PORTION]))
        yield from db.session.scalars(some)
