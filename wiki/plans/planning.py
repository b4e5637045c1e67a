"""Making plans, finding and changing them, keeping what they said, and letting them go."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import Session, undefer

from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.labs.membership import belongs_to, memberships_of
from wiki.plans.changing import Change, PlanFull, with_steps, with_usual
from wiki.plans.content import Beginnings, PlanContent
from wiki.plans.models import Plan, PlanVersion, new_secret
from wiki.plans.recipes import Pinned, pinned_in
from wiki.recipes.computing import usual_people

#: Plans that those without an account may make from one address within an hour.
MOST_FROM_ADDRESS = 20
#: So many changes can be undone, and so many versions are kept.
UNDOABLE = 20
MOST_KEPT = 30
#: Of all that a plan says, as it is stored.
MOST_BYTES = 150_000
#: Nobody's plan stays so long after its last change.
KEPT = timedelta(days=400)
#: What a change is about when it is about everything.
EVERYTHING = "*"


class Overtaken(LaborwikiError):
    """Somebody changed the same thing meanwhile."""

    status = HTTPStatus.CONFLICT


class Door(NamedTuple):
    """A plan, and whether this way in lets one change it."""

    plan: Plan
    opens: bool

    @property
    def secret(self) -> str:
        """What this way in is called in addresses."""
        return self.plan.edit_secret if self.opens else self.plan.read_secret


def make_plan(recipe: Pinned, said: Beginnings, by: User | None) -> Plan:
    """A plan of all steps of a recipe; without a person it is nobody's."""
    return keep_plan(first_content(recipe, said), by)


def keep_plan(content: PlanContent, by: User | None) -> Plan:
    """A new plan that says this; without a person it is nobody's."""
    with writing() as session:
        plan = Plan(content=_stored(content), user_id=by.id if by else None)
        session.add(plan)
    return plan


def first_content(recipe: Pinned, said: Beginnings) -> PlanContent:
    """What a plan of all steps of a recipe says, kept nowhere yet."""
    people = said.people or usual_people(recipe.recipe)
    blank = PlanContent(**said.model_dump() | {"people": people})
    return with_usual(with_steps(blank, recipe.pin, recipe.recipe), {recipe.pin: recipe.recipe})


def find_plan(secret: str) -> Door:
    """The plan that one of its two secrets opens.

    Raises:
        NotFound: it opens none.
    """
    plan = db.session.scalar(_with_secret(secret))
    if plan is None:
        raise NotFound
    return Door(plan, plan.edit_secret == secret)


def find_own_plan(number: int, user: User) -> Plan:
    """A plan by its number, if it is this person's or their lab's.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    plan = db.session.scalar(select(Plan).where(Plan.id == number, _own(user)))
    if plan is None:
        raise NotFound
    return plan


def plans_of(user: User) -> Sequence[Plan]:
    """This person's plans and those of their labs, those last changed first."""
    return db.session.scalars(
        select(Plan).where(_own(user)).order_by(Plan.touched_at.desc(), Plan.id.desc())
    ).all()


def content_in(plan: Plan) -> PlanContent:
    return PlanContent.model_validate(plan.content)


def change(
    secret: str, new: Change, *, seen: int, touches: str = "", by: User | None = None
) -> Plan:
    """Change the newest plan; `seen` is the count of the one that somebody looked at.

    What others changed meanwhile stays, unless it was the same thing: a block (named by its key
    in `touches`), or everything.

    Raises:
        Overtaken: then nothing is changed.
        BlockGone, PlanFull, NotFound.
    """
    with writing() as session:
        plan = _to_change(session, secret)
        if plan.version != seen and _was_touched(session, plan, seen, touches):
            raise Overtaken
        before = content_in(plan)
        after = new(before)
        after = with_usual(after, {pin: found.recipe for pin, found in pinned_in(after).items()})
        if after != before:
            _remember(session, plan, touches, by)
            plan.content = _stored(after)
            _count(plan)
    return plan


def undo(secret: str, *, seen: int) -> Plan:
    """Take the last change back.

    Raises:
        Overtaken: there is none, or somebody made one meanwhile.
    """
    with writing() as session:
        plan = _to_change(session, secret)
        last = session.scalars(
            _changes_of(plan).options(undefer(PlanVersion.content)).limit(1)
        ).first()
        if plan.version != seen or last is None:
            raise Overtaken
        plan.content = last.content
        _count(plan)
        session.delete(last)
    return plan


def can_undo(plan: Plan) -> bool:
    return (
        db.session.scalar(_changes_of(plan).with_only_columns(PlanVersion.id).limit(1)) is not None
    )


def keep_version(secret: str, note: str, by: User | None) -> PlanVersion:
    """Keep what the plan says under a number; beyond the limit the oldest goes."""
    with writing() as session:
        plan = _to_change(session, secret)
        return _keep(session, plan, note, by)


def kept_versions(plan: Plan) -> Sequence[PlanVersion]:
    """What somebody kept, the newest first."""
    kept = select(PlanVersion).where(
        PlanVersion.plan_id == plan.id, PlanVersion.number.is_not(None)
    )
    return db.session.scalars(kept.order_by(PlanVersion.number.desc())).all()


def restore(secret: str, number: int, *, seen: int, by: User | None) -> Plan:
    """The plan as it was kept; that can be undone, too.

    Raises:
        NotFound: nothing is kept under this number.
        Overtaken: somebody changed the plan meanwhile.
    """
    plan = find_plan(secret).plan
    kept = db.session.scalar(
        select(PlanVersion.content).where(
            PlanVersion.plan_id == plan.id, PlanVersion.number == number
        )
    )
    if kept is None:
        raise NotFound
    content = PlanContent.model_validate(kept)
    return change(secret, lambda _plan: content, seen=seen, touches=EVERYTHING, by=by)


