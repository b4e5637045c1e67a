"""Signing in by a link that works once."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from wiki.accounts.attempts import count_attempt, forget_attempt
from wiki.accounts.links import owner_of_link, use_link
from wiki.accounts.signing_in import sign_in_by_link
from wiki.db import writing
from wiki.errors import Gone
from wiki.htmx import show as show_template

bp = Blueprint("links", __name__)


@bp.get("/anmelden/link/<secret>")
def show(secret: str) -> Response:
    """One button, so that a mail scanner that opens every link does not use it up."""
    try:
        owner = owner_of_link(secret)
    except Gone:
        return _no_longer_valid()
    return _not_kept(show_template("accounts/link.html", secret=secret, owner=owner))


@bp.post("/anmelden/link/<secret>")
def use(secret: str) -> ResponseReturnValue:
    attempt = count_attempt("link", secret)
    try:
        with writing():
            owner = use_link(secret)
    except Gone:
        return _no_longer_valid()
    forget_attempt(attempt)
    return sign_in_by_link(owner, "remember" in request.form)


def _no_longer_valid() -> Response:
    return _not_kept(show_template("accounts/link.html", owner=None, status=Gone.status))


def _not_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
