"""`flask search …`: look at the index, make it anew."""

import click
from flask import current_app
from flask.cli import AppGroup

from search import IndexBroken, SearchIndex
from wiki.finding.indexing import out_of_step
from wiki.finding.indexing import rebuild as rebuild_index

commands = AppGroup("search", help="The full-text search.")


@commands.command()
def rebuild() -> None:
    """Write a new index from the database and switch to it."""
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    click.echo(f"{rebuild_index(index)} Seiten im Index.")


@commands.command()
def status() -> None:
    """Compare the index with the database."""
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        missing, ghosts = out_of_step(index)
    except IndexBroken as broken:
        raise click.ClickException(
            f"Der Index ist nicht lesbar ({broken}). Neu aufbauen: flask search rebuild"
        ) from broken
    if missing or ghosts:
        click.echo(f"Fehlend oder veraltet: {len(missing)}, überzählig: {len(ghosts)}.")
    else:
        click.echo("Index und Datenbank stimmen überein.")
