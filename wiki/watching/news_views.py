"""`/neuigkeiten`: what happened to what somebody watches, wrote or said."""

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in, signed_in_person
from wiki.fields import bounded_int
from wiki.htmx import go, show, wants_fragment
from wiki.watching import lines
from wiki.watching.watching import watched_by

bp = Blueprint("notices", __name__, url_prefix="/neuigkeiten")


@bp.get("")
@signed_in
def index() -> Response:
    someone = signed_in_person()
    number = min(max(request.args.get("seite", 1, type=bounded_int), 1), 500)
    return show(
        "watching/news.html",
        block="news",
        news=lines.news_of(someone, number),
        watches=bool(watched_by(someone)),
        next_pages=url_for("notices.index", seite=""),
    )


@bp.post("/gelesen")
def read_all() -> BaseResponse:
    newest = max(request.form.get("bis", 0, type=bounded_int), 0)
    lines.mark_all_read(signed_in_person(), newest)
    return go(url_for("notices.index"))


@bp.post("/<int:number>/gelesen")
def read(number: int) -> BaseResponse:
    lines.mark_read(signed_in_person(), number)
    return Response() if wants_fragment() else go(url_for("notices.index"))
