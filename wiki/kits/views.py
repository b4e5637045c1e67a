"""`/plan/<secret>/mitnehmen`: all that a plan lets one take along, for whoever may read it."""

from flask import Blueprint, current_app, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.config import Settings
from wiki.headers import keep_secret
from wiki.kits.answering import answer
from wiki.kits.kit import Kit
from wiki.plans.additions import PlanView
from wiki.plans.agenda import agenda_of
from wiki.plans.planning import Door, content_in, find_plan

bp = Blueprint("kits", __name__, url_prefix="/plan/<secret>/mitnehmen")
bp.after_request(keep_secret)


@bp.get("", defaults={"part": ""})
@bp.get("/<part>")
def take(secret: str, part: str) -> BaseResponse:
    return answer(_kit(find_plan(secret)), part)


def address_for(view: PlanView) -> str:
    """Where to take this plan along, by the way in that somebody has."""
    return url_for("kits.take", secret=view.door.secret)


def _kit(door: Door) -> Kit:
    """What goes out names the address for reading, whoever asks."""
    plan = door.plan
    settings: Settings = current_app.config["LABORWIKI"]
    read = url_for("plans.show", secret=plan.read_secret, sprache=None)
    return Kit(
        agenda=agenda_of(content_in(plan)),
        address=settings.public_url + read,
        changed=plan.touched_at,
        lab=plan.lab,
        endpoint="kits.take",
        back=url_for("plans.show", secret=door.secret),
        whole=url_for("plans.print_plan", secret=plan.read_secret),
        values={"secret": plan.read_secret},
    )
