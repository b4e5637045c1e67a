"""Starts that do not go well: what was begun is finished, and what cannot be is said in a line."""

import http.client
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import make_page
from tests.durability.serving import ROOT, Server, environment, free_port, serving, visit, wait_for
from wiki import create_app, server
from wiki.accounts.people import create_person, find_person
from wiki.config import Settings
from wiki.db import writing
from wiki.reuse.models import Import
from wiki.server import FIRST_ADMIN, prepare
from wiki.starter import examples, loading
from wiki.starter.loading import load_labs
from wiki.upgrading import upgrade_database


class PowerCut(Exception):
    pass


STEPS: dict[str, tuple[Any, str, int]] = {
    "before the labs": (server, "load_labs", 0),
    "among the pages": (loading, "create_page", 20),
    "before the words": (server, "load_words", 0),
    "among the examples": (examples, "propose", 0),
    "before the admin": (server, "create_person", 0),
    "before the link": (server, "make_link", 0),
}


@pytest.mark.parametrize("place", STEPS)
def test_a_first_start_that_was_stopped_is_finished_by_the_next(
    place: str,
    prepared: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    module, step, times = STEPS[place]
    with monkeypatch.context() as patched:
        patched.setattr(module, step, cut_after(times, getattr(module, step)))
        with pytest.raises(PowerCut):
            prepare(settings)
    assert "Sign in as admin" not in capsys.readouterr().out

    prepare(settings)

    assert "Sign in as admin" in capsys.readouterr().out
    assert content_of(settings.database) == content_of(prepared / "laborwiki.sqlite3")


def test_a_first_start_that_was_killed_is_finished_by_the_next(prepared: Path, tmp_path: Path):
    data = tmp_path / "data"
    killed = Server(data)
    wait_for(lambda: number_of_pages(data / "laborwiki.sqlite3") > 10, 60)
    killed.kill()
    assert number_of_pages(data / "laborwiki.sqlite3") < number_of_pages(
        prepared / "laborwiki.sqlite3"
    )

    with serving(data) as again:
        assert "Sign in as admin" in again.said()

    assert content_of(data / "laborwiki.sqlite3") == content_of(prepared / "laborwiki.sqlite3")


def an_account() -> None:
    with writing():
        create_person("vera@example.org", "Vera", admin=True)


def an_import() -> None:
    load_labs()
    with writing() as session:
        session.add(Import(name="export", params={}))


@pytest.mark.parametrize("come", [an_account, an_import, partial(make_page, "Eigene Seite")])
def test_where_somebody_was_before_nothing_is_loaded(
    come: Callable[[], object], settings: Settings, capsys: pytest.CaptureFixture[str]
):
    app = create_app(settings)
    upgrade_database(app)
    with app.app_context():
        come()
    before = content_of(settings.database)

    prepare(settings)

    assert content_of(settings.database) == before
    assert "Sign in as admin" not in capsys.readouterr().out


def test_the_start_names_an_admin_who_can_sign_in(data: Path, capsys: pytest.CaptureFixture[str]):
    settings = Settings(data=data)
    line = "A new sign-in link: flask --app wsgi user link"
    prepare(settings)
    assert f"{line} {FIRST_ADMIN}\n" in capsys.readouterr().out
    with create_app(settings).app_context(), writing() as session:
        first = find_person(FIRST_ADMIN)
        assert first is not None
        first.active = False
        session.flush()
        create_person("anke@example.org", "Anke")
        create_person("vera@example.org", "Vera", admin=True)

    prepare(settings)

    assert f"{line} vera@example.org\n" in capsys.readouterr().out


def test_two_first_starts_at_once_agree_on_the_secrets(tmp_path: Path):
    """Each reads what is kept, whoever made it."""
    program = "from wiki.config import Settings; print(Settings.from_environment().for_flask())"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment(tmp_path / "data", 8000),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]

    assert len({process.communicate(timeout=60)[0] for process in started}) == 1
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "password-salt",
        "secret-key",
        "totp-key",
    ]


def no_database(data: Path) -> str:
    Settings(data=data).for_flask()
    (data / "laborwiki.sqlite3").write_bytes(b"not a database at all, only some words" * 100)
    return f"{data}/laborwiki.sqlite3 cannot be used (file is not a database)."


