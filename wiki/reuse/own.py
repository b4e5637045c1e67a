"""What is kept of a person's imports: in their data, and when they leave."""

from typing import Any

from sqlalchemy import delete, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.reuse.models import Import, ImportState

# Nothing came of these: they only say that somebody looked.
_WITHOUT_PAGES = (ImportState.CHECKING.value, ImportState.CHECKED.value, ImportState.REFUSED.value)


def imports_of(user: User) -> list[dict[str, Any]]:
    """The packages this person brought, for the export of their data."""
    brought = select(Import).where(Import.by_id == user.id).order_by(Import.id)
    return [
        {"paket": import_.name, "am": import_.at.isoformat(), "stand": import_.state_label}
        for import_ in db.session.scalars(brought)
    ]


def leave_imports(user: User) -> None:
    """Runs inside the transaction that closes the account; pages that came in stay."""
    own = Import.by_id == user.id
    db.session.execute(delete(Import).where(own, Import.state.in_(_WITHOUT_PAGES)))
    for import_ in db.session.scalars(select(Import).where(own)):
        import_.name = ""
