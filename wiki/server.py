"""The server: gunicorn's arbiter with the background process as one more child."""

import errno
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from wiki import background, create_app
from wiki.accounts.links import address_of, make_link
from wiki.accounts.models import ADMIN, Role, User
from wiki.accounts.people import create_person
from wiki.config import Settings, WrongSetting
from wiki.db import db, writing
from wiki.pages.made_pages import forget_all_made
from wiki.starter.examples import load_examples
from wiki.starter.loading import is_first_start, load_labs, load_pages, load_words
from wiki.upgrading import FromNewerVersion, upgrade_database

RESTART_SECONDS = 2.0
BACKGROUND = "background"
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
FIRST_ADMIN = "admin@example.org"
# What SQLite says of a disk or of a file, and not of a statement.
DISK_TROUBLE = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT),
        *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOTADB),
        *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY),
    }
)


class BackgroundArbiter(Arbiter):  # type: ignore[misc]
    """Keeps web workers and the one background process alive."""

    background: "subprocess.Popen[bytes] | None" = None
    started_at = 0.0
    ended_by = ""

    def manage_workers(self) -> None:
        super().manage_workers()
        self.keep_background()

    def keep_background(self) -> None:
        """Start the background process, or again when it ended; not more than once in a while."""
        if self.background is not None and self.background.poll() is None:
            return
        if time.monotonic() - self.started_at < RESTART_SECONDS:
            return
        self.started_at = time.monotonic()
        # It reads its standard input to notice that this process is gone.
        self.background = subprocess.Popen(
            [sys.executable, "-m", "wiki.server", BACKGROUND], stdin=subprocess.PIPE
        )

    def signal(self, sig: int, frame: FrameType | None) -> None:
        if sig in ENDING:
            self.ended_by = signal.Signals(sig).name
        super().signal(sig, frame)

    def halt(self, reason: str | None = None, exit_status: int = 0) -> None:
        # gunicorn tells only with its full log; whoever finds it gone wants to know why.
        print(f"Laborwiki stops: {reason or self.ended_by or 'an error'}.", flush=True)
        super().halt(reason, exit_status)

    def stop(self, graceful: bool = True) -> None:
        if self.background is not None:
            self.background.terminate()
        super().stop(graceful)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings; threads, because a phone's slow upload must not block others."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self.settings.bind,
            "worker_class": "gthread",
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "timeout": 60,
            "graceful_timeout": 15,
            "keepalive": 15,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "loglevel": "warning",
            "control_socket_disable": True,
            # By default a header could say where the wiki is mounted.
            "forwarder_headers": "",
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self.settings)

    def run(self) -> None:
        BackgroundArbiter(self).run()


def prepare(settings: Settings) -> None:
    """What must be there before anybody is served: tables, and on the first start content.

    Raises:
        WrongSetting: the data folder, or what is in it, cannot be used.
    """
    with _trouble_told(settings):
        app = create_app(settings)
        # Two first starts on one folder must not both load the starter content.
        with (settings.data / "prepare.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _migrate_and_fill(app)


@contextmanager
def _trouble_told(settings: Settings) -> Iterator[None]:
    """Trouble with the disk or a file is the operator's to mend; all else is a mistake of ours."""
    try:
        yield
    except FromNewerVersion as error:
        raise WrongSetting(
            f"{settings.database} was last used by a newer version of Laborwiki. "
            "Start that version, or put a copy from before it (backups/) in its place."
        ) from error
    except shutil.Error as error:
        # Files that were copied together fail together; the first tells enough.
        _source, path, reason = error.args[0][0]
        raise WrongSetting(f"{path} cannot be used ({reason}).") from error
    except OSError as error:
        path = Path(str(error.filename or settings.data))
        if not path.is_relative_to(settings.data):
            raise
        raise WrongSetting(f"{path} cannot be used ({error.strerror}).") from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        if getattr(cause, "sqlite_errorcode", 0) & 0xFF not in DISK_TROUBLE:
            raise
        raise WrongSetting(f"{settings.database} cannot be used ({cause}).") from error


def _migrate_and_fill(app: Flask) -> None:
    upgrade_database(app)
    with app.app_context():
        forget_all_made()
        if is_first_start():
            _fill()
        admins = select(User.email).join(User.roles).where(Role.name == ADMIN, User.active)
        admin = db.session.scalar(admins.order_by(User.id).limit(1))
        if admin is not None:
            print(f"A new sign-in link: flask --app wsgi user link {admin}", flush=True)


def _fill() -> None:
    """Content, and last the admin: until there is one, the next start goes on here."""
    labs, pages = load_labs(), load_pages()
    load_words()
    examples = load_examples()
    with writing():
        link = make_link(create_person(FIRST_ADMIN, "Verwaltung", admin=True))
    print(f"Loaded {labs} labs, {pages} pages and {examples} example pages.", flush=True)
    print("\nSign in as admin (works once, for one hour):", flush=True)
    print(f"  {address_of(link)}\n", flush=True)


def _check_port(settings: Settings) -> None:
    # As gunicorn tells them apart.
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as taken:
            if isinstance(taken, socket.gaierror) or taken.errno == errno.EADDRNOTAVAIL:
                sys.exit(
                    "Laborwiki cannot start: LABORWIKI_HOST must be an address of this machine, "
                    f"not {settings.host!r}."
                )
            sys.exit(
                f"Laborwiki cannot start: {settings.bind} cannot be used "
                f"({taken.strerror}). Choose another PORT."
            )


def main() -> None:
    """Get ready and serve until stopped; with `background` be the process beside the workers."""
    # People's addresses and drafts lie in the data folder, however wide that is.
    os.umask(0o077)
    try:
        settings = Settings.from_environment()
        if sys.argv[1:] == [BACKGROUND]:
            background.run(create_app(settings))
            return
        _check_port(settings)
        prepare(settings)
    except WrongSetting as wrong:
        sys.exit(f"Laborwiki cannot start: {wrong}")
    print(f"Laborwiki: {settings.public_url}", flush=True)
    Server(settings).run()


if __name__ == "__main__":
    main()
