"""`/wiki/<slug>/dateien`: what a page offers and shows, for its readers and for its editors."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed
from wiki.files import storing
from wiki.files.choosing import files_to_choose
from wiki.files.receiving import wants_json
from wiki.files.rights import may_read_file
from wiki.files.storing import attached_to, files_of, find_file
from wiki.files.views import answer_upload, presets_for, take_uploads, tell
from wiki.htmx import go, show
from wiki.labs.membership import labs_of
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.opening import readable_page
from wiki.pages.panels import PageView
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_edit
from wiki.pages.writing import Contribution, EditConflict, revision_of, save_edit
from wiki.templating import address_of

bp = Blueprint("page_files", __name__)


def files_panel(view: PageView) -> dict[str, Any] | None:
    """What the page offers for download; pictures in its text show themselves."""
    if not view.page.id or view.lacks("files"):
        return None
    files = attached_to(view.page)
    return {"files": files} if files else None


def address_of_files(view: PageView) -> str | None:
    if not view.page.id or not may_edit(view.person, view.page):
        return None
    return address_of("page_files.index", slug=view.page.slug)


@bp.get("/wiki/<slug>/dateien")
def index(slug: str) -> Response:
    return _show_files(readable_page(slug, person()))


@bp.post("/wiki/<slug>/dateien")
def upload(slug: str) -> BaseResponse:
    page, someone = _edited(slug)
    files, problems = take_uploads(someone, page, attach=True)
    if wants_json():
        return answer_upload(files, problems)
    tell(files, problems)
    return go(url_for("page_files.index", slug=page.slug))


@bp.post("/wiki/<slug>/dateien/anhang")
def attach(slug: str) -> BaseResponse:
    page, someone = _edited(slug)
    chosen = [find_file(file_id) for file_id in request.form.getlist("file")]
    for file in chosen:
        if may_read_file(someone, file):
            storing.attach(page, file, someone)
    if chosen:
        flash(_("Angehängt."), "success")
    return go(url_for("page_files.index", slug=page.slug))


@bp.post("/wiki/<slug>/dateien/<file_id>/abhaengen")
def detach(slug: str, file_id: str) -> BaseResponse:
    page, someone = _edited(slug)
    storing.detach(page, find_file(file_id), someone)
    flash(_("Die Datei steht nicht mehr zum Herunterladen auf der Seite."), "success")
    return go(url_for("page_files.index", slug=page.slug))


@bp.post("/wiki/<slug>/titelbild")
def choose_cover(slug: str) -> BaseResponse:
    """A new version of the page that says nothing else differently."""
    page, someone = _edited(slug)
    mention = request.form.get("cover", "")
    pictures = {file.mention for file in files_of(page) if file.is_picture}
    if mention and mention not in pictures:
        raise BadRequest
    revision = revision_of(page, page.current_number)
    content = content_of(revision).model_copy(update={"cover": mention})
    labs = labs_of(someone)
    contribution = Contribution(
        by=someone,
        lab=next((lab for lab in labs if lab.id == page.lab_id), labs[0] if labs else None),
        note=_("Titelbild gewählt") if mention else _("Titelbild weggenommen"),
    )
    try:
        save_edit(
            page,
            kinds().named(revision.kind),
            content,
            contribution,
            base=revision.number,
            publish=False,
        )
    except EditConflict:
        flash(_("Eben hat jemand anderes das Titelbild geändert."), "error")
        return go(url_for("page_files.index", slug=page.slug))
    flash(_("Gespeichert."), "success")
    return go(url_for("page_files.index", slug=page.slug))


def _show_files(page: Page, status: int = HTTPStatus.OK) -> Response:
    someone = person()
    edits = may_edit(someone, page)
    attached = attached_to(page)
    offered = {file.id for file in attached}
    cover = content_of(revision_of(page, page.current_number)).cover
    return show(
        "files/of_page.html",
        block="files",
        status=status,
        page=page,
        attached=attached,
        shown=[file for file in files_of(page) if file.id not in offered],
        pictures=[file for file in files_of(page) if file.is_picture],
        cover=cover,
        others=files_to_choose(someone, page).others if someone and edits else [],
        presets=presets_for(someone, page) if someone and edits else {},
        may_edit=edits,
    )


def _edited(slug: str) -> tuple[Page, User]:
    someone = signed_in_person()
    page = readable_page(slug, someone)
    if not may_edit(someone, page):
        raise NotAllowed
    return page, someone
