"""Signing in: Flask-Security set up for German addresses, our database and our limits."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import segno
from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import user_logged_in, user_logged_out
from flask_security import (
    MailUtil,
    MfRecoveryCodesUtil,
    Security,
    SQLAlchemyUserDatastore,
    Totp,
    WebauthnUtil,
    auth_required,
    current_user,
    login_user,
    logout_user,
    tf_disabled,
)
from flask_security.utils import set_request_attr
from passlib.totp import TotpMatch
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts import mailing
from wiki.accounts.current import View, person
from wiki.accounts.messages import MESSAGES, SUBJECTS
from wiki.accounts.models import Role, User, WebAuthn
from wiki.accounts.people import PASSWORD_LENGTH, turn_off_second_step
from wiki.accounts.security_forms import (
    BY_LINK,
    CodeForm,
    ConfirmForm,
    NewPasskeyAnswerForm,
    NewPasskeyForm,
    NewPasswordForm,
    PasskeyAnswerForm,
    PasskeySignInForm,
    RecoveryCodeForm,
    RescueForm,
    ResetRequestForm,
    SecondStepForm,
    SignInForm,
    came_by_link,
    mark_as_by_link,
)
from wiki.config import Settings
from wiki.db import db, now, writing
from wiki.errors import NotAllowed, SignInNeeded
from wiki.htmx import local_address

ADDRESSES = {
    "LOGIN_URL": "/anmelden",
    "WAN_SIGNIN_URL": "/anmelden/passkey",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/anmelden/code",
    "TWO_FACTOR_SELECT_URL": "/anmelden/auswahl",
    "TWO_FACTOR_RESCUE_URL": "/anmelden/hilfe",
    "MULTI_FACTOR_RECOVERY_URL": "/anmelden/ersatzcode",
    "LOGOUT_URL": "/abmelden",
    "RESET_URL": "/passwort-vergessen",
    "CHANGE_URL": "/konto/passwort",
    "VERIFY_URL": "/konto/bestaetigen",
    "WAN_VERIFY_URL": "/konto/bestaetigen/passkey",
    "TWO_FACTOR_SETUP_URL": "/konto/zwei-schritte",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/konto/zwei-schritte/ersatzcodes",
    "WAN_REGISTER_URL": "/konto/passkeys",
    "WAN_DELETE_URL": "/konto/passkeys/loeschen",
    "POST_LOGIN_VIEW": "/",
    "POST_LOGOUT_VIEW": "/",
    "POST_VERIFY_VIEW": "/konto",
    "POST_CHANGE_VIEW": "/konto",
    "TWO_FACTOR_POST_SETUP_VIEW": "/konto/zwei-schritte/fertig",
}
REMEMBERED = timedelta(days=90)
CONFIRMED = timedelta(hours=1)
FAST_HASHING = {"argon2__rounds": 1, "argon2__memory_cost": 64}  # in tests


def init_app(app: Flask) -> None:
    mailing.init_app(app)
    app.config.update({f"SECURITY_{name}": value for name, value in _options(app).items()})
    app.config.setdefault("SESSION_PROTECTION", "basic")
    app.config.setdefault("REMEMBER_COOKIE_NAME", "remember_token")
    app.config.setdefault("REMEMBER_COOKIE_DURATION", REMEMBERED)

    security = Security(
        login_form=SignInForm,
        verify_form=ConfirmForm,
        forgot_password_form=ResetRequestForm,
        change_password_form=NewPasswordForm,
        two_factor_setup_form=SecondStepForm,
        two_factor_verify_code_form=CodeForm,
        two_factor_rescue_form=RescueForm,
        mf_recovery_form=RecoveryCodeForm,
        wan_register_form=NewPasskeyForm,
        wan_register_response_form=NewPasskeyAnswerForm,
        wan_signin_form=PasskeySignInForm,
        wan_signin_response_form=PasskeyAnswerForm,
        mail_util_cls=Mails,
        totp_cls=Codes,
        webauthn_util_cls=Passkeys,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    security.init_app(app, People(db, User, Role, WebAuthn))
    security.tf_token_validation_context_processor(_code_to_photograph)
    security.unauthn_handler(_ask_to_sign_in)
    security.want_json(_never_json)
    # Readers are looked up for nothing: no rights from Flask-Principal, no tokens in headers.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.login_manager._request_callback = None
    security.login_manager.user_loader(_user_of_session)

    app.before_request(_keep_to_forms_and_local_addresses)
    app.before_request(_prefer_own_language)
    user_logged_in.connect(_start_new_session, app)
    user_logged_out.connect(_forget_session, app)
    tf_disabled.connect(_forget_codes, app)


def _code_to_photograph() -> dict[str, str]:
    """What the app needs, once more for whoever mistyped its first code while setting it up."""
    user, totp = person(), session.get("tf_totp_secret")
    if user is None or not totp:
        return {}
    values = _security().totp_factory.fetch_setup_values(totp, user)
    return {"authr_qrcode": values["image"], "authr_key": values["key"]}


def _options(app: Flask) -> dict[str, Any]:
    settings: Settings = app.config["LABORWIKI"]
    totp_secret: str = app.config["SECURITY_TOTP_SECRETS"]["1"]
    sends_mail = bool(settings.mail_server)
    return {
        **ADDRESSES,
        **SUBJECTS,
        **{f"MSG_{name}": message for name, message in MESSAGES.items()},
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "API_ENABLED_METHODS": ["session"],
        "DATETIME_FACTORY": now,
        # Our texts are German and are translated by our own catalogue.
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": [str(Path(app.root_path) / "translations")],
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "EMAIL_HTML": False,
        "SEND_PASSWORD_RESET_EMAIL": sends_mail,
        "SEND_PASSWORD_RESET_NOTICE_EMAIL": sends_mail,
        "SEND_PASSWORD_CHANGE_EMAIL": sends_mail,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH_PASSLIB_OPTIONS": FAST_HASHING if app.testing else {},
        "PASSWORD_LENGTH_MIN": PASSWORD_LENGTH,
        # For reset links only, where the default takes longer than an unknown account does.
        "HASHING_SCHEMES": ["hex_sha256"],
        "RETURN_GENERIC_RESPONSES": True,
        "DEFAULT_REMEMBER_ME": False,
        "RECOVERABLE": True,
        "RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "CHANGEABLE": True,
        "FRESHNESS": CONFIRMED,
        "FRESHNESS_GRACE_PERIOD": CONFIRMED,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 60,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TOTP_ISSUER": settings.site_name,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_fernet_key(totp_secret)],
        "WEBAUTHN": True,
        "WAN_RP_NAME": settings.site_name,
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "INPUT_NORMALIZE_FORM": "NFC",
    }


def sign_in_by_link(user: User, remember: bool) -> ResponseReturnValue:
    """Sign in who holds a one-time link, asking for the second step if they have one.

    They go on to choose a password.
    """
    if current_user.is_authenticated:
        logout_user()
    mark_as_by_link(user)
    security: Security = _security()
    further = security.two_factor_plugins.tf_enter(user, remember, "link", "/konto/passwort")
    if further:
        return further
    login_user(user, remember=remember, authn_via=["link"])
    return redirect("/konto/passwort", code=303)


def recently_signed_in(view: View) -> View:
    """Only for people who signed in, or confirmed that it is them, within the last hour."""
    minutes = int(CONFIRMED.total_seconds() / 60)
    guarded: View = auth_required("session", within=minutes, grace=minutes)(view)
    return guarded


class People(SQLAlchemyUserDatastore):
    """Flask-Security changes what it has read and commits last, so the lock comes in between.

    Without it, a read transaction would have to become a writing one, which SQLite refuses
    at once when somebody else wrote meanwhile, whatever the time-out.
    """

    def commit(self) -> None:
        connection = db.session.connection()
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        db.session.commit()


class Mails(MailUtil):
    """Mails go the way all others go."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        mailing.send_mail(str(recipient), subject, body or "")


