"""`python -m tests.bench [--recipes N]`: the speed this project promises, measured in one run.

Real servers, real processes, generated recipes. Each thing is warmed up first; what is compared
is measured in turns, so that a busy machine slows both alike. Always ends with 0.
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from uuid import uuid4

from flask import Flask

from tests.bench.browsing import two_visits
from tests.bench.drafts import measure_drafts
from tests.bench.importing import measure_import
from tests.bench.links import measure_titles
from tests.bench.recipes import recipes
from tests.bench.searching import GZIP, measure_fts5, measure_search, measure_size
from tests.bench.table import Table, Times, machine, memory_of, timed
from tests.durability.conftest import link_for
from tests.durability.serving import (
    ROOT,
    Browser,
    Server,
    environment,
    free_port,
    serving,
    visit,
    wait_for,
)
from wiki import create_app
from wiki.config import Settings
from wiki.db import db
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.writing import Contribution, create_page
from wiki.server import prepare

FEW = 730
VIEWS = 400
CHANGED_VIEWS = 150
SAVES = 30


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--recipes", type=int, default=2_000, help="how many (default 2000)")
    wanted = options.parse_args().recipes
    table = Table()
    print(f"Laborwiki, {wanted} recipes of about 600 words; p50 / p95. {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        app = prepared(data)
        few = min(FEW, wanted)
        write(app, few)
        rebuild(data)
        with serving(data) as server:
            measure_search(table, server, some_slugs(app), few, page_budget=15)
        measure_writing_and_index(table, app, data, few, wanted)
        with serving(data) as server:
            slug = slug_of_one(app)
            measure_first_visit(table, server, slug)
            measure_views(table, server, slug)
            measure_search(table, server, some_slugs(app), wanted, page_budget=50)
            measure_size(table, data)
            measure_fts5(table, app, wanted)
            measure_titles(table, server, wanted)
            measure_saves(table, server, slug)
            measure_drafts(table, server, slug)
            measure_memory(table, server)
    measure_import(table, wanted)
    print(f"\n{machine()}")


def prepared(data: Path) -> Flask:
    """The starter content, and the application to write more."""
    settings = Settings(data=data)
    with redirect_stdout(StringIO()):
        prepare(settings)
    return create_app(settings)


def measure_writing_and_index(table: Table, app: Flask, data: Path, few: int, wanted: int) -> None:
    table.head("Writing and indexing many, one by one")
    if wanted > few:
        seconds = timed(lambda: write(app, wanted - few, few)) / 1000
        per_page = seconds / (wanted - few)
        table.row("one page through create_page, text rendered", f"{per_page * 1000:.1f} ms")
        table.row(f"{wanted} pages at that speed", f"{per_page * wanted:.0f} s")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = timed(lambda: rebuild(data)) / 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    table.row(f"`search rebuild` of {wanted} pages", f"{seconds:.0f} s, {work:.0f} s of work")
    ten_thousand = seconds * 10_000 / wanted
    table.row("rebuild, for 10,000 pages", f"{ten_thousand:.0f} s", ten_thousand, 180, " s")


def measure_first_visit(table: Table, server: Server, slug: str) -> None:
    table.head("What a visit to a recipe moves (Chromium, compressed, headers included)")
    visits = two_visits(f"http://127.0.0.1:{server.port}/wiki/{slug}")
    if visits is None:
        table.row("not measured: no Chromium here", "")
        return
    for name, seen, budget in (("first visit", visits[0], 150), ("second visit", visits[1], 20)):
        kilobytes = seen.bytes / 1000
        table.row(f"{name}: bytes", f"{kilobytes:.1f} kB", kilobytes, budget, " kB")
        table.row(f"{name}: requests", seen.requests, seen.requests, 10)


def measure_views(table: Table, server: Server, slug: str) -> None:
    """In turns: bare view, kept page, 304, signed in; then with a save before each; then with a
    change that no request made, as by an import.
    """
    table.head("A page view, and how many times a bare Flask view it takes")
    address = f"/wiki/{slug}"
    first = visit(server.port, address, **GZIP)
    with (
        bare_server(slug, first.body) as bare_port,
        closing(Browser(bare_port)) as bare,
        closing(Browser(server.port)) as reader,
        closing(Browser(server.port)) as person,
    ):
        person.sign_in(link_for(server.data))
        known = {**GZIP, "If-None-Match": first.headers["ETag"]}
        views: dict[str, Callable[[], object]] = {
            "bare": lambda: bare.get(address, **GZIP),
            "kept": lambda: reader.get(address, **GZIP),
            "unchanged": lambda: reader.get(address, **known),
            "signed in": lambda: person.get(address, **GZIP),
        }
        assert bare.get(address, **GZIP).body == reader.get(address, **GZIP).body
        assert reader.get(address, **known).status == 304
        assert "Bearbeiten" in person.get(address).text
        times = in_turns(views, VIEWS)

        both = {"bare": views["bare"], "changed": views["kept"]}
        form = f"{address}/bearbeiten"

        def saved() -> None:
            fields = person.filled_form(form, steps__s00__text=f"Neu: {uuid4().hex}.", agree="1")
            assert person.post(form, [*fields, ("do", "publish")]).status == 303

        changed = in_turns(both, CHANGED_VIEWS, saved)
        imported = in_turns(both, CHANGED_VIEWS, lambda: touch(server.data, slug))

    base = times["bare"].p50
    table.row(f"bare Flask view of the same {len(first.body)} bytes (gzip)", times["bare"])
    ratio(table, "reader, page kept", times["kept"], base, 1.5)
    ratio(table, "reader, page unchanged: 304", times["unchanged"], base, times["kept"].p50 / base)
    ratio(table, "reader, saved since last seen", changed["changed"], changed["bare"].p50, 4)
    ratio(table, "reader, imported since last seen", imported["changed"], imported["bare"].p50, 4)
    ratio(table, "signed in", times["signed in"], base, 4)


def ratio(table: Table, name: str, times: Times, base: float, budget: float) -> None:
    value = times.p50 / base
    table.row(name, f"{times}  {value:.2f}×", value, round(budget, 2), "×")


def measure_saves(table: Table, server: Server, slug: str) -> None:
    """Each save changes a step's text; another reader looks for its new word at once."""
    table.head("A save, by the form, with a person signed in")
    form = f"/wiki/{slug}/bearbeiten"
    answers, found = [], []
    with closing(Browser(server.port)) as person, closing(Browser(server.port)) as reader:
        person.sign_in(link_for(server.data))
        for number in range(SAVES + 3):
            word = "fund" + uuid4().hex[:12]
            fields = person.filled_form(form, steps__s00__text=f"Neu: {word}.", agree="1")
            begun = time.perf_counter()
            answer = person.post(form, [*fields, ("do", "publish")])
            answered = time.perf_counter()
            assert answer.status == 303, answer.text

            def is_found(word: str = word) -> bool:
                return f'href="/wiki/{slug}"' in reader.get(f"/suche?q={word}").text

            wait_for(is_found, 60)
            if number >= 3:
                answers.append((answered - begun) * 1000)
                found.append((time.perf_counter() - begun) * 1000)
    times = Times(answers)
    table.row("its own answer", times, times.p50, 100, " ms p50")
    times = Times(found)
    table.row("until the search finds it", times, times.p95, 1_000, " ms p95")


