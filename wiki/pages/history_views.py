"""A page's versions: list, look at one, compare two, bring one back, remove one for good."""

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from wiki.accounts.current import person, signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotAllowed, NotFound, VersionGone
from wiki.fields import bounded_int
from wiki.htmx import go, show
from wiki.labs.membership import lab_speaking_for
from wiki.pages.comparing import compare
from wiki.pages.history import history_of
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, Revision
from wiki.pages.opening import page_to_look_after, readable_page
from wiki.pages.rendering import content_of
from wiki.pages.taking_up import said_of_versions
from wiki.pages.views import page_context
from wiki.pages.visibility import may_edit, may_read_revision
from wiki.pages.writing import Contribution, purge_versions, revision_of, save_edit

bp = Blueprint("history", __name__)


@bp.get("/wiki/<slug>/versionen")
def versions(slug: str) -> Response:
    reader = person()
    page = readable_page(slug, reader)
    return show(
        "pages/versions.html",
        page=page,
        kind=kinds().named(page.kind),
        history=history_of(page, reader, request.args.get("seite", 1, type=bounded_int)),
        next_pages=f"{request.path}?seite=",
        said=said_of_versions(page),
        may_edit=may_edit(reader, page),
    )


@bp.get("/wiki/<slug>/versionen/<int:number>")
def version(slug: str, number: int) -> Response:
    reader = person()
    page = readable_page(slug, reader)
    context = page_context(page, _readable_revision(page, number, reader), reader)
    return show("pages/version.html", **context)


@bp.get("/wiki/<slug>/vergleich")
def comparison(slug: str) -> Response:
    reader = person()
    page = readable_page(slug, reader)
    new_number = request.args.get("bis", page.current_number, type=bounded_int)
    old_number = request.args.get("von", new_number - 1, type=bounded_int)
    old = _readable_revision(page, min(old_number, new_number), reader)
    new = _readable_revision(page, max(old_number, new_number), reader)
    return show(
        "pages/compare.html",
        page=page,
        kind=kinds().named(page.kind),
        old=old,
        new=new,
        old_kind=kinds().named(old.kind),
        new_kind=kinds().named(new.kind),
        changes=compare(content_of(old), content_of(new)),
    )


@bp.post("/wiki/<slug>/versionen/<int:number>/wiederherstellung")
def restore(slug: str, number: int) -> Response:
    editor = signed_in_person()
    page = readable_page(slug, editor)
    if not may_edit(editor, page):
        raise NotAllowed
    revision = _readable_revision(page, number, editor)
    contribution = Contribution(
        by=editor,
        lab=lab_speaking_for(editor, page.lab_id),
        restored_number=number,
    )
    saved = save_edit(
        page,
        kinds().named(revision.kind),
        content_of(revision),
        contribution,
        base=page.current_number,
        publish=False,
    )
    if saved.revision:
        flash(_("Version %(number)s ist wieder die aktuelle.", number=number), "success")
    else:
        flash(_("Diese Version ist schon die aktuelle."), "info")
    return go(url_for("pages.show", slug=saved.page.slug))


@bp.get("/wiki/<slug>/versionen/<int:number>/entfernung")
def confirm_purge(slug: str, number: int) -> Response:
    page = page_to_look_after(slug, signed_in_person())
    if number == page.current_number:
        raise NotFound
    _revision_that_says_something(page, number)
    return show("pages/purge_versions.html", page=page, number=number)


@bp.post("/wiki/<slug>/versionen/<int:number>/entfernung")
def purge(slug: str, number: int) -> Response:
    by = signed_in_person()
    page = page_to_look_after(slug, by)
    asked = (request.form.get(name, number, type=bounded_int) for name in ("von", "bis"))
    first, last = sorted(min(max(end, 0), page.current_number) for end in asked)
    many = purge_versions(page, first, last, by)
    if many:
        done = ngettext(
            "Die Version ist endgültig entfernt.",
            "%(num)d Versionen sind endgültig entfernt.",
            many,
        )
        flash(done, "success")
    else:
        flash(_("Dort gibt es nichts zu entfernen. Die aktuelle Version bleibt immer."), "info")
    return go(url_for("history.versions", slug=page.slug))


def _readable_revision(page: Page, number: int, reader: User | None) -> Revision:
    if not may_read_revision(reader, page, number):
        raise NotFound
    return _revision_that_says_something(page, number)


def _revision_that_says_something(page: Page, number: int) -> Revision:
    revision = revision_of(page, number)
    if revision.is_purged:
        raise VersionGone(url_for("pages.show", slug=page.slug))
    return revision
