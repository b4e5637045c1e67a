"""Words that mean the same, and words that were searched without a hit.

Both belong to nobody: groups are looked after by all editors, and of a search nothing is kept but
its words, how often, and the month.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import String, Text, delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from search import Synonyms
from search.synonyms import LONGEST, MOST_GROUPS, MOST_WORDS_OF_GROUP
from wiki.accounts.models import User
from wiki.db import Model, UtcTime, database_stamp, db, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.fields import normalised
from wiki.labs.membership import is_editor
from wiki.language import N_

#: So long a removed group can be brought back.
KEPT_REMOVED = timedelta(days=30)
MOST_UNMET = 1_000
MARK_SECONDS = 600
SHORTEST = 3
#: What was searched once may be a slip, or about somebody.
TIMES_SHOWN = 2
MOST_SHOWN = 100
#: So many other groups with the same word are named.
MOST_SHARED = 3

_PARTED = re.compile(r"[,;=\n]")
_MAIL = re.compile(r"@|[(\[]\s*at\s*[)\]]|\bat\b.*(?:\.|\bdot\b|\bpunkt\b)", re.IGNORECASE)
# five digits, as telephone numbers are written
_NUMBER = re.compile(r"(?:\d[\s/().+–-]*){5}")
_LETTER = re.compile(r"[^\W\d_]")


class SynonymGroup(Model):
    """Words that mean the same, as one line with commas; removed ones can come back for a while."""

    __tablename__ = "synonym_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)

    @property
    def each(self) -> list[str]:
        return words_of(self.words)


class UnmetSearch(Model):
    """Words that were searched without a hit: how often, and in which month last (2026-11)."""

    __tablename__ = "unmet_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    times: Mapped[int] = mapped_column(default=1)
    month: Mapped[str] = mapped_column(String(7))

    @property
    def last(self) -> datetime:
        """The first day of the month in which it was searched last."""
        return datetime.fromisoformat(f"{self.month}-01T00:00:00+00:00")


class GroupChanged(LaborwikiError):
    """Somebody changed or removed the group meanwhile; `group` is how it stands now."""

    status = HTTPStatus.CONFLICT

    def __init__(self, group: SynonymGroup) -> None:
        super().__init__("group changed")
        self.group = group


class BadMark(LaborwikiError):
    """No page without a hit sent this."""

    status = HTTPStatus.BAD_REQUEST


class TooManyGroups(LaborwikiError):
    """There are as many groups as a search can know."""

    status = HTTPStatus.CONFLICT


def words_of(line: str) -> list[str]:
    """The different words of a line with commas."""
    found: dict[str, str] = {}
    for part in _PARTED.split(normalised(line)):
        if part.strip():
            found.setdefault(compared(part), " ".join(part.split()))
    return list(found.values())


def compared(words: str) -> str:
    """Words as they are compared: Handy and HANDY are the same."""
    return " ".join(unicodedata.normalize("NFKC", normalised(words)).casefold().split())


def _as_group(line: str) -> str:
    words = words_of(line)
    if len(words) < 2:
        raise ValueError("group_of_one")
    if len(words) > MOST_WORDS_OF_GROUP:
        raise ValueError("group_too_large")
    if any(len(word) > LONGEST for word in words):
        raise ValueError("group_word_too_long")
    if not all(_LETTER.search(word) for word in words):
        raise ValueError("group_word_without_letter")
    return ", ".join(words)


class GroupContent(BaseModel):
    """A group as its form asks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Annotated[str, StringConstraints(max_length=900), AfterValidator(_as_group)] = Field(
        title=N_("Wörter, die dasselbe meinen"),
        description=N_("Mit Kommas dazwischen, zum Beispiel: Handy, Smartphone, Mobiltelefon."),
    )


def groups() -> list[SynonymGroup]:
    """All groups by the alphabet."""
    present = db.session.scalars(select(SynonymGroup).where(SynonymGroup.removed_at.is_(None)))
    return sorted(present, key=lambda group: compared(group.words))


