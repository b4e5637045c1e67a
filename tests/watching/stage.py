"""What tests about watching do again and again."""

from typing import Any

from flask import current_app

from wiki.accounts.models import User
from wiki.db import db
from wiki.finding.indexing import Follower
from wiki.language import in_language
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, revision_of, save_edit
from wiki.watching.lines import Line, news_of
from wiki.watching.telling import tell
from wiki.watching.watching import Target, watch


def person(number: int) -> User:
    return db.session.get_one(User, number)


def edit(page: Page, by: int | None, publish: bool = True, bulk: bool = False, **to: Any) -> None:
    """Somebody saves a version; without anybody, the command line does."""
    before = content_of(revision_of(page, page.current_number))
    contribution = Contribution(by=person(by) if by else None, is_operator=by is None, is_bulk=bulk)
    content = type(before).model_validate(before.to_json() | to)
    kind = kinds().named(page.kind)
    save_edit(page, kind, content, contribution, base=page.current_number, publish=publish)


def watch_page(by: int, page: Page) -> None:
    watch(person(by), Target(page_id=page.id))


def follow() -> None:
    """The background does all it has to: the index first, then the news."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        follower = Follower(app.extensions["laborwiki-search"])
        while follower.follow():
            pass
    while tell():
        pass
    db.session.rollback()
    db.session.expire_all()


def lines(number: int) -> list[Line]:
    """What this person reads, once the background has done its work; the newest first."""
    follow()
    with in_language("de"):
        return [line for day in news_of(person(number)).days for line in day.lines]


def news(number: int) -> list[str]:
    return [f"{line.title}: {line.text}" for line in lines(number)]
