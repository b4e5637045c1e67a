"""Saving: one transaction for the revision, its HTML, its facts and its line in the log."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, select

from wiki.accounts.models import User
from wiki.db import db, empty_write_ahead_log, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound, TooMany
from wiki.labs.models import Lab
from wiki.pages.addresses import free_slug
from wiki.pages.content import Content
from wiki.pages.kinds import Kind
from wiki.pages.links import record_links, render_anew_what_links_to
from wiki.pages.merging import Merge, merge
from wiki.pages.models import (
    Change,
    Page,
    PageFacts,
    PageSlug,
    PageState,
    PageTerm,
    Rendering,
    Revision,
)
from wiki.pages.rendering import RENDERER, content_of, render_content
from wiki.pages.visibility import may_edit, may_look_after_page

# Each try merges with one more saved version; more than this many in a row is an attack.
TRIES = 8


class EditConflict(LaborwikiError):
    """Somebody saved something else in the same place; both texts are in `merge`."""

    status = HTTPStatus.CONFLICT

    def __init__(self, merge: Merge, base: int, current_number: int) -> None:
        super().__init__("edit conflict")
        self.merge = merge
        self.base = base
        self.current_number = current_number


@dataclass(frozen=True)
class Contribution:
    """Who saves, for which lab, and why."""

    by: User | None
    lab: Lab | None = None
    note: str = ""
    restored_number: int | None = None


@dataclass(frozen=True)
class Saved:
    """What a save did: the page, the new version (None if nothing changed), and which of
    another person's changes were merged in."""

    page: Page
    revision: Revision | None
    taken: tuple[str, ...] = ()


def create_page(
    kind: Kind, content: Content, contribution: Contribution, *, publish: bool, slug: str = ""
) -> Page:
    """A new page of the contribution's lab, as a draft or published at once.

    Raises:
        TooComplex: the text cannot be rendered in time.
    """
    html = render_content(content)
    with writing() as session:
        page = Page(
            kind=kind.name,
            slug=slug or free_slug(content.title),
            lab_id=contribution.lab.id if contribution.lab else None,
            created_by_id=contribution.by.id if contribution.by else None,
            title=content.title,
        )
        session.add(page)
        session.flush()
        session.add(PageSlug(slug=page.slug, page_id=page.id))
        _append(page, kind, content, html, contribution, base=0)
        if publish:
            _publish(page)
    return page


def save_edit(
    page: Page,
    kind: Kind,
    content: Content,
    contribution: Contribution,
    *,
    base: int,
    publish: bool,
) -> Saved:
    """A new version on top of version `base`; later ones that touch other places are merged.

    The base is checked inside the saving transaction; rendering and merging happen outside
    it, so that nobody waits for them.

    Raises:
        EditConflict: a later version changed the same place.
        NotAllowed: the person may not edit the page (any more).
        TooComplex: the text cannot be rendered in time.
    """
    taken: tuple[str, ...] = ()
    for _try in range(TRIES):
        html = render_content(content)
        with writing() as session:
            current = session.get_one(Page, page.id)
            if not may_edit(contribution.by, current):
                raise NotAllowed
            if current.current_number == base:
                revision = None
                if _differs(current, kind, content):
                    revision = _append(current, kind, content, html, contribution, base=base)
                if publish and current.is_draft:
                    _publish(current)
                    _log(current, "published", contribution.by)
                return Saved(current, revision, taken)
            theirs = content_of(revision_of(current, current.current_number))
            newest = current.current_number
        merged = merge(content_of(revision_of(page, base)), content, theirs)
        if merged.conflicts:
            raise EditConflict(merged, base, newest)
        try:
            content = kind.content.model_validate(merged.values)
        except ValidationError:
            raise EditConflict(merged, base, newest) from None
        base, taken = newest, taken + merged.taken
    raise TooMany


def revision_of(page: Page, number: int) -> Revision:
    """One version of a page.

    Raises:
        NotFound: the page has no version of this number.
    """
    revision = db.session.scalar(
        select(Revision).where(Revision.page_id == page.id, Revision.number == number)
    )
    if revision is None:
        raise NotFound
    return revision


