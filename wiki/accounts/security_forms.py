"""Flask-Security's forms with our limits, our defaults, and no word on who has an account."""

import hmac
import time
from typing import Any, ClassVar

from flask import session
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnSigninForm,
    current_user,
    hash_password,
)
from flask_security.webauthn import WebAuthnRegisterResponseForm, WebAuthnSigninResponseForm
from wtforms import BooleanField, HiddenField, RadioField

from wiki.accounts.attempts import count_attempt, forget_attempt
from wiki.accounts.mailing import can_send_mail
from wiki.accounts.models import User
from wiki.errors import NotFound

BY_LINK = "signed_in_by_link"
BY_LINK_SECONDS = 3600


class Counted:
    """A form whose wrong answers count towards the limits."""

    kind: ClassVar[str]

    def account(self) -> str:
        """Whose account the answer is about."""
        return str(self.user.email)  # type: ignore[attr-defined]

    def validate(self, **kwargs: Any) -> bool:
        attempt = count_attempt(self.kind, self.account())
        valid: bool = super().validate(**kwargs)  # type: ignore[misc]
        if valid:
            forget_attempt(attempt)
        return valid


class StartsAtHome:
    """A form that leads to the start page when it was not told where to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = self.next.data or "/"  # type: ignore[attr-defined]


class SignInForm(StartsAtHome, Counted, LoginForm):
    kind = "password"
    remember = BooleanField(default=True)

    def account(self) -> str:
        return str(self.email.data)


class ConfirmForm(StartsAtHome, Counted, VerifyForm):
    kind = "confirm"


class SecondStepForm(TwoFactorSetupForm):
    """An app on the phone or nothing: no codes by mail or text message."""

    setup = RadioField(choices=["disable", "authenticator"], validate_choice=False)


class CodeForm(Counted, TwoFactorVerifyCodeForm):
    kind = "code"

    def validate(self, **kwargs: Any) -> bool:
        # Apps show codes as „123 456“, and that is how they are typed.
        self.code.data = "".join(str(self.code.data or "").split())
        return super().validate(**kwargs)


class RecoveryCodeForm(Counted, MfRecoveryForm):
    kind = "recovery code"

    def validate(self, **kwargs: Any) -> bool:
        self.code.data = "".join(str(self.code.data or "").split()).lower()
        return super().validate(**kwargs)


class RescueForm(TwoFactorRescueForm):
    """No mail to an unknown administrator: who lost phone and codes asks for a link."""

    help_setup = RadioField(choices=[])


class ResetRequestForm(ForgotPasswordForm):
    def validate(self, **kwargs: Any) -> bool:
        if not can_send_mail():
            raise NotFound
        count_attempt("reset", str(self.email.data))  # right or wrong: each could send a mail
        valid: bool = super().validate(**kwargs)
        if valid:
            # As long as Flask-Security takes for an address without an account.
            hash_password("not-a-password")
        return valid


class NewPasswordForm(Counted, ChangePasswordForm):
    """Asks for the old password, unless a one-time link has just shown who it is."""

    kind = "change password"

    @property
    def needs_old_password(self) -> bool:
        return bool(current_user.password) and not came_by_link(current_user)

    def account(self) -> str:
        return str(current_user.email)

    def validate(self, **kwargs: Any) -> bool:
        if self.needs_old_password:
            return super().validate(**kwargs)
        return self._validate_new(**kwargs)

    def _validate_new(self, **kwargs: Any) -> bool:
        from flask_security.proxies import _security

        if not super(ChangePasswordForm, self).validate(**kwargs):
            return False
        problems, self.new_password.data = _security.password_util.validate(
            str(self.new_password.data), False, user=current_user
        )
        self.new_password.errors = [*self.new_password.errors, *(problems or ())]
        return not problems


class NewPasskeyForm(WebAuthnRegisterForm):
    """A passkey is enough to sign in: it is something one has, opened by finger, face or PIN."""

    usage = RadioField(choices=["first"], default="first")


class NewPasskeyAnswerForm(WebAuthnRegisterResponseForm):
    def validate(self, **kwargs: Any) -> bool:
        valid: bool = super().validate(**kwargs)
        # What the browser says about extensions is not checked by anybody and not needed.
        self.extensions = None  # type: ignore[assignment]
        return valid


class PasskeySignInForm(StartsAtHome, WebAuthnSigninForm):
    # No name to go with it: the passkey says whose it is.
    identity = HiddenField()
    remember = BooleanField(default=True)


class PasskeyAnswerForm(StartsAtHome, WebAuthnSigninResponseForm):
    pass


def mark_as_by_link(user: User) -> None:
    """Note in the session that a one-time link was used for this account."""
    session[BY_LINK] = [user.fs_uniquifier, int(time.time())]


def came_by_link(user: User) -> bool:
    """Whether this person came in by a one-time link within the last hour."""
    uniquifier, at = session.get(BY_LINK, ["", 0])
    is_theirs = hmac.compare_digest(str(uniquifier), str(user.fs_uniquifier))
    return is_theirs and time.time() - float(at) < BY_LINK_SECONDS
