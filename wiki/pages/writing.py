"""Saving: one transaction for the revision, its HTML, its facts and its line in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import delete, insert, or_, select, update

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound, TooMany
from wiki.fields import one_line
from wiki.labs.models import Lab
from wiki.pages.addresses import forget_addresses, free_slug, free_slugs
from wiki.pages.attachments import forget_files, record_files
from wiki.pages.content import Content
from wiki.pages.drafts import EditDraft, finish_draft
from wiki.pages.following import tell_of_change
from wiki.pages.kinds import Kind, kinds
from wiki.pages.links import STALE, follow_page, forget_links, record_links
from wiki.pages.merging import Merge, merge
from wiki.pages.models import (
    Change,
    Link,
    Page,
    PageFacts,
    PageSlug,
    PageState,
    PageTerm,
    Rendering,
    Revision,
)
from wiki.pages.purging import forget_everywhere, forget_made, leave_no_trace
from wiki.pages.rendering import RENDERER, content_of, render_content
from wiki.pages.visibility import may_edit, may_look_after_page

# Each try merges with one more saved version; more than this many in a row is an attack.
TRIES = 8
# Of what a version says about itself.
NOTE_LENGTH = 300


class EditConflict(LaborwikiError):
    """Somebody saved something else in the same place; both texts are in `merge`."""

    status = HTTPStatus.CONFLICT

    def __init__(self, merge: Merge, base: int, current_number: int) -> None:
        super().__init__("edit conflict")
        self.merge = merge
        self.base = base
        self.current_number = current_number


@dataclass(frozen=True)
class Credit:
    """Who proposed what somebody else saves: a person, or a name that may be empty."""

    person_id: int | None
    name: str | None


@dataclass(frozen=True)
class Contribution:
    """Who saves, for which lab, and why; `draft` is the key of the draft that is saved by it.

    proposed_by: whose proposal it is; together_with: what is written in the same transaction as
    an edit or not at all, given the number of the new version (None if nothing changed);
    is_bulk: one of many, which must not keep what people save waiting for the search;
    is_operator: from the command line, where no rights are asked for.
    """

    by: User | None
    lab: Lab | None = None
    note: str = ""
    restored_number: int | None = None
    draft: str = ""
    is_bulk: bool = False
    is_operator: bool = False
    proposed_by: Credit | None = None
    together_with: Callable[[int | None], None] | None = None


@dataclass(frozen=True)
class NewPage:
    """A page to be made, its texts already rendered; a slug or uuid is kept if it is free."""

    kind: Kind
    content: Content
    html: dict[str, Any]
    contribution: Contribution
    publish: bool
    slug: str = ""
    uuid: str = ""


@dataclass(frozen=True)
class Saved:
    """What a save did: the page, the new version (None if nothing changed), which of another
    person's changes were merged in, and whether everybody may read the page only since."""

    page: Page
    revision: Revision | None
    taken: tuple[str, ...] = ()
    is_published: bool = False


def create_page(
    kind: Kind, content: Content, contribution: Contribution, *, publish: bool, slug: str = ""
) -> Page:
    """A new page of the contribution's lab, as a draft or published at once.

    Raises:
        TooComplex: the text cannot be rendered in time.
    """
    html = render_content(content)
    with writing():
        return add_pages([NewPage(kind, content, html, contribution, publish, slug)])[0]


def add_pages(new: Sequence[NewPage]) -> list[Page]:
    """Make the pages, all in one go; inside a transaction.

    An import makes thousands: a statement for many costs little more than one for each.
    """
    session = db.session
    slugs = free_slugs([one.slug or one.content.title for one in new])
    pages = [_new_page(one, slug) for one, slug in zip(new, slugs, strict=True)]
    session.add_all(pages)
    session.flush()
    each = list(zip(pages, new, strict=True))
    revisions = [_revision(p, one.kind, one.content, one.contribution, base=0) for p, one in each]
    changes = [
        _change(p, "saved", one.contribution.by, is_bulk=one.contribution.is_bulk)
        for p, one in each
    ]
    session.add_all([*revisions, *changes])
    session.flush()
    session.execute(insert(PageSlug), [{"slug": p.slug, "page_id": p.id} for p in pages])
    session.execute(
        insert(Rendering),
        [
            {"revision_id": revision.id, "renderer": RENDERER, "html": one.html}
            for revision, one in zip(revisions, new, strict=True)
        ],
    )
    session.execute(insert(PageFacts), [_facts(p, one.kind, one.content) for p, one in each])
    terms = [term for p, one in each for term in _terms(p, one.kind, one.content)]
    if terms:
        session.execute(insert(PageTerm), terms)
    for page, change in zip(pages, changes, strict=True):
        page.touched = change.seq
    session.flush()
    for page in _spoken_of(pages):
        follow_page(page, page.touched)
    for (page, one), revision in zip(each, revisions, strict=True):
        _record(page, revision, one.html, one.contribution.by)
        one.kind.record(page, one.content)
        finish_draft(one.contribution.draft, one.contribution.by, page)
    return pages


