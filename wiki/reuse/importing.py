"""Importing: what a package would change, doing it, and undoing it as a whole.

Reading and rendering happen outside of transactions; each transaction then makes a few pages and
notes in the same breath what it made, so that an import that was stopped goes on where it was.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app
from sqlalchemy import delete, func, insert, select

from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import NotAllowed
from wiki.files.blobs import FileRefused as FileNotTaken
from wiki.files.models import File, PageFile
from wiki.files.storing import attach, store_file
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.markup import TooComplex
from wiki.pages.content import Content
from wiki.pages.models import Page
from wiki.pages.rendering import render_content
from wiki.pages.writing import (
    Contribution,
    EditConflict,
    NewPage,
    add_pages,
    save_edit,
)
from wiki.reuse.manifest import FileEntry
from wiki.reuse.models import Import, ImportedPage, ImportState, Outcome
from wiki.reuse.packages import FileRefused, PackageRefused
from wiki.reuse.planning import (
    NOT_YOURS,
    PLANNED_AT_ONCE,
    Target,
    kind_of,
    plan,
    portions,
    refused,
    rows_for,
)
from wiki.reuse.reading import ReadPage, RefusedPage
from wiki.reuse.source import Progress, Source
from wiki.reuse.undoing import undo

WRITTEN_AT_ONCE = 20
"""Pages in one transaction, which should hold the write lock for 200 ms at most."""

CONFLICT = N_("Die Seite wurde hier inzwischen anders geändert.")
TOO_COMPLEX = N_("Der Text ist zu lang oder zu verschachtelt, um ihn darzustellen.")


def check(import_id: int, source: Source, progress: Progress) -> None:
    """Plan the import and keep the plan, to be looked at before it is applied.

    Raises:
        PackageRefused: the package is not what it says.
    """
    with writing() as session:
        import_ = session.get_one(Import, import_id)
        session.query(ImportedPage).filter_by(import_id=import_id).delete()
        import_.total, import_.done = len(source), 0
    done = 0
    planned = plan(source, Target.of(db.session.get_one(Import, import_id)))
    for rows in portions(planned, PLANNED_AT_ONCE):
        for row in rows:
            row.import_id = import_id
        done += len(rows)
        with writing() as session:
            session.add_all(rows)
            session.get_one(Import, import_id).done = done
        db.session.expunge_all()
        progress(len(rows))
    _set_state(import_id, ImportState.CHECKED)


def apply(import_id: int, source: Source, progress: Progress) -> None:
    """Do what was planned: pages are made and changed, what cannot be is refused with a reason."""
    _Applying(import_id, source, progress).run()


class _Applying:
    """One run over the package, with the next pages rendered while others are written."""

    def __init__(self, import_id: int, source: Source, progress: Progress) -> None:
        self._id = import_id
        self._source = source
        self._progress = progress
        import_ = db.session.get_one(Import, import_id)
        self._target = Target.of(import_)
        self._publish = import_.publish
        self._labs = _labs_of(source) if import_.keeps_labs else None
        self._mentions: dict[str, str | None] = {}
        # On the files of the text just read, and by the text's position.
        self._file_notes: list[str] = []
        self._notes: dict[int, list[str]] = {}
        rows = select(ImportedPage.position).where(
            ImportedPage.import_id == import_id, ImportedPage.is_done
        )
        # What a run that was stopped has done already.
        self._is_done = frozenset(db.session.scalars(rows))

    def run(self) -> None:
        self._source.check()
        with writing() as session:
            import_ = session.get_one(Import, self._id)
            import_.total, import_.done = len(self._source), len(self._is_done)
        self._store_files()
        db.session.remove()
        with ThreadPoolExecutor(1) as pool:
            waiting: deque[list[_Ready]] = deque()
            for some in self._ready(pool):
                waiting.append(some)
                if len(waiting) > 1:
                    self._write(waiting.popleft())
            while waiting:
                self._write(waiting.popleft())
        _set_state(self._id, ImportState.DONE)

    def _ready(self, pool: ThreadPoolExecutor) -> Iterator[list["_Ready"]]:
        """The texts that are still to be done, a few at a time, their HTML being made."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        for some in portions(self._todo(), WRITTEN_AT_ONCE):
            ready = []
            for row, read in rows_for(some, self._target):
                row.import_id = self._id
                row.notes = [*row.notes, *self._notes.pop(row.position, ())]
                is_new = read is not None and row.outcome == Outcome.NEW
                html = pool.submit(_rendered, app, read.content) if read and is_new else None
                ready.append(_Ready(read, row, html))
            yield ready

    def _todo(self) -> Iterator[tuple[int, ReadPage | RefusedPage]]:
        for position, read in enumerate(self._source.pages(self._mention)):
            if self._file_notes:
                self._notes[position], self._file_notes = self._file_notes, []
            if position not in self._is_done:
                yield position, read

    def _write(self, ready: Sequence["_Ready"]) -> None:
        for one in ready:
            one.wait()
        new = [one for one in ready if one.row.outcome == Outcome.NEW and one.read is not None]
        with writing():
            pages = add_pages([self._new_page(one) for one in new]) if new else []
            for one, page in zip(new, pages, strict=True):
                one.row.page_id, one.row.number = page.id, page.current_number
            self._note([one.row for one in ready if one.row.outcome != Outcome.CHANGED])
        for one, page in zip(new, pages, strict=True):
            if one.read is not None and one.read.entry is not None:
                self._attach(page, one.read.entry.files)
        for one in ready:
            if one.row.outcome == Outcome.CHANGED and one.read is not None:
                self._save(one.read, one.row)
                with writing():
                    self._note([one.row])
        db.session.remove()
        self._progress(len(ready))

    def _new_page(self, one: "_Ready") -> NewPage:
        read = one.read
        assert read is not None
        return NewPage(
            kind_of(read),
            read.content,
            one.wait(),
            self._contribution(read),
            publish=self._is_published(read),
            slug=read.slug,
            uuid=read.entry.uuid if read.entry else "",
        )

    def _save(self, read: ReadPage, row: ImportedPage) -> None:
        page = db.session.get_one(Page, row.page_id)
        note = f"Aus „{self._target.name}“ übernommen"
        contribution = replace(self._contribution(read), note=note[:300])
        publish = self._is_published(read)
        try:
            saved = save_edit(
                page, kind_of(read), read.content, contribution, base=row.base, publish=publish
            )
        except EditConflict:
            refused(row, CONFLICT)
        except NotAllowed:
            refused(row, NOT_YOURS)
        except TooComplex:
            refused(row, TOO_COMPLEX)
        else:
            row.number = saved.page.current_number
            if saved.revision is None:
                row.outcome = Outcome.UNCHANGED.value

    def _is_published(self, read: ReadPage) -> bool:
        return self._publish and not (read.entry and read.entry.is_draft)

    def _contribution(self, read: ReadPage) -> Contribution:
        session = db.session
        lab_id = self._target.lab_id
        if self._labs is not None and read.entry is not None:
            lab_id = self._labs.get(read.entry.lab or "")
        return Contribution(
            by=session.get(User, self._target.by_id) if self._target.by_id else None,
            lab=session.get(Lab, lab_id) if lab_id else None,
            is_bulk=True,
            is_operator=self._target.by_id is None,
        )

    def _note(self, rows: Sequence[ImportedPage]) -> None:
        """Keep what became of some texts, in the transaction that made it so."""
        session = db.session
        positions = [row.position for row in rows]
        session.execute(
            delete(ImportedPage).where(
                ImportedPage.import_id == self._id, ImportedPage.position.in_(positions)
            )
        )
        if rows:
            names = [column.key for column in ImportedPage.__table__.columns]
            said = [{name: getattr(row, name) for name in names} for row in rows]
            session.execute(insert(ImportedPage), [{**one, "is_done": True} for one in said])
        done = select(func.count()).where(ImportedPage.import_id == self._id, ImportedPage.is_done)
        session.get_one(Import, self._id).done = session.scalar(done) or 0

    def _store_files(self) -> None:
        """The files a manifest names, under their own ids; before any text that shows them."""
        for file_id, entry in self._source.manifest.files.items():
            name = entry.place(file_id)
            if self._source.has(name):
                self._mentions[name] = self._stored(name, file_id, entry)

    def _mention(self, name: str) -> str | None:
        """How a text names a file of the package, which is stored when first asked for."""
        if name not in self._mentions:
            entry = FileEntry(name=name.rpartition("/")[2][-120:])
            try:
                file_id = self._source.file_id(name, str(self._target.lab_id))
                self._mentions[name] = self._stored(name, file_id, entry)
            except FileRefused as problem:
                self._file_notes.append(f"{name}: {problem}")
                self._mentions[name] = None
        return self._mentions[name]

    def _stored(self, name: str, file_id: str, entry: FileEntry) -> str | None:
        lab_id = self._labs.get(entry.lab or "") if self._labs is not None else self._target.lab_id
        try:
            with self._source.open(name) as stream:
                file = store_file(
                    stream,
                    name.rpartition("/")[2],
                    by=db.session.get(User, self._target.by_id) if self._target.by_id else None,
                    lab=db.session.get(Lab, lab_id) if lab_id else None,
                    file_id=file_id,
                    alt=entry.alt,
                    author=entry.author,
                    licence=entry.licence,
                    consent=entry.consent,
                    people=entry.people,
                )
        except FileNotTaken as problem:
            self._file_notes.append(f"{name}: {problem.reason}")
            return None
        if entry.is_decorative != file.is_decorative:
            with writing() as session:
                session.get_one(File, file.id).is_decorative = entry.is_decorative
        return file.mention

    def _attach(self, page: Page, file_ids: Iterable[str]) -> None:
        for file_id in file_ids:
            file = db.session.get(File, file_id)
            if file is not None and db.session.get(PageFile, (page.id, file_id)) is None:
                attach(page, file)


