"""The people of a lab and the invitations that are open."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.db import now
from wiki.errors import LaborwikiError, NotAllowed
from wiki.forms import Form
from wiki.htmx import go, local_address, show
from wiki.labs.content import InvitationContent
from wiki.labs.handing_over import hand_over
from wiki.labs.inviting import AlreadyMember, invite, open_invitations, withdraw
from wiki.labs.membership import may_look_after
from wiki.labs.models import Lab, MemberRole
from wiki.labs.people import (
    LastEditor,
    change_role,
    choose_naming,
    may_see_people,
    people_of,
    remove_member,
)
from wiki.labs.writing import find_lab

bp = Blueprint("lab_people", __name__, url_prefix="/labore/<slug>/menschen")


@bp.get("")
def index(slug: str) -> Response:
    user = signed_in_person()
    lab = find_lab(slug)
    if not may_see_people(user, lab):
        raise NotAllowed
    return _show_people(lab, user, Form.blank(InvitationContent))


@bp.post("/<int:user_id>/rolle")
def give_role(slug: str, user_id: int) -> BaseResponse:
    user, lab = _looking_after(slug)
    role = next((role for role in MemberRole if role == request.form.get("role")), None)
    if role is None:
        raise LaborwikiError
    try:
        change_role(lab, user_id, role, by=user)
    except LastEditor:
        _say_that_an_editor_is_needed()
    return go(url_for("lab_people.index", slug=slug))


@bp.post("/<int:user_id>/entfernen")
def remove(slug: str, user_id: int) -> BaseResponse:
    """Also leaving: everyone may take themselves out."""
    user = signed_in_person()
    lab = find_lab(slug)
    if user_id != user.id and not may_look_after(user, lab):
        raise NotAllowed
    try:
        remove_member(lab, user_id, by=user)
    except LastEditor:
        _say_that_an_editor_is_needed()
    else:
        if user_id == user.id and not user.is_admin:
            return go(url_for("labs.show", slug=slug))
    return go(url_for("lab_people.index", slug=slug))


@bp.post("/nennung")
def name_me(slug: str) -> BaseResponse:
    user = signed_in_person()
    choose_naming(find_lab(slug), user, "is_named" in request.form)
    back = local_address(request.form.get("next"))
    return go(back or url_for("lab_people.index", slug=slug))


@bp.post("/einladungen")
def send(slug: str) -> Response:
    """The link is shown in the answer itself: it is kept nowhere, not even until a redirect."""
    user, lab = _looking_after(slug)
    form = Form.sent(InvitationContent, request.form)
    content = form.validate()
    if content is not None:
        try:
            invitation, secret = invite(lab, content, by=user)
        except AlreadyMember:
            form.errors["email"] = _("Wer diese Adresse hat, gehört schon zum Labor.")
        else:
            return hand_over(invitation, secret, by=user)
    return _show_people(lab, user, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@bp.post("/einladungen/<int:invitation_id>/zurueckziehen")
def take_back(slug: str, invitation_id: int) -> BaseResponse:
    _user, lab = _looking_after(slug)
    withdraw(lab, invitation_id)
    flash(_("Die Einladung gilt nicht mehr."), "success")
    return go(url_for("lab_people.index", slug=slug))


def _looking_after(slug: str) -> tuple[User, Lab]:
    user = signed_in_person()
    lab = find_lab(slug)
    if lab.is_example or not may_look_after(user, lab):
        raise NotAllowed
    return user, lab


def _show_people(
    lab: Lab, user: User, form: Form[InvitationContent], status: int = HTTPStatus.OK
) -> Response:
    may_manage = may_look_after(user, lab)
    people = people_of(lab)
    return show(
        "labs/people.html",
        lab=lab,
        people=people,
        own=next((membership for membership in people if membership.user_id == user.id), None),
        may_manage=may_manage,
        roles=list(MemberRole),
        invitations=open_invitations(lab) if may_manage else [],
        now=now(),
        form=form,
        status=status,
    )


def _say_that_an_editor_is_needed() -> None:
    flash(
        _("Jemand muss in der Redaktion bleiben. Erst einer anderen Person diese Rolle geben."),
        "error",
    )
