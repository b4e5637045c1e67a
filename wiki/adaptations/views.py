"""`/wiki/<slug>/anpassen` makes a page of one's own; `/fassungen` shows the kin of a page."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.adaptations.adapting import (
    Kinship,
    NothingChosen,
    Undecided,
    adapt,
    adaptations_of,
    has_lost_source,
    kinship_of,
    leave,
    may_adapt,
    merge_of,
    offered,
    take_over,
)
from wiki.errors import NotAllowed, NotFound
from wiki.fields import bounded_int, one_line
from wiki.htmx import go, show
from wiki.labs.membership import labs_of
from wiki.markup import TooComplex
from wiki.pages.by_field import decisions_in
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.kinds import kinds
from wiki.pages.merging import UnresolvedConflicts
from wiki.pages.models import Page
from wiki.pages.opening import editable_page, readable_page
from wiki.pages.visibility import may_edit, may_read
from wiki.pages.writing import EditConflict
from wiki.proposals.content import Reasons
from wiki.proposals.proposing import Change, TooManyWaiting, may_propose, propose

bp = Blueprint("adaptations", __name__, url_prefix="/wiki/<slug>")


@bp.get("/anpassen")
def new(slug: str) -> Response:
    someone = signed_in_person()
    page = _adaptable(slug, someone)
    number = request.args.get("version", page.current_number, type=bounded_int)
    return show("adaptations/new.html", page=page, number=number, labs=labs_of(someone))


@bp.post("/anpassen")
def create(slug: str) -> BaseResponse:
    someone = signed_in_person()
    page, labs = _adaptable(slug, someone), labs_of(someone)
    lab = next((lab for lab in labs if lab.slug == request.form.get("lab")), labs[0])
    number = request.form.get("version", page.current_number, type=bounded_int)
    owner = page.owner_name or current_app.config["LABORWIKI"].site_name
    note = _("Angepasst aus „%(title)s“, Version %(number)s", title=page.title, number=number)
    try:
        adapted = adapt(page, number, lab, someone, owner, note[:300])
    except TooComplex:
        flash(_(TOO_COMPLEX), "error")
        return go(url_for("pages.show", slug=page.slug))
    flash(_("Ein Entwurf von %(lab)s. Hier lässt sich alles ändern.", lab=lab.name), "success")
    return go(url_for("editing.edit", slug=adapted.slug))


@bp.get("/fassungen")
def index(slug: str) -> Response:
    return _show(readable_page(slug, person()))


@bp.post("/fassungen/uebernahme")
def take(slug: str) -> BaseResponse:
    editor = signed_in_person()
    kinship = _kinship(editable_page(slug, editor), editor)
    fields, number = request.form.getlist("field"), _number()
    if request.form.get("do") == "leave":
        return _leave(kinship, fields, number, editor)
    picks, texts = decisions_in(request.form)
    note = _("Übernommen aus „%(title)s“, Version %(number)s", title=_title(kinship), number=number)
    try:
        take_over(kinship, fields, editor, number=number, note=note[:300], picks=picks, texts=texts)
    except NothingChosen:
        flash(_("Mindestens eine Stelle wird gebraucht."), "error")
    except Undecided as undecided:
        return _show_conflict(kinship, undecided, fields)
    except UnresolvedConflicts:
        return _ask_again(kinship, fields, number, _("Bei jeder Stelle wird eine Wahl gebraucht."))
    except EditConflict:
        again = _("Jemand hat gerade dasselbe geändert. Noch einmal genügt.")
        return _ask_again(kinship, fields, number, again)
    except ValidationError:
        other = _("So passt es nicht zusammen. Mit einer anderen Auswahl geht es.")
        return _ask_again(kinship, fields, number, other)
    except TooComplex:
        return _ask_again(kinship, fields, number, _(TOO_COMPLEX))
    else:
        flash(_("Übernommen."), "success")
    return _back(kinship)


def _ask_again(kinship: Kinship, fields: list[str], number: int, problem: str) -> BaseResponse:
    """What was decided and typed stays where there was something to decide."""
    flash(problem, "error")
    merged = merge_of(kinship, fields, number)
    if not merged.conflicts:
        return _back(kinship)
    return _show_conflict(kinship, Undecided(merged, number), fields)


@bp.post("/fassungen/angebot")
def offer(slug: str) -> BaseResponse:
    """Propose improvements to the source; whoever may edit it goes on in its form."""
    editor = signed_in_person()
    kinship = _kinship(editable_page(slug, editor), editor)
    source = kinship.source
    reason = one_line(request.form.get("reason", ""), 500)
    try:
        content = offered(kinship, request.form.getlist("field"))
        if may_edit(editor, source):
            return _show_form(kinship, json.dumps(content.to_json(), ensure_ascii=False))
        if not reason:
            return _show(kinship.page, status=422, no_reason=True, sent=request.form)
        if not may_propose(editor, source):
            raise NotAllowed
        change = Change(kinds().named(source.kind), content, kinship.adaptation.number)
        reasons = Reasons(reason=reason, evidence=[kinship.page.title])
        propose(source, change, reasons, editor, "")
    except NothingChosen:
        flash(_("Mindestens eine Stelle wird gebraucht."), "error")
    except ValidationError:
        flash(_("So passt es nicht zusammen. Mit einer anderen Auswahl geht es."), "error")
    except TooManyWaiting:
        flash(_("Dort warten schon sehr viele Vorschläge. Später geht es wieder."), "error")
    else:
        flash(_("Angeboten. Wer das Original pflegt, liest es und antwortet."), "success")
    return _back(kinship)


def _leave(kinship: Kinship, fields: list[str], number: int, editor: User) -> BaseResponse:
    try:
        leave(kinship, fields, number, editor)
    except NothingChosen:
        flash(_("Mindestens eine Stelle wird gebraucht."), "error")
    else:
        flash(_("Bleibt hier, wie es ist."), "success")
    return _back(kinship)


def _show(page: Page, status: int = 200, **more: Any) -> Response:
    reader, kinship = person(), kinship_of(page)
    if kinship is not None and not may_read(reader, kinship.source):
        kinship = None
    adaptations = adaptations_of(page, reader)
    return show(
        "adaptations/index.html",
        status=status,
        page=page,
        kinship=kinship,
        is_orphan=has_lost_source(page),
        adaptations=[(one, Kinship(one).differences) for one in adaptations],
        may_edit=may_edit(reader, page),
        may_edit_source=kinship is not None and may_edit(reader, kinship.source),
        **more,
    )


def _show_conflict(kinship: Kinship, undecided: Undecided, fields: list[str]) -> Response:
    """Both texts of each place that both changed, to choose."""
    return show(
        "adaptations/conflict.html",
        status=409,
        page=kinship.page,
        source=kinship.source,
        conflicts=undecided.merge.conflicts,
        number=undecided.number,
        fields=fields,
        picks=request.form,
    )


def _show_form(kinship: Kinship, mine: str) -> Response:
    """A step to the source's own form, filled with what is offered."""
    return show(
        "adaptations/to_source.html",
        page=kinship.page,
        source=kinship.source,
        base=kinship.adaptation.number,
        mine=mine,
    )


def _adaptable(slug: str, someone: User) -> Page:
    page = readable_page(slug, someone)
    if not may_adapt(someone, page):
        raise NotAllowed
    return page


def _kinship(page: Page, reader: User) -> Kinship:
    kinship = kinship_of(page)
    if kinship is None or not may_read(reader, kinship.source):
        raise NotFound
    return kinship


def _number() -> int:
    return request.form.get("version", 0, type=bounded_int)


def _title(kinship: Kinship) -> str:
    return kinship.source.title


def _back(kinship: Kinship) -> BaseResponse:
    return go(url_for("adaptations.index", slug=kinship.page.slug))