def change_all(secret: str, new: Change, note: str, *, seen: int, by: User | None) -> Plan:
    """Change many blocks at once; what the plan said before is kept under a number.

    Raises:
        Overtaken: somebody changed the plan meanwhile.
    """
    plan = find_plan(secret).plan
    if plan.version == seen:
        keep_version(secret, note, by)
    return change(secret, new, seen=seen, touches=EVERYTHING, by=by)


def may_decide(user: User | None, plan: Plan) -> bool:
    """Whether somebody who may change the plan may also delete it, or say whose it is."""
    if plan.is_nobodys:
        return True
    if user is None:
        return False
    return plan.user_id == user.id or (plan.lab_id is not None and belongs_to(user, plan.lab_id))


def is_own(user: User | None, plan: Plan) -> bool:
    """Whether it stands under this person's plans, so that they need no link to change it."""
    return not plan.is_nobodys and may_decide(user, plan)


def give_to(secret: str, lab_id: int | None, by: User) -> Plan:
    """Say whose a plan is: the person's own, or shared with one of their labs.

    Raises:
        NotAllowed: it is somebody else's, or they do not belong to the lab.
    """
    with writing() as session:
        plan = _to_change(session, secret)
        if not may_decide(by, plan) or (lab_id is not None and not belongs_to(by, lab_id)):
            raise NotAllowed
        if plan.user_id is None:
            plan.user_id = by.id
        plan.lab_id = lab_id
    return plan


def renew_links(secret: str, by: User | None) -> Plan:
    """Two new secrets: whoever has the old ones finds nothing any more.

    Raises:
        NotFound, NotAllowed.
    """
    with writing() as session:
        plan = _to_change(session, secret)
        if not may_decide(by, plan):
            raise NotAllowed
        plan.edit_secret, plan.read_secret = new_secret(), new_secret()
    return plan


def delete_plan(secret: str, by: User | None) -> None:
    """Remove a plan with all it ever said.

    Raises:
        NotAllowed: it is somebody else's.
    """
    with writing() as session:
        plan = _to_change(session, secret)
        if not may_decide(by, plan):
            raise NotAllowed
        session.delete(plan)


def kept_until(plan: Plan) -> datetime | None:
    """When nobody's plan goes if it is not changed before."""
    return plan.touched_at + KEPT if plan.is_nobodys else None


def forget_old() -> None:
    """Hourly chore: nobody's plans that nobody changed for long."""
    old = (Plan.user_id.is_(None), Plan.lab_id.is_(None), Plan.touched_at < now() - KEPT)
    if db.session.scalar(select(Plan.id).where(*old).limit(1)) is not None:
        with writing() as session:
            session.execute(delete(Plan).where(*old))


def _own(user: User) -> ColumnElement[bool]:
    labs = [membership.lab_id for membership in memberships_of(user)]
    return or_(Plan.user_id == user.id, Plan.lab_id.in_(labs))


def _with_secret(secret: str) -> Select[Plan]:
    return select(Plan).where(or_(Plan.edit_secret == secret, Plan.read_secret == secret))


def _to_change(session: Session, secret: str) -> Plan:
    plan = session.scalar(select(Plan).where(Plan.edit_secret == secret))
    if plan is None:
        raise NotFound
    return plan


def _was_touched(session: Session, plan: Plan, seen: int, touches: str) -> bool:
    """Whether one of the changes since then was about the same; of unknown ones, that is said."""
    since = session.scalars(
        select(PlanVersion.touched).where(
            PlanVersion.plan_id == plan.id,
            PlanVersion.number.is_(None),
            PlanVersion.version >= seen,
        )
    ).all()
    if touches == EVERYTHING or len(since) != plan.version - seen:
        return True
    return any(touched == EVERYTHING or (touched and touched == touches) for touched in since)


def _remember(session: Session, plan: Plan, touches: str, by: User | None) -> None:
    """What the plan says, before it is changed; older changes cannot be undone any more."""
    session.add(
        PlanVersion(
            plan_id=plan.id,
            version=plan.version,
            touched=touches,
            content=plan.content,
            by_id=by.id if by else None,
        )
    )
    session.flush()
    older = _changes_of(plan).with_only_columns(PlanVersion.id).offset(UNDOABLE)
    session.execute(delete(PlanVersion).where(PlanVersion.id.in_(session.scalars(older).all())))


def _keep(session: Session, plan: Plan, note: str, by: User | None) -> PlanVersion:
    of_plan = PlanVersion.plan_id == plan.id
    last = session.scalar(select(func.max(PlanVersion.number)).where(of_plan)) or 0
    kept = PlanVersion(
        plan_id=plan.id,
        number=last + 1,
        version=plan.version,
        content=plan.content,
        note=note,
        by_id=by.id if by else None,
    )
    session.add(kept)
    session.execute(delete(PlanVersion).where(of_plan, PlanVersion.number <= last + 1 - MOST_KEPT))
    return kept


def _changes_of(plan: Plan) -> Select[PlanVersion]:
    """What the plan said before each change, the last first."""
    changes = select(PlanVersion).where(
        PlanVersion.plan_id == plan.id, PlanVersion.number.is_(None)
    )
    return changes.order_by(PlanVersion.id.desc())


def _count(plan: Plan) -> None:
    plan.version += 1
    plan.touched_at = now()


def _stored(content: PlanContent) -> dict[str, object]:
    stored = content.to_json()
    if len(json.dumps(stored)) > MOST_BYTES:
        raise PlanFull
    return stored
