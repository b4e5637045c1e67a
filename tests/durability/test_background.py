"""The server's processes: the search keeps up, whoever is killed comes back or goes along."""

import fcntl
import os
import re
import sqlite3
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
    visit,
    wait_for,
)
from wiki.config import NAMES, Settings, WrongSetting

# Whoosh leaves files open when it finds a damaged index; the test looks at one, too.
pytestmark = [
    pytest.mark.usefixtures("closes_files"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NOTICE = "Die Suche wird gerade neu aufgebaut."
PAGE = "/wiki/world-cafe"


@pytest.fixture(scope="module")
def vera(server: Server) -> Iterator[Browser]:
    """Signed in by the link that the first start printed."""
    (link,) = re.findall(r"http://\S+/anmelden/\S+", server.said())
    with closing(Browser(server.port)) as browser:
        yield browser.sign_in(link)


@pytest.fixture
def reader(server: Server) -> Iterator[Browser]:
    with closing(Browser(server.port)) as browser:
        yield browser


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


def test_the_search_finds_a_page_within_a_second_after_it_was_saved(server: Server, vera: Browser):
    wait_for(lambda: is_in_step(server.data), 60, pause=0.2)
    seconds = []
    for _ in range(7):
        word = saved_word(vera)
        saved = time.monotonic()
        wait_for(lambda word=word: finds(server.port, word), 20)
        seconds.append(time.monotonic() - saved)

    # The quickest: on a busy machine another one may wait for the processor.
    assert min(seconds) < 1


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "Script_Name", "SCRIPT-NAME"])
def test_no_header_says_where_the_wiki_stands(server: Server, name: str):
    """A reverse proxy on the same machine hands on what its visitors send."""
    claim = {name: "//evil.example"}

    answers = [
        visit(server.port, path, **claim)
        for path in (f"//evil.example{PAGE}", PAGE, "/", "/anmelden")
        for _time in range(4)
    ]
    answers += [visit(server.port, path) for path in (PAGE, "/", "/anmelden") for _time in range(4)]

    assert {answer.status for answer in answers} <= {200, 308, 404}
    assert not any("evil.example" in answer.text for answer in answers if answer.status == 200)


def test_a_killed_background_process_comes_back_and_catches_up(server: Server, vera: Browser):
    killed = server.background()
    kill(killed)
    word = saved_word(vera)

    wait_for(lambda: finds(server.port, word), 30)
    assert server.background() != killed
    assert not is_alive(killed)


def test_a_killed_worker_comes_back_and_nobody_notices(server: Server, reader: Browser):
    killed = server.workers()[0]
    kill(killed)

    wait_for(lambda: len(server.workers()) == 2 and killed not in server.workers(), 15)
    assert visit(server.port, PAGE).status == 200
    assert visit(server.port, "/suche?q=Rezept").status == 200


def test_a_second_server_on_the_same_folder_waits_with_its_background_process(
    server: Server, second: Server, vera: Browser
):
    backgrounds = {server.background(), second.background()}
    elected = wait_for(lambda: holder_of_lock(server.data), 10)
    assert elected in backgrounds
    word = saved_word(vera)
    wait_for(lambda: finds(second.port, word), 20)
    assert holder_of_lock(server.data) == elected

    kill(elected)
    wait_for(lambda: holder_of_lock(server.data) in backgrounds - {elected}, 20)
    word = saved_word(vera)
    wait_for(lambda: finds(second.port, word), 20)


@pytest.mark.parametrize("damaged", ["every file", "the newest table of contents", "no file left"])
def test_a_damaged_index_is_said_and_heals_by_itself(server: Server, vera: Browser, damaged: str):
    wait_for(lambda: is_in_step(server.data), 30, pause=0.2)
    damage(server.data / "search", damaged)

    statuses = []

    def is_healed() -> bool:
        answer = visit(server.port, "/suche?q=Rezept")
        statuses.append(answer.status)
        return NOTICE not in answer.text and "für „Rezept“" in answer.text

    wait_for(is_healed, 40)
    assert set(statuses) == {200}
    word = saved_word(vera)
    wait_for(lambda: finds(server.port, word), 20)
    wait_for(lambda: is_in_step(server.data), 30, pause=0.2)


def test_when_the_main_process_is_killed_all_others_end_and_a_new_one_goes_on(data: Path):
    server = Server(data).wait()
    try:
        word = word_saved_at(server)
        everybody = everybody_of(server)
    finally:
        server.kill()

    wait_for(lambda: not any(is_alive(pid) for pid in everybody), 15)
    with serving(data) as again:
        assert word in visit(again.port, PAGE).text
        wait_for(lambda: finds(again.port, word), 20)


def test_a_stopped_server_ends_all_its_processes_and_says_by_what(data: Path):
    with serving(data) as server:
        word_saved_at(server)
        everybody = everybody_of(server)

    wait_for(lambda: not any(is_alive(pid) for pid in everybody), 15)
    assert server.process.returncode == 0
    assert "Traceback" not in server.said()
    assert server.said().endswith("Laborwiki stops: SIGTERM.\n")


def test_a_second_start_is_quick_and_changes_nothing(data: Path):
    before = everything_in(data)
    with serving(data) as server:
        assert server.seconds_of_work() < 5
        assert "Loaded" not in server.said()

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


def test_an_address_of_another_machine_stops_the_start_with_one_sentence(tmp_path: Path):
    started = subprocess.run(
        [sys.executable, "-m", "wiki.server"],
        cwd=ROOT,
        env=environment(tmp_path / "data", 8000) | {"LABORWIKI_HOST": "203.0.113.7"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    (sentence,) = (started.stdout + started.stderr).splitlines()
    assert "LABORWIKI_HOST must be an address of this machine, not '203.0.113.7'." in sentence


def test_a_setting_that_does_not_exist_is_not_passed_over(tmp_path: Path):
    with pytest.raises(WrongSetting, match=r"LABORWIKI_WORKER is no .* LABORWIKI_WORKERS is meant"):
        Settings.from_environment({"LABORWIKI_DATA": str(tmp_path), "LABORWIKI_WORKER": "3"})

    documented = set(re.findall(r"LABORWIKI_[A-Z_]+", (ROOT / "docs/running.md").read_text()))
    assert documented == NAMES


def saved_word(person: Browser, address: str = PAGE) -> str:
    """A word that no other page says, saved on this one."""
    word = "wort" + uuid4().hex
    answer = person.send_form(
        f"{address}/bearbeiten", summary=f"Hier {word}.", agree="1", do="publish"
    )
    assert answer.status == 303, answer.text
    return word


def word_saved_at(server: Server) -> str:
    with closing(Browser(server.port)) as browser:
        return saved_word(browser.sign_in(link_for(server.data)))


def everybody_of(server: Server) -> list[int]:
    """Workers, background, and the processes that render for them."""
    own = [*server.workers(), server.background()]
    return own + [pid for each in own for pid in children_of(each)]


def finds(port: int, word: str) -> bool:
    """Whether the index finds it; the database would find it at once."""
    answer = visit(port, f"/suche?q={word}")
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
