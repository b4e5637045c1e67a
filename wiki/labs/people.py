"""The people of a lab: their roles, leaving it, being named on its home."""

from http import HTTPStatus

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wiki.accounts.models import User
from wiki.db import db, writing
from wiki.errors import LaborwikiError, NotFound
from wiki.labs.membership import belongs_to, may_look_after
from wiki.labs.models import Lab, MemberRole, Membership


class LastEditor(LaborwikiError):
    """Without this person nobody would look after the lab."""

    status = HTTPStatus.CONFLICT


def may_see_people(user: User | None, lab: Lab) -> bool:
    """Members see each other; those who look after the lab see them, too. Examples have none."""
    if lab.is_example:
        return False
    return belongs_to(user, lab.id) or may_look_after(user, lab)


def people_of(lab: Lab) -> list[Membership]:
    """The lab's people, editors first."""
    memberships = db.session.scalars(
        select(Membership)
        .join(User)
        .where(Membership.lab_id == lab.id, User.active)
        .order_by(User.name)
    )
    return sorted(memberships, key=lambda membership: not membership.is_editor)


def named_people_of(lab: Lab) -> list[str]:
    """The names of those who want to be named on the lab's home."""
    names = select(User.name).join(Membership, Membership.user_id == User.id)
    named = names.where(Membership.lab_id == lab.id, Membership.is_named, User.active)
    return list(db.session.scalars(named.order_by(User.name)))


def find_member(lab: Lab, user_id: int) -> Membership:
    """This person's membership in the lab.

    Raises:
        NotFound: the person does not belong to the lab.
    """
    membership = db.session.scalar(
        select(Membership).where(Membership.lab_id == lab.id, Membership.user_id == user_id)
    )
    if membership is None:
        raise NotFound
    return membership


def change_role(lab: Lab, user_id: int, role: MemberRole, *, by: User) -> None:
    """Give the person another role in the lab.

    Raises:
        NotFound: the person does not belong to the lab.
        LastEditor: they are the only one looking after it, and `by` does not run the site.
    """
    with writing() as session:
        membership = find_member(lab, user_id)
        if role is MemberRole.MEMBER:
            _keep_an_editor(session, membership, by)
        membership.role = role.value


def remove_member(lab: Lab, user_id: int, *, by: User) -> None:
    """Take the person out of the lab; what they wrote stays.

    Raises:
        NotFound: the person does not belong to the lab.
        LastEditor: they are the only one looking after it, and `by` does not run the site.
    """
    with writing() as session:
        membership = find_member(lab, user_id)
        _keep_an_editor(session, membership, by)
        session.delete(membership)


def choose_naming(lab: Lab, user: User, is_named: bool) -> None:
    """Whether the person is named on the lab's home: theirs alone to choose.

    Raises:
        NotFound: the person does not belong to the lab.
    """
    with writing():
        find_member(lab, user.id).is_named = is_named


def _keep_an_editor(session: Session, membership: Membership, by: User) -> None:
    others = session.scalar(
        select(func.count(Membership.id))
        .join(User)
        .where(
            Membership.lab_id == membership.lab_id,
            Membership.role == MemberRole.EDITOR.value,
            Membership.id != membership.id,
            User.active,
        )
    )
    if membership.is_editor and not others and not by.is_admin:
        raise LastEditor
