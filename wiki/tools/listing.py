"""The tools this person may see, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload, undefer

from wiki.accounts.models import User
from wiki.db import db
from wiki.pages.models import Page, PageTerm, Revision
from wiki.pages.rendering import content_of
from wiki.pages.visibility import visible_to
from wiki.tools.content import ToolContent

KIND = "tool"
ON_A_PAGE = 60


@dataclass(frozen=True)
class Wish:
    """Something a tool must be: one of its terms with this name has one of these values."""

    label: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Listed:
    """A tool with what a list says of it."""

    page: Page
    tool: ToolContent


@dataclass(frozen=True)
class Shelf:
    """One page of the list, and how many tools fit in all."""

    total: int
    number: int
    last: int
    listed: list[Listed]


def tools_with(wishes: Sequence[Wish], reader: User | None, number: int = 1) -> Shelf:
    """The published tools that fit all wishes, by title; the page of them with this number, or
    the last one."""
    query = (
        select(Page, Revision)
        .join(Revision, (Revision.page_id == Page.id) & (Revision.number == Page.current_number))
        .where(Page.kind == KIND, visible_to(reader), Page.published_at.is_not(None))
    )
    for wish in wishes:
        fitting = select(PageTerm.page_id).where(
            PageTerm.name == wish.name, PageTerm.value.in_(wish.values)
        )
        query = query.where(Page.id.in_(fitting))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    last = max(1, ceil(total / ON_A_PAGE))
    number = min(max(number, 1), last)
    rows = db.session.execute(
        query.options(undefer(Revision.content), lazyload(Revision.author), lazyload(Revision.lab))
        .order_by(func.lower(Page.title), Page.id)
        .offset((number - 1) * ON_A_PAGE)
        .limit(ON_A_PAGE)
    )
    return Shelf(total, number, last, [_listed(page, revision) for page, revision in rows])


def _listed(page: Page, revision: Revision) -> Listed:
    tool = content_of(revision)
    assert isinstance(tool, ToolContent)
    return Listed(page, tool)
