"""„Für uns anpassen“: a page of one's own from another's version, and the way back and forth.

Both sides are merged with what they had in common: the source as it was when the adaptation
began, field by field as it was when somebody last looked at what was new in it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, delete, or_, select, update

from wiki.accounts.models import User
from wiki.adaptations.models import Adaptation
from wiki.db import db, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.fields import ROWS, Row, fields_of
from wiki.labs.membership import belongs_to, lab_speaking_for, labs_of
from wiki.labs.models import Lab
from wiki.pages.by_field import Part, parts_between, picked
from wiki.pages.content import Content
from wiki.pages.history import standing_for
from wiki.pages.kinds import kinds
from wiki.pages.merging import Merge, merge, resolve
from wiki.pages.models import REQUIRED, Page
from wiki.pages.rendering import content_of, render_content
from wiki.pages.visibility import may_edit, visible_to
from wiki.pages.writing import Contribution, NewPage, Saved, add_pages, revision_of, save_edit

#: What is each page's own: it goes neither way.
OWN_FIELDS = frozenset({"title", "creators", "source", "licence", "other_licence", "language"})
TITLE_LENGTH = 120
#: Of all pages made from one.
MOST_SHOWN = 20


class NothingChosen(LaborwikiError):
    """None of the fields that were chosen has anything new."""


class Undecided(LaborwikiError):
    """Both pages changed the same places; `merge` holds them."""

    def __init__(self, merge: Merge, number: int) -> None:
        super().__init__("undecided")
        self.merge = merge
        self.number = number


@dataclass(frozen=True)
class Kinship:
    """An adaptation and its source as they are now, and what they had in common."""

    adaptation: Adaptation

    @property
    def page(self) -> Page:
        return self.adaptation.page

    @property
    def source(self) -> Page:
        return self.adaptation.source

    @cached_property
    def own(self) -> Content:
        return _current(self.page)

    @cached_property
    def theirs(self) -> Content:
        """What the source says now."""
        return _current(self.source)

    @cached_property
    def beginning(self) -> Content:
        """What the source said when the adaptation began."""
        return self._said_at(self.adaptation.number)

    @cached_property
    def ancestor(self) -> Content:
        """What both had in common when somebody last looked, field by field."""
        seen = {
            name: getattr(self._said_at(number), name)
            for name, number in self.adaptation.seen.items()
        }
        return self.beginning.model_copy(update=seen)

    def _said_at(self, number: int) -> Content:
        return content_of(standing_for(revision_of(self.source, number)))

    @cached_property
    def differences(self) -> list[Part]:
        """How the adaptation differs from the source as it is now."""
        return _shared(parts_between(self.theirs, self.own))

    @cached_property
    def news(self) -> list[Part]:
        """What the source changed that the adaptation does not say yet."""
        parts = _shared(parts_between(self._disputed, self.theirs))
        return [part for part in parts if self._differs(part.name)]

    @cached_property
    def improvements(self) -> list[Part]:
        """What the adaptation changed and the source does not say."""
        parts = _shared(parts_between(self._disputed, self.own))
        return [part for part in parts if self._differs(part.name)]

    @cached_property
    def _disputed(self) -> Content:
        """What both had in common, with the rows in which they agree by now as they are now."""
        rows = {
            field.name: _with_agreed_rows(
                *(getattr(one, field.name) for one in (self.ancestor, self.own, self.theirs))
            )
            for field in fields_of(type(self.theirs))
            if field.shape == "rows"
        }
        return self.ancestor.model_copy(update=rows)

    def _differs(self, name: str) -> bool:
        return bool(getattr(self.own, name) != getattr(self.theirs, name))


def _with_agreed_rows(
    ancestor: Sequence[Row], own: Sequence[Row], theirs: Sequence[Row]
) -> list[Row]:
    """The ancestor's rows; one that both changed, added or removed alike is as both have it."""
    here, there = ({row.key: row for row in rows} for rows in (own, theirs))
    rows = [
        here[row.key] if here.get(row.key) == there.get(row.key) and row.key in here else row
        for row in ancestor
        if row.key in here or row.key in there
    ]
    known = {row.key for row in ancestor}
    for place, row in enumerate(theirs):
        if row.key not in known and here.get(row.key) == row:
            rows.insert(place, row)
    return rows


