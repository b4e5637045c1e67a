"""Labs, people and forms for the tests of this folder."""

import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab, LabKind, MemberRole, Membership

SignIn = Callable[[User], FlaskClient]

SOEST = "/labore/stadtlabor-soest"


def make_lab(slug: str, name: str, kind: LabKind = LabKind.LAB, **values: Any) -> Lab:
    lab = Lab(slug=slug, name=name, kind=kind.value, **values)
    db.session.add(lab)
    db.session.commit()
    return lab


def make_person(name: str, lab: Lab | None = None, role: MemberRole = MemberRole.MEMBER) -> User:
    person = User(email=f"{name.lower()}@example.org", name=name, fs_uniquifier=uuid.uuid4().hex)
    db.session.add(person)
    db.session.flush()
    if lab is not None:
        db.session.add(Membership(user_id=person.id, lab_id=lab.id, role=role.value))
    db.session.commit()
    return person


def role_of(person: User, lab: Lab) -> str | None:
    membership = db.session.query(Membership).filter_by(user_id=person.id, lab_id=lab.id).first()
    return membership.role if membership else None


def lab_form(**changes: str) -> dict[str, str]:
    """The fields of the form for Soest as a browser sends them."""
    return {
        "version": "1",
        "name": "stadtLABOR Soest",
        "place": "Soest",
        "colour": "#0b5c8a",
        "summary": "",
        "text": "",
        "position": "0",
        **changes,
    }


def invite_dora(browser: FlaskClient, **changes: str) -> str:
    """Invite somebody new to Soest; returns the local address of the link."""
    form = {"name": "Dora", "email": "dora@example.org", "role": "member", **changes}
    return link_in(browser.post(f"{SOEST}/menschen/einladungen", data=form))


def link_in(response: TestResponse) -> str:
    """The invitation's local address, as the page shows it once."""
    found = re.search(r'id="link">http://localhost(/einladung/[\w-]+)<', response.text)
    assert found is not None, words_of(response)
    return found[1]


def words_of(response: TestResponse) -> str:
    """What a person reads on the page, in one line."""
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + main)).split())