def measure_memory(table: Table, server: Server) -> None:
    table.head("Memory after all that")
    for name, pids in (("web worker", server.workers()), ("background", [server.background()])):
        for pid in pids:
            used = memory_of(pid)
            shown = f"{used['Rss']:.0f} MB RSS, {used['Pss']:.0f} MB PSS"
            table.row(name, shown, used["Rss"], 200, " MB RSS")


def in_turns(
    views: dict[str, Callable[[], object]], count: int, before: Callable[[], None] | None = None
) -> dict[str, Times]:
    """Each view `count` times, one after the other, after a tenth of that for warming up."""
    times: dict[str, list[float]] = {name: [] for name in views}
    for number in range(count + count // 10):
        for name, view in views.items():
            if before is not None:
                before()
            took = timed(view)
            if number >= count // 10:
                times[name].append(took)
    return {name: Times(values) for name, values in times.items()}


def write(app: Flask, count: int, start: int = 0) -> None:
    with app.app_context():
        kind = kinds().named("format")
        for values in recipes(count, start):
            content = kind.content.model_validate(values)
            create_page(kind, content, Contribution(by=None), publish=True)
            db.session.remove()


def rebuild(data: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "search", "rebuild"],
        cwd=ROOT,
        env=environment(data, 8000),
        check=True,
        capture_output=True,
    )


@contextmanager
def bare_server(slug: str, body: bytes) -> Iterator[int]:
    """The bare view behind the same gunicorn settings as ours; yields its port."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bare.sqlite3"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE page (slug TEXT PRIMARY KEY, body BLOB)")
            connection.execute("INSERT INTO page VALUES (?, ?)", (slug, body))
        port = free_port()
        options = (
            "--worker-class=gthread --workers=2 --threads=4 --keep-alive=15 --log-level=warning"
        )
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--no-control-socket"),
                *(*options.split(), f"--bind=127.0.0.1:{port}", "tests.bench.bare:app"),
            ],
            cwd=ROOT,
            env=os.environ | {"BARE_DATABASE": str(path)},
        )
        try:
            wait_for(lambda: answers(port, f"/wiki/{slug}"), 60)
            yield port
        finally:
            process.terminate()
            process.wait()


def answers(port: int, address: str) -> bool:
    try:
        return visit(port, address).status == 200
    except OSError:
        return False


def touch(data: Path, slug: str) -> None:
    """As if a new version had just been imported: nothing that was kept of it fits."""
    with closing(sqlite3.connect(data / "laborwiki.sqlite3", timeout=10)) as connection, connection:
        connection.execute("UPDATE page SET touched = touched + 1 WHERE slug = ?", (slug,))
        connection.execute(
            "UPDATE rendering SET html = json_set(html, '$.made', hex(randomblob(8))) "
            "WHERE revision_id IN (SELECT revision.id FROM revision JOIN page "
            "ON page.id = revision.page_id AND page.current_number = revision.number "
            "WHERE page.slug = ?)",
            (slug,),
        )
        connection.execute(
            "UPDATE revision SET created_at = datetime(created_at, '+1 second') WHERE page_id = "
            "(SELECT id FROM page WHERE slug = ?)",
            (slug,),
        )


def slug_of_one(app: Flask) -> str:
    return some_slugs(app)[0]


def some_slugs(app: Flask) -> list[str]:
    """The addresses of the newest recipes."""
    with app.app_context():
        return list(db.session.scalars(db.select(Page.slug).order_by(Page.id.desc()).limit(5)))


if __name__ == "__main__":
    main()