def removed_groups() -> Sequence[SynonymGroup]:
    """Those that can be brought back, the last removed first."""
    recent = SynonymGroup.removed_at > now() - KEPT_REMOVED
    newest = select(SynonymGroup).where(recent).order_by(SynonymGroup.removed_at.desc())
    return db.session.scalars(newest).all()


def find_group(number: int) -> SynonymGroup:
    """The group with this number, also a removed one.

    Raises:
        NotFound: there is none.
    """
    group = db.session.get(SynonymGroup, number)
    if group is None:
        raise NotFound
    return group


def shared_words(every: Iterable[SynonymGroup]) -> dict[int, list[tuple[str, SynonymGroup]]]:
    """For each group's number its words that stand in others, too, and in which, the first few."""
    having: dict[str, list[tuple[str, SynonymGroup]]] = defaultdict(list)
    for group in every:
        for word in group.each:
            having[compared(word)].append((word, group))
    shared: dict[int, list[tuple[str, SynonymGroup]]] = defaultdict(list)
    for places in having.values():
        for word, group in places:
            others = (other for _word, other in places if other is not group)
            shared[group.id] += [(word, other) for other in islice(others, MOST_SHARED)]
    return shared


def add_group(content: GroupContent, by: User) -> SynonymGroup:
    """A new group; the one that there is if it has the same words.

    Raises:
        NotAllowed: this person is no editor.
        TooManyGroups: a search knows no more.
    """
    _check_editor(by)
    with writing() as session:
        wanted = set(map(compared, words_of(content.words)))
        for group in groups():
            if set(map(compared, group.each)) == wanted:
                return group
        _check_room(session)
        group = SynonymGroup(words=content.words)
        session.add(group)
        _forget_found(session, content.words)
    return group


def change_group(number: int, content: GroupContent, by: User, *, base: int) -> None:
    """Replace the words of the group that was read as version `base`; a removed one comes back.

    Raises:
        NotAllowed: this person is no editor.
        NotFound: there is no such group.
        GroupChanged: somebody else saved something different or removed it since.
        TooManyGroups: a search knows no more.
    """
    _check_editor(by)
    with writing() as session:
        group = find_group(number)
        if group.words == content.words and group.removed_at is None:
            return
        if group.version != base:
            raise GroupChanged(group)
        if group.removed_at is not None:
            _check_room(session)
        group.before = group.words
        group.words = content.words
        group.removed_at = None
        group.version += 1
        _forget_found(session, content.words)


def remove_group(number: int, by: User, *, base: int) -> None:
    """Take a group out of use; for thirty days it can be brought back.

    Raises:
        NotAllowed: this person is no editor.
        NotFound: there is no such group.
        GroupChanged: somebody else changed it since it was read as version `base`.
    """
    _check_editor(by)
    with writing() as session:
        group = find_group(number)
        if group.removed_at is not None:
            return
        if group.version != base:
            raise GroupChanged(group)
        group.removed_at = now()
        group.version += 1
        over = SynonymGroup.removed_at < now() - KEPT_REMOVED
        session.execute(delete(SynonymGroup).where(over))


def bring_back(number: int, by: User) -> None:
    """Use a removed group again.

    Raises:
        NotAllowed: this person is no editor.
        NotFound: there is no such group.
        TooManyGroups: a search knows no more.
    """
    _check_editor(by)
    with writing() as session:
        group = find_group(number)
        if group.removed_at is not None:
            _check_room(session)
            group.removed_at = None
            group.version += 1


@dataclass(frozen=True)
class Known:
    """The groups as this process read them last, and when that was."""

    stamp: int
    lines: tuple[str, ...]
    synonyms: Synonyms