def may_adapt(user: User | None, page: Page) -> bool:
    """Whoever belongs to another lab or guest than the page's, and only what is published."""
    return (
        is_open_to_adapt(page)
        and bool(labs_of(user))
        and (page.lab_id is None or not belongs_to(user, page.lab_id))
    )


def is_open_to_adapt(page: Page) -> bool:
    """Whether somebody who has a place here could make a page of their own from it."""
    is_open = page.is_published and page.slug not in REQUIRED
    return is_open and kinds().named(page.kind).is_adaptable


def adapt(source: Page, number: int, lab: Lab, by: User, owner: str, note: str) -> Page:
    """A draft of this lab that says what a version of the source says, and remembers it.

    `owner` is who made the source if it names nobody; the draft names both.

    Raises:
        NotAllowed: the person does not belong to the lab, or may not adapt the page.
        NotFound: it is no public version.
        TooComplex: the text cannot be rendered in time.
    """
    if not may_adapt(by, source) or lab not in labs_of(by):
        raise NotAllowed
    _make_sure_is_public(source, number)
    revision = revision_of(source, number)
    content = _made_ours(content_of(revision), lab, owner)
    html, source_id = render_content(content), source.id
    with writing() as session:
        if not may_adapt(by, session.get_one(Page, source_id)):
            raise NotAllowed
        contribution = Contribution(by, lab, note)
        new = NewPage(kinds().named(revision.kind), content, html, contribution, publish=False)
        page = add_pages([new])[0]
        session.add(Adaptation(page_id=page.id, source_id=source_id, number=number, seen={}))
    return page


def has_kin() -> ColumnElement[bool]:
    """In SQL: whether a page was made from another, or another from it."""
    of_page = or_(Adaptation.page_id == Page.id, Adaptation.source_id == Page.id)
    return select(Adaptation.page_id).where(of_page).exists()


def has_lost_source(page: Page) -> bool:
    """Whether the page was made from one that was removed for good."""
    adaptation = db.session.get(Adaptation, page.id)
    return adaptation is not None and adaptation.source.is_purged


def kinship_of(page: Page) -> Kinship | None:
    """What the page was made from; None if it was made here, or that is gone."""
    adaptation = db.session.get(Adaptation, page.id)
    if adaptation is None or adaptation.source.is_purged:
        return None
    return Kinship(adaptation)


def adaptations_of(page: Page, reader: User | None, most: int = MOST_SHOWN) -> Sequence[Adaptation]:
    """The newest pages made from this one that the reader may find."""
    query = (
        select(Adaptation)
        .join(Page, Page.id == Adaptation.page_id)
        .where(Adaptation.source_id == page.id, visible_to(reader))
        .order_by(Page.id.desc())
        .limit(most)
    )
    return db.session.scalars(query).all()


