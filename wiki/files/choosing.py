"""Files to choose from: those of the page first, then what the person and their labs have."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy import or_, select

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import Gone, NotFound
from wiki.files.models import File
from wiki.files.rights import may_read_file
from wiki.files.storing import files_of
from wiki.labs.membership import belongs_to, labs_of
from wiki.labs.models import Lab
from wiki.markup import file_ids
from wiki.pages.addresses import find_page
from wiki.pages.models import Page
from wiki.pages.visibility import may_edit

SHOWN = 24


@dataclass(frozen=True)
class Choice:
    """Files to choose from; those of the page are not repeated among the others."""

    page: Page | None
    of_page: Sequence[File]
    others: Sequence[File]


def files_to_choose(user: User, page: Page | None) -> Choice:
    """What this person can place in a text of this page, the newest first."""
    of_page = files_of(page) if page is not None else []
    labs = [lab.id for lab in labs_of(user)]
    own = select(File).where(or_(File.uploaded_by_id == user.id, File.lab_id.in_(labs)))
    newest = db.session.scalars(own.order_by(File.created_at.desc(), File.id).limit(SHOWN + 10))
    shown = {file.id for file in of_page}
    others = [file for file in newest if file.id not in shown]
    return Choice(page, of_page, others[:SHOWN])


def covers_to_choose(chosen: str) -> list[File]:
    """The pictures a form offers as cover: the page's, and the one that is chosen now.

    Which page, the address says: forms know only their fields.
    """
    user = person()
    if user is None:
        return []
    pictures = [file for file in _files_of_asked_page(user) if file.is_picture]
    known = {file.id for file in pictures}
    for file_id in file_ids(chosen):
        file = db.session.get(File, file_id)
        if file is not None and file_id not in known and may_read_file(user, file):
            pictures += [file] if file.is_picture else []
    return pictures


def lab_for(user: User, page: Page | None = None) -> Lab | None:
    """The lab somebody uploads for: the page's if they belong to it, else their first."""
    if page is not None and page.lab is not None and belongs_to(user, page.lab_id):
        return page.lab
    return next(iter(labs_of(user)), None)


def _files_of_asked_page(user: User) -> list[File]:
    slug = (request.view_args or {}).get("slug")
    try:
        page = find_page(slug) if slug else None
    except (NotFound, Gone):
        return []
    return files_of(page) if page is not None and may_edit(user, page) else []
