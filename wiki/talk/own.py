"""What waits for a person in talk, what is kept about them, what goes when a page is purged."""

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import contains_eager, joinedload

from wiki.accounts.models import User
from wiki.accounts.waiting import Tap, Waiting
from wiki.db import db
from wiki.labs.membership import memberships_of
from wiki.pages.models import Page, PageState
from wiki.talk.addresses import address_of
from wiki.talk.also_running import forget_runs
from wiki.talk.asking import edited_labs, unanswered_by
from wiki.talk.models import Mention, Remark, Thread
from wiki.talk.rights import may_read_thread


def waiting_mentions(user: User) -> Iterator[Waiting]:
    """Who speaks to this person and has not been read; once for each thread."""
    unread = (
        select(Remark)
        .join(Mention, Mention.remark_id == Remark.id)
        .where(Mention.user_id == user.id, Mention.read_at.is_(None))
        .options(joinedload(Remark.thread).joinedload(Thread.page), joinedload(Remark.by))
        .order_by(Remark.created_at)
    )
    first = {remark.thread_id: remark for remark in reversed(db.session.scalars(unread).all())}
    for remark in first.values():
        thread = remark.thread
        if may_read_thread(user, thread):
            yield Waiting(
                title=title_of(thread),
                reason=_("%(name)s fragt hier nach %(asked)s", name=who(remark), asked=user.name),
                address=address_of(thread),
                since=remark.created_at,
                taps=(Tap(_("Gelesen"), url_for("talk.read", number=thread.id)),),
            )


def waiting_remarks(user: User) -> Iterator[Waiting]:
    """What people without an account said on pages this person looks after."""
    waiting = (
        select(Remark)
        .join(Thread, Thread.id == Remark.thread_id)
        .join(Page, Page.id == Thread.page_id)
        .where(Remark.is_waiting, Page.state != PageState.PURGED.value)
        .options(contains_eager(Remark.thread).contains_eager(Thread.page))
    )
    if not user.is_admin:
        edited = [membership.lab_id for membership in memberships_of(user) if membership.is_editor]
        waiting = waiting.where(Page.lab_id.in_(edited))
    for remark in db.session.scalars(waiting.order_by(Remark.created_at)):
        yield Waiting(
            title=title_of(remark.thread),
            reason=_("Eine Bemerkung ohne Konto wartet darauf, dass jemand sie liest"),
            address=f"{address_of(remark.thread, anchor='')}#bemerkung-{remark.id}",
            since=remark.created_at,
        )


def waiting_questions(user: User) -> Iterator[Waiting]:
    """Questions to all labs that those of this person have not answered."""
    unanswered = {thread.id: thread for lab in edited_labs(user) for thread in unanswered_by(lab)}
    for thread in unanswered.values():
        lab = thread.lab.name if thread.lab else _("jemand aus dem Netzwerk")
        yield Waiting(
            title=title_of(thread),
            reason=_("Frage an alle Labore: %(lab)s", lab=lab),
            address=address_of(thread),
            since=thread.created_at,
            taps=(
                Tap(_("Dazu wissen wir nichts"), url_for("questions.pass_on", number=thread.id)),
            ),
        )


def remarks_by(user: User) -> list[dict[str, Any]]:
    """For the person's own copy of their data."""
    own = (
        select(Remark)
        .where(Remark.by_id == user.id, Remark.removed_at.is_(None))
        .options(joinedload(Remark.thread).joinedload(Thread.page))
        .order_by(Remark.id)
    )
    return [
        {
            "zu": title_of(remark.thread),
            "bemerkung": remark.text,
            "am": remark.created_at.isoformat(),
        }
        for remark in db.session.scalars(own)
    ]


def mentions_of(user: User) -> list[dict[str, Any]]:
    """When somebody spoke to this person, for their own copy of their data."""
    rows = (
        select(Remark.created_at, Mention.read_at)
        .join(Mention, Mention.remark_id == Remark.id)
        .where(Mention.user_id == user.id)
        .order_by(Remark.id)
    )
    return [
        {"am": at.isoformat(), "gelesen": read.isoformat() if read else None}
        for at, read in db.session.execute(rows)
    ]


def forget_page(page: Page) -> None:
    """Runs inside the transaction that purges the page: what was said about it goes with it."""
    db.session.execute(delete(Thread).where(Thread.page_id == page.id))
    forget_runs(page)


def title_of(thread: Thread) -> str:
    """What a thread is about: its page, or the question."""
    return thread.page.title if thread.page is not None else thread.title or _("entfernte Frage")


def who(remark: Remark) -> str:
    """Who said it, as everybody may know."""
    return remark.by.name if remark.by is not None else remark.name or _("Jemand ohne Konto")
