"""What stands on a page changed, though it has no new version: caches and search are told."""

from wiki.accounts.models import User
from wiki.db import db
from wiki.pages.models import Change, Page


def touch(page: Page, what: str, by: User | None = None) -> int:
    """A line in the change log, which no list of changes shows; its number is the page's stamp."""
    change = Change(
        page_id=page.id,
        revision_number=page.current_number,
        what=what,
        by_id=by.id if by else None,
    )
    db.session.add(change)
    db.session.flush()
    page.touched = change.seq
    return change.seq
