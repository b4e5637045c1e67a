"""Lists of pages as cards: what every start page, lab home and list shows of a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy import Select, func, select

from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.models import Bookmark, Page, PageFacts, PageState
from wiki.pages.visibility import may_look_after_page, visible_to


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows of a page; `group` is how many people it is mostly for."""

    page_id: int
    slug: str
    kind: str
    title: str
    summary: str
    lab_slug: str | None
    lab_name: str | None
    minutes: int | None
    minutes_per_person: float | None
    group: int
    group_min: int | None
    group_max: int | None
    level: int | None
    cover: str | None
    language: str
    is_example: bool

    @property
    def length(self) -> int:
        """Minutes with that many people; 0 if it has none."""
        return self.length_for(self.group)

    def length_for(self, people: int) -> int:
        return ceil((self.minutes or 0) + (self.minutes_per_person or 0) * people)


def newest_pages(
    reader: User | None, *, lab: Lab | None = None, kinds: Sequence[str] = (), limit: int = 6
) -> list[Card]:
    """The pages published last that this reader may see; examples where their lab is meant."""
    query = cards_query().where(visible_to(reader), Page.published_at.is_not(None))
    if lab is not None:
        query = query.where(Page.lab_id == lab.id)
    else:
        query = query.where(Lab.is_example.is_not(True))
    if kinds:
        query = query.where(Page.kind.in_(kinds))
    return _read(query.order_by(Page.published_at.desc(), Page.id.desc()).limit(limit))


def cards_for(page_ids: Sequence[int], reader: User | None) -> dict[int, Card]:
    """Cards of those of the pages that this reader may see in a list."""
    found = _read(cards_query().where(Page.id.in_(page_ids), visible_to(reader)))
    return {card.page_id: card for card in found}


def bookmarked_by(user: User) -> list[Card]:
    """The person's „Merkliste", what was put there last first."""
    query = cards_query().join(Bookmark, Bookmark.page_id == Page.id)
    query = query.where(Bookmark.user_id == user.id, visible_to(user))
    return _read(query.order_by(Bookmark.at.desc()))


def drafts_of(user: User) -> list[Page]:
    """Drafts this person began and still sees, the newest first."""
    query = select(Page).where(Page.created_by_id == user.id, Page.state == PageState.DRAFT.value)
    query = query.where(visible_to(user))
    return list(db.session.scalars(query.order_by(Page.created_at.desc())))


def retired_for(user: User) -> list[Page]:
    """The retired pages this person could bring back, what was retired last first."""
    query = select(Page).where(Page.state == PageState.RETIRED.value).order_by(Page.touched.desc())
    return [page for page in db.session.scalars(query) if may_look_after_page(user, page)]


def pages_of_lab(lab: Lab, reader: User | None) -> dict[str, Any]:
    """What a lab's home shows of its pages."""
    return {"newest": newest_pages(reader, lab=lab)}


def first_example(kinds: Sequence[str]) -> Page | None:
    """The page of these kinds at which newcomers begin; None once the examples are removed."""
    query = (
        select(Page).join(Lab, Lab.id == Page.lab_id).where(Lab.is_example, Page.kind.in_(kinds))
    )
    query = query.where(Page.state == PageState.PUBLISHED.value)
    return db.session.scalar(query.order_by(Page.id).limit(1))


def published_by_lab(kinds: Sequence[str]) -> dict[int, int]:
    """Lab id → how many of its pages of these kinds are published."""
    published = select(Page.lab_id, func.count()).where(
        Page.state == PageState.PUBLISHED.value, Page.lab_id.is_not(None), Page.kind.in_(kinds)
    )
    rows = db.session.execute(published.group_by(Page.lab_id))
    return {lab_id: number for lab_id, number in rows if lab_id is not None}


#: The columns of `cards_query`, in the order of a Card.
CARD_COLUMNS = (
    Page.id,
    Page.slug,
    Page.kind,
    Page.title,
    Page.summary,
    Lab.slug,
    Lab.name,
    PageFacts.minutes,
    PageFacts.minutes_per_person,
    func.coalesce(PageFacts.group_ideal, PageFacts.group_min, 0),
    PageFacts.group_min,
    PageFacts.group_max,
    PageFacts.level,
    PageFacts.cover,
    PageFacts.language,
    func.coalesce(Lab.is_example, False),
)


def cards_query() -> Select[*tuple[Any, ...]]:
    """The cards of all pages, to be narrowed."""
    # Plain columns: a list of twenty would spend most of its time on making objects of rows.
    query = select(*CARD_COLUMNS).join(PageFacts, PageFacts.page_id == Page.id)
    return query.outerjoin(Lab, Lab.id == Page.lab_id)


def _read(query: Select[*tuple[Any, ...]]) -> list[Card]:
    return [Card(*row) for row in db.session.execute(query)]
