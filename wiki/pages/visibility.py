"""Who may see and change a page: asked here by every list, search, feed, file and address."""

from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, or_, true

from wiki.accounts.models import User
from wiki.labs.membership import belongs_to, is_lab_staff, may_look_after, memberships_of
from wiki.pages.models import Page, PageState, Revision


def visible_to(user: User | None) -> ColumnElement[bool]:
    """The pages that may appear in this person's lists, searches and feeds."""
    return or_(Page.state == PageState.PUBLISHED.value, _drafts_of(user))


def readable_by(user: User | None) -> ColumnElement[bool]:
    """The pages this person may open at their address: retired ones, too."""
    return or_(visible_to(user), Page.state == PageState.RETIRED.value)


def visible_revisions(user: User | None) -> ColumnElement[bool]:
    """The versions of visible pages this person may see; to be joined with Page."""
    published = and_(
        Page.state == PageState.PUBLISHED.value, Revision.number >= Page.published_from
    )
    shown = or_(published, and_(visible_to(user), own_work(user)))
    return and_(shown, Revision.is_purged.is_(False))


def may_read(user: User | None, page: Page) -> bool:
    if page.is_purged:
        return False
    return not page.is_draft or sees_drafts(user, page)


class Owned(Protocol):
    """A page, or what a list knows of one."""

    @property
    def created_by_id(self) -> int | None: ...

    @property
    def lab_id(self) -> int | None: ...


def sees_drafts(user: User | None, page: Owned) -> bool:
    """Whether the person sees what came before publishing: the page's lab and admins.

    Of a page without a lab, who began it; whoever leaves a lab leaves its drafts to it.
    """
    if user is None:
        return False
    if user.is_admin:
        return True
    if page.lab_id is None:
        return page.created_by_id == user.id
    return belongs_to(user, page.lab_id)


def may_read_revision(user: User | None, page: Page, number: int) -> bool:
    """Readers see versions from the first published one on."""
    if not may_read(user, page):
        return False
    is_public = page.published_from is not None and number >= page.published_from
    return is_public or sees_drafts(user, page)


def may_write(user: User | None) -> bool:
    """Whether the person may write new pages at all."""
    return user is not None and (user.is_admin or bool(memberships_of(user)))


def may_edit(user: User | None, page: Page) -> bool:
    """Members of labs edit any page they see; guests their own; protected pages, editors."""
    if user is None or not may_read(user, page):
        return False
    if may_look_after(user, page.lab):
        return True
    if page.is_protected or page.is_retired:
        return False
    if page.is_draft:
        return True
    if page.lab_id is None:
        return False
    return is_lab_staff(user) or belongs_to(user, page.lab_id)


def may_look_after_page(user: User | None, page: Page) -> bool:
    """Whether the person may retire, protect and restore the page."""
    return may_look_after(user, page.lab)


def _drafts_of(user: User | None) -> ColumnElement[bool]:
    return and_(Page.state == PageState.DRAFT.value, own_work(user))


def own_work(user: User | None) -> ColumnElement[bool]:
    """The pages of which this person sees what came before publishing (as `sees_drafts`)."""
    if user is None:
        return false()
    if user.is_admin:
        return true()
    labs = [membership.lab_id for membership in memberships_of(user)]
    begun = and_(Page.lab_id.is_(None), Page.created_by_id == user.id)
    return or_(begun, Page.lab_id.in_(labs))
