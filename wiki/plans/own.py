"""What is kept of a person's plans: for their own copy, and when they leave."""

from typing import Any

from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import undefer

from wiki.accounts.models import User
from wiki.db import db
from wiki.plans.models import Plan, PlanVersion


def plans_by(user: User) -> list[dict[str, Any]]:
    """For the person's own copy of their data."""
    own = select(Plan).where(Plan.user_id == user.id).order_by(Plan.id)
    return [
        {
            "angelegt": plan.created_at,
            "geändert": plan.touched_at,
            "labor": plan.lab.name if plan.lab else "",
            "inhalt": plan.content,
            "gemerkt": [
                {"anmerkung": kept.note, "am": kept.at, "inhalt": kept.content}
                for kept in db.session.scalars(_kept(plan))
            ],
        }
        for plan in db.session.scalars(own)
    ]


def plans_that_go(user: User) -> str:
    """What closing the account does to the person's plans, in a sentence."""
    many = db.session.scalar(select(func.count()).select_from(Plan).where(_alone(user))) or 0
    if not many:
        return ""
    return str(
        ngettext(
            "Ein eigener Zeitplan, der mit keinem Labor geteilt ist, wird mit gelöscht; "
            "seine Links gelten dann nicht mehr.",
            "%(num)d eigene Zeitpläne, die mit keinem Labor geteilt sind, werden mit gelöscht; "
            "ihre Links gelten dann nicht mehr.",
            many,
        )
    )


def forget_plans(user: User) -> None:
    """Runs inside the transaction that closes the account: what a lab shares stays with it."""
    session = db.session
    session.execute(delete(Plan).where(_alone(user)))
    session.execute(update(Plan).where(Plan.user_id == user.id).values(user_id=None))


def _alone(user: User) -> ColumnElement[bool]:
    """The plans this person shares with no lab."""
    return and_(Plan.user_id == user.id, Plan.lab_id.is_(None))


def _kept(plan: Plan) -> Any:
    kept = select(PlanVersion).where(
        PlanVersion.plan_id == plan.id, PlanVersion.number.is_not(None)
    )
    return kept.options(undefer(PlanVersion.content)).order_by(PlanVersion.number)
