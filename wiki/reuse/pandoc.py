"""pandoc, kept on a short lead: no network, no files but its own, little time and memory.

It reads documents that may be made to break it, and writes Word from our own HTML. It runs in
its sandbox, which reads nothing that is not named on the command line; two run at a time on the
whole machine, and who comes third is told to come back.
"""

import resource
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pypandoc

from wiki.reuse.places import a_place

SECONDS = 30
MEMORY = "512m"
MOST_BYTES = 60_000_000  # of what it writes


class PandocFailed(Exception):
    """The document could not be converted in time, or at all."""


def convert(data: bytes, arguments: Sequence[str]) -> bytes:
    """What pandoc makes of `data`, as the arguments say (`--from=…`, `--to=…`).

    Raises:
        PandocFailed: it took too long, wrote too much, or could not read it.
        Busy: too many are at it already.
    """
    with a_place("pandoc"), tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
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


def path_of(name: str) -> Path:
    """A file of ours that pandoc is told to use."""
    return Path(__file__).parent / name
