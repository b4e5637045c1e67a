"""Bring the database up to the code, with a copy put aside before."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from wiki.config import Settings
from wiki.db import db, migrate, now

KEPT_COPIES = 3
"""From before one migration; one that fails is tried again and again, and disks are finite."""


class FromNewerVersion(Exception):
    """The database was brought up by a version that knows more migrations than this one."""


def upgrade_database(app: Flask) -> None:
    """Run the migrations that are missing; a database that exists is copied first.

    Raises:
        FromNewerVersion: nothing is copied, nothing changed.
    """
    settings: Settings = app.config["LABORWIKI"]
    with app.app_context():
        script = ScriptDirectory.from_config(migrate.get_config())
        head = script.get_current_head()
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return
        if current is not None:
            if current not in _known(script.dir):
                raise FromNewerVersion
            _copy_aside(settings, f"vor-{head}-")
        upgrade()


def is_from_newer_version(database: sqlite3.Connection) -> bool:
    """Whether a database, opened as a file, has migrations that this code does not know."""
    rows = database.execute("SELECT version_num FROM alembic_version").fetchall()
    return any(number not in _known(str(migrate.directory)) for (number,) in rows)


@cache
def _known(folder: str) -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory(folder).walk_revisions())


def _copy_aside(settings: Settings, name: str) -> None:
    backups = settings.data / "backups"
    # The first is from before anything was tried.
    copies = sorted(backups.glob(f"{name}*"))
    for between in copies[1 : max(1, len(copies) - KEPT_COPIES + 2)]:
        between.unlink()
    copy_database(settings.database, backups / f"{name}{now():%Y%m%d-%H%M%S}")


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy while others read and write (SQLite's online backup)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}")
    try:
        with (
            closing(sqlite3.connect(source)) as reading,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            reading.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
