"""`/suchwoerter`: words that mean the same, and what was searched and not found."""

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.attempts import count_from_address
from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed, NotFound, TooMany
from wiki.fields import bounded_int
from wiki.finding.words import (
    GroupChanged,
    GroupContent,
    SynonymGroup,
    TooManyGroups,
    add_group,
    bring_back,
    change_group,
    count_unmet,
    find_group,
    forget_unmet,
    groups,
    remove_group,
    removed_groups,
    shared_words,
    unmet_searches,
    unmet_words,
)
from wiki.forms import Form
from wiki.htmx import go, show
from wiki.labs.membership import is_editor

bp = Blueprint("words", __name__)

#: Searches without a hit that count from one address in an hour.
MOST_COUNTED = 20


@bp.get("/suchwoerter")
def index() -> Response:
    _editor()
    form = Form.blank(GroupContent)
    if word := " ".join(request.args.get("wort", "").replace(",", " ").split())[:60]:
        form.values["words"], form.focus = f"{word}, ", "words"
    return _show_page(adding=form, touched=_touched())


@bp.post("/suchwoerter")
def add() -> BaseResponse:
    editor = _editor()
    form = Form.sent(GroupContent, request.form)
    content = form.validate()
    if content is None:
        return _show_page(adding=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        group = add_group(content, editor)
    except TooManyGroups as full:
        form.errors["words"] = _too_many()
        return _show_page(adding=form, status=full.status)
    return _go_to(group.id)


@bp.get("/suchwoerter/<int:number>")
def edit(number: int) -> Response:
    _editor()
    group = find_group(number)
    return _show_page(group, _form_of(group))


@bp.post("/suchwoerter/<int:number>")
def change(number: int) -> BaseResponse:
    editor = _editor()
    group = find_group(number)
    form = Form.sent(GroupContent, request.form)
    content = form.validate()
    base = request.form.get("version", 0, type=bounded_int)
    if content is None:
        return _show_page(group, form, base, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        change_group(number, content, editor, base=base)
    except GroupChanged as changed:
        return _show_page(changed.group, form, conflict=True, status=changed.status)
    except TooManyGroups as full:
        form.errors["words"] = _too_many()
        return _show_page(group, form, base, status=full.status)
    return _go_to(number)


@bp.post("/suchwoerter/<int:number>/entfernen")
def remove(number: int) -> BaseResponse:
    editor = _editor()
    try:
        remove_group(number, editor, base=request.form.get("version", 0, type=bounded_int))
    except GroupChanged as changed:
        form = _form_of(changed.group)
        return _show_page(changed.group, form, conflict=True, status=changed.status)
    return _go_to(number)


@bp.post("/suchwoerter/<int:number>/rueckkehr")
def restore(number: int) -> BaseResponse:
    try:
        bring_back(number, _editor())
    except TooManyGroups:
        flash(_too_many(), "error")
        return go(url_for("words.index"))
    return _go_to(number)


@bp.post("/suchwoerter/gesucht/<int:number>/erledigt")
def forget(number: int) -> BaseResponse:
    forget_unmet(number, _editor())
    return go(url_for("words.index", _anchor="gesucht"))


@bp.post("/suche/nichts-gefunden")
def count() -> Response:
    """A search that stayed on somebody's screen without a hit counts, so many in an hour."""
    words = unmet_words(request.form.get("wort", ""))
    with suppress(TooMany):
        count_from_address("unmet", MOST_COUNTED)
        count_unmet(words)
    return Response(status=HTTPStatus.NO_CONTENT)


def _editor() -> User:
    someone = signed_in_person()
    if not is_editor(someone):
        raise NotAllowed
    return someone


def _touched() -> SynonymGroup | None:
    """The group that was changed a moment ago."""
    number = request.args.get("zuletzt", 0, type=bounded_int)
    try:
        return find_group(number) if 0 < number < 1_000_000_000 else None
    except NotFound:
        return None


def _form_of(group: SynonymGroup) -> Form[GroupContent]:
    form = Form.blank(GroupContent)
    form.values["words"], form.focus = group.words, "words"
    return form


def _too_many() -> str:
    return str(_("Mehr als 500 Gruppen kennt die Suche nicht. Eine andere muss erst weg."))


def _go_to(number: int) -> BaseResponse:
    """To the page, which offers to take back what was just done."""
    return go(url_for("words.index", zuletzt=number))


def _show_page(
    chosen: SynonymGroup | None = None,
    form: Form[GroupContent] | None = None,
    version: int | None = None,
    *,
    adding: Form[GroupContent] | None = None,
    touched: SynonymGroup | None = None,
    conflict: bool = False,
    status: int = HTTPStatus.OK,
) -> Response:
    """The whole page; the form of one group stands open in its place."""
    every = groups()
    return show(
        "finding/words.html",
        groups=every,
        shared=shared_words(every),
        removed=[group for group in removed_groups() if group not in (chosen, touched)],
        unmet=unmet_searches(),
        chosen=chosen,
        form=form,
        version=version if version is not None or chosen is None else chosen.version,
        adding=adding or Form.blank(GroupContent),
        touched=touched,
        conflict=conflict,
        status=status,
    )
