"""Files that texts show or link to. The core keeps none: a feature that does registers here."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import LaborwikiError
from wiki.labs.models import Lab
from wiki.markup import Attachment
from wiki.pages.links import STALE
from wiki.pages.models import Page, PageState, Rendering, Revision
from wiki.pages.touching import touch


@dataclass(frozen=True)
class Keeper:
    """What keeps files.

    find: ids → how to show them. record: inside the transaction that saves a version, which ids
    its texts show, its cover's (or an empty string), and who saves. forget: inside the one that
    purges a page. take: a photo that came with a form, by whom and for which lab → how a field
    names it; raises AttachmentRefused.
    """

    find: Callable[[Collection[str]], Mapping[str, Attachment]]
    record: Callable[[Page, Collection[str], str, User | None], None]
    forget: Callable[[Page], None]
    take: Callable[[FileStorage, User, Lab | None], str]


class AttachmentRefused(LaborwikiError):
    """A file cannot be taken; `reason` says why, in the language of whoever asked."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _nothing(_ids: Collection[str]) -> Mapping[str, Attachment]:
    return {}


_NOBODY = Keeper(
    _nothing,
    lambda _page, _ids, _cover, _by: None,
    lambda _page: None,
    lambda _sent, _by, _lab: "",
)


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-files"] = _NOBODY


def keep_files_with(app: Flask, keeper: Keeper) -> None:
    """Let a feature say which files there are and learn where they are shown."""
    app.extensions["laborwiki-files"] = keeper


def attachments_with(ids: Collection[str]) -> Mapping[str, Attachment]:
    """How to show the files with these ids; unknown ones are left out."""
    return _keeper().find(ids) if ids else {}


def record_files(page: Page, rendering: dict[str, Any], by: User | None) -> None:
    """Remember which files the page's newest version shows; inside the saving transaction."""
    _keeper().record(page, rendering["files"], rendering["cover"], by)


def forget_files(page: Page) -> None:
    """The page shows and offers nothing any more; inside the transaction that purges it."""
    _keeper().forget(page)


def show_anew(page_ids: Iterable[int], by: User | None) -> None:
    """Render pages anew because files they show changed; inside the transaction that did it.

    Their earlier versions show the same files, so they are made stale, too.
    """
    session = db.session
    pages = select(Page).where(Page.id.in_(list(page_ids)), Page.state != PageState.PURGED.value)
    for page in session.scalars(pages):
        touch(page, "files", by)
        session.execute(
            update(Rendering)
            .where(
                Rendering.revision_id.in_(select(Revision.id).where(Revision.page_id == page.id))
            )
            .values(renderer=STALE),
            execution_options={"synchronize_session": False},
        )


def take_photo(sent: FileStorage, by: User, lab: Lab | None) -> str:
    """Keep a photo that came with a form; how a picture field names it.

    Raises:
        AttachmentRefused: it is no picture, or cannot be taken.
    """
    return _keeper().take(sent, by, lab)


def _keeper() -> Keeper:
    keeper: Keeper = current_app.extensions["laborwiki-files"]
    return keeper
