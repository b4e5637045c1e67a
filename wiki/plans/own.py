"""What is kept of a person's plans: for their own copy, and when they leave."""

from typing import Any

from sqlalchemy import delete, select, update
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


def forget_plans(user: User) -> None:
    """Runs inside the transaction that closes the account: what a lab shares stays with it."""
    session = db.session
    session.execute(delete(Plan).where(Plan.user_id == user.id, Plan.lab_id.is_(None)))
    session.execute(update(Plan).where(Plan.user_id == user.id).values(user_id=None))


def _kept(plan: Plan) -> Any:
    kept = select(PlanVersion).where(
        PlanVersion.plan_id == plan.id, PlanVersion.number.is_not(None)
    )
    return kept.options(undefer(PlanVersion.content)).order_by(PlanVersion.number)
