"""`/healthz` says the process lives; `/readyz` that it can work."""

import os
from collections.abc import Callable
from datetime import timedelta

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from search import IndexBroken, SearchIndex
from wiki.config import Settings
from wiki.db import db, migrate, now
from wiki.pages.models import Change

bp = Blueprint("health", __name__)

# By how much the index may lag behind before a load balancer should know.
MOST_LAG = 2_000  # changes
LONGEST_LAG = timedelta(minutes=10)
LEAST_FREE_BYTES = 100_000_000


@bp.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    checks = {
        "database": _holds(_database_answers),
        "migration": _holds(_is_migrated),
        "disk": _has_room(),
        "search": _holds(_index_keeps_up),
    }
    ready = all(checks.values())
    return jsonify(status="ok" if ready else "not ready", **checks), 200 if ready else 503


def _holds(check: Callable[[], bool]) -> bool:
    """A check that the database does not let come to its end does not hold."""
    try:
        return check()
    except SQLAlchemyError:
        return False


def _database_answers() -> bool:
    return db.session.scalar(select(1)) == 1


def _is_migrated() -> bool:
    script = ScriptDirectory.from_config(migrate.get_config())
    context = MigrationContext.configure(db.session.connection())
    return context.get_current_revision() == script.get_current_head()


def _has_room() -> bool:
    settings: Settings = current_app.config["LABORWIKI"]
    disk = os.statvfs(settings.data)
    return disk.f_bavail * disk.f_frsize >= LEAST_FREE_BYTES


def _index_keeps_up() -> bool:
    index: SearchIndex = current_app.extensions["laborwiki-search"]
    try:
        position = index.position()
    except IndexBroken:
        return False
    missing = select(func.count(), func.min(Change.at)).where(Change.seq > position)
    many, since = db.session.execute(missing).one()
    return many <= MOST_LAG and (since is None or now() - since <= LONGEST_LAG)
