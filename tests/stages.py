"""Applications for tests, with what is the same for all of them made once per process."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from flask import Flask

from wiki import create_app
from wiki.config import Settings
from wiki.db import db


def empty_app(settings: Settings) -> Flask:
    """The whole application on an empty database, its tables made from the models."""
    template = _template()
    settings.data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template / "laborwiki.sqlite3", settings.data / "laborwiki.sqlite3")
    (settings.data / "cache").mkdir(exist_ok=True)
    for served in (template / "cache").glob("static-*"):
        (settings.data / "cache" / served.name).symlink_to(served)
    return create_app(settings)


@cache
def _template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="laborwiki-tests-"))
    app = create_app(Settings(data=folder, testing=True, secret_key="a secret for tests"))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return folder
