"""Exporting: every page as a file in the text form, with its files beside it, as one folder.

The folder is written beside its place and then moved there: whoever finds it finds it whole, and
a full disk leaves the one from before. It holds what pages say now, not how they came to be.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import not_, select

from wiki.db import db
from wiki.files.models import File, PageFile
from wiki.files.storing import files_of, open_blob
from wiki.labs.examples import of_example
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, PageState
from wiki.pages.rendering import content_of
from wiki.pages.textform import to_text
from wiki.pages.writing import revision_of
from wiki.reuse.manifest import NAME, FileEntry, LabEntry, Manifest, PageEntry
from wiki.reuse.source import Progress

AT_ONCE = 100


class ExportFailed(Exception):
    """The folder could not be written; what was there before is still there."""


class NotAnExport(ExportFailed):
    """There is something else at the place: it is not overwritten."""


class DiskFull(ExportFailed):
    """There is no room."""


@dataclass(frozen=True)
class Exported:
    """How much was written."""

    pages: int
    files: int


def exported_pages(*, with_drafts: bool = False) -> list[int]:
    """The ids of the pages an export holds, in the order of their addresses; no examples."""
    states = [PageState.PUBLISHED.value, *([PageState.DRAFT.value] if with_drafts else [])]
    pages = select(Page.id).where(Page.state.in_(states), not_(of_example(Page.lab_id)))
    return list(db.session.scalars(pages.order_by(Page.slug)))


def export(path: Path, page_ids: Iterable[int], progress: Progress) -> Exported:
    """Write these pages and their files as the folder `path`, in place of an earlier export.

    Raises:
        NotAnExport: `path` is a file, or a folder with something else in it.
        DiskFull: nothing changed at `path`.
    """
    path = path.absolute()
    if not _may_be_replaced(path):
        raise NotAnExport(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise _failure(error) from error
    try:
        writer = _Writer(folder)
        for some in _portions(page_ids):
            for page in some:
                writer.add(page)
                progress(1)
            db.session.expunge_all()
        writer.finish()
        folder.chmod(0o755)
        _put_in_place(folder, path)
    except OSError as error:
        raise _failure(error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Exported(len(writer.pages), len(writer.files))


def page_file(page: Page) -> tuple[str, str]:
    """The name and text of the file that says what the page's current version says."""
    revision = revision_of(page, page.current_number)
    word = kinds().named(revision.kind).word
    return f"{page.slug}.md", to_text(word, content_of(revision))


def page_entry(page: Page, file_ids: Iterable[str]) -> PageEntry:
    return PageEntry(
        uuid=page.uuid,
        lab=page.lab.slug if page.lab else None,
        is_draft=page.is_draft,
        files=sorted(file_ids),
    )


def file_entry(file: File) -> FileEntry:
    names = ("name", "alt", "is_decorative", "author", "licence", "people", "consent")
    values = {name: getattr(file, name) for name in names}
    return FileEntry(**values, lab=file.lab.slug if file.lab else None)


def lab_entry(lab: Lab) -> LabEntry:
    names = ("name", "kind", "place", "colour", "position")
    return LabEntry(**{name: getattr(lab, name) for name in names})


class _Writer:
    """Writes pages and files into a folder and remembers what goes into the manifest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.labs: dict[str, LabEntry] = {}
        self.pages: dict[str, PageEntry] = {}
        self.files: dict[str, FileEntry] = {}

    def add(self, page: Page) -> None:
        name, text = page_file(page)
        _write(self._folder / name, text)
        attached = db.session.scalars(select(PageFile.file_id).where(PageFile.page_id == page.id))
        self.pages[page.slug] = page_entry(page, attached)
        self._add_lab(page.lab)
        for file in files_of(page):
            self._add_file(file)

    def _add_lab(self, lab: Lab | None) -> None:
        if lab is not None:
            self.labs[lab.slug] = lab_entry(lab)

    def _add_file(self, file: File) -> None:
        if file.id in self.files:
            return
        entry = self.files[file.id] = file_entry(file)
        self._add_lab(file.lab)
        place = self._folder / entry.place(file.id)
        place.parent.mkdir(parents=True)
        with open_blob(file.current) as source, place.open("wb") as target:
            shutil.copyfileobj(source, target)

    def finish(self) -> None:
        manifest = Manifest(labs=self.labs, pages=self.pages, files=self.files)
        _write(self._folder / NAME, manifest.to_json())


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _may_be_replaced(path: Path) -> bool:
    if not path.exists():
        return not path.is_symlink()
    return path.is_dir() and ((path / NAME).is_file() or not any(path.iterdir()))


def _put_in_place(folder: Path, path: Path) -> None:
    """Two renames: in between nothing is there, but nothing half."""
    former = folder.with_name(f"{folder.name}-former")
    if path.exists():
        path.rename(former)
    try:
        folder.rename(path)
    except OSError:
        with suppress(OSError):
            former.rename(path)
        raise
    shutil.rmtree(former, ignore_errors=True)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _failure(error: OSError) -> ExportFailed:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull()
    return ExportFailed(error.strerror or str(error))


def _portions(page_ids: Iterable[int]) -> Iterator[list[Page]]:
    ids = list(page_ids)
    for start in range(0, len(ids), AT_ONCE):
        some = select(Page).where(Page.id.in_(ids[start : start + AT_ONCE])).order_by(Page.slug)
        yield list(db.session.scalars(some))
