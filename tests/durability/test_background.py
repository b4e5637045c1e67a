"""The server's processes: the search keeps up, whoever is killed comes back or goes along."""

import fcntl
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from tests.durability.conftest import is_in_step, link_for
from tests.durability.serving import (
    ROOT,
    Browser,
    Server,
    children_of,
    environment,
    is_alive,
    kill,
    serving,
    wait_for,
)

NOTICE = "Die Suche wird gerade neu aufgebaut."
PAGE = "/wiki/world-cafe"


@pytest.fixture(scope="module")
def vera(server: Server) -> Browser:
    """Signed in by the link that the first start printed."""
    (link,) = re.findall(r"http://\S+/anmelden/\S+", server.said())
    return Browser(server.port).sign_in(link)


@pytest.fixture
def reader(server: Server) -> Browser:
    return Browser(server.port)


@pytest.fixture
def second(server: Server) -> Iterator[Server]:
    """Another server on the same folder."""
    with serving(server.data) as second:
        yield second


def test_the_first_start_shows_the_starter_content(server: Server, reader: Browser):
    assert "Loaded" in server.said()
    assert reader.get(PAGE).status == 200
    assert len(server.workers()) == 2
    assert reader.get("/readyz").status in (200, 503)


def test_the_search_finds_a_page_within_a_second_after_it_was_saved(vera: Browser, reader: Browser):
    wait_for(lambda: NOTICE not in reader.get("/suche?q=Rezept").text, 30)
    seconds = []
    for _ in range(7):
        word = saved_word(vera)
        saved = time.monotonic()
        wait_for(lambda word=word: finds(reader, word), 20)
        seconds.append(time.monotonic() - saved)

    assert statistics.median(seconds) < 1


def test_a_killed_background_process_comes_back_and_catches_up(
    server: Server, vera: Browser, reader: Browser
):
    killed = server.background()
    kill(killed)
    word = saved_word(vera)

    wait_for(lambda: finds(reader, word), 30)
    assert server.background() != killed
    assert not is_alive(killed)


def test_a_killed_worker_comes_back_and_nobody_notices(server: Server, reader: Browser):
    killed = server.workers()[0]
    kill(killed)

    wait_for(lambda: len(server.workers()) == 2 and killed not in server.workers(), 15)
    assert Browser(server.port).get(PAGE).status == 200
    assert Browser(server.port).get("/suche?q=Rezept").status == 200


@pytest.mark.parametrize("damaged", ["every file", "the newest table of contents", "no file left"])
def test_a_damaged_index_is_said_and_heals_by_itself(server: Server, vera: Browser, damaged: str):
    wait_for(lambda: is_in_step(server.data), 30)
    damage(server.data / "search", damaged)

    answers = [Browser(server.port).get("/suche?q=Rezept")]
    wait_for(
        lambda: (
            answers.append(Browser(server.port).get("/suche?q=Rezept"))
            or NOTICE not in answers[-1].text
            and "Treffer für „Rezept“" in answers[-1].text
        ),
        40,
    )
    assert {answer.status for answer in answers} == {200}
    word = saved_word(vera)
    wait_for(lambda: finds(Browser(server.port), word), 20)
    wait_for(lambda: is_in_step(server.data), 30)


def test_a_second_server_on_the_same_folder_waits_with_its_background_process(
    server: Server, second: Server, vera: Browser
):
    backgrounds = {server.background(), second.background()}
    elected = wait_for(lambda: holder_of_lock(server.data), 10)
    assert elected in backgrounds
    word = saved_word(vera)
    wait_for(lambda: finds(Browser(second.port), word), 20)
    assert holder_of_lock(server.data) == elected

    kill(elected)
    wait_for(lambda: holder_of_lock(server.data) in backgrounds - {elected}, 20)
    word = saved_word(vera)
    wait_for(lambda: finds(Browser(second.port), word), 20)


def test_when_the_main_process_is_killed_all_others_end_and_a_new_one_goes_on(data: Path):
    server = Server(data).wait()
    try:
        vera = Browser(server.port).sign_in(link_for(data))
        saved_word(vera)
        everybody = [*server.workers(), server.background()]
        everybody += [pid for each in everybody for pid in children_of(each)]
        word = saved_word(vera)
        vera.connection.close()
    finally:
        server.kill()

    wait_for(lambda: not any(is_alive(pid) for pid in everybody), 15)
    with serving(data) as again:
        assert word in Browser(again.port).get(PAGE).text
        wait_for(lambda: finds(Browser(again.port), word), 20)


def test_a_stopped_server_ends_all_its_processes_and_says_nothing_bad(data: Path):
    with serving(data) as server:
        everybody = [*server.workers(), server.background()]
        vera = Browser(server.port).sign_in(link_for(data))
        saved_word(vera)
        everybody += [pid for each in everybody for pid in children_of(each)]
        vera.connection.close()

    wait_for(lambda: not any(is_alive(pid) for pid in everybody), 15)
    assert server.process.returncode == 0
    assert "Traceback" not in server.said()


def test_a_second_start_is_quick_and_changes_nothing(data: Path):
    before = everything_in(data)
    seconds = []
    for _ in range(2):
        with serving(data) as server:
            seconds.append(time.monotonic() - server.began)
            assert "Loaded" not in server.said()

    assert min(seconds) < 5
    assert everything_in(data) == before
    assert not (data / "backups").exists()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("LABORWIKI_BASE_URL", "nonsense"),
        ("LABORWIKI_WORKERS", "zwei"),
        ("LABORWIKI_MAIL_SENDER", "niemand"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    tmp_path: Path, setting: str, value: str
):
    started = subprocess.run(
        [sys.executable, "-m", "wiki.server"],
        cwd=ROOT,
        env=environment(tmp_path / "data", 8000) | {setting: value},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert started.returncode not in (0, -9)
    (sentence,) = (started.stdout + started.stderr).splitlines()
    assert sentence.startswith(f"Laborwiki cannot start: {setting} must ")
    assert sentence.endswith(f", not '{value}'.")
    assert not (tmp_path / "data").exists()


def saved_word(person: Browser, address: str = PAGE) -> str:
    """A word that no other page says, saved on this one."""
    word = "wort" + uuid4().hex
    answer = person.send_form(
        f"{address}/bearbeiten", summary=f"Hier {word}.", agree="1", do="publish"
    )
    assert answer.status == 303, answer.text
    return word


def finds(person: Browser, word: str) -> bool:
    """Whether the index finds it; the database would find it at once."""
    answer = person.get(f"/suche?q={word}")
    assert answer.status == 200
    return f'href="{PAGE}"' in answer.text and NOTICE not in answer.text


def damage(folder: Path, what: str) -> None:
    files = [path for path in folder.glob("v*/*") if path.is_file()]
    if what == "the newest table of contents":
        files = [path for path in files if path.suffix == ".toc"]
    for path in files:
        if what == "no file left":
            path.unlink()
        else:
            garbage = os.urandom(path.stat().st_size)
            path.write_bytes(garbage)


def holder_of_lock(data: Path) -> int:
    """The process that holds the lock of the background work, 0 if nobody does."""
    path = data / "background.lock"
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            return 0
    inode = f":{path.stat().st_ino} "
    for line in Path("/proc/locks").read_text().splitlines():
        if "FLOCK" in line and "->" not in line and inode in line:
            return int(line.split()[4])
    return 0


def everything_in(data: Path) -> str:
    with closing(sqlite3.connect(data / "laborwiki.sqlite3")) as connection:
        return "\n".join(connection.iterdump())