class Codes(Totp):
    """Codes of an authenticator app (RFC 6238), each accepted once (section 5.2)."""

    def generate_qrcode(self, username: str, totp: str) -> str:
        code = segno.make(self.get_totp_uri(username, totp), micro=False)
        return code.svg_data_uri(scale=5, light="#fff")

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        with writing():
            if (user.tf_last_counter or 0) >= tmatch.counter:
                raise NotAllowed
            user.tf_last_counter = tmatch.counter


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes for who has lost the phone; each works once, also when sent twice at once."""

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        with writing():
            if not self.check_recovery_code(user, code):
                raise NotAllowed
            return bool(super().delete_recovery_code(user, code))


class Passkeys(WebauthnUtil):
    """Passkeys that any device may hold, that say whose they are, and that check who uses them."""

    def origin(self) -> str:
        settings: Settings = current_app.config["LABORWIKI"]
        return settings.base_url or request.host_url.rstrip("/")

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


def _keep_to_forms_and_local_addresses() -> BaseResponse | None:
    if request.blueprint != "security":
        return None
    if request.is_json:
        raise BadRequest
    if _would_sign_out_by_opening():
        return redirect(url_for("accounts.profile"))
    wanted = [address for address in request.values.getlist("next") if address]
    if all(local_address(address) for address in wanted):
        return None
    if request.method == "GET":
        return redirect(request.path)
    raise BadRequest


def _would_sign_out_by_opening() -> bool:
    """Flask-Security signs out whoever opens the code page without having been sent there."""
    return (
        request.endpoint == "security.two_factor_token_validation"
        and person() is not None
        and session.get("tf_state") != "validating_profile"
    )


def _user_of_session(uniquifier: str) -> User | None:
    """As Flask-Security's own loader, with a statement made once: every page asks.

    Nobody is looked up for the page that says that the database is gone.
    """
    if g.get("is_anybody"):
        return None
    found = db.session.scalars(_BY_UNIQUIFIER, {"uniquifier": uniquifier})
    user = found.unique().one_or_none()
    if user is None or not user.active:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


_BY_UNIQUIFIER = (
    select(User)
    .where(User.fs_uniquifier == bindparam("uniquifier"))
    .options(joinedload(User.roles))
)


def _prefer_own_language() -> None:
    if request.endpoint == "static":
        return
    someone = person()
    if someone is not None:
        g.preferred_language = someone.language


def _start_new_session(_app: Flask, user: User) -> None:
    """Nothing of what stood in the session before signing in is still there after it."""
    kept = {"_user_id", "_fresh", "_id", "_remember", "_remember_seconds"}
    if came_by_link(user):
        kept.add(BY_LINK)
    for key in set(session) - kept:
        session.pop(key)
    g.pop("csrf_token", None)


def _forget_session(_app: Flask, user: User) -> None:
    for key in set(session) - {"_remember"}:
        session.pop(key)


def _forget_codes(_app: Flask, user: User, **_more: Any) -> None:
    turn_off_second_step(user)


def _ask_to_sign_in(mechanisms: list[str] | None = None, headers: Any = None) -> NoReturn:
    raise SignInNeeded


def _never_json(_request: object) -> bool:
    return False


def _fernet_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())


def _security() -> Security:
    security: Security = current_app.extensions["security"]
    return security
