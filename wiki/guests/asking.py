"""Asking for a guest place, giving one, declining."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.guests.content import Admission, RequestContent
from wiki.guests.models import GuestRequest
from wiki.labs.content import InvitationContent, NewLab
from wiki.labs.inviting import add_invitation
from wiki.labs.membership import is_editor
from wiki.labs.models import Invitation, Lab, LabKind, MemberRole, Membership
from wiki.labs.writing import add_lab
from wiki.pages.models import Page

#: With so many unanswered no more are taken.
MOST_WAITING = 100
#: From one mail address; nobody knows whose it is.
MOST_OF_ADDRESS = 2
#: Unanswered for so long, what somebody left about themselves goes.
KEPT = timedelta(days=90)


class TooManyWaiting(LaborwikiError):
    """So many requests wait that no more are taken."""


class Asker(NamedTuple):
    """Whom a request came from, once it is gone."""

    name: str
    email: str
    guest: str
    language: str


def ask_for_place(content: RequestContent, page: Page | None, language: str = "de") -> None:
    """A request that waits for an editor; what the same address asks again and again is dropped.

    Raises:
        TooManyWaiting: nobody has answered very many others.
    """
    page_id = page.id if page else None
    with writing() as session:
        waiting = select(func.count()).select_from(GuestRequest).where(_is_open())
        if session.scalars(waiting).one() >= MOST_WAITING:
            raise TooManyWaiting
        of_address = waiting.where(GuestRequest.email == content.email)
        if session.scalars(of_address).one() < MOST_OF_ADDRESS:
            asked = content.model_dump()
            session.add(GuestRequest(**asked, page_id=page_id, language=language))


def find_request(number: int, by: User) -> GuestRequest:
    """What somebody asked for.

    Raises:
        NotAllowed: the person is no editor of the network.
        NotFound: it was answered, or there never was one.
    """
    if not is_editor(by):
        raise NotAllowed
    return _in(db.session(), number)


def admit(
    number: int, admission: Admission, onward: str | None, by: User
) -> tuple[Invitation, str]:
    """A new guest place and the invitation to it, with its secret; all of it, or nothing.

    The guest looks after its own place. `onward` is where they go from the invitation.

    Raises:
        NotAllowed, NotFound: as `find_request`.
        NameTaken: there is a lab or a guest of this name.
    """
    with writing() as session:
        request = _asked(session, number, by)
        new = NewLab(name=admission.guest, kind=LabKind.GUEST, place=admission.place)
        lab = add_lab(session, new)
        return _invite(session, request, lab, MemberRole.EDITOR, onward, by)


def admit_to(number: int, lab_id: int, onward: str | None, by: User) -> tuple[Invitation, str]:
    """An invitation to a guest place that is there, with its secret.

    Raises:
        NotAllowed, NotFound: as `find_request`, or there is no such guest.
        AlreadyMember: the mail address belongs to somebody of this guest.
    """
    with writing() as session:
        request = _asked(session, number, by)
        lab = session.get(Lab, lab_id)
        if lab is None or not lab.is_guest or lab.is_example:
            raise NotFound
        # Where nobody looks after the place yet, whoever comes does.
        role = MemberRole.MEMBER if _has_editor(session, lab) else MemberRole.EDITOR
        return _invite(session, request, lab, role, onward, by)


def refuse(number: int, by: User) -> Asker:
    """Forget what was asked; returns whom to tell.

    Raises:
        NotAllowed, NotFound: as `find_request`.
    """
    with writing() as session:
        request = _asked(session, number, by)
        asker = Asker(request.name, request.email, request.guest, request.language)
        session.delete(request)
    return asker


def waiting_requests(user: User) -> Iterator[Waiting]:
    """For „Zu tun“ of every editor of the network: whoever is first answers.

    What was answered comes again when nobody accepted the invitation in time.
    """
    if not is_editor(user):
        return
    for request in db.session.scalars(select(GuestRequest).where(_is_open())):
        invitation = request.invitation
        yield Waiting(
            title=request.guest,
            reason=_("Die Einladung ist abgelaufen") if invitation else _("Möchte einen Gastplatz"),
            address=url_for("guests.show", number=request.id),
            since=invitation.expires_at if invitation else request.created_at,
        )


def forget_old() -> None:
    """Hourly chore: what nobody answered for months, and whose invitation was accepted."""
    accepted = select(Invitation.id).where(Invitation.accepted_at.is_not(None))
    old = or_(GuestRequest.created_at < now() - KEPT, GuestRequest.invitation_id.in_(accepted))
    if db.session.scalar(select(GuestRequest.id).where(old).limit(1)) is not None:
        with writing() as session:
            session.execute(delete(GuestRequest).where(old))


def forget_page(page: Page) -> None:
    """Inside the transaction that purges the page: the wish for a place stays."""
    of_page = GuestRequest.page_id == page.id
    db.session.execute(update(GuestRequest).where(of_page).values(page_id=None))


def _invite(
    session: Session,
    request: GuestRequest,
    lab: Lab,
    role: MemberRole,
    onward: str | None,
    by: User,
) -> tuple[Invitation, str]:
    content = InvitationContent(name=request.name, email=request.email, role=role)
    # Its number may be that of the one it replaces: the database has forgotten that already.
    request.invitation_id = None
    session.flush()
    invited = add_invitation(session, lab, content, by=by, onward=onward)
    session.flush()
    request.invitation_id = invited[0].id
    return invited


def _asked(session: Session, number: int, by: User) -> GuestRequest:
    if not is_editor(by):
        raise NotAllowed
    return _in(session, number)


def _in(session: Session, number: int) -> GuestRequest:
    request = session.scalar(select(GuestRequest).where(GuestRequest.id == number, _is_open()))
    if request is None:
        raise NotFound
    return request


def _is_open() -> ColumnElement[bool]:
    """In SQL: nobody answered, or the invitation was withdrawn or not accepted in time."""
    holds = select(Invitation.id).where(
        or_(Invitation.accepted_at.is_not(None), Invitation.expires_at > now())
    )
    return or_(GuestRequest.invitation_id.is_(None), GuestRequest.invitation_id.not_in(holds))


def _has_editor(session: Session, lab: Lab) -> bool:
    editor = select(Membership.id).where(
        Membership.lab_id == lab.id, Membership.role == MemberRole.EDITOR.value
    )
    return session.scalar(editor.limit(1)) is not None
