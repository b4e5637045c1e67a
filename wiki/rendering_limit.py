"""Gives work that could take too long to a child process, which is killed at the time limit.

The child is a fresh interpreter, never a fork: web workers have threads. It ends when its
parent ends, because its only connection closes.
"""

import atexit
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

START_LIMIT = 30.0  # seconds for the interpreter and its imports, on a busy machine
MEMORY_LIMIT = 1024**3  # bytes of address space

# A bare package in place of wiki/__init__.py: the child needs neither Flask nor the database.
_START = """
import sys, types
package = types.ModuleType("wiki")
package.__path__ = [sys.argv[1]]
sys.modules["wiki"] = package
from wiki.rendering_limit import serve
serve(int(sys.argv[2]), sys.argv[3], sys.argv[4])
"""


class OutOfTime(Exception):
    """The limit was reached; `answers` are those that came in time."""

    def __init__(self, answers: list[Any]) -> None:
        super().__init__(answers)
        self.answers = answers


class WorkerLost(Exception):
    """The child ended twice by itself, for example for lack of memory."""


class Worker:
    """One child, started when first needed; calls from several threads wait for each other.

    `function` is the module and the name of a function that takes one value and yields answers.
    """

    def __init__(self, module: str, function: str) -> None:
        self._function = (module, function)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        atexit.register(self.stop)
        os.register_at_fork(after_in_child=self._leave_to_parent)

    def ask(self, value: Any, seconds: float) -> list[Any]:
        """All answers, or OutOfTime after `seconds`; the time to start a child is not counted."""
        with self._lock:
            for _ in range(2):
                try:
                    return self._ask(value, seconds)
                except (EOFError, OSError):
                    self.stop()
            raise WorkerLost

    def stop(self) -> None:
        """Kill the child; the next question starts another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _ask(self, value: Any, seconds: float) -> list[Any]:
        connection = self._connection or self._start()
        connection.send((seconds, value))
        deadline = time.monotonic() + seconds
        answers: list[Any] = []
        while connection.poll(max(0.0, deadline - time.monotonic())):
            answer = connection.recv()
            if answer is None:
                return answers
            answers.append(answer)
        self.stop()
        raise OutOfTime(answers)

    def _start(self) -> "Connection[Any, Any]":
        ours, theirs = Pipe()
        with theirs:
            handle = theirs.fileno()
            package = str(Path(__file__).parent)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, package, str(handle), *self._function],
                stdin=subprocess.DEVNULL,
                pass_fds=[handle],
            )
        self._connection = ours
        if not ours.poll(START_LIMIT):
            raise EOFError
        ours.recv()
        return ours

    def _leave_to_parent(self) -> None:
        """After a fork: the child belongs to the parent, and so does a lock held meanwhile."""
        self._lock = threading.Lock()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.returncode = 0  # else Popen warns about a process that is not ours
            self._process = None


def serve(handle: int, module: str, function: str) -> None:
    """Answer questions until the parent is gone: what the child runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    answer: Callable[[Any], Iterable[Any]] = getattr(import_module(module), function)
    with Connection(handle) as connection:
        try:
            connection.send("ready")
            while True:
                seconds, value = connection.recv()
                # The parent kills first; this is for a parent that died meanwhile.
                signal.setitimer(signal.ITIMER_REAL, seconds + 1)
                for item in answer(value):
                    connection.send(item)
                connection.send(None)
                signal.setitimer(signal.ITIMER_REAL, 0)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return
