"""What stands on a page changed, though it has no new version: caches and search are told."""

from wiki.accounts.models import User
from wiki.db import db
from wiki.pages.models import Change, Page


def touch(page: Page, what: str, by: User | None = None, *, is_bulk: bool = False) -> int:
    """A line in the change log, which no list of changes shows; its number is the page's stamp.

    Inside the transaction that changed it; is_bulk: what people save does not wait for it in the
    search.
    """
    change = Change(
        page_id=page.id,
        revision_number=page.current_number,
        what=what,
        by_id=by.id if by else None,
        is_bulk=is_bulk,
    )
    db.session.add(change)
    db.session.flush()
    page.touched = change.seq
    return change.seq
