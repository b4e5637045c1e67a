"""The search while others write, and the same questions put to SQLite's own full-text search."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask

from search import SearchIndex, first
from tests.bench.recipes import TOPICS, questions
from tests.bench.table import Table, Times, timed
from tests.durability.conftest import link_for
from tests.durability.serving import Browser, Server
from wiki.db import db
from wiki.finding.indexing import document_of
from wiki.finding.looking import ON_A_PAGE
from wiki.pages.models import Page, Revision

QUESTIONS = 200
WARM_UP = 50
WRITERS = 2
GZIP = {"Accept-Encoding": "gzip"}
HTMX = {"HX-Request": "true", "HX-Target": "results"}
NARROWED = [("art", "format"), ("ort", "mobil"), ("personen", "12"), ("minuten", "90")]


def measure_search(
    table: Table, server: Server, slugs: list[str], count: int, page_budget: float
) -> None:
    """The index by itself, the page, the page with filters, a step while typing."""
    table.head(f"Search over {count} recipes ({QUESTIONS} questions of one to three words)")
    asked = questions(QUESTIONS)
    index = SearchIndex(server.data / "search")
    best = first(ON_A_PAGE)
    alone = _each(asked, lambda words: index.search(words, best))
    table.row(f"the index itself, {ON_A_PAGE} hits with excerpts", alone)
    with closing(Browser(server.port)) as reader:
        _measure_pages(table, reader, asked, page_budget, "")
        with writing(server, slugs):
            _measure_pages(table, reader, asked, page_budget, ", two write each second")


def _measure_pages(
    table: Table, reader: Browser, asked: list[str], page_budget: float, meanwhile: str
) -> None:
    more = [*NARROWED, ("thema", TOPICS[0])]
    for name, headers, filters, budget in (
        ("the whole page over HTTP", GZIP, [], page_budget),
        ("narrowed by five filters", GZIP, more, page_budget),
        ("a step while typing", GZIP | HTMX, [], 30),
    ):

        def ask(
            words: str, headers: dict[str, str] = headers, filters: list[tuple[str, str]] = filters
        ) -> None:
            answer = reader.get("/suche?" + urlencode([("q", words), *filters]), **headers)
            assert answer.status == 200

        times = _each(asked, ask)
        table.row(name + meanwhile, times, times.p95, budget, " ms p95")


@contextmanager
def writing(server: Server, slugs: list[str]) -> Iterator[None]:
    """Two people meanwhile save a recipe each second, by the form."""
    done = Event()
    with ExitStack() as stack:
        for slug in slugs[:WRITERS]:
            browser = stack.enter_context(closing(Browser(server.port)))
            browser.sign_in(link_for(server.data))
            writer = Thread(target=_write, args=(browser, slug, done))
            writer.start()
            stack.callback(writer.join)
        try:
            yield
        finally:
            done.set()


def _write(browser: Browser, slug: str, done: Event) -> None:
    form = f"/wiki/{slug}/bearbeiten"
    while not done.is_set():
        begun = time.monotonic()
        fields = browser.filled_form(form, steps__s00__text=f"Neu: {uuid4().hex}.", agree="1")
        browser.post(form, [*fields, ("do", "publish")])
        done.wait(max(0.0, 1 - (time.monotonic() - begun)))


def measure_size(table: Table, data: Path) -> None:
    size = sum(file.stat().st_size for file in (data / "search").rglob("*") if file.is_file())
    table.row("the index on disk", f"{size / 1e6:.0f} MB")


def measure_fts5(table: Table, app: Flask, count: int) -> None:
    """The same texts and questions through SQLite FTS5, with its ranking and its excerpts."""
    table.head(f"For comparison: SQLite FTS5 over the same {count} texts (no German, no facets)")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE text USING fts5(title, summary, body, "
            "tokenize = 'unicode61 remove_diacritics 2')"
        )
        seconds = timed(lambda: connection.executemany(_INSERT, _texts(app))) / 1000
        table.row("filling it", f"{seconds:.1f} s")

        def ask(words: str) -> None:
            query = " ".join(f'"{word}"' for word in re.findall(r"\w+", words))
            connection.execute(_COUNT, (query,)).fetchone()
            connection.execute(_BEST, (query, ON_A_PAGE)).fetchall()

        table.row(
            f"{ON_A_PAGE} hits with excerpts and their number", _each(questions(QUESTIONS), ask)
        )


_INSERT = "INSERT INTO text VALUES (?, ?, ?)"
_COUNT = "SELECT COUNT(*) FROM text WHERE text MATCH ?"
_BEST = (
    "SELECT title, snippet(text, 2, '<mark>', '</mark>', '…', 30) FROM text WHERE text MATCH ? "
    "ORDER BY bm25(text, 6.0, 2.0, 1.0) LIMIT ?"
)


def _texts(app: Flask) -> Iterator[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.execute(
            db.select(Page, Revision).join(
                Revision,
                (Revision.page_id == Page.id) & (Revision.number == Page.current_number),
            )
        )
        for page, revision in rows.yield_per(100):
            document = document_of(page, revision)
            yield document.title, document.summary, document.text


def _each(asked: list[str], ask: Callable[[str], object]) -> Times:
    for words in asked[:WARM_UP]:
        ask(words)
    return Times([timed(lambda words=words: ask(words)) for words in asked])
