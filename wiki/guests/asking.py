"""Asking for a guest place, giving one, declining; nothing is kept of what was answered."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
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
from wiki.labs.models import Invitation, Lab, LabKind, MemberRole
from wiki.labs.writing import add_lab
from wiki.pages.models import Page

#: With so many unanswered no more are taken.
MOST_WAITING = 100
#: Unanswered for so long, what somebody left about themselves goes.
KEPT = timedelta(days=90)


class TooManyWaiting(LaborwikiError):
    """So many requests wait that no more are taken."""


def ask_for_place(content: RequestContent, page: Page | None) -> None:
    """A request that waits for an editor; the same address asking again replaces its older one.

    Raises:
        TooManyWaiting: nobody has answered very many others.
    """
    page_id = page.id if page else None
    with writing() as session:
        session.execute(delete(GuestRequest).where(GuestRequest.email == content.email))
        if session.scalars(select(func.count(GuestRequest.id))).one() >= MOST_WAITING:
            raise TooManyWaiting
        session.add(GuestRequest(**content.model_dump(), page_id=page_id))


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
        return _invite(session, request, lab, MemberRole.MEMBER, onward, by)


def refuse(number: int, by: User) -> None:
    """Forget what was asked.

    Raises:
        NotAllowed, NotFound: as `find_request`.
    """
    with writing() as session:
        session.delete(_asked(session, number, by))


def waiting_requests(user: User) -> Iterator[Waiting]:
    """For „Zu tun“ of every editor of the network: whoever is first answers."""
    if not is_editor(user):
        return
    for request in db.session.scalars(select(GuestRequest)):
        yield Waiting(
            title=request.guest,
            reason=_("Möchte einen Gastplatz"),
            address=url_for("guests.show", number=request.id),
            since=request.created_at,
        )


def forget_old() -> None:
    """Hourly chore: what nobody answered for months."""
    old = GuestRequest.created_at < now() - KEPT
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
    invited = add_invitation(session, lab, content, by=by, onward=onward)
    session.delete(request)
    return invited


def _asked(session: Session, number: int, by: User) -> GuestRequest:
    if not is_editor(by):
        raise NotAllowed
    return _in(session, number)


def _in(session: Session, number: int) -> GuestRequest:
    request = session.get(GuestRequest, number)
    if request is None:
        raise NotFound
    return request
