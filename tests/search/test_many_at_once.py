import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from search import SearchIndex
from tests.at_once import WAIT_SECONDS
from tests.search.conftest import found, numbered


@pytest.fixture
def tmp_path(on_disk: Path) -> Path:
    """What is to last is written to a disk."""
    return on_disk


def in_threads(count: int, work: Callable[[], None], meanwhile: Callable[[], None]) -> list[str]:
    """The errors of `work`, repeated in `count` threads for as long as `meanwhile` takes."""
    errors: list[str] = []
    done = threading.Event()

    def repeat() -> None:
        while not done.is_set():
            try:
                work()
            except Exception as error:
                errors.append(repr(error))

    threads = [threading.Thread(target=repeat) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        meanwhile()
    finally:
        done.set()
        for thread in threads:
            thread.join(WAIT_SECONDS)
    return errors


def test_eight_threads_search_while_pages_change_and_segments_merge(filled: SearchIndex):
    def search() -> None:
        assert filled.search("Werkstatt").total == 20

    def change() -> None:
        for number in range(25):
            filled.apply([numbered(number % 20, number)], number)

    assert in_threads(8, search, change) == []


def test_threads_search_while_the_index_is_rebuilt(filled: SearchIndex):
    def search() -> None:
        assert filled.search("Werkstatt").total == 20

    def rebuild() -> None:
        for position in range(8):
            filled.rebuild([numbered(number) for number in range(20)], position)

    assert in_threads(4, search, rebuild) == []


def test_another_process_sees_changes_and_rebuilds_by_itself(filled: SearchIndex, start):
    assert len(found(filled, "Werkstatt")) == 20

    start("index.apply([numbered(77)], 2)").communicate()
    assert "id-77" in found(filled, "Werkstatt")
    start("index.rebuild([numbered(88)], 3)").communicate()
    assert found(filled, "Werkstatt") == ["id-88"]


def test_four_processes_write_at_once_and_lose_nothing(filled: SearchIndex, start):
    processes = [
        start(f"for n in range(8): index.apply([numbered(100 * {who} + n)], n)")
        for who in (1, 2, 3, 4)
    ]

    assert [process.communicate()[1] for process in processes] == ["", "", "", ""]
    written = {f"id-{100 * who + n}" for who in (1, 2, 3, 4) for n in range(8)}
    assert written <= set(found(filled, "Werkstatt"))
    assert len(filled.revisions()) == 20 + 32


def test_a_killed_writer_loses_nothing_it_has_confirmed(filled: SearchIndex, start, tmp_path: Path):
    """A change is page `n % 25` in revision n; every third one removes the page before it."""
    code = (
        "n = index.position()\n"
        "print(n, flush=True)\n"
        "while True:\n"
        "    n += 1\n"
        "    changes = [Removal(f'id-{(n - 1) % 25}')] if n % 3 == 0 else []\n"
        "    index.apply([numbered(n % 25, n), *changes], n, after=n - 1)\n"
        "    print(n, flush=True)\n"
    )
    for run in range(20):
        process = start(code)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.02 + 0.01 * run)
        process.kill()
        confirmed = process.communicate()[0].split()

        position = SearchIndex(tmp_path / "index").position()
        assert position >= int((confirmed or [0])[-1])
        expected = {f"id-{n}": 1 for n in range(20)}
        for n in range(2, position + 1):
            expected[f"id-{n % 25}"] = n
            if n % 3 == 0:
                expected.pop(f"id-{(n - 1) % 25}", None)
        assert filled.revisions() == expected
        assert sorted(found(filled, "Werkstatt")) == sorted(expected)
    assert position > 20


def test_an_index_object_serves_a_forked_process(filled: SearchIndex, start):
    process = start(
        "import os\n"
        "index.search('Werkstatt')\n"
        "child = os.fork()\n"
        "for _ in range(100): assert index.search('Werkstatt').total == 20\n"
        "if child: sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )

    assert process.communicate()[1] == ""
    assert process.returncode == 0
