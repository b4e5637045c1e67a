"""What keeps programs from writing in forms that need no account, without asking a third party."""

from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from itsdangerous import BadData, TimestampSigner

from wiki.db import now
from wiki.forms import Form

# A field that people do not see: who fills it in is a program.
TRAP = "webseite"
# A hidden field that says when the form was opened.
OPENED = "seit"
LEAST_SECONDS = 3
MOST_SECONDS = 86_400


def opening_mark(sent: str = "") -> str:
    """What a form carries along to say when it was opened; the one it came with, if that holds."""
    try:
        _signer().unsign(sent, max_age=MOST_SECONDS)
    except BadData:
        return _signer().sign("form").decode()
    return sent


def is_too_quick(mark: str) -> bool:
    """Whether a form came back sooner than people write, or nobody knows when it was opened."""
    try:
        _form, opened = _signer().unsign(mark, max_age=MOST_SECONDS, return_timestamp=True)
    except BadData:
        return True
    return (now() - opened).total_seconds() < LEAST_SECONDS


def marks() -> dict[str, Any]:
    """What the template of such a form needs for `shared/_stranger.html`."""
    return {"trap": TRAP, "opened": (OPENED, opening_mark(request.form.get(OPENED, "")))}


def fell_into_the_trap() -> bool:
    """Whether what was sent comes from a program; it is thanked for and dropped."""
    return bool(request.form.get(TRAP))


def came_too_quickly(form: Form[Any]) -> bool:
    """Whether a form came back sooner than a person writes; it then says so."""
    if not is_too_quick(request.form.get(OPENED, "")):
        return False
    form.errors[""] = _("Das ging sehr schnell. Noch einmal abschicken genügt.")
    return True


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="form-opened")
