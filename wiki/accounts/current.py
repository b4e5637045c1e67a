"""Who is asking, and doors that open only for some."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from flask import current_app, request
from flask_security import current_user

from wiki.accounts.models import User
from wiki.errors import NotAllowed, SignInNeeded

View = TypeVar("View", bound=Callable[..., object])


def person() -> User | None:
    """The signed-in person, or None.

    A browser without one of our cookies is a reader: it is not looked up at all.
    """
    config = current_app.config
    if not (
        config["SESSION_COOKIE_NAME"] in request.cookies
        or config["REMEMBER_COOKIE_NAME"] in request.cookies
    ):
        return None
    return cast(User, current_user._get_current_object()) if current_user.is_authenticated else None


def signed_in_person() -> User:
    """The signed-in person.

    Raises:
        SignInNeeded: nobody is signed in.
    """
    someone = person()
    if someone is None:
        raise SignInNeeded
    return someone


def signed_in(view: View) -> View:
    """Only for people with an account."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        signed_in_person()
        return view(*args, **kwargs)

    return cast(View, guarded)


def admin_only(view: View) -> View:
    """Only for those who run the site."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        if not signed_in_person().is_admin:
            raise NotAllowed
        return view(*args, **kwargs)

    return cast(View, guarded)
