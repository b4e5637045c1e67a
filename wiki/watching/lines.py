"""News as somebody reads it: what they may still see of it, in words, with where it leads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import url_for
from flask_babel import format_date, ngettext, to_user_timezone
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, update
from sqlalchemy.orm import joinedload

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import NotFound
from wiki.finding.asking import name_of, read
from wiki.language import quoted
from wiki.pages.models import Page
from wiki.pages.visibility import may_read, may_write, own_work, readable_by, sees_drafts
from wiki.proposals.models import Proposal, ProposalComment
from wiki.talk.addresses import address_of as address_of_thread
from wiki.talk.models import Remark, Thread
from wiki.talk.own import title_of
from wiki.watching.models import Notice, Watching, What

ON_A_PAGE = 50
#: More is said as „99+“.
MOST_COUNTED = 100


@dataclass(frozen=True)
class Line:
    """A line of news in words; `why` is empty for what concerns somebody without watching."""

    notice: Notice
    title: str
    text: str
    why: str
    address: str
    compare: str = ""

    @property
    def by(self) -> str:
        """Who did it, if that was one person with an account."""
        return self.notice.by.name if self.notice.by and self.notice.what != What.MANY else ""


@dataclass(frozen=True)
class Day:
    """The news of one day, the newest first."""

    label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class News:
    """A part of somebody's news; `newest` is the number up to which it was shown."""

    days: Sequence[Day]
    unread: int
    newest: int
    number: int
    last: int


