"""pandoc, kept on a short lead: no network, no files but its own, little time and memory.

It reads documents that may be made to break it, and writes Word from our own HTML. It runs in
its sandbox, which reads nothing that is not named on the command line; two run at a time on the
whole machine, and who comes third is told to come back.
"""

import fcntl
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path

import pypandoc
from flask import current_app

from wiki.config import Settings
from wiki.errors import LaborwikiError

SECONDS = 30
MEMORY = "512m"
MOST_BYTES = 60_000_000  # of what it writes
PLACES = 2
WAIT_SECONDS = 5.0
RETRY_SECONDS = 10


class PandocFailed(Exception):
    """The document could not be converted in time, or at all."""


class Busy(LaborwikiError):
    """Enough conversions are running; it works again in a moment."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def convert(data: bytes, arguments: Sequence[str]) -> bytes:
    """What pandoc makes of `data`, as the arguments say (`--from=…`, `--to=…`).

    Raises:
        PandocFailed: it took too long, wrote too much, or could not read it.
        Busy: too many are at it already.
    """
    with _place(), tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        source = stack.enter_context(tempfile.TemporaryFile(dir=folder))
        source.write(data)
        source.seek(0)
        target = stack.enter_context(tempfile.TemporaryFile(dir=folder))
        process = subprocess.Popen(
            [
                pypandoc.get_pandoc_path(),
                "--sandbox",
                *arguments,
                "--output=-",
                *("+RTS", f"-M{MEMORY}", "-RTS"),
            ],
            stdin=source,
            stdout=target,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"LANG": "C.UTF-8", "HOME": folder},
        )
        # It has only just begun: what it could do before this line is nothing.
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise PandocFailed from None
        finally:
            process.kill()
            process.wait()
        if status != 0:
            raise PandocFailed
        target.seek(0)
        return target.read()


@contextmanager
def _place() -> Iterator[None]:
    """One of a few places, for all processes together; the lock of a dead one is free again."""
    settings: Settings = current_app.config["LABORWIKI"]
    folder = settings.data / "cache"
    folder.mkdir(exist_ok=True)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        for number in range(PLACES):
            with (folder / f"pandoc-{number}.lock").open("w") as lock:
                if _taken(lock.fileno()):
                    yield
                    return
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(0.05)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def path_of(name: str) -> Path:
    """A file of ours that pandoc is told to use."""
    return Path(__file__).parent / name
