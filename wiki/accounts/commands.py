"""Looking after accounts from the command line; `create` is added by wiki/labs."""

import click
from flask.cli import AppGroup

from wiki.accounts.links import address_of, make_link
from wiki.accounts.people import find_person, turn_off_second_step
from wiki.db import writing

commands = AppGroup("user", help="Accounts: make one, hand over a link to sign in.")


@commands.command("link")
@click.argument("email")
@click.option("--hours", default=1, show_default=True, type=click.IntRange(1, 24 * 14))
@click.option("--without-second-step", is_flag=True, help="For a lost phone: turn it off as well.")
def link(email: str, hours: int, without_second_step: bool) -> None:
    """Print a link that signs EMAIL in once."""
    with writing():
        person = find_person(email)
        if person is None or not person.active:
            raise click.ClickException(f"There is no account with {email}.")
        if without_second_step:
            turn_off_second_step(person)
        secret = make_link(person, hours)
    click.echo(address_of(secret))
