"""`flask starter …`: content for a new wiki."""

import click
from flask.cli import AppGroup

from wiki.starter.loading import load_labs, load_pages

commands = AppGroup("starter", help="Content for a new wiki.")


@commands.command()
def load() -> None:
    """Add the starter labs and pages that are not there yet."""
    click.echo(f"{load_labs()} Labore, {load_pages()} Seiten geladen.")
