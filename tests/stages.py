"""Applications for tests, with what is the same for all of them made once per process."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from flask import Flask, has_app_context
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from wiki import create_app
from wiki.config import Settings
from wiki.db import db


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
    return app


def database_of(app: Flask) -> Path:
    return Path(app.config["LABORWIKI"].data) / "laborwiki.sqlite3"


def keeper_of(app: Flask) -> Callable[[], None]:
    """Remembers the database as it is now; calling the result brings it back."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(database_of(app))) as source:
        source.backup(kept)

    def put_back() -> None:
        if has_app_context():
            db.session.rollback()
            db.session.expire_all()
        with closing(sqlite3.connect(database_of(app))) as target:
            kept.backup(target)
        app.extensions.pop("laborwiki-shelf", None)

    return put_back


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="laborwiki-tests-"))
    app = create_app(Settings(data=folder, testing=True, secret_key="a secret for tests"))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return folder
