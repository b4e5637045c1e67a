"""„Mitnehmen": on paper, as Word, as a ZIP, with the line that names a page; and for machines."""

import json

from flask import (
    Blueprint,
    Flask,
    Response,
    make_response,
    render_template,
    request,
    send_file,
)
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.files.storing import attached_to, files_of
from wiki.htmx import show
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, Revision
from wiki.pages.opening import readable_page
from wiki.pages.panels import PageView
from wiki.pages.rendering import content_of
from wiki.pages.writing import revision_of
from wiki.recipes.computing import wishes_in
from wiki.reuse.archives import Entry, archive_of, fitting, readable
from wiki.reuse.attribution import address_of_version, attribution_of
from wiki.reuse.exporting import file_entry, lab_entry, page_entry, page_file
from wiki.reuse.manifest import NAME, Manifest
from wiki.reuse.pandoc import PandocFailed
from wiki.reuse.places import RETRY_SECONDS, Busy, TooManyDocuments
from wiki.reuse.ways import way_of
from wiki.reuse.word import SHELF, WORD, word_of
from wiki.templating import address_of

bp = Blueprint("taking", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.register_error_handler(Busy, _show_busy)
    app.register_error_handler(TooManyDocuments, _show_too_many)
    app.register_error_handler(PandocFailed, _show_failed)


def address_for(view: PageView) -> str | None:
    """Where to take a page along, with the numbers it is computed for."""
    return address_of("taking.take", slug=view.page.slug, **wishes_in(request.args))


@bp.get("/wiki/<slug>/mitnehmen", defaults={"part": ""})
@bp.get("/wiki/<slug>/mitnehmen/<part>")
def take(slug: str, part: str) -> BaseResponse:
    reader = person()
    page, revision = _current(slug, reader)
    content = content_of(revision)
    if (way := way_of(revision.kind)) is not None:
        return way(PageView(page, revision, content, reader), part)
    if part:
        raise NotFound
    kind = kinds().named(revision.kind)
    return show(
        "reuse/take.html",
        page=page,
        revision=revision,
        content=content,
        kind=kind,
        attribution=attribution_of(page, revision, content),
        wanted=wishes_in(request.args),
        files=readable(files_of(page), reader),
        **kind.view(content, request.args),
    )


@bp.get("/wiki/<slug>.docx")
def word(slug: str) -> BaseResponse:
    reader = person()
    page, revision = _current(slug, reader)
    return _download(word_of(page, revision, reader, request.args), WORD, f"{page.slug}.docx")


@bp.get("/wiki/<slug>.zip")
def package(slug: str) -> BaseResponse:
    reader = person()
    page, revision = _current(slug, reader)
    response = send_file(
        archive_of(_entries(page, revision, reader), SHELF, str(page.id)),
        "application/zip",
        as_attachment=True,
        download_name=f"{page.slug}.zip",
    )
    return _for_machines(response)


@bp.get("/wiki/<slug>.md")
def markdown(slug: str) -> BaseResponse:
    page, _revision = _current(slug, person())
    name, text = page_file(page)
    response = make_response(text)
    response.mimetype = "text/markdown"
    response.headers.set("Content-Disposition", "inline", filename=name)
    return _for_machines(response)


@bp.get("/wiki/<slug>.json")
def as_json(slug: str) -> BaseResponse:
    page, revision = _current(slug, person())
    content = content_of(revision)
    said = {
        "uuid": page.uuid,
        "kind": kinds().named(revision.kind).word,
        "slug": page.slug,
        "lab": page.lab.slug if page.lab else None,
        "version": revision.number,
        "saved": revision.created_at.isoformat(),
        "address": address_of_version(page, revision),
        "attribution": attribution_of(page, revision, content).text,
        "content": content.to_json(),
    }
    response = make_response(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    response.mimetype = "application/json"
    return _for_machines(response)


def _current(slug: str, reader: User | None) -> tuple[Page, Revision]:
    """The page's current version, as this reader may take it."""
    page = readable_page(slug, reader)
    return page, revision_of(page, page.current_number)


def _entries(page: Page, revision: Revision, reader: User | None) -> list[Entry]:
    """Text, Word, files and how to name them; the same folder an import reads."""
    content = content_of(revision)
    name, text = page_file(page)
    files = fitting(readable(files_of(page), reader))
    attached = {file.id for file in attached_to(page)}
    manifest = Manifest(
        labs={page.lab.slug: lab_entry(page.lab)} if page.lab else {},
        pages={page.slug: page_entry(page, attached & {file.id for file in files})},
        files={file.id: file_entry(file) for file in files},
    )
    word = word_of(page, revision, reader, request.args)
    note = render_template(
        "reuse/readme.txt",
        page=page,
        content=content,
        attribution=attribution_of(page, revision, content),
        files=files,
    )
    saved = revision.created_at
    return [
        Entry(name, saved, text.encode()),
        Entry(NAME, saved, manifest.to_json().encode()),
        Entry(f"{page.slug}.docx", saved, word),
        *(Entry(file.mention, file.current.at, file.current) for file in files),
        Entry("LIESMICH.txt", saved, note.encode()),
    ]


def _download(data: bytes, media_type: str, name: str) -> BaseResponse:
    response = make_response(data)
    response.mimetype = media_type
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return _for_machines(response)


def _for_machines(response: BaseResponse) -> BaseResponse:
    """Copies of a page are not what search engines should show."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _show_busy(_busy: Busy) -> Response:
    response = show("reuse/busy.html", status=Busy.status)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _show_too_many(_many: TooManyDocuments) -> Response:
    return show("reuse/busy.html", status=TooManyDocuments.status, too_many=True)


def _show_failed(_failed: PandocFailed) -> Response:
    return show("reuse/busy.html", status=Busy.status, failed=True)
