"""What the buttons of a form do: save, publish, preview, keep, decide between two texts."""

import json
from collections.abc import Callable
from typing import Any

from flask import flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from wiki.accounts.models import User
from wiki.db import now, writing
from wiki.forms import Form
from wiki.htmx import go, show, wants_fragment
from wiki.language import quoted
from wiki.markup import TooComplex
from wiki.pages.content import Content
from wiki.pages.editing import Editing
from wiki.pages.merging import UnresolvedConflicts, merge, resolve
from wiki.pages.models import Page
from wiki.pages.renaming import got_new_title, pages_to_adapt
from wiki.pages.rendering import content_of
from wiki.pages.writing import EditConflict, Saved, create_page, revision_of, save_edit

ROW_VERBS = ("add.", "copy.", "remove.", "restore.", "up.", "down.", "to.")


def answer(editing: Editing, save: Callable[[Editing], Response] | None = None) -> Response:
    """Do what the pressed button says; what cannot be saved yet is kept as a draft.

    A form that is no edit says with `save` what becomes of what was typed.
    """
    action = editing.sent.get("do", "")
    if action.startswith(ROW_VERBS):
        return _answer_row_button(editing, action)
    if action == "back":
        return editing.show()
    if action == "keep":
        return editing.show_draft_line(editing.keep())
    if action == "preview":
        editing.keep()
        return editing.show_preview()
    if save is not None:
        return save(editing)
    if action == "resolve" and editing.page is not None:
        return _resolve(editing, editing.page)
    return _save(editing, publish=action == "publish")


def _answer_row_button(editing: Editing, action: str) -> Response:
    """The rows as a button changed them: the group alone for htmx, else the whole form."""
    editing.form.change_rows(action)
    if not wants_fragment():
        return editing.show()
    group = action.split(".")[1]
    return show(
        "pages/_rows.html",
        form=editing.form,
        group=group,
        kind=editing.kind,
        address=editing.address,
        beside=editing.beside,
    )


def _save(editing: Editing, *, publish: bool) -> Response:
    content = editing.content()
    if content is None or editing.wants_agreement():
        editing.keep()
        editing.misses_agreement = editing.wants_agreement()
        return editing.show(422, similar=editing.similar())
    _remember_agreement(editing.person)
    try:
        if editing.page is None:
            return _create(editing, content, publish=publish)
        return _save_edit(editing, editing.page, content, publish=publish)
    except TooComplex as problem:
        editing.keep()
        return editing.show_too_complex(problem)
    except EditConflict as conflict:
        editing.keep()
        return _show_conflict(editing, content, conflict)


def _create(editing: Editing, content: Content, *, publish: bool) -> Response:
    page = create_page(editing.kind, content, editing.contribution(), publish=publish)
    flash(_("Veröffentlicht.") if publish else _("Als Entwurf gespeichert."), "success")
    flash(editing.draft.mark.key, "sent")
    return go(url_for("pages.show", slug=page.slug))


def _save_edit(editing: Editing, page: Page, content: Content, *, publish: bool) -> Response:
    saved = save_edit(
        page, editing.kind, content, editing.contribution(), base=editing.base, publish=publish
    )
    if saved.taken:
        fields = ", ".join(quoted(_(label)) for label in dict.fromkeys(saved.taken))
        flash(
            _(
                "Gespeichert. Inzwischen hatte jemand anderes etwas geändert; "
                "beides wurde zusammengeführt: %(fields)s.",
                fields=fields,
            ),
            "success",
        )
    else:
        flash(_told_of(saved, editing), "success")
    flash(editing.draft.mark.key, "sent")
    offer_to_adapt_links(saved, editing.person)
    return go(url_for("pages.show", slug=saved.page.slug))


def _told_of(saved: Saved, editing: Editing) -> str:
    if saved.is_published:
        return str(_("Veröffentlicht."))
    if saved.revision:
        return str(_("Gespeichert."))
    if editing.taken_up:
        return str(_("Nichts hat sich geändert; was angekreuzt war, ist weiter offen."))
    return str(_("Nichts hat sich geändert."))


def _show_conflict(editing: Editing, content: Content, conflict: EditConflict) -> Response:
    """Both texts of each place that two people changed, to choose or combine."""
    page = editing.page
    assert page is not None
    if not conflict.merge.conflicts:
        return _show_again(editing, conflict.merge.values, conflict.current_number)
    return show(
        "pages/conflict.html",
        status=409,
        page=page,
        kind=editing.kind,
        address=url_for("editing.edit", slug=page.slug),
        conflicts=conflict.merge.conflicts,
        taken=", ".join(_(label) for label in dict.fromkeys(conflict.merge.taken)),
        mine=json.dumps(content.to_json(), ensure_ascii=False),
        base=conflict.base,
        theirs=revision_of(page, conflict.current_number),
        picks=editing.sent,
        note=editing.sent.get("note", ""),
        takes_up=editing.taken_up,
        draft=editing.draft,
    )


def _resolve(editing: Editing, page: Page) -> Response:
    """Merge again with what the person chose at each place, and save on top of theirs."""
    if editing.wants_agreement():
        # Who is asked to decide has agreed before.
        raise BadRequest
    sent = editing.sent
    base, newest = editing.sent_number("base"), editing.sent_number("theirs")
    try:
        mine = editing.kind.content.model_validate_json(sent.get("mine", ""))
    except ValidationError:
        raise BadRequest from None
    old, theirs = (content_of(revision_of(page, number)) for number in (base, newest))
    merged = merge(old, mine, theirs)
    picks = {c.path: sent.get(f"pick.{c.path}", "") for c in merged.conflicts}
    texts = {c.path: sent.get(f"own.{c.path}", "") for c in merged.conflicts}
    try:
        values = resolve(merged, picks, texts)
    except UnresolvedConflicts:
        flash(_("Bei jeder Stelle wird eine Wahl gebraucht."), "error")
        return _show_conflict(editing, mine, EditConflict(merged, base, newest))
    editing.base = newest
    try:
        content = editing.kind.content.model_validate(values)
        return _save_edit(editing, page, content, publish=False)
    except ValidationError:
        return _show_again(editing, values, newest)
    except TooComplex as problem:
        return editing.show_too_complex(problem)
    except EditConflict as conflict:
        return _show_conflict(editing, content, conflict)


def _show_again(editing: Editing, values: dict[str, Any], base: int) -> Response:
    """The form with merged values that do not fit together, and what is wrong with them."""
    whole = Editing.going_on(editing, Form.holding(editing.kind.content, values))
    whole.base = base
    whole.form.validate()
    return whole.show(409)


def _remember_agreement(person: User) -> None:
    if not person.has_agreed:
        with writing() as session:
            session.get_one(User, person.id).agreed_at = now()


def offer_to_adapt_links(saved: Saved, editor: User) -> None:
    """After a new title: say how many pages still use the old one, and where to change that."""
    if not got_new_title(saved):
        return
    number = len(pages_to_adapt(saved.page, editor))
    if number:
        told = ngettext(
            "%(num)d Seite verweist noch mit dem alten Titel.",
            "%(num)d Seiten verweisen noch mit dem alten Titel.",
            number,
        )
        link = Markup('<a href="{}">{}</a>').format(
            url_for("page_links.mentions", slug=saved.page.slug), _("Verweise anpassen")
        )
        flash(Markup("{} {}").format(told, link), "message")
