"""`flask starter …`: content for a new wiki."""

import click
from flask.cli import AppGroup

from wiki.starter.examples import load_examples
from wiki.starter.loading import load_labs, load_pages, load_words
from wiki.starter.removing import count_examples, remove_examples

commands = AppGroup("starter", help="Content for a new wiki.")


@commands.command()
def load() -> None:
    """Add the starter labs and pages that are not there yet, and search words if there are none.

    The examples come once: removed, they stay away.
    """
    labs, pages, words = load_labs(), load_pages(), load_words()
    examples = load_examples()
    click.echo(f"{labs} Labore, {pages} Seiten, {words} Gruppen von Suchwörtern geladen.")
    click.echo(f"{examples} Seiten der Beispiele geladen.")


@commands.command("remove-examples")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Remove the examples for good: their labs, their pages, and all that was said there."""
    there = count_examples()
    if not there.labs:
        click.echo("Hier gibt es keine Beispiele.")
        return
    if not yes:
        click.confirm(
            f"{there.labs} Beispiellabore mit {there.pages} Seiten, {there.proposals} Vorschlägen "
            f"und {there.remarks} Bemerkungen endgültig entfernen?",
            abort=True,
        )
    gone = remove_examples()
    click.echo(
        f"{gone.labs} Beispiellabore mit {gone.pages} Seiten, {gone.proposals} Vorschlägen und "
        f"{gone.remarks} Bemerkungen entfernt."
    )
    if gone.adapted:
        click.echo(f"{gone.adapted} daraus angepasste Seiten anderer Labore bleiben.")
