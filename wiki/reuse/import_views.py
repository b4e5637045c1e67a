"""Bringing pages in with the browser: a package is looked at first, then applied, then undoable."""

import secrets
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Flask, Response, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.db import db, now, writing
from wiki.errors import NotAllowed, NotFound
from wiki.files.blobs import disk_may_be_full
from wiki.htmx import go, show
from wiki.labs.membership import may_look_after, real_labs
from wiki.labs.models import Lab
from wiki.pages.models import Page
from wiki.pages.visibility import may_write
from wiki.reuse import job
from wiki.reuse.documents import DOCUMENTS, DocumentRefused, open_document
from wiki.reuse.models import Import, ImportedPage, ImportState, Outcome
from wiki.reuse.planning import counts_of

bp = Blueprint("importing", __name__)

PACKAGES = (".zip", ".jsonl", ".ndjson")
MOST_BYTES = 100_000_000
SHOWN = 100
# What the lab's field says for "as the package says".
AS_IN_PACKAGE = "*"


def init_app(app: Flask) -> None:
    # Before the token is checked, which reads the form.
    app.url_value_preprocessor(_receive)
    app.register_blueprint(bp)


def _receive(endpoint: str | None, _values: object) -> None:
    """Let a package be larger than what forms send, if somebody with an account brings it."""
    if endpoint == "importing.send" and request.method == "POST" and may_write(person()):
        request.max_content_length = MOST_BYTES + 1_000_000
        with disk_may_be_full():
            request.files  # noqa: B018 - reads it all, where a full disk can be told


@bp.get("/import")
def index() -> Response:
    return _show_form(_writer())


@bp.post("/import")
def send() -> BaseResponse:
    someone = _writer()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _show_form(someone, _("Hier wird eine Datei gebraucht."))
    if not someone.has_agreed and "agree" not in request.form:
        return _show_form(someone, agree_error=True)
    ending = PurePosixPath(upload.filename).suffix.casefold()
    if ending in DOCUMENTS:
        return _open_document(someone, upload, ending)
    if ending not in PACKAGES:
        return _show_form(
            someone, _("Es gehen .docx, .odt und .md, und ganze Pakete als .zip oder .jsonl.")
        )
    import_ = _begin(someone, upload, ending)
    return go(url_for("importing.show_import", number=import_.id))


@bp.get("/import/<int:number>")
def show_import(number: int) -> Response:
    import_ = _import(number)
    return show("reuse/import.html", block="progress", **_context(import_))


@bp.post("/import/<int:number>/uebernahme")
def apply(number: int) -> BaseResponse:
    return _go_on(number, ImportState.CHECKED, ImportState.APPLYING)


@bp.post("/import/<int:number>/ruecknahme")
def undo(number: int) -> BaseResponse:
    return _go_on(number, ImportState.DONE, ImportState.UNDOING)


@bp.post("/import/<int:number>/verwerfen")
def discard(number: int) -> BaseResponse:
    import_ = _import(number)
    if import_.state not in (ImportState.CHECKED, ImportState.REFUSED):
        raise NotAllowed
    job.discard(import_)
    flash(_("Verworfen."), "success")
    return go(url_for("importing.index"))


def _writer() -> User:
    someone = signed_in_person()
    if not may_write(someone):
        raise NotAllowed
    return someone


def _import(number: int) -> Import:
    someone = signed_in_person()
    import_ = db.session.get(Import, number)
    if import_ is None or not (someone.is_admin or import_.by_id == someone.id):
        raise NotFound
    return import_


def _go_on(number: int, state: ImportState, following: ImportState) -> BaseResponse:
    """Let the background do the next step; pressing twice does it once."""
    import_ = _import(number)
    with writing():
        if import_.lab_id is not None and not may_look_after(signed_in_person(), import_.lab):
            raise NotAllowed
        if import_.state == state:
            import_.state, import_.done = following.value, 0
    return go(url_for("importing.show_import", number=number))


