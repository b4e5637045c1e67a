"""„Machen wir auch“: which labs run somebody else's recipe, too."""

from collections.abc import Sequence
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, bindparam, delete, select

from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import NotAllowed
from wiki.labs.membership import labs_of
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.panels import PageView
from wiki.pages.touching import touch
from wiki.recipes import KINDS
from wiki.talk.models import AlsoRuns


def also_running(page: Page) -> Sequence[Lab]:
    """The labs that run this recipe, too, in the order they said so."""
    known: dict[int, Sequence[Lab]] = g.setdefault("also_running", {})
    if page.id not in known:
        known[page.id] = db.session.scalars(_LABS, {"page": page.id}).all()
    return known[page.id]


def labs_to_say(page: Page, user: User | None) -> list[Lab]:
    """The person's labs that could say they run this page, too: not its own."""
    if not page.is_published:
        return []
    return [lab for lab in labs_of(user) if lab.id != page.lab_id]


def set_running(page: Page, lab: Lab, by: User, *, on: bool) -> None:
    """Name a lab among those that run this recipe, or no longer.

    Raises:
        NotAllowed: it is not this person's lab, the page's own, or the page is no recipe.
    """
    with writing() as session:
        current = session.get_one(Page, page.id)
        own = [each.id for each in labs_to_say(current, by)]
        if current.kind not in KINDS or lab.id not in own:
            raise NotAllowed
        said = session.get(AlsoRuns, (page.id, lab.id))
        if on and said is None:
            session.add(AlsoRuns(page_id=page.id, lab_id=lab.id))
        elif not on and said is not None:
            session.delete(said)
        else:
            return
        touch(current, "also_runs", by, is_bulk=True)


def panel(view: PageView) -> dict[str, Any] | None:
    """Who runs a recipe, too, and a button for those who could say so."""
    is_current = view.revision.number == view.page.current_number
    if not view.page.id or not is_current or view.page.kind not in KINDS:
        return None
    if view.person is None and view.lacks("also_runs"):
        return None
    found = shown(view.page, view.person)
    return found if found["labs"] or found["mine"] else None


def is_run_elsewhere() -> ColumnElement[bool]:
    """In SQL: whether any lab says that it runs a page, too."""
    return select(AlsoRuns.lab_id).where(AlsoRuns.page_id == Page.id).exists()


def shown(page: Page, reader: User | None) -> dict[str, Any]:
    """The labs that run it, too; those of the reader, each with whether it does."""
    labs = also_running(page)
    running = {lab.id for lab in labs}
    mine = [(lab, lab.id in running) for lab in labs_to_say(page, reader)]
    return {"labs": labs, "mine": mine}


def forget_runs(page: Page) -> None:
    """Runs inside the transaction that purges the page."""
    db.session.execute(delete(AlsoRuns).where(AlsoRuns.page_id == page.id))


# Each view of a page asks this: putting it together would take longer than asking.
_LABS = (
    select(Lab)
    .join(AlsoRuns, AlsoRuns.lab_id == Lab.id)
    .where(AlsoRuns.page_id == bindparam("page"))
    .order_by(AlsoRuns.at, Lab.id)
)