def retire(page: Page, by: User) -> None:
    """Take a page out of all lists; its address keeps showing it, with a notice."""
    _change_state(page, PageState.RETIRED, "retired", by)


def bring_back(page: Page, by: User) -> None:
    """Put a retired page back into lists and search."""
    _change_state(page, PageState.PUBLISHED, "published", by)


def protect(page: Page, by: User, *, on: bool) -> None:
    """Let only editors edit the page, or everybody again."""
    with writing() as session:
        current = _looked_after(session.get_one(Page, page.id), by)
        current.is_protected = on
        _log(current, "protected" if on else "unprotected", by)


def purge(page: Page, by: User) -> None:
    """Remove a page's content for good; its address stays reserved and says so."""
    with writing() as session:
        current = _looked_after(session.get_one(Page, page.id), by)
        for table in (PageFacts, PageTerm):
            session.execute(delete(table).where(table.page_id == current.id))
        record_links(current, {})
        ids = select(Revision.id).where(Revision.page_id == current.id)
        session.execute(delete(Rendering).where(Rendering.revision_id.in_(ids)))
        session.execute(delete(Revision).where(Revision.page_id == current.id))
        session.expire_all()
        current.state = PageState.PURGED.value
        current.title, current.summary = "", ""
        _log(current, "purged", by)
    empty_write_ahead_log()


def _change_state(page: Page, state: PageState, what: str, by: User) -> None:
    with writing() as session:
        current = _looked_after(session.get_one(Page, page.id), by)
        if current.is_draft or current.is_purged:
            raise NotAllowed
        current.state = state.value
        _log(current, what, by)


def _looked_after(page: Page, by: User) -> Page:
    if not may_look_after_page(by, page):
        raise NotAllowed
    return page


def _publish(page: Page) -> None:
    page.state = PageState.PUBLISHED.value
    page.published_from = page.current_number
    page.published_at = now()


def _differs(page: Page, kind: Kind, content: Content) -> bool:
    return page.kind != kind.name or content != content_of(revision_of(page, page.current_number))


def _append(
    page: Page,
    kind: Kind,
    content: Content,
    html: dict[str, Any],
    contribution: Contribution,
    *,
    base: int,
) -> Revision:
    session = db.session
    revision = Revision(
        page_id=page.id,
        number=page.current_number + 1,
        kind=kind.name,
        title=content.title,
        content=content.to_json(),
        note=contribution.note,
        author_id=contribution.by.id if contribution.by else None,
        lab_id=contribution.lab.id if contribution.lab else None,
        base_number=base,
        restored_number=contribution.restored_number,
        agreed_licence=content.licence.value,
    )
    session.add(revision)
    session.flush()
    session.add(Rendering(revision_id=revision.id, renderer=RENDERER, html=html))
    if base and page.title != content.title:
        page.slug = free_slug(content.title, page.id)
        if session.get(PageSlug, page.slug) is None:
            session.add(PageSlug(slug=page.slug, page_id=page.id))
    page.kind, page.title, page.summary = kind.name, content.title, content.summary
    page.current_number = revision.number
    _write_facts(page, kind, content)
    record_links(page, html["links"])
    _log(page, "saved", contribution.by)
    return revision


def _write_facts(page: Page, kind: Kind, content: Content) -> None:
    facts = kind.facts(content)
    numbers = {name: value for name, value in vars(facts).items() if name != "terms"}
    db.session.merge(PageFacts(page_id=page.id, **numbers))
    db.session.execute(delete(PageTerm).where(PageTerm.page_id == page.id))
    terms = {"topic": content.topics, "audience": content.audiences, **facts.terms}
    db.session.add_all(
        PageTerm(page_id=page.id, name=name, value=value)
        for name, values in terms.items()
        for value in dict.fromkeys(values)
    )


def _log(page: Page, what: str, by: User | None) -> None:
    """One line in the change log; the page's stamp for caches is its number."""
    change = Change(
        page_id=page.id,
        revision_number=page.current_number,
        what=what,
        by_id=by.id if by else None,
    )
    db.session.add(change)
    db.session.flush()
    page.touched = change.seq
    render_anew_what_links_to(page, change.seq)