def take_over(
    kinship: Kinship,
    fields: Collection[str],
    by: User,
    *,
    number: int,
    note: str,
    picks: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Saved:
    """Merge these fields of version `number` of the source into the adaptation.

    Raises:
        NothingChosen: there is nothing new in them.
        Undecided: both changed the same places, and `picks` does not say what holds.
        UnresolvedConflicts: it does not say so for all of them.
        EditConflict: somebody saved the adaptation meanwhile, in the same places.
        NotAllowed: the person may not edit the adaptation.
        ValidationError: what was chosen does not fit together.
        TooComplex: the text cannot be rendered in time.
    """
    page, source = kinship.page, kinship.source
    _make_sure_is_public(source, number)
    wanted = frozenset(fields) & {part.name for part in kinship.news}
    if not wanted:
        raise NothingChosen
    merged = merge_of(kinship, wanted, number)
    if merged.conflicts and not picks:
        raise Undecided(merged, number)
    values = resolve(merged, picks or {}, texts)
    content = type(kinship.own).model_validate(values)
    page_id = page.id
    return save_edit(
        page,
        kinds().named(page.kind),
        content,
        Contribution(
            by,
            lab_speaking_for(by, page.lab_id),
            note,
            together_with=lambda _number: _mark_seen(page_id, wanted, number),
        ),
        base=page.current_number,
        publish=False,
    )


def merge_of(kinship: Kinship, fields: Collection[str], number: int) -> Merge:
    """These fields of a version of the source brought together with the adaptation."""
    theirs = content_of(revision_of(kinship.source, number))
    return merged_with(kinship.ancestor, kinship.own, theirs, fields)


def merged_with(ancestor: Content, own: Content, theirs: Content, fields: Collection[str]) -> Merge:
    """Three contents in one, as far as these fields go; what is each page's own stays out."""
    shared = frozenset(type(theirs).model_fields) - OWN_FIELDS
    known = {name: getattr(theirs, name) for name in shared.intersection(fields)}
    return merge(ancestor, own, ancestor.model_copy(update=known))


def leave(kinship: Kinship, fields: Collection[str], number: int, by: User) -> None:
    """Keep these fields as they are here; they are offered again when the source changes them.

    Raises:
        NotAllowed: the person may not edit the adaptation.
        NothingChosen: there is nothing new in them.
    """
    page_id = kinship.page.id
    wanted = frozenset(fields) & {part.name for part in kinship.news}
    _make_sure_is_public(kinship.source, number)
    if not wanted:
        raise NothingChosen
    with writing() as session:
        if not may_edit(by, session.get_one(Page, page_id)):
            raise NotAllowed
        _mark_seen(page_id, wanted, number)


def offered(kinship: Kinship, fields: Collection[str]) -> Content:
    """The version the adaptation began with, with these of its improvements.

    Raises:
        NothingChosen: none of them is one.
        ValidationError: they do not fit together without the others.
    """
    wanted = frozenset(fields) & {part.name for part in kinship.improvements}
    if not wanted:
        raise NothingChosen
    return picked(kinship.beginning, kinship.own, wanted)


def tell_kin(page: Page, stamp: int) -> None:
    """A source and its adaptations name each other: nothing that was kept of them fits any more."""
    sources = select(Adaptation.source_id).where(Adaptation.page_id == page.id)
    adaptations = select(Adaptation.page_id).where(Adaptation.source_id == page.id)
    db.session.execute(
        update(Page).where(Page.id.in_(sources.union_all(adaptations))).values(touched=stamp),
        execution_options={"synchronize_session": False},
    )


def forget(page: Page) -> None:
    """A purged page was made from nothing; inside the transaction that purges it.

    What was made from it goes on knowing that it was made from something.
    """
    db.session.execute(delete(Adaptation).where(Adaptation.page_id == page.id))


def _make_sure_is_public(source: Page, number: int) -> None:
    """What stood there before it was published goes nowhere else, whoever asks."""
    if (
        source.published_from is None
        or not source.published_from <= number <= source.current_number
    ):
        raise NotFound


def _mark_seen(page_id: int, fields: Collection[str], number: int) -> None:
    adaptation = db.session.get(Adaptation, page_id)
    if adaptation is None:
        raise NotFound
    # A new dictionary: a change inside the old one would not be noticed.
    adaptation.seen = {**adaptation.seen, **dict.fromkeys(sorted(fields), number)}


def _made_ours(content: Content, lab: Lab, owner: str) -> Content:
    """The content as this lab's: under a title of its own, naming all who made it."""
    creators = [creator.model_dump(mode="json") for creator in content.creators]
    named = {creator["name"] for creator in creators}
    makers = [lab.name] if creators else [owner, lab.name]
    # Without a key: each row gets one that is free.
    creators += [{"name": name} for name in makers if name not in named][: ROWS - len(creators)]
    room = TITLE_LENGTH - len(lab.name) - len(" ()")
    title = f"{content.title[:room].rstrip()} ({lab.name})" if room > 20 else content.title
    values = content.to_json() | {
        "title": title,
        "creators": creators,
    }
    return type(content).model_validate(values)


def _current(page: Page) -> Content:
    return content_of(revision_of(page, page.current_number))


def _shared(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part.name not in OWN_FIELDS]