@dataclass(frozen=True)
class _Ready:
    """A text that was read, what becomes of it, and its HTML, which is being made."""

    read: ReadPage | None
    row: ImportedPage
    rendered: "Future[dict[str, Any]] | None"

    def wait(self) -> dict[str, Any]:
        """The HTML, when it is there; a text that cannot be shown is refused."""
        if self.rendered is None:
            return {}
        try:
            return self.rendered.result()
        except TooComplex:
            refused(self.row, TOO_COMPLEX)
            return {}


def _rendered(app: Flask, content: Content) -> dict[str, Any]:
    with app.app_context():
        return render_content(content)


def run(import_id: int, source_of: Callable[[Import], Source]) -> None:
    """Do what the import's state says is next; a package that is refused says why."""
    import_ = db.session.get_one(Import, import_id)
    state = ImportState(import_.state)
    if state is ImportState.UNDOING:
        undo(import_id, lambda _count: None)
        return
    try:
        source = source_of(import_)
        step = check if state is ImportState.CHECKING else apply
        try:
            step(import_id, source, lambda _count: None)
        finally:
            source.close()
    except PackageRefused as problem:
        refuse(import_id, problem)


def refuse(import_id: int, problem: PackageRefused) -> None:
    """Remember why the package is not taken."""
    db.session.rollback()
    with writing() as session:
        import_ = session.get_one(Import, import_id)
        import_.state = ImportState.REFUSED.value
        import_.reason, import_.params = problem.reason, problem.params


def _set_state(import_id: int, state: ImportState) -> None:
    with writing() as session:
        session.get_one(Import, import_id).state = state.value


def _labs_of(source: Source) -> dict[str, int]:
    """The labs of the manifest that exist here, by their slug; nothing becomes an example."""
    labs = select(Lab.slug, Lab.id).where(Lab.slug.in_(source.manifest.labs), ~Lab.is_example)
    return dict(db.session.execute(labs).all())


def add_missing_labs(source: Source) -> list[str]:
    """Make the labs a manifest names and that do not exist here; returns their names."""
    with writing() as session:
        known = set(session.scalars(select(Lab.slug)))
        new = [
            Lab(slug=slug, **entry.model_dump())
            for slug, entry in source.manifest.labs.items()
            if slug not in known
        ]
        session.add_all(new)
    return [lab.name for lab in new]
