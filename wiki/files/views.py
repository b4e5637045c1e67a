"""A file's own addresses: the bytes, the previews, what is said about it, its versions."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, jsonify, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed, NotFound
from wiki.fields import bounded_int
from wiki.files import blobs, storing
from wiki.files.blobs import FileRefused
from wiki.files.choosing import files_to_choose, lab_for
from wiki.files.content import Details, details_of
from wiki.files.models import File, People
from wiki.files.previews import preview_of
from wiki.files.receiving import wants_json
from wiki.files.rights import may_change_file, may_read_file, may_remove_file, shown_on
from wiki.files.storing import find_file, store_file, version_of
from wiki.forms import Form
from wiki.headers import FILE_POLICY
from wiki.htmx import go, show, wants_fragment
from wiki.pages.content import Licence
from wiki.pages.models import Page
from wiki.pages.opening import readable_page
from wiki.pages.visibility import may_edit, may_write

bp = Blueprint("files", __name__)

MONTH = 2_592_000  # seconds


@bp.get("/dateien")
def index() -> Response:
    """One's own files and one's labs'; inside a page's form, what can be placed in the text."""
    someone = _writer()
    page = _asked_page(someone)
    choice = files_to_choose(someone, page)
    return show(
        "files/index.html",
        block="picker",
        is_fragment=wants_fragment(),
        choice=choice,
        page=page,
        presets=presets_for(someone, page),
    )


@bp.post("/dateien")
def upload() -> BaseResponse:
    someone = _writer()
    page = _asked_page(someone)
    files, problems = take_uploads(someone, page)
    if wants_json():
        return answer_upload(files, problems)
    tell(files, problems)
    return go(url_for("files.index"))


@bp.get("/dateien/<file_id>")
def details(file_id: str) -> Response:
    file = readable_file(file_id)
    return _show_details(file, Form.showing(Details, details_of(file)))


@bp.post("/dateien/<file_id>")
def save(file_id: str) -> BaseResponse:
    file = _file_to_change(file_id)
    form = Form.sent(Details, request.form)
    content = form.validate()
    if content is None:
        return _show_details(file, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    storing.describe(file, signed_in_person(), **content.for_file())
    flash(_("Gespeichert."), "success")
    return go(url_for("files.details", file_id=file.id))


@bp.post("/dateien/<file_id>/beschreibung")
def describe(file_id: str) -> BaseResponse:
    """The two things asked right after an upload, alone: what is seen, and who."""
    file = _file_to_change(file_id)
    said = details_of(file).model_dump(mode="json") | {
        name: request.form[name] for name in ("alt", "people") if name in request.form
    }
    form = Form.holding(Details, said)
    content = form.validate()
    if content is None:
        raise FileRefused(next(iter(form.errors.values())))
    storing.describe(file, signed_in_person(), **content.for_file())
    if wants_json():
        return jsonify(markdown=markdown_for(find_file(file.id)))
    flash(_("Gespeichert."), "success")
    return go(url_for("files.details", file_id=file.id))


@bp.post("/dateien/<file_id>/versionen")
def add_version(file_id: str) -> BaseResponse:
    file = _file_to_change(file_id)
    base = request.form.get("base", 0, type=bounded_int)
    sent = request.files.get("files")
    if sent is None or not sent.filename:
        flash(_("Noch keine Datei gewählt."), "error")
        return go(url_for("files.details", file_id=file.id))
    try:
        stored = store_file(
            sent.stream, sent.filename, by=signed_in_person(), lab=file.lab, file_id=file.id
        )
    except FileRefused as refused:
        flash(refused.reason, "error")
        return go(url_for("files.details", file_id=file.id))
    if base and stored.current_number > base + 1:
        flash(
            _(
                "Die neue Version gilt. Inzwischen hatte jemand anderes eine hochgeladen; "
                "sie steht in der Liste darunter."
            ),
            "success",
        )
    else:
        flash(_("Die neue Version gilt überall, wo die Datei steht."), "success")
    return go(url_for("files.details", file_id=file.id))


@bp.post("/dateien/<file_id>/versionen/<int:number>/wiederherstellung")
def bring_back(file_id: str, number: int) -> BaseResponse:
    file = _file_to_change(file_id)
    storing.bring_back_version(file, number, signed_in_person())
    flash(_("Version %(number)s ist wieder die aktuelle.", number=number), "success")
    return go(url_for("files.details", file_id=file.id))


@bp.get("/dateien/<file_id>/versionen/<int:number>/entfernung")
def confirm_purge_version(file_id: str, number: int) -> BaseResponse:
    file = _file_to_remove(file_id)
    version = version_of(file, number)
    if len(file.versions) == 1:
        return go(url_for("files.confirm_purge", file_id=file.id))
    others = [each for each in file.versions if each is not version]
    following = others[-1] if version is file.current else None
    return show("files/purge_version.html", file=file, version=version, next=following)


@bp.post("/dateien/<file_id>/versionen/<int:number>/entfernung")
def purge_version(file_id: str, number: int) -> BaseResponse:
    file = _file_to_remove(file_id)
    is_last = len(file.versions) == 1
    was_current = number == file.current_number
    storing.purge_version(file, number)
    flash(_("Version %(number)s ist endgültig entfernt.", number=number), "success")
    if was_current and not is_last:
        number = find_file(file.id).current_number
        flash(_("Jetzt gilt wieder Version %(number)s.", number=number), "info")
    return go(url_for("files.index") if is_last else url_for("files.details", file_id=file.id))


@bp.get("/dateien/<file_id>/entfernung")
def confirm_purge(file_id: str) -> Response:
    file = _file_to_remove(file_id)
    return show("files/purge.html", file=file, pages=shown_on(file, person()))


@bp.post("/dateien/<file_id>/entfernung")
def purge(file_id: str) -> BaseResponse:
    file = _file_to_remove(file_id)
    name = file.name
    storing.purge_file(file)
    flash(_("„%(name)s“ wurde endgültig entfernt.", name=name), "success")
    return go(url_for("files.index"))


@bp.get("/dateien/<file_id>/<name>")
def content(file_id: str, name: str) -> Response:
    """The bytes. The id counts; the name is for people, and an old one still leads here."""
    file = readable_file(file_id)
    version = file.current
    wanted = request.args.get("version", type=bounded_int)
    if wanted is not None and wanted != version.number:
        if not may_change_file(person(), file):
            raise NotFound
        version = version_of(file, wanted)
    path = blobs.blob_path(version.sha256)
    if not path.exists():
        raise NotFound
    response = send_file(
        path,
        mimetype=version.media_type,
        as_attachment=not version.is_picture,
        download_name=storing.file_name(file.name, version.ending),
        etag=version.sha256,
        conditional=True,
    )
    return _kept(response, is_current_address(file) and wanted is None)


@bp.get("/dateien/<file_id>/vorschau/<int:width>")
def preview(file_id: str, width: int) -> Response:
    file = readable_file(file_id)
    version = file.current
    response = send_file(
        preview_of(version, width),
        mimetype="image/webp",
        etag=f"{version.sha256}-{width}",
        conditional=True,
    )
    return _kept(response, is_current_address(file))


def readable_file(file_id: str) -> File:
    """The file with this id if whoever asks may see it.

    Raises:
        NotFound: there is none, or they may not know of it.
    """
    file = find_file(file_id)
    if not may_read_file(person(), file):
        raise NotFound
    return file


def take_uploads(
    someone: User, page: Page | None, *, attach: bool = False
) -> tuple[list[File], list[tuple[str, str]]]:
    """The files of the form, kept; and the names of those that were refused, with why."""
    files, problems = [], []
    sent = [each for each in request.files.getlist("files") if each.filename]
    form = request.form
    people = form.get("people", "")
    for each in sent:
        try:
            file = store_file(
                each.stream,
                each.filename or "",
                by=someone,
                lab=lab_for(someone, page),
                alt=form.get("alt", "") if len(sent) == 1 else "",
                author=form.get("author", ""),
                licence=form.get("licence", ""),
                people=people if people in set(People) else "",
                consent=form.get("consent", ""),
                page=page if attach else None,
            )
            files.append(file)
        except FileRefused as refused:
            problems.append((each.filename or "", refused.reason))
    return files, problems


def tell(files: list[File], problems: list[tuple[str, str]]) -> None:
    """Say what came of an upload, on the next page."""
    if files:
        flash(", ".join(file.name for file in files) + ": " + _("hochgeladen."), "success")
    for name, reason in problems:
        flash(f"{name}: {reason}", "error")
    if not files and not problems:
        flash(_("Noch keine Datei gewählt."), "error")


def answer_upload(files: list[File], problems: list[tuple[str, str]]) -> Response:
    """What our script shows beside each file it sent."""
    if problems or not files:
        reason = problems[0][1] if problems else _("Noch keine Datei gewählt.")
        response = jsonify(error=reason)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
    html = render_template("files/_uploaded.html", file=files[0], people=list(People))
    return jsonify(html=html)


def presets_for(someone: User, page: Page | None) -> dict[str, Any]:
    """What stands in the form for uploads before anybody typed."""
    lab = lab_for(someone, page)
    return {
        "author": lab.name if lab else "",
        "licences": list(Licence),
        "people": list(People),
        "megabytes": blobs.settings().max_file_megabytes,
    }


def markdown_for(file: File) -> str:
    """How a text places the picture or links to the file."""
    words = file.alt if file.is_picture else file.name
    for sign in "\\[]":
        words = words.replace(sign, "")
    return f"{'!' if file.is_picture else ''}[{words}]({file.mention})"


def is_current_address(file: File) -> bool:
    """Whether the address names the file's newest state: another state has another address."""
    return request.args.get("v", type=bounded_int) == file.stamp