def _begin(someone: User, upload: FileStorage, ending: str) -> Import:
    lab, keeps_labs = _chosen_lab(someone)
    name = PurePosixPath((upload.filename or "").replace("\\", "/")).name[:200]
    file = secrets.token_hex(16) + ending
    with disk_may_be_full():
        upload.save(job.folder() / file)
    import_ = Import(
        name=name,
        file=file,
        by_id=someone.id,
        lab_id=lab.id if lab else None,
        keeps_labs=keeps_labs,
        publish=request.form.get("publish") != "draft",
        params={},
    )
    with writing() as session:
        session.add(import_)
        _remember_agreement(someone)
    return import_


def _chosen_lab(someone: User) -> tuple[Lab | None, bool]:
    """The lab the pages will belong to, and whether the package may say which.

    Raises:
        NotAllowed: the person looks after no such lab.
    """
    wanted = request.form.get("lab", "")
    if someone.is_admin and wanted in ("", AS_IN_PACKAGE):
        return None, wanted == AS_IN_PACKAGE
    labs = _labs(someone)
    lab = next((lab for lab in labs if lab.slug == wanted), labs[0] if labs else None)
    if lab is None:
        raise NotAllowed
    return lab, False


def _open_document(someone: User, upload: FileStorage, ending: str) -> BaseResponse:
    """A document as a form that is filled in and not yet saved."""
    with writing():
        _remember_agreement(someone)
    try:
        word, key = open_document(
            upload.stream, upload.filename or "", ending, someone, request.form.get("kind", "")
        )
    except DocumentRefused as refused:
        return _show_form(someone, _(refused.reason, **refused.params))
    flash(
        _(
            "Das Dokument ist eingelesen, gespeichert ist noch nichts. Was geraten wurde, steht "
            "im Formular und lässt sich hier berichtigen."
        ),
        "success",
    )
    return go(url_for("editing.new", write_word=word, zwischenstand=key))


def _remember_agreement(someone: User) -> None:
    current = db.session.get_one(User, someone.id)
    current.agreed_at = current.agreed_at or now()


def _labs(someone: User) -> list[Lab]:
    """The labs somebody may bring packages for."""
    return [lab for lab in real_labs() if may_look_after(someone, lab)]


def _show_form(someone: User, error: str = "", *, agree_error: bool = False) -> Response:
    query = select(Import).order_by(Import.id.desc()).limit(SHOWN)
    if not someone.is_admin:
        query = query.where(Import.by_id == someone.id)
    wrong = bool(error) or agree_error
    return show(
        "reuse/imports.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        imports=db.session.scalars(query).all(),
        labs=_labs(someone),
        as_in_package=AS_IN_PACKAGE,
        megabytes=MOST_BYTES // 1_000_000,
        error=error,
        agree_error=agree_error,
        sent=request.form,
    )


def _context(import_: Import) -> dict[str, Any]:
    return {
        "import_": import_,
        "counts": counts_of(import_),
        "refused": _some(import_, Outcome.REFUSED),
        "noted": [row for row in _some(import_, Outcome.NEW, Outcome.CHANGED) if row.notes],
        "coming": _some(import_, Outcome.NEW, Outcome.CHANGED),
        "kept": _kept(import_),
        "addresses": _addresses(import_),
        "shown": SHOWN,
    }


def _some(import_: Import, *outcomes: Outcome) -> Sequence[ImportedPage]:
    return db.session.scalars(
        select(ImportedPage)
        .where(
            ImportedPage.import_id == import_.id,
            ImportedPage.outcome.in_([outcome.value for outcome in outcomes]),
        )
        .order_by(ImportedPage.position)
        .limit(SHOWN)
    ).all()


def _kept(import_: Import) -> Sequence[ImportedPage]:
    """What undoing left, because it was edited since."""
    return db.session.scalars(
        select(ImportedPage).where(
            ImportedPage.import_id == import_.id,
            ImportedPage.outcome != Outcome.REFUSED.value,
            ImportedPage.reason != "",
        )
    ).all()


def _addresses(import_: Import) -> dict[int, str]:
    """Page id → slug of the first pages that came and are still there."""
    rows = db.session.execute(
        select(Page.id, Page.slug)
        .join(ImportedPage, ImportedPage.page_id == Page.id)
        .where(ImportedPage.import_id == import_.id, Page.state != "purged")
        .order_by(ImportedPage.position)
        .limit(2 * SHOWN)
    )
    return dict(rows.all())
