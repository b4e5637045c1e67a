"""A form sent with an expired sign-in or an old token comes back with everything typed in it.

Nothing is written for it: nobody knows yet who asks. Without JavaScript, too, the text stays in
the page until whoever wrote it has signed in, and goes on into the form from there.
"""

from http import HTTPStatus

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.errors import NotAllowed
from wiki.htmx import show, wants_fragment
from wiki.pages.drafts import SECTION_FIELD
from wiki.pages.editing import Editing, kinds_of
from wiki.pages.kinds import kinds
from wiki.pages.opening import editable_page
from wiki.pages.section_editing import SectionEditing
from wiki.pages.text_editing import TextEditing
from wiki.pages.visibility import may_write

ENDPOINTS = ("editing.new", "editing.edit", "expert.new", "expert.edit")


def come_back(status: HTTPStatus) -> Response:
    """The form as it was sent; before signing in, a page that holds what was typed."""
    someone = person()
    if wants_fragment():
        return Response(status=status)
    if someone is None:
        return _hold(status)
    editing = _sent_form(someone)
    flash(
        _(
            "Die Anmeldung war abgelaufen, deshalb ist noch nichts gespeichert. "
            "Der Text ist vollständig da."
        ),
        "warning",
    )
    return editing.show(status)


def _hold(status: HTTPStatus) -> Response:
    fields = [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in ("do", "csrf_token")
    ]
    where = dict(request.view_args or {})
    if SECTION_FIELD in request.form:
        where[SECTION_FIELD] = request.form[SECTION_FIELD]
    address = url_for(request.endpoint or "", **where)
    return show("pages/held.html", status=status, fields=fields, address=address)


def _sent_form(someone: User) -> Editing:
    where = request.view_args or {}
    is_text = request.blueprint == "expert"
    if "slug" in where:
        page = editable_page(where["slug"], someone)
        part = SectionEditing if SECTION_FIELD in request.form else Editing
        way = TextEditing if is_text else part
        return way(someone, kinds_of(page), page, sent=request.form)
    if not may_write(someone):
        raise NotAllowed
    way = TextEditing if is_text else Editing
    return way(someone, kinds().written_at(where["write_word"]), sent=request.form)
