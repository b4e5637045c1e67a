"""What tests of accounts do again and again."""

import re
import time
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from wiki.accounts.models import User
from wiki.db import db, writing

PASSWORD = "drei nasse Enten"
Post = Callable[..., TestResponse]


def poster(client: FlaskClient) -> Post:
    """POST as a browser does: the token comes from the page with the form."""

    def send(address: str, page: str = "", **fields: str) -> TestResponse:
        shown = client.get(page or address)
        return client.post(address, data={"csrf_token": token_in(shown), **fields})

    return send


def token_in(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found, response.text[:2000]
    return found[1]


def sign_in(client: FlaskClient, password: str = PASSWORD, **fields: str) -> TestResponse:
    return poster(client)(
        "/anmelden", email="anke@example.org", password=password, remember="y", **fields
    )


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/konto").status_code == 200


def reload(app: Flask, person: User) -> User:
    """The account as it stands in the database now."""
    with app.app_context():
        known = db.session.get(User, person.id)
        assert known is not None
        list(known.roles), list(known.webauthn)
        db.session.expunge_all()
        return known


def switch_second_step_on(app: Flask, person: User) -> str:
    """Returns the key that an authenticator app would hold."""
    with app.app_context():
        totp = app.extensions["security"].totp_factory
        secret: str = totp.generate_totp_secret()
        with writing():
            known = db.session.get(User, person.id)
            assert known is not None
            known.tf_primary_method = "authenticator"
            known.tf_totp_secret = secret
        key: str = totp.get_totp_b32_key(secret)
        return key


def code_of(key: str, steps: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    shown: str = TOTP(key=key).generate(time.time() + 30 * steps).token
    return shown
