"""The database: models' base, one way to write, times in UTC."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, g, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, MetaData, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Session

BUSY_SECONDS = 10


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(directory=str(Path(__file__).parent / "migrations"), render_as_batch=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


@contextmanager
def writing() -> Iterator[Session]:
    """One write transaction: it holds the write lock from its first statement to its commit.

    pysqlite opens no transaction for a SELECT, so two "read, check, write" would both pass;
    `BEGIN IMMEDIATE` makes the second wait and then see what the first one wrote. Objects
    read before are expired, so that what is checked inside is what the database holds now.
    """
    session: Session = db.session()
    if _TOGETHER in session.info:
        session.flush()
        session.expire_all()
        yield session
        session.flush()
        return
    session.commit()
    session.expire_all()
    session.connection(execution_options={"immediate": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def writing_together() -> Iterator[None]:
    """Whatever is written inside, by whichever functions, is one transaction: all of it or nothing.

    For commands: it keeps everybody else from writing until it ends, and what raises inside must
    not be caught there.
    """
    with writing() as session:
        session.info[_TOGETHER] = True
        try:
            yield
        finally:
            del session.info[_TOGETHER]


_TOGETHER = "together"


class Watch:
    """Notices that anything was committed, by whichever thread or process."""

    def __init__(self) -> None:
        # It never writes: SQLite tells a connection of all commits but its own.
        self._connection = db.engine.raw_connection()
        self._lock = Lock()

    def number(self) -> int:
        with self._lock:
            row = self._connection.cursor().execute("PRAGMA data_version").fetchone()
            return int(row[0])


def database_stamp() -> int:
    """Another number after every commit: what was read under the same number still holds.

    To be asked before reading. It means nothing outside this process.
    """
    watch: Watch | None = current_app.extensions.get("laborwiki-watch")
    if watch is None:
        watch = current_app.extensions["laborwiki-watch"] = Watch()
    return watch.number()


def request_stamp() -> int:
    """The stamp from before this request read anything: what it reads is as new, or newer.

    What a request sees is the database as of its first look; a stamp taken later may already
    stand for a commit that it does not see.
    """
    if "database_stamp" not in g:
        g.database_stamp = database_stamp()
    return int(g.database_stamp)


def _take_stamp() -> None:
    # Readers without an account keep nothing under it.
    if request.cookies:
        request_stamp()


def empty_write_ahead_log() -> None:
    """Move everything written into the database file, so that what was purged is nowhere else."""
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        connection.close()


def init_app(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        event.listen(db.engine, "connect", _prepare_connection)
        event.listen(db.engine, "begin", _begin)
    app.before_request(_take_stamp)


def _prepare_connection(connection: Any, _record: object) -> None:
    # The driver must not open transactions of its own accord: `_begin` does, on purpose.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is purged is overwritten, not only unlinked.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
