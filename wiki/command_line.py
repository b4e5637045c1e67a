"""`flask --app wsgi …` where there is no wiki: one sentence instead of a traceback."""

import atexit
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from wiki.config import Settings, data_folder

# The one command that makes a wiki of an empty folder.
FIRST = ["db", "upgrade"]


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
    if words[:2] == FIRST or _holds_a_wiki(folder):
        return None
    if not words or set(root.help_option_names) & set(sys.argv[1:]):
        thrown_away = TemporaryDirectory()
        atexit.register(thrown_away.cleanup)
        return Settings(data=Path(thrown_away.name))
    sys.exit(
        f"In {folder} ist kein Wiki. LABORWIKI_DATA nennt den Ordner eines Wikis; "
        "ein neues entsteht mit „make run“."
    )


def _holds_a_wiki(folder: Path) -> bool:
    path = folder / "laborwiki.sqlite3"
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'page'")
            return tables.fetchone() is not None
    except sqlite3.OperationalError:
        # Locked or not ours to read: the command itself says what is the matter.
        return True
    except sqlite3.DatabaseError:
        return False