def no_file_for_the_lock(data: Path) -> str:
    (data / "prepare.lock").mkdir()
    return f"{data}/prepare.lock cannot be used (Is a directory)."


def an_unreadable_secret(data: Path) -> str:
    (data / "totp-key").mkdir()
    return f"{data}/totp-key cannot be kept and read (Is a directory)."


def an_empty_secret(data: Path) -> str:
    (data / "secret-key").touch()
    return f"{data}/secret-key is empty. Put the one from a backup in its place; if it is"


@pytest.mark.parametrize(
    "spoil", [no_database, no_file_for_the_lock, an_unreadable_secret, an_empty_secret]
)
def test_a_folder_that_cannot_be_used_is_told_in_one_sentence(
    spoil: Callable[[Path], str], tmp_path: Path
):
    expected = spoil(tmp_path)

    assert sentence_of_start(tmp_path).startswith(f"Laborwiki cannot start: {expected}")


@pytest.mark.parametrize("most_bytes", [0, 20_000, 1_000_000])
def test_a_full_disk_is_told_in_one_sentence_and_spoils_nothing(most_bytes: int, tmp_path: Path):
    """Files that cannot grow further stand for it."""
    data = tmp_path / "data"
    full = (most_bytes, resource.RLIM_INFINITY)

    sentence = sentence_of_start(data, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, full))

    assert sentence.startswith(f"Laborwiki cannot start: {data}")
    assert "File too large" in sentence or "disk" in sentence
    with serving(data) as again:
        assert "Sign in as admin" in again.said()


def test_a_mistake_of_ours_is_not_taken_for_trouble_with_the_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(server, "load_labs", Path("/gibt/es/nicht").read_text)

    with pytest.raises(FileNotFoundError):
        prepare(settings)


def test_a_path_may_hold_any_letters(tmp_path: Path):
    data = tmp_path / "a?b#c%20d ü & mehr"
    with serving(data) as server:
        assert visit(server.port, "/").status == 200

    assert (data / "laborwiki.sqlite3").stat().st_size > 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".log"] == [data.name]


def test_what_the_server_keeps_is_for_its_owner_alone(tmp_path: Path):
    """Also in a folder that others may look into."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    with serving(data) as server:
        server.background()
        wait_for(lambda: (data / "search").exists(), 20)
        modes = {path.name: path.stat().st_mode & 0o077 for path in data.iterdir()}

    assert "laborwiki.sqlite3" in modes
    assert set(modes.values()) == {0}


def test_an_address_of_the_newer_internet_is_listened_on(tmp_path: Path):
    server = Server(tmp_path / "data", LABORWIKI_HOST="::1")
    try:
        wait_for(lambda: server.process.poll() is not None or "Laborwiki: " in server.said(), 60)
        assert f"Laborwiki: http://[::1]:{server.port}\n" in server.said()
        wait_for(lambda: answers_at("::1", server.port), 20)
    finally:
        server.stop()


def answers_at(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def sentence_of_start(data: Path, before: Callable[[], None] | None = None) -> str:
    """What a start says that ends by itself: one line, and nothing else."""
    started = subprocess.run(
        [sys.executable, "-m", "wiki.server"],
        cwd=ROOT,
        env=environment(data, free_port()),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=before,
    )
    assert started.returncode == 1, started.stderr
    (sentence,) = (started.stdout + started.stderr).splitlines()
    return sentence


def cut_after(times: int, step: Callable[..., Any]) -> Callable[..., Any]:
    """The step, which the power cut comes before when it was done so many times."""
    done = count()

    def do(*given: Any, **named: Any) -> Any:
        if next(done) == times:
            raise PowerCut
        return step(*given, **named)

    return do


def content_of(database: Path) -> list[list[tuple[Any, ...]]]:
    """What a first start makes, but for what is new each time."""
    questions = (
        "SELECT slug, is_example FROM lab ORDER BY slug",
        "SELECT slug FROM page_slug ORDER BY slug",
        "SELECT words FROM synonym_group ORDER BY words",
        "SELECT reason, name FROM proposal ORDER BY 1, 2",
        "SELECT email FROM user ORDER BY email",
    )
    with closing(sqlite3.connect(database)) as connection:
        return [connection.execute(question).fetchall() for question in questions]


def number_of_pages(database: Path) -> int:
    try:
        with closing(sqlite3.connect(database)) as connection:
            return int(connection.execute("SELECT count(*) FROM page").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
