"""Labs of the starter content's examples: what they say counts among themselves alone."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.orm.attributes import set_committed_value

from wiki.accounts.models import User
from wiki.labs.models import Lab, MemberRole, Membership


def of_example(lab_id: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """In SQL: whether what has this lab is an example; what belongs to the network is none."""
    lab = aliased(Lab)
    is_its = select(lab.id).where(lab.id == lab_id, lab.is_example)
    return is_its.correlate_except(lab).exists()


def nobody_of(lab: Lab) -> User:
    """Whoever acts for a lab from the command line: may do what its editors may, is in no table,
    and what they write names nobody."""
    nobody = User(name="", email="")
    membership = Membership(lab_id=lab.id, role=MemberRole.EDITOR.value)
    # Not assigned: the lab would take them for one of its own and have them saved.
    set_committed_value(membership, "lab", lab)
    nobody.__dict__["_memberships"] = [membership]
    return nobody
