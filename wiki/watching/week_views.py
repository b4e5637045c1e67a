"""`/wochen`: what the labs did, week by week, for everybody."""

from flask import Blueprint, Response, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.mailing import can_send_mail
from wiki.db import now
from wiki.errors import NotFound
from wiki.htmx import go, show
from wiki.watching.times import Week, reviewed_week, this_week
from wiki.watching.week import first_week, review_of
from wiki.watching.week_words import span_of

EARLIEST = 2000

bp = Blueprint("weeks", __name__, url_prefix="/wochen")


@bp.get("")
def newest() -> BaseResponse:
    week = reviewed_week(now())
    return go(url_for("weeks.show", year=week.year, number=week.number))


@bp.get("/<int:year>-<int:number>", endpoint="show")
def show_week(year: int, number: int) -> Response:
    week, current = _week(year, number), this_week(now())
    first = first_week()
    return show(
        "watching/week.html",
        review=review_of(week, person()),
        span=span_of(week),
        is_running=week == current,
        sends_mail=can_send_mail(),
        earlier=week.later(-1) if first is not None and first < week else None,
        later=week.later(1) if week < current else None,
    )


def _week(year: int, number: int) -> Week:
    """Raises NotFound: there is no such week, or it has not begun."""
    week = Week(year, number)
    try:
        is_any = year >= EARLIEST and week.begin < now()
    except (ValueError, OverflowError):
        raise NotFound from None
    if not is_any:
        raise NotFound
    return week