def news_of(user: User, number: int = 1) -> News:
    """Part `number` of this person's news."""
    seen = _seen_by(user)
    total = db.session.scalar(_count(seen)) or 0
    query = _WHOLE.where(seen).order_by(Notice.at.desc(), Notice.id.desc())
    some = query.offset((number - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    lines = lines_of(db.session.scalars(some).unique().all(), user)
    newest = db.session.scalar(select(func.max(Notice.id)).where(Notice.user_id == user.id)) or 0
    return News(
        list(_by_day(lines)), count_unread(user), newest, number, max(1, -(-total // ON_A_PAGE))
    )


def count_unread(user: User) -> int:
    """How much this person has not looked at, at most a hundred."""
    some = select(Notice.id).where(_of(user), Notice.read_at.is_(None)).limit(1)
    if db.session.scalar(some) is None:
        return 0
    unread = _count(and_(_seen_by(user), Notice.read_at.is_(None))).limit(MOST_COUNTED)
    return min(db.session.scalar(unread) or 0, MOST_COUNTED)


def lines_of(notices: Sequence[Notice], user: User) -> list[Line]:
    """In words, in the language of whoever is spoken to."""
    return [_line(notice, user) for notice in notices]


def to_mail(user: User, numbers: Sequence[int]) -> list[Line]:
    """Those of these lines that this person may still see and has not looked at."""
    seen = and_(_seen_by(user, on_site=False), Notice.read_at.is_(None), Notice.id.in_(numbers))
    query = _WHOLE.where(seen).order_by(Notice.at.desc(), Notice.id.desc())
    return lines_of(db.session.scalars(query).unique().all(), user)


def own_lines(user: User) -> list[Line]:
    """All of this person's news that they may still see, for their own copy."""
    query = _WHOLE.where(_seen_by(user)).order_by(Notice.id)
    return lines_of(db.session.scalars(query).unique().all(), user)


def mark_read(user: User, number: int) -> None:
    """This person looked at a line.

    Raises:
        NotFound: it is not theirs.
    """
    with writing() as session:
        line = session.get(Notice, number)
        if line is None or line.user_id != user.id:
            raise NotFound
        if line.read_at is None:
            line.read_at, line.mail_since = now(), None


def mark_all_read(user: User, newest: int) -> None:
    """This person looked at everything up to this number; what came since stays new."""
    shown = (_of(user), Notice.id <= newest, Notice.read_at.is_(None))
    with writing() as session:
        session.execute(
            update(Notice).where(*shown).values(read_at=now(), mail_since=None),
            execution_options={"synchronize_session": False},
        )


def name_of_watched(watching: Watching, user: User) -> str:
    """What is watched, by its name; empty for a page that this person may not see (any more)."""
    if watching.lab is not None:
        return watching.lab.name
    if watching.search:
        return name_of(read(watching.search))
    page = watching.page
    return page.title if page is not None and may_read(user, page) else ""


def address_of_watched(watching: Watching) -> str:
    if watching.lab is not None:
        return url_for("labs.show", slug=watching.lab.slug)
    if watching.page is not None:
        return url_for("pages.show", slug=watching.page.slug)
    return f"{url_for('finding.search')}?{watching.search}"


_WHOLE = (
    select(Notice)
    .outerjoin(Page, Page.id == Notice.page_id)
    .outerjoin(Thread, Thread.id == Notice.thread_id)
    .options(
        joinedload(Notice.page),
        joinedload(Notice.other).lazyload(Page.lab),
        joinedload(Notice.thread).lazyload(Thread.page),
        joinedload(Notice.watching).options(
            joinedload(Watching.page).lazyload(Page.lab), joinedload(Watching.lab)
        ),
        joinedload(Notice.by).lazyload(User.roles),
    )
)


def _count(seen: ColumnElement[bool]) -> Select[int]:
    counted = select(func.count()).select_from(Notice)
    joined = counted.outerjoin(Page, Page.id == Notice.page_id)
    return joined.outerjoin(Thread, Thread.id == Notice.thread_id).where(seen)


def _of(user: User) -> ColumnElement[bool]:
    # Who is mentioned finds it under „Zu tun“: it is not said twice.
    return and_(Notice.user_id == user.id, Notice.what != What.MENTION.value)


def _seen_by(user: User, *, on_site: bool = True) -> ColumnElement[bool]:
    """The lines of this person that lead to what they may see now."""
    said_since = (
        select(Remark.id)
        .where(
            Remark.thread_id == Thread.id,
            Remark.is_waiting.is_(False),
            Remark.removed_at.is_(None),
            Remark.created_at >= Notice.since,
            Remark.by_id.is_distinct_from(user.id),
        )
        .exists()
    )
    commented_since = (
        select(ProposalComment.id)
        .where(
            ProposalComment.proposal_id == Notice.number,
            ProposalComment.created_at >= Notice.since,
            ProposalComment.by_id.is_distinct_from(user.id),
        )
        .exists()
    )
    questions = true() if may_write(user) else Notice.page_id.is_not(None)
    of_thread = and_(said_since, questions, or_(Thread.is_internal.is_(False), own_work(user)))
    return and_(
        _of(user) if on_site else Notice.user_id == user.id,
        or_(Notice.page_id.is_(None), readable_by(user)),
        or_(Notice.thread_id.is_(None), of_thread),
        or_(Notice.what != What.COMMENT.value, commented_since),
        or_(
            Notice.page_id.is_not(None),
            Notice.thread_id.is_not(None),
            Notice.watching_id.is_not(None),
        ),
    )


def _line(notice: Notice, user: User) -> Line:
    page, thread = notice.page, notice.thread
    why = name_of_watched(notice.watching, user) if notice.watching else ""
    if thread is not None:
        text = _said_of_thread(notice, thread, user)
        return Line(notice, title_of(thread), text, why, address_of_thread(thread))
    if page is None:
        assert notice.watching is not None, "only what counts stands without a page"
        text = ngettext(
            "%(num)d Seite kam neu dazu oder hat sich geändert",
            "%(num)d Seiten kamen neu dazu oder haben sich geändert",
            notice.count,
        )
        return Line(notice, why, text, "", address_of_watched(notice.watching))
    text = _said_of_page(notice, user)
    return Line(
        notice, page.title, text, why, _address(notice, page, user), _compare(notice, page, user)
    )


def _said_of_thread(notice: Notice, thread: Thread, user: User) -> str:
    if notice.what == What.MENTION:
        asks = notice.by.name if notice.by else _("Jemand")
        return str(_("%(name)s fragt hier nach %(asked)s", name=asks, asked=user.name))
    if thread.is_question:
        return str(_("hat neue Antworten"))
    return str(_("hat Neues in der Diskussion"))


def _said_of_page(notice: Notice, user: User) -> str:
    other = notice.other if notice.other and may_read(user, notice.other) else None
    name = quoted(other.title) if other else ""
    match What(notice.what):
        case What.FITS:
            return str(_("passt jetzt dazu"))
        case What.REPORTED if other:
            return str(_("ist ein neuer Erfahrungsbericht zu %(recipe)s", recipe=name))
        case What.SOURCE if other:
            return str(_("hat sich geändert; daraus ist %(own)s angepasst", own=name))
        case What.TAKEN_UP if other:
            return str(_("hat etwas aus %(report)s aufgenommen", report=name))
        case What.RETIRED if notice.page and notice.page.is_retired:
            return str(_("wurde zurückgezogen"))
        case What.NEW | What.REPORTED | What.RETIRED:
            return str(_("wurde veröffentlicht"))
        case What.COMMENT:
            return str(_("hat einen neuen Kommentar zu einem Vorschlag"))
        case What.PROPOSAL:
            return _said_of_proposal(notice)
    return str(ngettext("hat eine neue Version", "hat %(num)d neue Versionen", notice.count))


def _said_of_proposal(notice: Notice) -> str:
    proposal = db.session.get(Proposal, notice.number)
    if proposal is not None and proposal.is_accepted:
        return str(_("hat den Vorschlag dazu übernommen"))
    return str(_("hat eine Antwort auf den Vorschlag dazu"))


def _address(notice: Notice, page: Page, user: User) -> str:
    if notice.what in (What.COMMENT, What.PROPOSAL):
        return url_for("answers.show", slug=page.slug, number=notice.number)
    if notice.what == What.SOURCE and notice.other and may_read(user, notice.other):
        return url_for("adaptations.index", slug=notice.other.slug)
    return url_for("pages.show", slug=page.slug)


def _compare(notice: Notice, page: Page, user: User) -> str:
    """Where the change is shown, if both versions are this person's to see."""
    since = notice.number
    if notice.what not in (What.CHANGED, What.SOURCE, What.TAKEN_UP, What.FITS) or not since:
        return ""
    is_public = page.published_from is not None and since >= page.published_from
    if since >= page.current_number or not (is_public or sees_drafts(user, page)):
        return ""
    return url_for("history.comparison", slug=page.slug, von=since, bis=page.current_number)


def _by_day(lines: Sequence[Line]) -> Iterator[Day]:
    today = to_user_timezone(now()).date()
    for day, some in groupby(lines, key=lambda line: to_user_timezone(line.notice.at).date()):
        yield Day(_name_of(day, today), list(some))


def _name_of(day: date, today: date) -> str:
    if day == today:
        return str(_("Heute"))
    if day == today - timedelta(days=1):
        return str(_("Gestern"))
    return str(format_date(day, "full"))
