"""Accepting an invitation: with a new account, or with the one that is signed in."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_security import login_user
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.people import PASSWORD_LENGTH, AddressTaken
from wiki.forms import Form
from wiki.headers import keep_secret
from wiki.htmx import go
from wiki.htmx import show as show_page
from wiki.labs.content import Arrival
from wiki.labs.inviting import (
    AlreadyMember,
    InvitationOver,
    arrive,
    find_invitation,
    join,
)
from wiki.labs.models import Invitation

bp = Blueprint("inviting", __name__, url_prefix="/einladung")
bp.after_request(keep_secret)


@bp.get("/<secret>")
def show(secret: str) -> Response:
    invitation = find_invitation(secret)
    form = Form.blank(Arrival)
    form.values["name"] = invitation.name
    return _show_invitation(secret, invitation, form)


@bp.post("/<secret>")
def accept(secret: str) -> BaseResponse:
    invitation = find_invitation(secret)
    if person() is not None:
        return go(url_for("inviting.show", secret=secret))
    form = _sent_form()
    arrival = form.validate()
    if arrival is None:
        _explain_password(form)
        return _show_invitation(secret, invitation, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        user = arrive(secret, arrival)
    except AddressTaken:
        return _show_invitation(secret, invitation, form, HTTPStatus.CONFLICT, has_account=True)
    login_user(user, authn_via=["password"])
    return _welcome(invitation)


@bp.post("/<secret>/beitreten")
def accept_with_account(secret: str) -> BaseResponse:
    user = person()
    if user is None:
        return go(url_for("inviting.show", secret=secret))
    invitation = find_invitation(secret)
    try:
        join(secret, user)
    except AlreadyMember:
        flash(_("Dieses Konto gehört schon zum Labor. Der Link gilt weiter."), "info")
        return go(url_for("labs.show", slug=invitation.lab.slug))
    return _welcome(invitation)


@bp.errorhandler(InvitationOver)
def over(error: InvitationOver) -> Response:
    return show_page("labs/invitation_over.html", status=error.status)


def _sent_form() -> Form[Arrival]:
    # Not `Form.sent`: it trims, and blanks at the ends of a password count.
    values = {
        "name": request.form.get("name", "").strip(),
        "password": request.form.get("password", ""),
    }
    return Form(Arrival, values)


def _explain_password(form: Form[Arrival]) -> None:
    if 0 < len(form.value("password")) < PASSWORD_LENGTH:
        form.errors["password"] = _("Das ist zu kurz: mindestens zehn Zeichen.")


def _show_invitation(
    secret: str,
    invitation: Invitation,
    form: Form[Arrival],
    status: int = HTTPStatus.OK,
    has_account: bool = False,
) -> Response:
    form.values["password"] = ""
    return show_page(
        "labs/invitation.html",
        secret=secret,
        invitation=invitation,
        lab=invitation.lab,
        form=form,
        has_account=has_account,
        status=status,
    )


def _welcome(invitation: Invitation) -> BaseResponse:
    flash(_("Willkommen! Hier geht es los: %(lab)s", lab=invitation.lab.name), "success")
    return go(invitation.onward or url_for("labs.show", slug=invitation.lab.slug))
