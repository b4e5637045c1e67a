"""`/abbestellen/<secret>`: no more mail, without signing in.

Mail scanners open every link: only a POST stops anything. Mail programs send one by themselves
(RFC 8058), so it needs no token; the secret names person and mail.
"""

from flask import Blueprint, Response

from wiki.htmx import show
from wiki.watching.stopping import MailKind, kind_of, stop_mail

bp = Blueprint("stopping", __name__, url_prefix="/abbestellen")


@bp.get("/<secret>")
def ask(secret: str) -> Response:
    return _show(kind_of(secret), secret, is_done=False)


@bp.post("/<secret>")
def stop(secret: str) -> Response:
    return _show(stop_mail(secret), secret, is_done=True)


def _show(kind: MailKind, secret: str, *, is_done: bool) -> Response:
    is_week = kind is MailKind.WEEK
    response = show("watching/stop.html", secret=secret, is_week=is_week, is_done=is_done)
    response.headers["Cache-Control"] = "no-store"
    return response
