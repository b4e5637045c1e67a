"""Writing: new pages, edits, previews, and what to do when two people edit the same place."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.db import now, writing
from wiki.errors import NotAllowed, NotFound
from wiki.forms import Form
from wiki.htmx import go, show, target, wants_fragment
from wiki.labs.membership import labs_of
from wiki.labs.models import Lab
from wiki.markup import TooComplex
from wiki.pages.content import Content
from wiki.pages.kinds import Kind, kinds
from wiki.pages.merging import UnresolvedConflicts, merge, resolve
from wiki.pages.models import Page, PageState
from wiki.pages.rendering import content_of, render_content
from wiki.pages.similar import similar_pages
from wiki.pages.views import readable_page
from wiki.pages.visibility import may_edit, may_read_revision, may_write
from wiki.pages.writing import (
    Contribution,
    EditConflict,
    create_page,
    revision_of,
    save_edit,
)

bp = Blueprint("editing", __name__)

ROW_VERBS = ("add.", "remove.", "up.", "down.")


@dataclass
class Editing:
    """One form on its way: what is written, by whom, for which lab, on which version."""

    kind: Kind
    choices: list[Kind]
    form: Form[Content]
    address: str
    heading: str
    person: User
    page: Page | None = None
    base: int = 0

    def show(self, status: int = 200, **more: Any) -> Response:
        """The whole form."""
        context = {
            "kind": self.kind,
            "choices": self.choices,
            "form": self.form,
            "address": self.address,
            "heading": self.heading,
            "page": self.page,
            "base": self.base,
            "labs": _labs_to_choose(self.person) if self.page is None else [],
            "lab_slug": _lab_slug(self.page, self.person),
            "note": request.form.get("note", ""),
            "agreed": "agree" in request.form,
            **more,
        }
        return show("pages/edit.html", status=status, **context)

    def answer_row_button(self, action: str) -> Response:
        """The rows as a button changed them: the group alone for htmx, else the whole form."""
        self.form.change_rows(action)
        if wants_fragment():
            group = action.split(".")[1]
            return show(
                "pages/_rows.html",
                form=self.form,
                group=group,
                kind=self.kind,
                address=self.address,
            )
        return self.show()

    def show_preview(self) -> Response:
        """The form with the page above it exactly as it would be published."""
        content = self.form.validate()
        if content is None:
            return self.show(status=422)
        try:
            rendering = render_content(content)
        except TooComplex as problem:
            return self.show_too_complex(problem)
        page = self.page or Page(kind=self.kind.name, slug="", state=PageState.DRAFT.value)
        if self.page is None:
            page.lab = _chosen_lab(self.person)
        return self.show(
            preview={
                "page": page,
                "content": content,
                "html": rendering["html"],
                "toc": rendering["toc"],
                "links": rendering["links"],
                "kind": self.kind,
            },
            **self.kind.view(content, {}),
        )

    def show_too_complex(self, problem: TooComplex) -> Response:
        self.form.errors[problem.field or ""] = _(
            "Dieser Text ist zu lang oder zu verschachtelt, um ihn darzustellen. "
            "Es hilft, ihn aufzuteilen oder Listen flacher zu machen."
        )
        return self.show(status=422)

    def wants_agreement(self) -> bool:
        return not self.person.has_agreed and "agree" not in request.form


@bp.route("/neu/<write_word>", methods=["GET", "POST"], endpoint="new")
def new(write_word: str) -> Response:
    person = signed_in_person()
    choices = kinds().written_at(write_word)
    if not may_write(person):
        raise NotAllowed
    if request.method == "GET" and target() == "similar":
        return show(
            "pages/_similar.html", similar=similar_pages(request.args.get("title", ""), person)
        )
    editing = _new_form(choices, person)
    if request.method == "GET":
        title = request.args.get("titel", "")[:120]
        editing.form.values["title"] = title
        return editing.show(similar=similar_pages(title, person))
    action = request.form.get("do", "")
    if action.startswith(ROW_VERBS):
        return editing.answer_row_button(action)
    if action == "preview":
        return editing.show_preview()
    return _create(editing, publish=action == "publish")


@bp.route("/wiki/<slug>/bearbeiten", methods=["GET", "POST"])
def edit(slug: str) -> Response:
    person = signed_in_person()
    page = readable_page(slug, person)
    if not may_edit(person, page):
        raise NotAllowed
    editing = _edit_form(page, person)
    if request.method == "GET":
        return editing.show()
    action = request.form.get("do", "")
    if action.startswith(ROW_VERBS):
        return editing.answer_row_button(action)
    if action == "preview":
        return editing.show_preview()
    if action == "resolve":
        return _resolve(editing)
    content = editing.form.validate()
    if content is None or editing.wants_agreement():
        return editing.show(status=422, agree_error=editing.wants_agreement())
    return _save(editing, content, publish=action == "publish")


def _new_form(choices: list[Kind], person: User) -> Editing:
    kind = _chosen_kind(choices)
    if request.method == "POST":
        form = Form.sent(kind.content, request.form)
    else:
        form = Form.blank(kind.content, **{group: [{}] for group in kind.start_rows})
    address = url_for("editing.new", write_word=kind.write_word)
    return Editing(kind, choices, form, address, _(kind.write_label), person)


def _edit_form(page: Page, person: User) -> Editing:
    revision = revision_of(page, page.current_number)
    choices = kinds().written_at(kinds().named(revision.kind).write_word)
    base = _sent_number(page, person, "base") if "base" in request.form else page.current_number
    if request.method == "POST":
        kind = _chosen_kind(choices)
        form = Form.sent(kind.content, request.form)
    else:
        kind = kinds().named(revision.kind)
        form = Form.showing(kind.content, content_of(revision))
    heading = _("„%(title)s“ bearbeiten", title=page.title)
    address = url_for("editing.edit", slug=page.slug)
    return Editing(kind, choices, form, address, heading, person, page, base)


def _create(editing: Editing, *, publish: bool) -> Response:
    content = editing.form.validate()
    if content is None or editing.wants_agreement():
        similar = similar_pages(editing.form.value("title"), editing.person)
        return editing.show(422, agree_error=editing.wants_agreement(), similar=similar)
    lab = _chosen_lab(editing.person)
    try:
        page = create_page(
            editing.kind, content, Contribution(by=editing.person, lab=lab), publish=publish
        )
    except TooComplex as problem:
        return editing.show_too_complex(problem)
    _remember_agreement(editing.person)
    flash(_("Veröffentlicht.") if publish else _("Als Entwurf gespeichert."), "success")
    return go(url_for("pages.show", slug=page.slug))


def _save(editing: Editing, content: Content, *, publish: bool) -> Response:
    page = editing.page
    assert page is not None
    contribution = Contribution(
        by=editing.person,
        lab=_lab_for_edit(page, editing.person),
        note=" ".join(request.form.get("note", "").split())[:300],
    )
    try:
        saved = save_edit(
            page, editing.kind, content, contribution, base=editing.base, publish=publish
        )
    except TooComplex as problem:
        return editing.show_too_complex(problem)
    except EditConflict as conflict:
        return _show_conflict(editing, content, conflict)
    _remember_agreement(editing.person)
    if saved.taken:
        fields = ", ".join(_(label) for label in dict.fromkeys(saved.taken))
        flash(
            _(
                "Gespeichert. Inzwischen hatte jemand anderes etwas geändert; "
                "beides wurde zusammengeführt: %(fields)s.",
                fields=fields,
            ),
            "success",
        )
    else:
        flash(_("Gespeichert.") if saved.revision else _("Nichts hat sich geändert."), "success")
    return go(url_for("pages.show", slug=saved.page.slug))


def _show_conflict(editing: Editing, content: Content, conflict: EditConflict) -> Response:
    """Both texts of each place that two people changed, to choose or combine."""
    if not conflict.merge.conflicts:
        return _show_again(editing, conflict.merge.values, conflict.current_number)
    assert editing.page is not None
    return show(
        "pages/conflict.html",
        status=409,
        page=editing.page,
        kind=editing.kind,
        address=editing.address,
        conflicts=conflict.merge.conflicts,
        taken=", ".join(_(label) for label in dict.fromkeys(conflict.merge.taken)),
        mine=json.dumps(content.to_json(), ensure_ascii=False),
        base=conflict.base,
        theirs=revision_of(editing.page, conflict.current_number),
        picks=request.form,
        note=request.form.get("note", ""),
    )


def _resolve(editing: Editing) -> Response:
    """Merge again with what the person chose at each place, and save on top of theirs."""
    page = editing.page
    assert page is not None
    numbers = [_sent_number(page, editing.person, name) for name in ("base", "theirs")]
    try:
        mine = editing.kind.content.model_validate_json(request.form.get("mine", ""))
    except ValidationError:
        raise BadRequest from None
    old, theirs = (content_of(revision_of(page, number)) for number in numbers)
    merged = merge(old, mine, theirs)
    picks = {c.path: request.form.get(f"pick.{c.path}", "") for c in merged.conflicts}
    texts = {c.path: request.form.get(f"own.{c.path}", "") for c in merged.conflicts}
    try:
        values = resolve(merged, picks, texts)
    except UnresolvedConflicts:
        flash(_("Bei jeder Stelle wird eine Wahl gebraucht."), "error")
        return _show_conflict(editing, mine, EditConflict(merged, numbers[0], numbers[1]))
    editing.base = numbers[1]
    try:
        content = editing.kind.content.model_validate(values)
    except ValidationError:
        return _show_again(editing, values, numbers[1])
    return _save(editing, content, publish=False)


def _sent_number(page: Page, person: User, name: str) -> int:
    """The number of a version in the form; it must be one this person may see."""
    number = request.form.get(name, 0, type=int)
    if not 0 < number <= page.current_number or not may_read_revision(person, page, number):
        raise NotFound
    return number


def _show_again(editing: Editing, values: dict[str, Any], base: int) -> Response:
    """The form with merged values that do not fit together, and what is wrong with them."""
    editing.form = Form.holding(editing.kind.content, values)
    editing.base = base
    editing.form.validate()
    return editing.show(status=409)


def _chosen_kind(choices: list[Kind]) -> Kind:
    wanted = request.form.get("kind", "")
    return next((kind for kind in choices if kind.name == wanted), choices[0])


def _labs_to_choose(person: User) -> list[tuple[str, str]]:
    """The labs a new page may belong to; admins may also write for the network."""
    choices = [(lab.slug, lab.name) for lab in labs_of(person)]
    return [*choices, ("", _("das ganze Netzwerk"))] if person.is_admin else choices


def _chosen_lab(person: User) -> Lab | None:
    wanted = request.form.get("lab")
    labs = labs_of(person)
    if wanted == "" and person.is_admin:
        return None
    return next((lab for lab in labs if lab.slug == wanted), labs[0] if labs else None)


def _lab_slug(page: Page | None, person: User) -> str:
    lab = page.lab if page is not None else _chosen_lab(person)
    return lab.slug if lab else ""


def _lab_for_edit(page: Page, person: User) -> Lab | None:
    """The lab somebody edits for: the page's own if they belong to it, else their first."""
    labs = labs_of(person)
    return next((lab for lab in labs if lab.id == page.lab_id), labs[0] if labs else None)


def _remember_agreement(person: User) -> None:
    if not person.has_agreed:
        with writing() as session:
            session.get_one(User, person.id).agreed_at = now()
