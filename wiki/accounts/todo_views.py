"""„Zu tun": the one list of what waits for the person who looks."""

from flask import Blueprint, Response

from wiki.accounts.current import signed_in, signed_in_person
from wiki.accounts.waiting import places_for, waiting_for
from wiki.htmx import show

bp = Blueprint("todo", __name__)


@bp.get("/zu-tun")
@signed_in
def index() -> Response:
    someone = signed_in_person()
    return show("accounts/todo.html", things=waiting_for(someone), places=places_for(someone))
