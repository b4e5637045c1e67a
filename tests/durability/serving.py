"""Real server processes, and a browser without JavaScript to visit them."""

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
T = TypeVar("T")
BACKGROUND = "wiki.server\0background"
Fields = list[tuple[str, str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path, port: int | str, **settings: str) -> dict[str, str]:
    """Ours without anybody's settings, and with these."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("LABORWIKI_") and k != "PORT"}
    return own | {
        "LABORWIKI_DATA": str(data),
        "PORT": str(port),
        "PYTHONWARNINGS": "ignore",
        **settings,
    }


class Server:
    """`python -m wiki.server` on a data folder; what it prints goes to a file beside it."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.with_name(f"{data.name}-{self.port}.log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wiki.server"],
                cwd=ROOT,
                env=environment(data, self.port, **settings),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> Self:
        """Until it answers."""
        wait_for(lambda: self.process.poll() is not None or self.answers(), 90)
        assert self.process.poll() is None, self.said()
        return self

    def answers(self) -> bool:
        try:
            return visit(self.port, "/healthz").status == 200
        except OSError:
            return False

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def background(self) -> int:
        """The number of its background process; waits until there is one."""
        return wait_for(lambda: next(iter(self._children(background=True)), 0), 20)

    def workers(self) -> list[int]:
        return self._children(background=False)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As if the power of this one process went."""
        self.process.kill()
        self.process.wait()

    def seconds_of_work(self) -> float:
        """What its main process has computed so far; a busy machine does not change it."""
        ticks = sum(map(int, _stat(self.process.pid)[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _children(self, background: bool) -> list[int]:
        numbers = [pid for pid in children_of(self.process.pid) if "wiki.server" in command_of(pid)]
        return [pid for pid in numbers if (BACKGROUND in command_of(pid)) == background]


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """A server that answers, and is stopped in the end whatever happens."""
    server = Server(data, **settings)
    try:
        yield server.wait()
    finally:
        server.stop()


def wait_for(question: Callable[[], T], seconds: float, pause: float = 0.02) -> T:
    """The first answer that is not empty."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, f"nothing after {seconds} seconds"
        time.sleep(pause)
    return answer


def children_of(parent: int) -> list[int]:
    return [pid for pid in _processes() if _state_and_parent(pid)[1] == parent]


def is_alive(pid: int) -> bool:
    return _state_and_parent(pid)[0] not in ("", "Z")


def command_of(pid: int) -> str:
    """Its arguments with NUL between them; a worker has those of its parent."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _state_and_parent(pid: int) -> tuple[str, int]:
    fields = _stat(pid)
    return (fields[0], int(fields[1])) if fields else ("", 0)


def _stat(pid: int) -> list[str]:
    """What the system counts of a process, from its state on; empty if there is none."""
    try:
        # The command stands in parentheses and may hold anything.
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Browser:
    """One connection that is kept, and cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}

    def close(self) -> None:
        self.connection.close()

    def get(self, address: str, **headers: str) -> Answer:
        return self._ask("GET", address, None, headers)

    def post(self, address: str, fields: Fields, **headers: str) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(fields), kind | headers)

    def send_form(self, page: str, action: str = "", **changed: str) -> Answer:
        """Open a page, change its form, send it off."""
        return self.post(action or page, self.filled_form(page, action, **changed))

    def filled_form(self, page: str, action: str = "", **changed: str) -> Fields:
        """What the form of a page would send with some of its fields changed."""
        return filled(form_in(self.get(page).text, action or page), **changed)

    def sign_in(self, link: str) -> Self:
        """By a one-time link."""
        address = link[link.index("/anmelden/") :].strip()
        answer = self.send_form(address)
        assert answer.status in (302, 303), answer.text
        return self

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {"Cookie": cookies, **headers}
        try:
            self.connection.request(method, address, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError):
            # The server had closed a connection that was not used for long, or its end died.
            self.connection.close()
            self.connection.request(method, address, body, headers)
            response = self.connection.getresponse()
        except BaseException:
            self.connection.close()
            raise
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, response.headers, response.read())


def visit(port: int, address: str, **headers: str) -> Answer:
    """One question on a connection of its own."""
    with closing(Browser(port)) as browser:
        return browser.get(address, **headers)


def filled(fields: Fields, **changed: str) -> Fields:
    """The fields with some of them changed; names are written with `__` for a dot."""
    wanted = {name.replace("__", "."): value for name, value in changed.items()}
    kept = [(name, wanted.pop(name, value)) for name, value in fields]
    return [*kept, *wanted.items()]


def form_in(html: str, action: str) -> Fields:
    """What the form with this action would send, buttons left out."""
    reader = _FormReader(action)
    reader.feed(html)
    assert reader.fields, f"no form for {action} in {html[:3000]}"
    return reader.fields


class _FormReader(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.fields: Fields = []
        self._inside = False
        self._area: str | None = None
        self._choice: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("action") == self.action and given.get("method") == "post"
        elif not self._inside:
            return
        elif tag == "input" and name:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.fields.append((name, value))
        elif tag == "textarea":
            self.fields.append((name, ""))
            self._area = ""
        elif tag == "select":
            self._choice = name
        elif tag == "option" and "selected" in given and self._choice:
            self.fields.append((self._choice, value))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._choice = None
        elif tag == "textarea" and self._area is not None:
            # A browser leaves out the line break right after the opening tag.
            text = self._area.removeprefix("\n")
            self.fields[-1] = (self.fields[-1][0], text)
            self._area = None
