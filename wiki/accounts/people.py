"""Making accounts, finding them, and what can be done to one."""

import unicodedata
import uuid
from http import HTTPStatus

from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy import func, select

from wiki.accounts.models import ADMIN, Role, User
from wiki.db import db
from wiki.errors import LaborwikiError, NotAllowed

PASSWORD_LENGTH = 10  # characters at least; no other rule (NIST SP 800-63B, section 5.1.1.2)


class WrongAddress(LaborwikiError):
    """This is not a mail address."""


class AddressTaken(LaborwikiError):
    """Another account has this mail address."""


class LastAdmin(LaborwikiError):
    """Somebody must be able to run the site."""

    status = HTTPStatus.CONFLICT


def create_person(email: str, name: str, password: str | None = None, admin: bool = False) -> User:
    """A new account; without a password its owner comes in by a link. Does not commit.

    Raises:
        WrongAddress: `email` is not a mail address.
        AddressTaken: there is an account with it.
    """
    person = User(
        email=free_address(email),
        name=name.strip(),
        password=hash_password(unicodedata.normalize("NFKD", password)) if password else None,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=uuid.uuid4().hex,
    )
    if admin:
        person.roles = [admin_role()]
    db.session.add(person)
    db.session.flush()
    return person


def find_person(email: str) -> User | None:
    """The account with this mail address, however it is capitalised."""
    wanted = func.lower(email.strip())
    return db.session.scalars(select(User).where(func.lower(User.email) == wanted)).first()


def free_address(email: str, owner: User | None = None) -> str:
    """The mail address in its usual spelling, when nobody but `owner` has it.

    Raises:
        WrongAddress: it is not a mail address.
        AddressTaken: somebody else has it.
    """
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise WrongAddress from error
    if find_person(address) not in (None, owner):
        raise AddressTaken
    return address


def admin_role() -> Role:
    """The role of those who run the site, made when first needed."""
    role = db.session.scalars(select(Role).where(Role.name == ADMIN)).first()
    if role is None:
        role = Role(name=ADMIN)
        db.session.add(role)
    return role


def is_last_admin(user: User) -> bool:
    """Whether nobody could run the site without this person."""
    admins = db.session.scalars(
        select(User).join(User.roles).where(Role.name == ADMIN, User.active)
    )
    return [admin.id for admin in admins] == [user.id]


def let_run_the_site(user: User, *, by: User) -> None:
    """Let this person run the site, too. Does not commit.

    Raises:
        NotAllowed: `by` does not run it (any more).
    """
    if not by.is_admin:
        raise NotAllowed
    if not user.is_admin:
        user.roles = [*user.roles, admin_role()]


def stop_running_the_site(user: User, *, by: User) -> None:
    """Take the site's keys from this person, who may be `by`. Does not commit.

    Raises:
        NotAllowed: `by` does not run it (any more).
        LastAdmin: nobody else runs the site.
    """
    if not by.is_admin:
        raise NotAllowed
    if is_last_admin(user):
        raise LastAdmin
    user.roles = [role for role in user.roles if role.name != ADMIN]


def sign_out_everywhere(user: User) -> None:
    """End every session of this person, on every device. Does not commit."""
    user.fs_uniquifier = uuid.uuid4().hex


def turn_off_second_step(user: User) -> None:
    """For somebody who lost their phone and their codes. Does not commit."""
    user.tf_primary_method = None
    user.tf_totp_secret = None
    user.tf_last_counter = None
    user.mf_recovery_codes = None
