"""Invitations to a lab: a link that works once, for two weeks."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.accounts.people import create_person
from wiki.accounts.waiting import Waiting
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotFound
from wiki.labs.content import Arrival, InvitationContent
from wiki.labs.membership import memberships_of
from wiki.labs.models import Invitation, Lab, MemberRole, Membership

VALID = timedelta(days=14)


class InvitationOver(LaborwikiError):
    """The link was used, withdrawn, is too old, or never was one: nobody learns which."""

    status = HTTPStatus.GONE


class AlreadyMember(LaborwikiError):
    """The person belongs to the lab already, with this role or more."""

    status = HTTPStatus.CONFLICT


def invite(lab: Lab, content: InvitationContent, *, by: User) -> tuple[Invitation, str]:
    """A new invitation and its secret, which is nowhere kept; an older one no longer works.

    Raises:
        AlreadyMember: the mail address belongs to somebody of this lab.
    """
    with writing() as session:
        return add_invitation(session, lab, content, by=by)


def add_invitation(
    session: Session, lab: Lab, content: InvitationContent, *, by: User, onward: str | None = None
) -> tuple[Invitation, str]:
    """As `invite`, inside a transaction of the caller's.

    `onward` is an address of this site: whoever accepts goes there instead of to the lab's home.
    """
    secret = secrets.token_urlsafe(32)
    email = content.email.lower()
    if session.scalar(
        select(Membership.id)
        .join(User)
        .where(Membership.lab_id == lab.id, func.lower(User.email) == email)
    ):
        raise AlreadyMember
    session.execute(
        delete(Invitation).where(
            Invitation.lab_id == lab.id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
        )
    )
    invitation = Invitation(
        secret_hash=_hash(secret),
        lab_id=lab.id,
        email=email,
        name=content.name,
        role=content.role.value,
        invited_by_id=by.id,
        expires_at=now() + VALID,
        onward=onward,
    )
    session.add(invitation)
    return invitation, secret


def find_invitation(secret: str) -> Invitation:
    """The invitation this link stands for.

    Raises:
        InvitationOver: the link does not work (any more).
    """
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.secret_hash == _hash(secret))
    )
    if invitation is None or invitation.accepted_at or invitation.expires_at <= now():
        raise InvitationOver
    return invitation


def arrive(secret: str, arrival: Arrival) -> User:
    """Make the account of somebody new and let them into the lab, both or neither.

    Raises:
        InvitationOver: the link does not work (any more).
        AddressTaken: the invited mail address has an account; its password stays as it is.
    """
    with writing() as session:
        invitation = find_invitation(secret)
        user = create_person(invitation.email, arrival.name, arrival.password)
        _let_in(session, user, invitation)
    return user


def join(secret: str, user: User) -> Lab:
    """Let somebody with an account into the lab, or give them the higher role.

    Raises:
        InvitationOver: the link does not work (any more).
        AlreadyMember: there is nothing to gain; the link still works for somebody else.
    """
    with writing() as session:
        invitation = find_invitation(secret)
        _let_in(session, user, invitation)
        return invitation.lab


def open_invitations(lab: Lab) -> list[Invitation]:
    """Those nobody accepted, too old ones among them, newest first."""
    waiting = select(Invitation).where(
        Invitation.lab_id == lab.id, Invitation.accepted_at.is_(None)
    )
    return list(db.session.scalars(waiting.order_by(Invitation.id.desc())))


def withdraw(lab: Lab, invitation_id: int) -> None:
    """Make the link of an open invitation useless.

    Raises:
        NotFound: the lab has no such open invitation.
    """
    with writing() as session:
        invitation = session.get(Invitation, invitation_id)
        if invitation is None or invitation.lab_id != lab.id or invitation.accepted_at:
            raise NotFound
        session.delete(invitation)


def expired_invitations(user: User) -> Iterable[Waiting]:
    """„Zu tun“ for editors: invitations that nobody accepted in time."""
    labs = [membership.lab_id for membership in memberships_of(user) if membership.is_editor]
    if not labs:
        return
    expired = select(Invitation).where(
        Invitation.lab_id.in_(labs),
        Invitation.accepted_at.is_(None),
        Invitation.expires_at <= now(),
    )
    for invitation in db.session.scalars(expired):
        yield Waiting(
            title=_("Einladung an %(name)s ist abgelaufen", name=invitation.name),
            reason=_("Noch einmal einladen oder zurückziehen."),
            address=url_for("lab_people.index", slug=invitation.lab.slug) + "#einladungen",
            since=invitation.expires_at,
        )


def _let_in(session: Session, user: User, invitation: Invitation) -> None:
    membership = session.scalar(
        select(Membership).where(
            Membership.user_id == user.id, Membership.lab_id == invitation.lab_id
        )
    )
    if membership is None:
        session.add(Membership(user_id=user.id, lab_id=invitation.lab_id, role=invitation.role))
    elif membership.is_editor or invitation.role == MemberRole.MEMBER.value:
        raise AlreadyMember
    else:
        membership.role = invitation.role
    invitation.accepted_at = now()
    # Whom it reached is a membership now; nobody needs the address a second time.
    invitation.email = invitation.name = ""


def _hash(secret: str) -> str:
    # The secret is 256 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode()).hexdigest()
