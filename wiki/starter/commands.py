"""`flask starter …`: content for a new wiki."""

import click
from flask.cli import AppGroup

from wiki.starter.loading import load_labs, load_pages, load_words

commands = AppGroup("starter", help="Content for a new wiki.")


@commands.command()
def load() -> None:
    """Add the starter labs and pages that are not there yet, and search words if there are none."""
    labs, pages, words = load_labs(), load_pages(), load_words()
    click.echo(f"{labs} Labore, {pages} Seiten, {words} Gruppen von Suchwörtern geladen.")
