"""„Mein Konto": what people can see and change about themselves."""

import json
from typing import Annotated

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import logout_user
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import closing, people
from wiki.accounts.account_parts import account_parts_for
from wiki.accounts.current import signed_in, signed_in_person
from wiki.accounts.exporting import data_about
from wiki.accounts.mailing import send_mail
from wiki.accounts.signing_in import recently_signed_in
from wiki.db import now, writing
from wiki.fields import Blank, Choice, Line
from wiki.forms import Form
from wiki.htmx import go, show
from wiki.language import N_

bp = Blueprint("accounts", __name__)


class Language(Choice):
    GERMAN = "de", "Deutsch"
    ENGLISH = "en", "English"


class Profile(BaseModel):
    """How somebody is called, and in which language the wiki speaks to them."""

    name: Annotated[Line, Field(min_length=1, max_length=120)] = Field(
        title=N_("Name"), description=N_("Steht an allem, was von hier geschrieben wird.")
    )
    language: Annotated[Language | None, Blank] = Field(
        default=None,
        title=N_("Sprache"),
        description=N_("Ohne Angabe gilt, was der Browser wünscht."),
    )


class MailAddress(BaseModel):
    email: Annotated[Line, Field(min_length=1, max_length=255)] = Field(title=N_("E-Mail-Adresse"))


@bp.get("/konto")
@signed_in
def profile() -> Response:
    someone = signed_in_person()
    language = Language(someone.language) if someone.language else None
    # `model_construct`: a name from older times may be longer than what is allowed today.
    content = Profile.model_construct(name=someone.name, language=language)
    return _show_profile(Form.showing(Profile, content))


@bp.post("/konto")
@signed_in
def save_profile() -> ResponseReturnValue:
    form = Form.sent(Profile, request.form)
    content = form.validate()
    if content is None:
        return _show_profile(form, status=422)
    someone = signed_in_person()
    with writing():
        someone.name = content.name
        someone.language = content.language.value if content.language else ""
    flash(_("Gespeichert."), "success")
    return go(url_for("accounts.profile"))


@bp.get("/konto/adresse")
@recently_signed_in
def address() -> Response:
    content = MailAddress.model_construct(email=signed_in_person().email)
    return show("accounts/address.html", form=Form.showing(MailAddress, content))


@bp.post("/konto/adresse")
@recently_signed_in
def change_address() -> ResponseReturnValue:
    form = Form.sent(MailAddress, request.form)
    content = form.validate()
    someone = signed_in_person()
    before = someone.email
    try:
        with writing():
            if content is not None:
                someone.email = people.free_address(content.email, owner=someone)
    except people.WrongAddress:
        form.errors["email"] = _("Eine E-Mail-Adresse sieht so aus: name@example.org.")
    except people.AddressTaken:
        form.errors["email"] = _("Diese Adresse gehört schon zu einem anderen Konto.")
    if form.errors:
        return show("accounts/address.html", form=form, status=422)
    if someone.email != before:
        send_mail(
            before,
            _("Andere E-Mail-Adresse"),
            _(
                "Für das Konto gilt ab jetzt eine andere E-Mail-Adresse. "
                "Wer das nicht veranlasst hat, meldet sich bei der Redaktion."
            ),
        )
    flash(_("Gespeichert."), "success")
    return go(url_for("accounts.profile"))


@bp.get("/konto/zwei-schritte/fertig")
@signed_in
def two_steps_done() -> BaseResponse:
    """After switching the second step on: codes for the day the phone is lost."""
    someone = signed_in_person()
    if someone.tf_primary_method and not someone.mf_recovery_codes:
        return redirect(url_for("security.mf_recovery_codes"))
    return redirect(url_for("accounts.profile"))


@bp.post("/konto/ueberall-abmelden")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    with writing():
        people.sign_out_everywhere(signed_in_person())
    logout_user()
    return go(url_for("security.login"))


@bp.get("/konto/daten.json")
@recently_signed_in
def export() -> Response:
    someone = signed_in_person()
    text = json.dumps(data_about(someone), ensure_ascii=False, indent=2, default=str)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="laborwiki-{now():%Y-%m-%d}.json"'
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/konto/schliessen")
@recently_signed_in
def ask_to_close() -> Response:
    is_last = people.is_last_admin(signed_in_person())
    notes = closing.closing_notes(signed_in_person())
    return show("accounts/close.html", is_last_admin=is_last, notes=notes)


@bp.post("/konto/schliessen")
@recently_signed_in
def close() -> ResponseReturnValue:
    try:
        with writing():
            closing.close_account(signed_in_person())
    except people.LastAdmin:
        return show("accounts/close.html", is_last_admin=True, status=409)
    logout_user()
    return show("accounts/closed.html")


def _show_profile(form: Form[Profile], status: int = 200) -> Response:
    parts = account_parts_for(signed_in_person())
    return show("accounts/profile.html", form=form, parts=parts, status=status)