def _new_page(new: NewPage, slug: str) -> Page:
    contribution = new.contribution
    page = Page(
        uuid=new.uuid or str(uuid4()),
        kind=new.kind.name,
        slug=slug,
        lab_id=contribution.lab.id if contribution.lab else None,
        created_by_id=contribution.by.id if contribution.by else None,
        title=new.content.title,
        summary=new.content.summary,
        current_number=1,
    )
    if new.publish:
        _publish(page)
    return page


def _spoken_of(pages: Sequence[Page]) -> list[Page]:
    """Those of some new pages that others spoke of before they were there."""
    by_title, by_slug = {page.title for page in pages}, {page.slug for page in pages}
    rows = db.session.execute(
        select(Link.title, Link.slug).where(or_(Link.title.in_(by_title), Link.slug.in_(by_slug)))
    )
    spoken_of = {word for row in rows for word in row}
    return [page for page in pages if page.title in spoken_of or page.slug in spoken_of]


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
            if not (contribution.is_operator or may_edit(contribution.by, current)):
                raise NotAllowed
            if current.current_number == base:
                revision = None
                changed = _changed_fields(content_of(revision_of(current, base)), content)
                if changed or current.kind != kind.name:
                    revision = _append(
                        current, kind, content, html, contribution, base=base, changed=changed
                    )
                is_published = publish and current.is_draft
                if is_published:
                    _publish(current)
                    _log(current, "published", contribution.by, is_bulk=contribution.is_bulk)
                finish_draft(contribution.draft, contribution.by, current)
                if contribution.together_with is not None:
                    contribution.together_with(revision.number if revision else None)
                return Saved(current, revision, taken, is_published)
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


def publish_draft(page: Page, by: User) -> None:
    """Let everybody read it as it is; nothing happens to a page that is public already.

    Raises:
        NotAllowed: the person may not edit it, or it is retired or gone.
    """
    with writing() as session:
        current = session.get_one(Page, page.id)
        if current.is_published:
            return
        if not current.is_draft or not may_edit(by, current):
            raise NotAllowed
        _publish(current)
        _log(current, "published", by)


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
        _empty(_looked_after(session.get_one(Page, page.id), by), by)
    leave_no_trace()


def purge_versions(page: Page, first: int, last: int, by: User) -> int:
    """Remove for good what these versions say; how many there were. The current one stays.

    Each keeps its place in the history, and says of the page no more than its name: whoever
    goes on from one that is gone is asked about every difference. Addresses that came from their
    titles alone lead here no longer.

    Raises:
        NotAllowed: others look after the page.
    """
    with writing() as session:
        current = _looked_after(session.get_one(Page, page.id), by)
        wanted = select(Revision).where(
            Revision.page_id == current.id,
            Revision.number.between(first, last),
            Revision.number != current.current_number,
            Revision.is_purged.is_(False),
        )
        revisions = list(session.scalars(wanted))
        titles = {revision.title for revision in revisions}
        for revision in revisions:
            kind = kinds().named(revision.kind)
            revision.title = current.title
            revision.content = kind.content(title=current.title).to_json()
            revision.note, revision.changed_fields = "", None
            revision.is_purged = True
            session.execute(delete(Rendering).where(Rendering.revision_id == revision.id))
        if revisions:
            session.flush()
            left = select(Revision.title).where(Revision.page_id == current.id)
            forget_addresses(current, titles, session.scalars(left).all())
            forget_made(current)
            _log(current, "purged versions", by)
    leave_no_trace()
    return len(revisions)


def purge_within(page: Page, by: User | None) -> None:
    """As `purge`, of whatever page; inside a transaction, whose caller asks whether one may."""
    _empty(page, by, is_bulk=True)


def take_back(page: Page, by: User | None) -> None:
    """Remove a page as if it had never been: its address is free again; inside a transaction.

    Whether the person may is the caller's to ask.
    """
    session = db.session
    _empty(page, by, is_bulk=True)
    session.execute(delete(PageSlug).where(PageSlug.page_id == page.id))
    page.slug, page.uuid = free_slug(f"zurueckgenommen-{page.id}"), str(uuid4())
    session.add(PageSlug(slug=page.slug, page_id=page.id))


