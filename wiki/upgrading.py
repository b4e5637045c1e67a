"""Bring the database up to the code, with a copy put aside before."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from wiki.config import Settings
from wiki.db import db, migrate, now


def upgrade_database(app: Flask) -> None:
    """Run the migrations that are missing; a database that exists is copied first."""
    settings: Settings = app.config["LABORWIKI"]
    path = settings.data / "laborwiki.sqlite3"
    with app.app_context():
        head = ScriptDirectory.from_config(migrate.get_config()).get_current_head()
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        if current == head:
            return
        if current is not None:
            copy_database(path, settings.data / "backups" / f"vor-{head}-{now():%Y%m%d-%H%M%S}")
        upgrade()


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy while others read and write (SQLite's online backup)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as copy:
        reading.backup(copy)
