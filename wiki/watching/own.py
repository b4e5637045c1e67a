"""What is kept about a person here: for their own copy, and to be forgotten."""

from typing import Any

from sqlalchemy import delete, update

from wiki.accounts.mailing import can_send_mail
from wiki.accounts.models import User
from wiki.db import db
from wiki.pages.models import Page
from wiki.watching.delivering import delivery_of, forget_delivery
from wiki.watching.lines import name_of_watched, own_lines
from wiki.watching.models import ByMail, Notice, Watching
from wiki.watching.watching import watched_by


def account_part(user: User) -> dict[str, Any]:
    """For „Mein Konto“: how much somebody watches, and how they hear of it."""
    return {
        "count": len(watched_by(user)),
        "how": ByMail(delivery_of(user).by_mail).label,
        "can_mail": can_send_mail(),
    }


def watched_for_export(user: User) -> list[dict[str, Any]]:
    return [
        {"beobachtet": name_of_watched(one, user), "seit": one.at.isoformat()}
        for one in watched_by(user)
    ]


def news_for_export(user: User) -> list[dict[str, Any]]:
    return [
        {
            "seite": line.title,
            "was": line.text,
            "am": line.notice.at.isoformat(),
            "gelesen": line.notice.read_at.isoformat() if line.notice.read_at else None,
        }
        for line in own_lines(user)
    ]


def mail_for_export(user: User) -> dict[str, Any]:
    delivery = delivery_of(user)
    return {"neuigkeiten": delivery.by_mail, "wochenrückblick": delivery.wants_week}


def forget_person(user: User) -> None:
    """Inside the transaction that closes the account."""
    for table in (Notice, Watching):
        db.session.execute(delete(table).where(table.user_id == user.id))
    forget_delivery(user)


def forget_page(page: Page) -> None:
    """Inside the transaction that purges the page."""
    db.session.execute(delete(Notice).where(Notice.page_id == page.id))
    db.session.execute(
        update(Notice).where(Notice.other_id == page.id).values(other_id=None),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(delete(Watching).where(Watching.page_id == page.id))
