"""Who may see and change a file: asked of the pages that have it, of its lab, of its uploader."""

from collections.abc import Iterator

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.files.models import File, FileUse, PageFile
from wiki.labs.membership import belongs_to, may_look_after
from wiki.pages.models import Page
from wiki.pages.visibility import may_edit, may_read, may_read_revision, may_write


def may_read_file(user: User | None, file: File) -> bool:
    """Its lab, its uploader, and whoever may read a page that offers it or a version that shows it.

    A picture that only a draft shows, or only versions before publishing, stays hidden.
    """
    if user is not None and (
        user.is_admin or file.uploaded_by_id == user.id or belongs_to(user, file.lab_id)
    ):
        return True
    return any(
        may_read(user, page) if number is None else may_read_revision(user, page, number)
        for page, number in _pages_having(file)
    )


def may_change_file(user: User | None, file: File) -> bool:
    """Its lab; and its uploader and whoever may edit a page that has it, if that goes for all.

    Pages that only some may edit keep their files from the others, too.
    """
    if user is None or not may_write(user):
        return False
    if user.is_admin:
        return True
    pages = [page for page, _number in _pages_having(file) if not page.is_purged]
    if any(page.is_protected and not may_edit(user, page) for page in pages):
        return False
    if belongs_to(user, file.lab_id):
        return True
    related = bool(pages) or file.uploaded_by_id == user.id
    return related and all(may_edit(user, page) for page in pages)


def may_remove_file(user: User | None, file: File) -> bool:
    """Whether the person may remove the file or one of its versions for good."""
    if user is None:
        return False
    if may_look_after(user, file.lab):
        return True
    return file.uploaded_by_id == user.id and may_change_file(user, file)


def shown_on(file: File, reader: User | None) -> list[Page]:
    """The pages this reader may open whose current version shows or offers the file."""
    pages = {
        page.id: page
        for page, number in _pages_having(file)
        if number in (None, page.current_number) and may_read(reader, page)
    }
    return sorted(pages.values(), key=lambda page: page.title)


def _pages_having(file: File) -> Iterator[tuple[Page, int | None]]:
    """Each page that offers the file (None), or shows it, with the newest version that does."""
    offered = select(Page).join(PageFile, PageFile.page_id == Page.id)
    for page in db.session.scalars(offered.where(PageFile.file_id == file.id)):
        yield page, None
    shown = select(Page, FileUse.last_number).join(FileUse, FileUse.page_id == Page.id)
    for page, number in db.session.execute(shown.where(FileUse.file_id == file.id)):
        yield page, number
