"""How long many recipes take from a folder of files until the search finds the last one."""

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, redirect_stdout
from io import StringIO
from pathlib import Path

from search import IndexBroken, SearchIndex
from tests.bench.recipes import recipes
from tests.bench.table import Table, memory_of
from tests.durability.serving import ROOT, Server, environment, serving, wait_for
from wiki.background import LEAST_AGE
from wiki.config import Settings
from wiki.pages.textform import to_text
from wiki.recipes.content import RecipeContent
from wiki.server import prepare

AT_MOST = 180.0  # seconds for 10,000


def measure_import(table: Table, wanted: int) -> None:
    """`flask import` beside a running server, until everything is in its index."""
    table.head(f"Importing {wanted} recipes from files, with the server running")
    with tempfile.TemporaryDirectory() as folder:
        package, data = Path(folder) / "paket", Path(folder) / "data"
        _write_package(package, wanted)
        with redirect_stdout(StringIO()):
            prepare(Settings(data=data))
        with serving(data) as server:
            wait_for(lambda: _is_indexed(data), 120)
            work_before = _work(server)
            begun = time.perf_counter()
            _import(server, package)
            written = time.perf_counter() - begun
            wait_for(lambda: _is_indexed(data), 1_200)
            found = time.perf_counter() - begun
            ten_thousand = found * 10_000 / wanted
            table.row("written", f"{written:.0f} s, {written / wanted * 1000:.1f} ms a page")
            work = _work(server) - work_before
            table.row("in the index, too", f"{found:.0f} s, {work:.0f} s of work")
            table.row("for 10,000", f"{ten_thousand:.0f} s", ten_thousand, AT_MOST, " s")
            again = time.perf_counter()
            _import(server, package)
            table.row("again, nothing changed", f"{time.perf_counter() - again:.0f} s")
            for name, pids in (
                ("web worker", server.workers()),
                ("background", [server.background()]),
            ):
                for pid in pids:
                    used = memory_of(pid)["Rss"]
                    table.row(f"{name} after", f"{used:.0f} MB RSS", used, 200, " MB RSS")
            # A background process that has grown makes room for a fresh one when it is old enough.
            grown, until = server.background(), time.monotonic() + LEAST_AGE + 30
            while server.background() == grown and time.monotonic() < until:
                time.sleep(2)
            time.sleep(20)
            used = memory_of(server.background())["Rss"]
            table.row("background later", f"{used:.0f} MB RSS", used, 200, " MB RSS")


def _write_package(folder: Path, count: int) -> None:
    folder.mkdir()
    for number, values in enumerate(recipes(count)):
        text = to_text("format", RecipeContent.model_validate(values))
        (folder / f"rezept-{number:05}.md").write_text(text)


def _import(server: Server, package: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "import", str(package)],
        cwd=ROOT,
        env=environment(server.data, server.port),
        check=True,
        capture_output=True,
    )


def _work(server: Server) -> float:
    """Seconds of processor time that imports and the background process took until now."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    fields = Path(f"/proc/{server.background()}/stat").read_text().rpartition(")")[2].split()
    ticks = sum(int(field) for field in fields[11:15])
    return children.ru_utime + children.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _is_indexed(data: Path) -> bool:
    """Whether the index has reached the end of the change log."""
    with closing(sqlite3.connect(data / "laborwiki.sqlite3", timeout=10)) as connection:
        (newest,) = connection.execute("SELECT MAX(seq) FROM change").fetchone()
    try:
        return SearchIndex(data / "search").position() >= newest
    except IndexBroken:
        return False
