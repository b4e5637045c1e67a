"""Founding a lab; writing its home."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import admin_only, signed_in_person
from wiki.errors import NotAllowed
from wiki.fields import bounded_int, fields_of
from wiki.forms import Form
from wiki.htmx import go, show
from wiki.labs.content import LabContent, NewLab, content_of
from wiki.labs.membership import may_look_after
from wiki.labs.models import Lab
from wiki.labs.writing import LabChanged, NameTaken, create_lab, find_lab, save_lab
from wiki.markup import TooComplex

bp = Blueprint("lab_editing", __name__, url_prefix="/labore")


@bp.get("/neu")
@admin_only
def new() -> Response:
    return show("labs/new.html", form=Form.blank(NewLab))


@bp.post("/neu")
@admin_only
def create() -> BaseResponse:
    form = Form.sent(NewLab, request.form)
    content = form.validate()
    if content is not None:
        try:
            lab = create_lab(content)
        except NameTaken:
            form.errors["name"] = _(
                "Unter diesem Namen gibt es hier schon etwas. Ein Zusatz hilft, etwa der Ort."
            )
        else:
            if lab.is_guest:
                told = _("%(lab)s steht bei den Laboren, unter „Zu Gast“.", lab=lab.name)
            else:
                told = _("%(lab)s steht im Regal.", lab=lab.name)
            flash(told, "success")
            return go(url_for("lab_editing.edit", slug=lab.slug))
    return show("labs/new.html", form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@bp.get("/<slug>/bearbeiten")
def edit(slug: str) -> Response:
    lab = _lab_to_edit(slug)
    form = Form.showing(LabContent, content_of(lab))
    return show("labs/edit.html", lab=lab, form=form, version=lab.version)


@bp.post("/<slug>/bearbeiten")
def save(slug: str) -> BaseResponse:
    lab = _lab_to_edit(slug)
    form = Form.sent(LabContent, request.form)
    content = form.validate()
    base = request.form.get("version", 0, type=bounded_int)
    if content is None:
        return _show_again(lab, form, base)
    try:
        save_lab(lab, content, base=base)
    except TooComplex:
        form.errors["text"] = _(
            "Dieser Text ist zu lang oder zu verschachtelt. Kürzer oder flacher geht es."
        )
        return _show_again(lab, form, base)
    except LabChanged as changed:
        return _show_both(lab, form, content, changed)
    flash(_("Gespeichert."), "success")
    return go(url_for("labs.show", slug=slug))


def _lab_to_edit(slug: str) -> Lab:
    user = signed_in_person()
    lab = find_lab(slug)
    if not may_look_after(user, lab):
        raise NotAllowed
    return lab


def _show_again(lab: Lab, form: Form[LabContent], base: int) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return show("labs/edit.html", lab=lab, form=form, version=base, status=status)


def _show_both(
    lab: Lab, form: Form[LabContent], typed: LabContent, changed: LabChanged
) -> Response:
    """What was typed stays in the form; what is stored by now stands above it."""
    differing = [
        (field.label, getattr(changed.stored, field.name), getattr(typed, field.name))
        for field in fields_of(LabContent)
        if getattr(changed.stored, field.name) != getattr(typed, field.name)
    ]
    return show(
        "labs/edit.html",
        lab=lab,
        form=form,
        version=changed.version,
        differing=differing,
        status=changed.status,
    )
