"""„Zwischenstände": what somebody typed and has not saved yet, kept on the server as typed.

A form writes one draft and names it by `DraftMark`, which travels in its hidden fields. Each
form counts its own saves, so that a lost answer or a late request does no harm; a form that
goes on from a draft takes it over, unless another one wrote on it meanwhile: then both stay.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Self

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, delete, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.db import Model, UtcTime, db, now, writing
from wiki.errors import LaborwikiError, NotFound
from wiki.pages.models import Page

KEPT = timedelta(days=90)
KEPT_AFTER_DISCARDING = timedelta(days=1)
# How long a late request of a form whose text was saved is still recognised.
REMEMBERED_AFTER_SAVING = timedelta(days=30)
# Characters: the fullest recipe has a third of that.
DRAFT_LENGTH = 1_000_000
DRAFTS = 50
OWN_FIELDS = ("draft", "draft_form", "draft_after", "draft_version", "csrf_token", "do", "base")
# The field of the text form, and the one that says which section alone is edited.
TEXT_FIELD = "page_text"
SECTION_FIELD = "abschnitt"


class DraftTooLong(LaborwikiError):
    """More than `DRAFT_LENGTH` characters were typed."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class TooManyDrafts(LaborwikiError):
    """The person has `DRAFTS` unsaved texts already."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class DraftFinished(LaborwikiError):
    """What this form wrote was saved or discarded meanwhile."""

    status = HTTPStatus.GONE


class EditDraft(Model):
    """What one person typed into the form of one page, or of a new one, on version `base`.

    `form` is the form that wrote it last, `version` the number of its last save. What is
    finished, saved as a version or discarded, keeps its key for a while, so that no late request
    brings it back.
    """

    __tablename__ = "edit_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), index=True
    )
    page: Mapped[Page | None] = relationship()
    write_word: Mapped[str] = mapped_column(String(20))
    base: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    fields: Mapped[list[list[str]]] = mapped_column(JSON, deferred=True, deferred_raiseload=False)
    form: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    is_saved: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        return self.finished_at is None

    @property
    def is_text(self) -> bool:
        """Whether it was written in the expert editor."""
        return TEXT_FIELD in self.sent

    @property
    def sent(self) -> MultiDict[str, str]:
        """What was typed, as a browser sends it."""
        return MultiDict((name, value) for name, value in self.fields)


@dataclass(frozen=True)
class DraftMark:
    """Which draft a form writes (`key`), which form it is, which version of the draft it began
    with (`after`) and the number of its last save (`version`)."""

    key: str
    form: str
    after: int = 0
    version: int = 0

    @classmethod
    def fresh(cls) -> Self:
        """For a form that begins anew."""
        return cls(_new_key(), _new_key())

    @classmethod
    def going_on(cls, draft: EditDraft) -> Self:
        """For a form that goes on from a draft."""
        return cls(draft.key, _new_key(), draft.version, draft.version)

    @classmethod
    def sent_in(cls, data: MultiDict[str, str]) -> Self:
        """As the hidden fields say; a form without them begins anew."""
        key, form = data.get("draft", ""), data.get("draft_form", "")
        numbers = [data.get(name, "") for name in ("draft_after", "draft_version")]
        if not _KEY.fullmatch(key) or not _KEY.fullmatch(form):
            return cls.fresh()
        if not all(_NUMBER.fullmatch(number) for number in numbers):
            return cls.fresh()
        return cls(key, form, *map(int, numbers))


@dataclass(frozen=True)
class Place:
    """Where a draft belongs: a page on one of its versions, or a new page of some kind."""

    page: Page | None
    write_word: str
    base: int = 0

    @property
    def page_id(self) -> int | None:
        return self.page.id if self.page else None

    @property
    def name(self) -> str:
        """What a browser calls this place in what it keeps itself."""
        return self.page.uuid if self.page else f"neu-{self.write_word}"

    @property
    def drafts(self) -> Any:
        """The condition for the drafts that belong here."""
        if self.page is not None:
            return EditDraft.page_id == self.page.id
        return (EditDraft.page_id.is_(None)) & (EditDraft.write_word == self.write_word)


@dataclass(frozen=True)
class Kept:
    """What was kept, and `other` if somebody went on writing from the same draft elsewhere."""

    draft: EditDraft
    other: EditDraft | None = None


def keep_draft(person: User, place: Place, mark: DraftMark, data: MultiDict[str, str]) -> Kept:
    """Keep what was typed; `mark.version` is the number of the form's save before this one.

    Raises:
        DraftTooLong, TooManyDrafts: there is no room for it.
        DraftFinished: it was saved or discarded meanwhile.
        NotFound: the draft is somebody else's, or belongs to another page.
    """
    fields = typed_fields(data)
    with writing() as session:
        draft = session.scalar(select(EditDraft).where(EditDraft.key == mark.key))
        if draft is None:
            return Kept(_begin(person, place, mark, fields))
        if draft.person_id != person.id or not _belongs(draft, place):
            raise NotFound
        if not draft.is_open:
            raise DraftFinished
        if draft.form == mark.form:
            if mark.version >= draft.version:
                _write(draft, place, mark, fields)
            return Kept(draft)
        if draft.version == mark.after:
            _write(draft, place, mark, fields)
            return Kept(draft)
        return Kept(_keep_beside(person, place, mark, fields), other=draft)


def typed_fields(data: MultiDict[str, str]) -> list[list[str]]:
    """What was typed, without what only this one sending needed.

    Raises:
        DraftTooLong: it is more than anybody types.
    """
    fields = [[name, text] for name, text in data.items(multi=True) if name not in OWN_FIELDS]
    if sum(len(name) + len(text) for name, text in fields) > DRAFT_LENGTH:
        raise DraftTooLong
    return fields


def finish_draft(key: str, person: User | None, page: Page) -> None:
    """What this form wrote is saved: to be called inside the transaction that saves it.

    The key stays known, also when nothing was kept under it yet.
    """
    if person is None or not _KEY.fullmatch(key):
        return
    draft = db.session.scalar(select(EditDraft).where(EditDraft.key == key))
    if draft is None:
        draft = EditDraft(key=key, person_id=person.id, form=key, version=0, write_word="", base=0)
        db.session.add(draft)
    elif draft.person_id != person.id:
        return
    draft.page_id, draft.title, draft.fields, draft.is_saved = page.id, "", [], True
    draft.updated_at = draft.finished_at = now()


def discard_draft(person: User, key: str) -> EditDraft:
    """Put a draft aside; for a day it can be brought back.

    Raises:
        NotFound: the person has no such draft.
    """
    with writing():
        draft = draft_of(person, key)
        draft.finished_at = draft.finished_at or now()
    return draft


def bring_back_draft(person: User, key: str) -> EditDraft:
    """Undo discarding.

    Raises:
        NotFound: the person has no such draft, or it is gone.
    """
    with writing():
        draft = draft_of(person, key)
        if draft.is_saved:
            raise NotFound
        draft.finished_at = None
    return draft


def draft_of(person: User, key: str) -> EditDraft:
    """This person's draft.

    Raises:
        NotFound: they have none of this key.
    """
    draft = db.session.scalar(
        select(EditDraft).where(EditDraft.key == key, EditDraft.person_id == person.id)
    )
    if draft is None:
        raise NotFound
    return draft


def open_drafts(person: User, place: Place | None = None) -> Sequence[EditDraft]:
    """What this person has not saved yet, here or anywhere, the newest first."""
    query = select(EditDraft).where(
        EditDraft.person_id == person.id, EditDraft.finished_at.is_(None)
    )
    if place is not None:
        query = query.where(place.drafts)
    return db.session.scalars(query.order_by(EditDraft.updated_at.desc(), EditDraft.id)).all()


def known_drafts(person: User, place: Place) -> list[tuple[str, str, int, bool]]:
    """Key, form, version and whether it is finished, of what the server knows of this place.

    By this a browser sees which of its own copies is newer than anything kept here.
    """
    finished_here = (EditDraft.finished_at.is_not(None)) & (EditDraft.page_id.is_not(None))
    condition = place.drafts if place.page else or_(place.drafts, finished_here)
    rows = db.session.execute(
        select(EditDraft.key, EditDraft.form, EditDraft.version, EditDraft.finished_at)
        .where(EditDraft.person_id == person.id, condition)
        .order_by(EditDraft.updated_at.desc())
        .limit(2 * DRAFTS)
    )
    return [(key, form, version, finished is not None) for key, form, version, finished in rows]


def forget_drafts(user: User) -> None:
    """Runs inside the transaction that closes the account."""
    db.session.execute(delete(EditDraft).where(EditDraft.person_id == user.id))


def remove_old_drafts() -> None:
    """Hourly chore: what is older than this module promises to keep goes."""
    today = now()
    old = or_(
        EditDraft.finished_at.is_(None) & (EditDraft.updated_at < today - KEPT),
        EditDraft.is_saved & (EditDraft.finished_at < today - REMEMBERED_AFTER_SAVING),
        ~EditDraft.is_saved & (EditDraft.finished_at < today - KEPT_AFTER_DISCARDING),
    )
    if db.session.scalar(select(EditDraft.id).where(old).limit(1)) is not None:
        with writing() as session:
            session.execute(delete(EditDraft).where(old))


_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
_NUMBER = re.compile(r"\d{1,9}")


def _new_key() -> str:
    return secrets.token_urlsafe(16)


def _begin(person: User, place: Place, mark: DraftMark, fields: list[list[str]]) -> EditDraft:
    mine = select(func.count()).select_from(EditDraft)
    is_open = EditDraft.finished_at.is_(None)
    count = db.session.scalar(mine.where(EditDraft.person_id == person.id, is_open))
    if (count or 0) >= DRAFTS:
        raise TooManyDrafts
    draft = EditDraft(
        key=mark.key,
        person_id=person.id,
        page_id=place.page_id,
        write_word=place.write_word,
    )
    _write(draft, place, mark, fields)
    db.session.add(draft)
    return draft


def _write(draft: EditDraft, place: Place, mark: DraftMark, fields: list[list[str]]) -> None:
    draft.fields, draft.base = fields, place.base
    draft.form, draft.version = mark.form, mark.version + 1
    draft.title = (
        _title_in(fields) or (place.page.title if place.page else "") or _("Noch ohne Titel")
    )
    draft.updated_at = now()


def _keep_beside(person: User, place: Place, mark: DraftMark, fields: list[list[str]]) -> EditDraft:
    """A draft of its own for a form whose draft somebody else went on with.

    It is named by the form, so that the same request sent again finds it.
    """
    own = replace(mark, key=mark.form)
    known = db.session.scalar(select(EditDraft).where(EditDraft.key == own.key))
    if known is not None and known.person_id == person.id and known.form == own.form:
        _write(known, place, own, fields)
        return known
    return _begin(person, place, own if known is None else replace(mark, key=_new_key()), fields)


def _belongs(draft: EditDraft, place: Place) -> bool:
    if draft.page_id is not None and not draft.is_open:
        return True
    return draft.page_id == place.page_id and (
        place.page is not None or draft.write_word == place.write_word
    )


def _title_in(fields: list[list[str]]) -> str:
    """What the draft is called in lists: its title, or that of its text form."""
    for name, text in fields:
        if name == "title":
            return " ".join(text.split())[:200]
        if name == TEXT_FIELD and (found := _TITLE_LINE.search(text)):
            return " ".join(found[1].strip("'\" \r").split())[:200]
    return ""


_TITLE_LINE = re.compile(r"(?m)^Titel:[ \t]*(.*)$")
