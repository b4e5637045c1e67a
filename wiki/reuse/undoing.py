"""Taking an import back as a whole, and forgetting what imports remember of a page."""

from sqlalchemy import select, update

from wiki.db import db, writing
from wiki.errors import NotAllowed
from wiki.language import N_
from wiki.markup import TooComplex
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, Revision
from wiki.pages.purging import leave_no_trace
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, EditConflict, save_edit, take_back
from wiki.reuse.models import Import, ImportedPage, ImportState, Outcome
from wiki.reuse.planning import portions
from wiki.reuse.source import Progress

AT_ONCE = 20
EDITED = N_("Die Seite wurde seitdem geändert und bleibt.")


def undo(import_id: int, progress: Progress) -> None:
    """Take the import back: new pages go, changed ones are as before; edited ones stay."""
    changes = db.session.execute(
        select(ImportedPage.position, ImportedPage.outcome)
        .where(
            ImportedPage.import_id == import_id,
            ImportedPage.is_done,
            ImportedPage.outcome.in_((Outcome.NEW.value, Outcome.CHANGED.value)),
        )
        .order_by(ImportedPage.position.desc())
    )
    rows = changes.all()
    done = 0
    for some in portions(rows, AT_ONCE):
        done += len(some)
        with writing() as session:
            import_ = session.get_one(Import, import_id)
            import_.total, import_.done = len(rows), done
            for position, outcome in some:
                if outcome == Outcome.NEW:
                    _take_back(_row(import_id, position))
        for position, outcome in some:
            if outcome == Outcome.CHANGED:
                _restore(_row(import_id, position))
        db.session.remove()
        progress(len(some))
    with writing() as session:
        session.get_one(Import, import_id).state = ImportState.UNDONE.value
    leave_no_trace()


def _row(import_id: int, position: int) -> ImportedPage:
    return db.session.get_one(ImportedPage, (import_id, position))


def _take_back(row: ImportedPage) -> None:
    page = db.session.get_one(Page, row.page_id)
    import_ = db.session.get_one(Import, row.import_id)
    if page.is_purged:
        return
    if page.current_number != row.number:
        row.reason = EDITED
        return
    take_back(page, import_.by)


def _restore(row: ImportedPage) -> None:
    page = db.session.get_one(Page, row.page_id)
    import_ = db.session.get_one(Import, row.import_id)
    former = db.session.scalar(
        select(Revision).where(Revision.page_id == page.id, Revision.number == row.number - 1)
    )
    if page.is_purged or former is None:
        return
    if page.current_number == row.number and not former.is_purged:
        contribution = Contribution(
            by=import_.by,
            lab=former.lab,
            restored_number=former.number,
            is_bulk=True,
            is_operator=import_.by_id is None,
        )
        kind = kinds().named(former.kind)
        try:
            save_edit(page, kind, content_of(former), contribution, base=row.number, publish=False)
        except (EditConflict, NotAllowed, TooComplex):
            pass
        else:
            return
    with writing() as session:
        session.merge(row).reason = EDITED


def forget_page(page: Page) -> None:
    """What imports remember of a page's words goes when it is purged."""
    rows = update(ImportedPage).where(ImportedPage.page_id == page.id)
    db.session.execute(rows.values(name="", title="", notes=[], params={}))
