"""Finished pages for readers without an account, kept per process until something changes."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from flask import Response, current_app, request, session
from markupsafe import Markup

from wiki.accounts.models import User
from wiki.db import db, now, request_stamp
from wiki.language import chosen_language, language_in_address
from wiki.pages.models import PageState

# Bytes of finished pages per web process; one is about 10 kB compressed.
ROOM = 24_000_000
# A part is about 40 kB.
PARTS = 200
# Of a page's stamp.
ETAG_BYTES = 12
# So is a page as one person saw it.
OWN_PAGES = 100

Part = TypeVar("Part")

_VERSIONS = (
    "SELECT page.id, page.touched, page.state, "
    "(SELECT COALESCE(SUM(version), 0) * 1000 + COUNT(*) FROM lab) "
    "FROM page WHERE "
)
_STAMP = _VERSIONS + "page.slug = ?"
_PUBLISHED = _VERSIONS + f"page.state = '{PageState.PUBLISHED.value}'"


def has_message() -> bool:
    """Whether a message waits for this reader alone: such a page is kept for nobody."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    return name in request.cookies and "_flashes" in session


class FinishedPages:
    """Finished bodies, compressed, by their ETag; the least recently read thrown out first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._used = 0
        self._lock = Lock()

    def get(self, etag: str) -> bytes | None:
        with self._lock:
            kept = self._bodies.get(etag)
            if kept is not None:
                self._bodies.move_to_end(etag)
            return kept

    def put(self, etag: str, kept: bytes) -> None:
        with self._lock:
            self._used += len(kept) - len(self._bodies.pop(etag, b""))
            self._bodies[etag] = kept
            while self._used > self._room and self._bodies:
                _etag, thrown_out = self._bodies.popitem(last=False)
                self._used -= len(thrown_out)


class Parts(Generic[Part]):
    """What was rendered, by its key; the oldest thrown out first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: OrderedDict[str, Part] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Part | None:
        with self._lock:
            return self._parts.get(key)

    def put(self, key: str, part: Part) -> None:
        with self._lock:
            self._parts[key] = part
            while len(self._parts) > self._most:
                self._parts.popitem(last=False)


def kept_part(key: str | None, caller: Callable[[], Markup]) -> Markup:
    """What stands in the template's `{% call kept_part(key) %}`, rendered once per key.

    The key must name everything the part depends on; without one it is rendered each time.
    """
    if key is None:
        return caller()
    parts: Parts[Markup] = current_app.extensions.setdefault("laborwiki-parts", Parts(PARTS))
    part = parts.get(key)
    if part is None:
        part = caller()
        parts.put(key, part)
    return part


@dataclass(frozen=True)
class OwnPage:
    """A page as one signed-in person saw it."""

    page_id: int
    html: str


def own_pages() -> Parts[OwnPage]:
    """Pages as signed-in people saw them, by `own_key`."""
    pages: Parts[OwnPage] = current_app.extensions.setdefault("laborwiki-own", Parts(OWN_PAGES))
    return pages


def own_key(user: User) -> str | None:
    """The key of what a signed-in person sees at this address until anything is written.

    None when the page says something only once.
    """
    if "_flashes" in session or "csrf_token" not in session:
        return None
    seen_by = (request.full_path, request.host, chosen_language(), user.id, session["csrf_token"])
    return f"own|{seen_by}|{now():%Y-%m-%d}|{request_stamp()}|{current_app.config['BUILD']}"


def part_key(rendering: dict[str, Any], *, writes: bool) -> str | None:
    """The key of what a page's version decides: its rendering, the language, the build.

    Whoever writes is led from a missing page to its form; others see its title.
    """
    made, build = rendering.get("made"), current_app.config["BUILD"]
    return f"{made}|{writes}|{_language()}|{build}" if made else None


def _language() -> tuple[str, str]:
    """The language of a page's words, and the one that its links ask for."""
    return chosen_language(), language_in_address()


class Stamp(NamedTuple):
    """Which version of a page it is, and the ETag of what a reader without an account sees of it.

    `version` is another after whatever changed the page: its id, its last change, the labs'.
    """

    version: str
    etag: str


def stamp_of(slug: str) -> Stamp | None:
    """The stamp of the page at this address; None if it is not public.

    One small query: the page's last change, the labs' names and colours, language and build.
    """
    rows = _ask(_STAMP, slug)
    if not rows or rows[0][2] != PageState.PUBLISHED.value:
        return None
    version, build = _version(*rows[0]), current_app.config["BUILD"]
    # The month: a page may say that what it tells is old.
    month = f"{now():%Y-%m}"
    key = f"{slug}|{version}|{month}|{_language()}|{request.host}|{build}"
    return Stamp(version, hashlib.blake2b(key.encode(), digest_size=ETAG_BYTES).hexdigest())


def current_versions() -> set[str]:
    """`Stamp.version` of every page that is public."""
    return {_version(*row) for row in _ask(_PUBLISHED)}


def _version(page_id: int, touched: int, _state: str, labs: int) -> str:
    return f"{page_id}-{touched}-{labs}"


def _ask(statement: str, *values: str) -> list[tuple[int, int, str, int]]:
    # Past the ORM: this one statement is the whole work of most requests.
    connection = db.engine.raw_connection()
    try:
        return list(connection.cursor().execute(statement, values))
    finally:
        connection.close()


def kept_answer(etag: str) -> Response | None:
    """304 if the reader has it, the kept body if this process has it, else None."""
    if request.if_none_match.contains_weak(etag):
        return _labelled(Response(status=304), etag)
    kept = _finished_pages().get(etag)
    return _answer(kept, etag) if kept else None


def keep(etag: str, body: str) -> Response:
    """Keep a finished body for the next readers, and answer with it."""
    # Level 6 would take twice as long for a twentieth fewer bytes.
    return keep_compressed(etag, gzip.compress(body.encode(), compresslevel=3, mtime=0))


def keep_compressed(etag: str, kept: bytes) -> Response:
    """The same for a body that somebody else compressed."""
    _finished_pages().put(etag, kept)
    return _answer(kept, etag)


def _finished_pages() -> FinishedPages:
    known: FinishedPages = current_app.extensions.setdefault("laborwiki-finished", FinishedPages())
    return known


def _answer(kept: bytes, etag: str) -> Response:
    if request.accept_encodings["gzip"]:
        response = Response(kept, mimetype="text/html")
        response.content_encoding = "gzip"
    else:
        response = Response(gzip.decompress(kept), mimetype="text/html")
    return _labelled(response, etag)


def _labelled(response: Response, etag: str) -> Response:
    # Weak: the compressed and the plain body share it.
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept-Encoding", "Accept-Language", "Cookie"))
    return response
