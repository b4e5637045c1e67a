"""Who may read and say what: asked here by every view and every list of talk."""

from wiki.accounts.models import User
from wiki.labs.membership import is_editor
from wiki.pages.models import Page
from wiki.pages.visibility import (
    may_edit,
    may_look_after_page,
    may_read,
    may_write,
    sees_drafts,
)
from wiki.talk.models import Remark, Thread


def may_discuss(user: User | None, page: Page) -> bool:
    """Whoever may read the page; a retired one is only read."""
    return may_read(user, page) and not page.is_retired


def may_begin(user: User | None, page: Page) -> bool:
    """Whoever may discuss the page; without an account nothing about examples, whose remarks
    nobody would look through."""
    return may_discuss(user, page) and (user is not None or not page.is_example)


def may_see_questions(user: User | None) -> bool:
    """Questions to all labs are read and answered by whoever belongs to one."""
    return may_write(user)


def may_read_thread(user: User | None, thread: Thread) -> bool:
    if thread.page is None:
        return may_see_questions(user)
    if thread.is_internal and not sees_drafts(user, thread.page):
        return False
    return may_read(user, thread.page)


def may_say_in(user: User | None, thread: Thread) -> bool:
    if thread.page is not None and not may_discuss(user, thread.page):
        return False
    return may_read_thread(user, thread)


def may_moderate(user: User | None, thread: Thread) -> bool:
    """Whether the person publishes what waits and removes what others said."""
    if thread.page is None:
        return is_editor(user)
    return may_look_after_page(user, thread.page)


def may_remove(user: User | None, remark: Remark) -> bool:
    if user is None:
        return False
    return remark.by_id == user.id or may_moderate(user, remark.thread)


def may_resolve(user: User | None, thread: Thread, began_by: int | None) -> bool:
    """Whoever began the thread, and whoever may edit its page."""
    if user is None or not may_read_thread(user, thread):
        return False
    if began_by == user.id or may_moderate(user, thread):
        return True
    return thread.page is not None and may_edit(user, thread.page)