def current_synonyms() -> Synonyms:
    """All groups as a search takes them: read after a commit, made anew after a change of them."""
    known: Known | None = current_app.extensions.get("laborwiki-synonyms")
    stamp = database_stamp()
    if known is not None and known.stamp == stamp:
        return known.synonyms
    lines = _read_lines()
    if known is not None and known.lines == lines:
        synonyms = known.synonyms
    else:
        synonyms = Synonyms(map(words_of, lines))
    current_app.extensions["laborwiki-synonyms"] = Known(stamp, lines, synonyms)
    return synonyms


def _read_lines() -> tuple[str, ...]:
    # Past the session: that may still see what there was when the request began.
    connection = db.engine.raw_connection()
    try:
        query = "SELECT words FROM synonym_group WHERE removed_at IS NULL ORDER BY id"
        return tuple(row[0] for row in connection.cursor().execute(query))
    finally:
        connection.close()


def unmet_mark(words: str) -> str:
    """What a page without a hit sends back when it stayed on the screen.

    It takes the place of the usual token: readers without an account have none, and shall get no
    cookie for this. Only a search that found nothing gives one away.
    """
    return str(_marks().dumps(words))


def unmet_words(mark: str) -> str:
    """The words of a page without a hit.

    Raises:
        BadMark: nobody here said of them that nothing was found, or long ago.
    """
    try:
        return str(_marks().loads(mark, max_age=MARK_SECONDS))
    except BadSignature:
        raise BadMark from None


def _marks() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="unmet-search")


def count_unmet(words: str) -> None:
    """Count a search without a hit, by its words and the month alone.

    What may name a person is not counted; nor is anything when the database has no time for it.
    """
    counted = compared(words)
    if not _may_be_counted(counted):
        return
    month = f"{now():%Y-%m}"
    with suppress(OperationalError), writing() as session:
        known = session.scalar(select(UnmetSearch).where(UnmetSearch.words == counted))
        if known is not None:
            known.times += 1
            known.month = month
            return
        _make_room(session)
        session.add(UnmetSearch(words=counted, month=month))


def unmet_searches() -> Sequence[UnmetSearch]:
    """What was searched without a hit more than once, the most wanted first."""
    shown = select(UnmetSearch).where(UnmetSearch.times >= TIMES_SHOWN)
    wanted = shown.order_by(UnmetSearch.times.desc(), UnmetSearch.month.desc(), UnmetSearch.words)
    return db.session.scalars(wanted.limit(MOST_SHOWN)).all()


def forget_unmet(number: int, by: User) -> None:
    """Take words off the list; searched again, they come again.

    Raises:
        NotAllowed: this person is no editor.
    """
    _check_editor(by)
    with writing() as session:
        session.execute(delete(UnmetSearch).where(UnmetSearch.id == number))


def _may_be_counted(words: str) -> bool:
    return (
        SHORTEST <= len(words) <= LONGEST
        and _LETTER.search(words) is not None
        and not _MAIL.search(words)
        and "://" not in words
        and not _NUMBER.search(words)
    )


def _make_room(session: Session) -> None:
    """The rarest words go, of equals the oldest."""
    count = session.scalars(select(func.count()).select_from(UnmetSearch)).one()
    if count >= MOST_UNMET:
        rarest = select(UnmetSearch.id).order_by(
            UnmetSearch.times, UnmetSearch.month, UnmetSearch.id
        )
        going = session.scalars(rarest.limit(count - MOST_UNMET + 1)).all()
        session.execute(delete(UnmetSearch).where(UnmetSearch.id.in_(going)))


def _forget_found(session: Session, line: str) -> None:
    """Words of a group are no longer missing."""
    found = [compared(word) for word in words_of(line)]
    session.execute(delete(UnmetSearch).where(UnmetSearch.words.in_(found)))


def _check_editor(by: User) -> None:
    if not is_editor(by):
        raise NotAllowed


def _check_room(session: Session) -> None:
    used = select(func.count()).select_from(SynonymGroup).where(SynonymGroup.removed_at.is_(None))
    if session.scalars(used).one() >= MOST_GROUPS:
        raise TooManyGroups
