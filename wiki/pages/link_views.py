"""Links between pages: completing a title, who speaks of a page, what is missing or alone."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from wiki.accounts.current import person, signed_in_person
from wiki.errors import NotAllowed
from wiki.fields import bounded_int, one_line
from wiki.htmx import go, show, wants_fragment
from wiki.language import quoted
from wiki.markup import can_be_linked
from wiki.pages.backlinks import kinds_named_loosely, lonely_pages, mentions_of, wanted_pages
from wiki.pages.completing import titles_like
from wiki.pages.kinds import kinds
from wiki.pages.opening import readable_page
from wiki.pages.renaming import adapt_links, pages_to_adapt
from wiki.pages.visibility import may_write

bp = Blueprint("page_links", __name__)


@bp.get("/titel")
def titles() -> Response:
    words = one_line(request.args.get("q", ""), 120)
    if not wants_fragment():
        return redirect(url_for("finding.search", q=words))
    found = titles_like(words, person(), request.args.get("art", ""))
    known = {completion.page.title for completion in found}
    is_new = words not in known and can_be_linked(words)
    return show("pages/_titles.html", words=words, found=found, is_new=is_new)


@bp.get("/wiki/<slug>/verweise")
def mentions(slug: str) -> Response:
    reader = person()
    page = readable_page(slug, reader)
    number = _sheet()
    groups, sheets = mentions_of(page, reader, number)
    return show(
        "pages/mentions.html",
        page=page,
        kind=kinds().named(page.kind),
        groups=groups,
        number=number,
        sheets=sheets,
        to_adapt=pages_to_adapt(page, reader),
    )


@bp.post("/wiki/<slug>/verweise/anpassung")
def adapt(slug: str) -> Response:
    editor = signed_in_person()
    page = readable_page(slug, editor)
    if not may_write(editor):
        raise NotAllowed
    adapted = adapt_links(page, editor)
    number = len(adapted.changed)
    if number:
        flash(ngettext("%(num)d Seite angepasst.", "%(num)d Seiten angepasst.", number), "success")
    if adapted.skipped:
        titles = ", ".join(quoted(skipped.title) for skipped in adapted.skipped)
        flash(_("Dort ging es nicht: %(titles)s.", titles=titles), "message")
    return go(url_for("page_links.mentions", slug=page.slug))


@bp.get("/gesuchte-seiten")
def wanted() -> Response:
    reader = person()
    number = _sheet()
    chosen = kinds().with_word(request.args.get("art", ""))
    pages, sheets = wanted_pages(reader, number, chosen)
    return show(
        "pages/wanted.html",
        wanted=pages,
        kinds=kinds_named_loosely(),
        chosen=chosen,
        number=number,
        sheets=sheets,
        may_write=may_write(reader),
    )


@bp.get("/verwaiste-seiten")
def lonely() -> Response:
    number = _sheet()
    chosen = kinds().with_word(request.args.get("art", ""))
    pages, sheets = lonely_pages(number, chosen.name if chosen else "")
    return show(
        "pages/lonely.html",
        pages=pages,
        number=number,
        sheets=sheets,
        kinds=list(kinds()),
        chosen=chosen,
    )


def _sheet() -> int:
    return min(max(request.args.get("seite", 1, type=bounded_int), 1), 1_000)
