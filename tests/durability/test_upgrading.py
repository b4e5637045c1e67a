"""A new release meets the database of an old one."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.at_once import WAIT_SECONDS
from tests.conftest import make_page
from tests.durability.serving import ROOT, environment, free_port
from wiki import create_app, upgrading
from wiki.config import Settings
from wiki.db import Base, db, migrate, now, writing
from wiki.labs.models import Lab
from wiki.pages.kinds import kinds
from wiki.pages.listing import newest_pages
from wiki.pages.models import Revision
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, revision_of, save_edit
from wiki.upgrading import KEPT_COPIES, FromNewerVersion, copy_database, upgrade_database

NEXT_RELEASE = """
revision = "next_release"
down_revision = "{head}"
branch_labels = None
depends_on = None

import sqlalchemy as sa
from alembic import op


def upgrade():
    with op.batch_alter_table("lab") as table:
        table.add_column(sa.Column("motto", sa.String(80), nullable=True))
    op.execute("UPDATE lab SET motto = 'Einfach machen'")
    {more}


def downgrade():
    pass
"""


@pytest.fixture
def old(settings: Settings) -> Flask:
    """An application on a database of the present release, with one lab in it."""
    app = create_app(settings)
    upgrade_database(app)
    with app.app_context(), writing() as session:
        session.add(Lab(slug="soest", name="Werkstatt", position=1))
    return app


@pytest.fixture
def release(old: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the application know one more migration than there is."""

    def release_next(more: str = "") -> None:
        with old.app_context():
            script = ScriptDirectory.from_config(migrate.get_config())
        shutil.copytree(script.dir, tmp_path / "migrations")
        (tmp_path / "migrations" / "versions" / "next_release.py").write_text(
            NEXT_RELEASE.format(head=script.get_current_head(), more=more)
        )
        monkeypatch.setattr(migrate, "directory", str(tmp_path / "migrations"))

    return release_next


def test_the_migrations_make_the_tables_that_the_models_describe(settings: Settings):
    app = create_app(settings)
    upgrade_database(app)

    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_lists_know_the_language_of_pages_that_were_written_before(settings: Settings):
    app = create_app(settings)
    upgrade_database(app)
    with app.app_context():
        make_page("Deutsch")
        make_page("English", language="en")
        downgrade(revision="0016")
        upgrade()

        assert {card.title: card.language for card in newest_pages(None)} == {
            "Deutsch": "de",
            "English": "en",
        }


def test_versions_that_were_saved_before_know_what_they_changed(settings: Settings):
    app = create_app(settings)
    upgrade_database(app)
    with app.app_context():
        page = make_page("Sprechstunde")
        make_page("Andere Seite", summary="Etwas anderes.")
        for number, fields in ((1, {"summary": "Neu."}), (2, {"summary": "", "topics": ["KI"]})):
            old = content_of(revision_of(page, number))
            content = type(old).model_validate({**old.to_json(), **fields})
            kind = kinds().named(page.kind)
            by_command = Contribution(by=None, is_operator=True)
            save_edit(page, kind, content, by_command, base=number, publish=False)
        query = select(Revision.changed_fields).order_by(Revision.page_id, Revision.number)
        saved = list(db.session.scalars(query))
        db.session.remove()
        downgrade(revision="0017")
        upgrade()

        assert list(db.session.scalars(query)) == saved
        assert saved == [None, ["summary"], ["summary", "topics"], None]


def test_there_is_one_newest_migration_and_it_is_reached(settings: Settings):
    app = create_app(settings)
    upgrade_database(app)

    with app.app_context(), db.engine.connect() as connection:
        script = ScriptDirectory.from_config(migrate.get_config())
        assert len(script.get_heads()) == 1
        current = MigrationContext.configure(connection).get_current_revision()
        assert current == script.get_current_head()


def test_a_new_database_and_one_that_is_up_to_date_are_not_copied(settings: Settings, old: Flask):
    upgrade_database(old)

    assert not (settings.data / "backups").exists()


def test_before_an_upgrade_the_database_is_copied_aside(
    settings: Settings, old: Flask, release: Callable[..., None]
):
    before = dump_of(database_of(settings))
    release()

    upgrade_database(old)

    (copy,) = (settings.data / "backups").iterdir()
    assert copy.name.startswith("vor-next_release-")
    assert dump_of(copy) == before
    assert "Einfach machen" in dump_of(database_of(settings))
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    settings: Settings, old: Flask, release: Callable[..., None]
):
    before = dump_of(database_of(settings))
    release(more='op.execute("DROP TABLE no_such_table")')

    with pytest.raises(OperationalError, match="no_such_table"):
        upgrade_database(old)

    assert dump_of(database_of(settings)) == before


def test_an_upgrade_that_fails_again_and_again_keeps_few_copies(
    settings: Settings, old: Flask, release: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    release(more='op.execute("DROP TABLE no_such_table")')
    times = [now() + timedelta(minutes=minutes) for minutes in range(KEPT_COPIES + 3)]
    monkeypatch.setattr(upgrading, "now", partial(next, iter(times)))
    for _ in times:
        with pytest.raises(OperationalError, match="no_such_table"):
            upgrade_database(old)

    copies = sorted(path.name for path in (settings.data / "backups").iterdir())
    kept = [times[0], *times[1 - KEPT_COPIES :]]
    assert copies == [f"vor-next_release-{time:%Y%m%d-%H%M%S}" for time in kept]


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path):
    with pytest.raises(sqlite3.Error):
        copy_database(ROOT / "README.md", tmp_path / "backups" / "copy")

    assert list((tmp_path / "backups").iterdir()) == []


def test_a_database_from_a_newer_version_is_left_alone(
    settings: Settings, old: Flask, release: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    release()
    upgrade_database(old)
    shutil.rmtree(settings.data / "backups")
    monkeypatch.undo()
    (settings.data / "secret-key").write_text("kept")
    before = dump_of(database_of(settings))

    with pytest.raises(FromNewerVersion):
        upgrade_database(old)
    started = run(settings, "-m", "wiki.server")
    command = run(settings, "-m", "flask", "--app", "wsgi", "db", "upgrade")

    assert (started.returncode, command.returncode) == (1, 1)
    (sentence,) = (started.stdout + started.stderr).splitlines()
    assert sentence.startswith("Laborwiki cannot start: ")
    assert "was last used by a newer version of Laborwiki" in sentence
    (sentence,) = (command.stdout + command.stderr).splitlines()
    assert "war zuletzt mit einer neueren Version in Betrieb" in sentence
    assert dump_of(database_of(settings)) == before
    assert not (settings.data / "backups").exists()


def run(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment(settings.data, free_port()),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_copy_made_while_others_write_is_whole(settings: Settings, old: Flask, tmp_path: Path):
    """Each write moves one step from a lab's version to its position: their sum never changes."""
    done, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(database_of(settings), timeout=10)) as connection:
            while not done.is_set():
                with connection:
                    connection.execute("UPDATE lab SET version = version - 1")
                    connection.execute("UPDATE lab SET position = position + 1")
                written.append(1)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        copies = [tmp_path / "copies" / str(number) for number in range(10)]
        for copy in copies:
            so_far = len(written)
            copy_database(database_of(settings), copy)
            while len(written) == so_far:
                pass
    finally:
        done.set()
        for writer in writers:
            writer.join(WAIT_SECONDS)

    for copy in copies:
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("SELECT version + position FROM lab").fetchall() == [(2,)]


def database_of(settings: Settings) -> Path:
    return settings.data / "laborwiki.sqlite3"


def dump_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())
