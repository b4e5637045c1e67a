"""Applications for tests, with what is the same for all of them made once per process."""

import atexit
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, has_app_context
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from werkzeug.routing import Rule

from wiki import create_app
from wiki.config import Settings
from wiki.db import db
from wiki.pages.made_pages import forget_all_made

T = TypeVar("T")
Snapshot = dict[str, list[tuple[Any, ...]]]
SECRETS = ("password-salt", "totp-key")
_NOT_COPIED = shutil.ignore_patterns("cache", "laborwiki.sqlite3*", "secret-key", *SECRETS)


def _compile_rules_once() -> None:
    """Have werkzeug compile an address once per process: half of the time an application takes.

    What it makes of a rule depends on nothing but the rule.
    """
    known: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile_anew = Rule._compile_builder

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, rule.host, rule.subdomain, rule.merge_slashes, defaults, append_unknown)
        if key not in known:
            known[key] = compile_anew(rule, append_unknown)
        return known[key]

    Rule._compile_builder = compile_builder


_compile_rules_once()


def _compile_statements_once() -> None:
    """Have each application know the statements that one before it has compiled.

    SQLAlchemy keeps them by the dialect of one engine; those of all our engines are the same.
    """
    SQLiteDialect_pysqlite.__hash__ = lambda self: hash(type(self))
    SQLiteDialect_pysqlite.__eq__ = lambda self, other: type(self) is type(other)


_compile_statements_once()
_compiled: dict[Any, Any] = {}


def empty_app(settings: Settings) -> Flask:
    """The whole application on an empty database, its tables made from the models."""
    template = _template()
    settings.data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template / "laborwiki.sqlite3", settings.data / "laborwiki.sqlite3")
    (settings.data / "cache").mkdir(exist_ok=True)
    for served in (template / "cache").glob("static-*"):
        (settings.data / "cache" / served.name).symlink_to(served)
    app = create_app(settings)
    # Compiling templates anew would take longer than most tests.
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(template / "cache"))
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=_compiled)
    return app


def database_of(app: Flask) -> Path:
    return Path(app.config["LABORWIKI"].data) / "laborwiki.sqlite3"


def keep_secrets(data: Path) -> None:
    """Give a new folder the secrets of the others, so that a password of one is one of all."""
    data.mkdir(parents=True, exist_ok=True)
    for name in SECRETS:
        shutil.copy(_template() / name, data / name)


def everything_in(app: Flask) -> Snapshot:
    """All rows of all tables."""
    with closing(sqlite3.connect(database_of(app))) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            name: connection.execute(f'SELECT * FROM "{name}"').fetchall()
            for (name,) in tables.fetchall()
        }


def keeper_of(app: Flask) -> Callable[[], None]:
    """Remembers the database as it is now; calling the result brings it back."""
    kept = _copy_of_database(app)
    return lambda: _put_back(kept, app)


@dataclass(frozen=True)
class _Prepared:
    """What stood in the data folder after something was made, and what its maker said."""

    told: Any
    database: sqlite3.Connection
    folder: Path


_prepared: dict[tuple[str, str], _Prepared] = {}


def made_once(app: Flask, name: str, make: Callable[[], T]) -> T:
    """What `make` writes, made by the first test of this process and copied for those after it.

    Only on top of the very same database: where a test wrote before, it is made anew. `make` has
    a session of its own, so that the test's is the same whether it was made or copied. What it
    returns is handed on to other tests and must hold nothing that belongs to this one.
    """
    data = database_of(app).parent
    key = (name, blake2b(repr(everything_in(app)).encode()).hexdigest())
    if (found := _prepared.get(key)) is None:
        with app.app_context():
            told = make()
        folder = Path(tempfile.mkdtemp(dir=_template()))
        shutil.copytree(data, folder, dirs_exist_ok=True, symlinks=True, ignore=_NOT_COPIED)
        found = _prepared[key] = _Prepared(told, _copy_of_database(app), folder)
    else:
        shutil.copytree(found.folder, data, dirs_exist_ok=True, symlinks=True)
    _put_back(found.database, app)
    told: T = found.told
    return told


def _copy_of_database(app: Flask) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(database_of(app))) as source:
        source.backup(copy)
    return copy


def _put_back(kept: sqlite3.Connection, app: Flask) -> None:
    if has_app_context():
        db.session.rollback()
        db.session.expire_all()
    with closing(sqlite3.connect(database_of(app))) as target:
        kept.backup(target)
    app.extensions.pop("laborwiki-finished", None)
    with app.app_context():
        forget_all_made()


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="laborwiki-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = create_app(Settings(data=folder, testing=True, secret_key="a secret for tests"))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return folder