def _empty(page: Page, by: User | None, *, is_bulk: bool = False) -> None:
    """Remove everything a page says and ever said, and everything derived from it."""
    session = db.session
    for table in (PageFacts, PageTerm, EditDraft):
        session.execute(delete(table).where(table.page_id == page.id))
    ids = select(Revision.id).where(Revision.page_id == page.id)
    session.execute(delete(Rendering).where(Rendering.revision_id.in_(ids)))
    session.execute(delete(Revision).where(Revision.page_id == page.id))
    session.expire_all()
    page.state = PageState.PURGED.value
    page.title, page.summary = "", ""
    _log(page, "purged", by, is_bulk=is_bulk)
    forget_links(page)
    forget_files(page)
    forget_everywhere(page)


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


def _changed_fields(old: Content, new: Content) -> list[str]:
    """Those of the new content that say something else than the old."""
    missing = object()
    return [
        name for name in type(new).model_fields if getattr(new, name) != getattr(old, name, missing)
    ]


def _append(
    page: Page,
    kind: Kind,
    content: Content,
    html: dict[str, Any],
    contribution: Contribution,
    *,
    base: int,
    changed: list[str],
) -> Revision:
    """The page's next version; inside the saving transaction."""
    session = db.session
    page.current_number += 1
    revision = _revision(page, kind, content, contribution, base=base, changed=changed)
    session.add(revision)
    session.flush()
    session.add(Rendering(revision_id=revision.id, renderer=RENDERER, html=html))
    renamed = page.title != content.title
    if renamed:
        page.slug = free_slug(content.title, page.id)
        if session.get(PageSlug, page.slug) is None:
            session.add(PageSlug(slug=page.slug, page_id=page.id))
    page.kind, page.title, page.summary = kind.name, content.title, content.summary
    session.merge(PageFacts(**_facts(page, kind, content)))
    session.execute(delete(PageTerm).where(PageTerm.page_id == page.id))
    session.add_all(PageTerm(**term) for term in _terms(page, kind, content))
    _log(page, "saved", contribution.by, renamed=renamed, is_bulk=contribution.is_bulk)
    _record(page, revision, html, contribution.by)
    kind.record(page, content)
    return revision


def _revision(
    page: Page,
    kind: Kind,
    content: Content,
    contribution: Contribution,
    *,
    base: int,
    changed: list[str] | None = None,
) -> Revision:
    credit = contribution.proposed_by
    return Revision(
        page_id=page.id,
        number=page.current_number,
        kind=kind.name,
        title=content.title,
        content=content.to_json(),
        note=one_line(contribution.note, NOTE_LENGTH),
        author_id=contribution.by.id if contribution.by else None,
        proposed_by_id=credit.person_id if credit else None,
        proposed_by_name=credit.name if credit else None,
        lab_id=contribution.lab.id if contribution.lab else None,
        base_number=base,
        restored_number=contribution.restored_number,
        changed_fields=changed,
        agreed_licence=content.licence.value,
    )


def _record(page: Page, revision: Revision, html: dict[str, Any], by: User | None) -> None:
    """Remember what the new version speaks of and which files it shows."""
    is_first = revision.number == 1
    if (html["links"] or not is_first) and not record_links(page, html, page.touched):
        # A page it speaks of moved while this one was rendered.
        stale = update(Rendering).where(Rendering.revision_id == revision.id)
        db.session.execute(stale.values(renderer=STALE))
    if html["files"] or not is_first:
        record_files(page, html, by)


def _facts(page: Page, kind: Kind, content: Content) -> dict[str, Any]:
    """What lists and finders ask, as a row."""
    numbers = {name: value for name, value in vars(kind.facts(content)).items() if name != "terms"}
    return {"page_id": page.id, "language": content.language, **numbers}


def _terms(page: Page, kind: Kind, content: Content) -> list[dict[str, Any]]:
    """The words a page can be filtered by, as rows."""
    terms = {
        "topic": content.topics,
        "audience": content.audiences,
        **kind.facts(content).terms,
    }
    return [
        {"page_id": page.id, "name": name, "value": value}
        for name, values in terms.items()
        for value in dict.fromkeys(values)
    ]


def _log(
    page: Page,
    what: str,
    by: User | None,
    *,
    renamed: bool = False,
    is_bulk: bool = False,
) -> None:
    """One line in the change log; the page's stamp for caches is its number."""
    change = _change(page, what, by, is_bulk=is_bulk)
    db.session.add(change)
    db.session.flush()
    page.touched = change.seq
    follow_page(page, change.seq, renamed=renamed)
    tell_of_change(page, change.seq)


def _change(page: Page, what: str, by: User | None, *, is_bulk: bool) -> Change:
    return Change(
        page_id=page.id,
        revision_number=page.current_number,
        what=what,
        by_id=by.id if by else None,
        is_bulk=is_bulk,
    )
