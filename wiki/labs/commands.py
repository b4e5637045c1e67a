"""`flask --app wsgi user create`: an account with a lab, from the command line."""

import click

from wiki.accounts.commands import commands
from wiki.accounts.people import PASSWORD_LENGTH, AddressTaken, WrongAddress, create_person
from wiki.db import writing
from wiki.errors import NotFound
from wiki.labs.models import MemberRole, Membership
from wiki.labs.writing import find_lab


@commands.command("create")
@click.option("--email", required=True, help="The mail address to sign in with.")
@click.option("--name", required=True, help="The name shown beside what they write.")
@click.option("--lab", "slug", default="", help="The lab's address, e.g. werkstatt.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in MemberRole]),
    help=f"What they may do in the lab; {MemberRole.MEMBER.value} if not given.",
)
@click.option("--admin", is_flag=True, help="They run the site.")
@click.option("--password", default=None, help="Without one they sign in by `user link` first.")
def create(
    email: str, name: str, slug: str, role: str | None, admin: bool, password: str | None
) -> None:
    """Make an account and, with --lab, let it into a lab."""
    if not name.strip():
        raise click.UsageError("A name has at least one character.")
    if role and not slug:
        raise click.UsageError("A role is one in a lab: --lab says in which.")
    if password is not None and len(password) < PASSWORD_LENGTH:
        raise click.UsageError(f"A password has at least {PASSWORD_LENGTH} characters.")
    try:
        lab = find_lab(slug) if slug else None
    except NotFound:
        raise click.UsageError(f"There is no lab {slug!r}.") from None
    if lab is not None and lab.is_example:
        raise click.UsageError(f"{slug!r} is an example: nobody belongs to it.")
    try:
        with writing() as session:
            user = create_person(email, name, password=password, admin=admin)
            if lab is not None:
                role = role or MemberRole.MEMBER.value
                session.add(Membership(user_id=user.id, lab_id=lab.id, role=role))
    except WrongAddress:
        raise click.UsageError(f"{email!r} is not a mail address.") from None
    except AddressTaken:
        raise click.ClickException(f"There is an account with {email} already.") from None
    click.echo(f"{name} <{email}> can sign in.")
    if password is None:
        click.echo(f"Their first link: flask --app wsgi user link {email}")