def _kept(response: Response, is_for_good: bool) -> Response:
    """Private: who may see a file can change, and only our own rights know."""
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = (
        f"private, max-age={MONTH}, immutable" if is_for_good else "private, no-cache"
    )
    response.vary.update(("Cookie",))
    return response


def _show_details(file: File, form: Form[Details], status: int = 200) -> Response:
    someone = person()
    return show(
        "files/details.html",
        status=status,
        file=file,
        form=form,
        pages=shown_on(file, someone),
        may_change=may_change_file(someone, file),
        may_remove=may_remove_file(someone, file),
        markdown=markdown_for(file),
        presets=presets_for(someone, None) if someone else {},
    )


def _writer() -> User:
    someone = signed_in_person()
    if not may_write(someone):
        raise NotAllowed
    return someone


def _asked_page(someone: User) -> Page | None:
    """The page in whose form a file is wanted, if there is one yet."""
    slug = request.values.get("seite", "")
    if not slug:
        return None
    page = readable_page(slug, someone)
    if not may_edit(someone, page):
        raise NotAllowed
    return page


def _file_to_change(file_id: str) -> File:
    someone = signed_in_person()
    file = readable_file(file_id)
    if not may_change_file(someone, file):
        raise NotAllowed
    return file


def _file_to_remove(file_id: str) -> File:
    someone = signed_in_person()
    file = readable_file(file_id)
    if not may_remove_file(someone, file):
        raise NotAllowed
    return file
