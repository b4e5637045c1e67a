"""`flask --app wsgi …` where there is no wiki: one sentence instead of a traceback."""

import atexit
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from wiki.config import Settings, data_folder
from wiki.upgrading import is_from_newer_version

# The one command that makes a wiki of an empty folder.
FIRST = ["db", "upgrade"]
# What it writes is for whoever calls it, elsewhere.
EXPORT = ["export"]


def settings_for_command() -> Settings | None:
    """Settings for what was typed, where the usual ones would leave traces; else None.

    Help is shown anywhere, on a folder that is thrown away. Whatever needs a wiki ends here
    when there is none, before anything is made.
    """
    context = click.get_current_context(silent=True)
    if context is None:
        return None
    folder = data_folder()
    root = context.find_root()
    _options, words, _order = root.command.make_parser(root).parse_args(sys.argv[1:])
    if words[:1] != EXPORT:
        os.umask(0o077)
    asks_for_help = not words or set(root.help_option_names) & set(sys.argv[1:])
    if not asks_for_help and _is_from_newer_version(folder):
        sys.exit(
            f"Das Wiki in {folder} war zuletzt mit einer neueren Version in Betrieb. "
            "Nur mit ihr lassen sich Befehle dort ausführen."
        )
    if words[:2] == FIRST or _holds_a_wiki(folder):
        return None
    if asks_for_help:
        thrown_away = TemporaryDirectory()
        atexit.register(thrown_away.cleanup)
        return Settings(data=Path(thrown_away.name))
    sys.exit(
        f"In {folder} ist kein Wiki. LABORWIKI_DATA nennt den Ordner eines Wikis; "
        "ein neues entsteht mit „make run“."
    )


def _holds_a_wiki(folder: Path) -> bool:
    path = Settings(data=folder).database
    if not path.is_file():
        return False
    try:
        with _to_look_at(path) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'page'")
            return tables.fetchone() is not None
    except sqlite3.OperationalError:
        # Locked or not ours to read: the command itself says what is the matter.
        return True
    except sqlite3.DatabaseError:
        return False


def _is_from_newer_version(folder: Path) -> bool:
    try:
        with _to_look_at(Settings(data=folder).database) as connection:
            return is_from_newer_version(connection)
    except sqlite3.DatabaseError:
        # There is none, or no wiki's.
        return False


def _to_look_at(path: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True))
