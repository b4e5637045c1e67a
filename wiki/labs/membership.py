"""Who may do what in a lab."""

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from wiki.accounts.models import ADMIN, Role, User
from wiki.db import db
from wiki.labs.models import Lab, LabKind, MemberRole, Membership


def memberships_of(user: User | None) -> list[Membership]:
    """The person's memberships, read once per request."""
    if user is None:
        return []
    known: list[Membership] | None = user.__dict__.get("_memberships")
    if known is None:
        own = select(Membership).where(Membership.user_id == user.id)
        known = list(db.session.scalars(own.options(lazyload(Membership.user))))
        user.__dict__["_memberships"] = known
    return known


def labs_of(user: User | None) -> list[Lab]:
    """The labs a person belongs to, full labs before guests."""
    labs = [membership.lab for membership in memberships_of(user)]
    return sorted(labs, key=lambda lab: (lab.is_guest, lab.position, lab.name))


def lab_speaking_for(user: User | None, lab_id: int | None) -> Lab | None:
    """The lab in whose name somebody changes a page of this lab: it, or their own first one."""
    labs = labs_of(user)
    return next((lab for lab in labs if lab.id == lab_id), labs[0] if labs else None)


def belongs_to(user: User | None, lab_id: int | None) -> bool:
    return any(membership.lab_id == lab_id for membership in memberships_of(user))


def is_lab_staff(user: User | None) -> bool:
    """Whether the person belongs to a lab of the network, not only to a guest."""
    return any(not membership.lab.is_guest for membership in memberships_of(user))


def is_editor(user: User | None) -> bool:
    """Whether the person looks after what belongs to all labs: an editor of one, or an admin."""
    if user is None:
        return False
    return user.is_admin or any(
        membership.is_editor and not membership.lab.is_guest for membership in memberships_of(user)
    )


def may_look_after(user: User | None, lab: Lab | None) -> bool:
    """Editors look after their lab; pages of the network are looked after by admins."""
    if user is None:
        return False
    if user.is_admin:
        return True
    return lab is not None and any(
        membership.lab_id == lab.id and membership.role == MemberRole.EDITOR.value
        for membership in memberships_of(user)
    )


def editors_of(lab_id: int | None) -> set[int]:
    """The ids of those who look after what this lab has; of the network's things, the admins."""
    if lab_id is None:
        found = select(User.id).where(User.roles.any(Role.name == ADMIN))
    else:
        is_editor = Membership.role == MemberRole.EDITOR.value
        found = select(Membership.user_id).where(Membership.lab_id == lab_id, is_editor)
    return set(db.session.scalars(found))


def all_labs() -> list[Lab]:
    """Labs, then the mobile lab, then guests, each in their chosen order; then the examples'."""
    order = [LabKind.LAB.value, LabKind.MOBILE.value, LabKind.GUEST.value]
    labs = db.session.scalars(select(Lab)).all()
    return sorted(
        labs,
        key=lambda lab: (lab.is_example, order.index(lab.kind), lab.position, lab.name),
    )


def real_labs() -> list[Lab]:
    """All but the examples': those that people write for, wish from and belong to."""
    return [lab for lab in all_labs() if not lab.is_example]
