"""Styles, scripts and fonts: one stylesheet, compressed once at the start, cached for a year."""

import hashlib
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from wiki.config import Settings

STYLESHEET = "css/laborwiki.css"
KEPT_BUILDS = 5
_YEAR = 31_536_000
_IMPORT = re.compile(r'@import url\("([^"]+)"\)(?: layer\(([\w-]+)\))?;')
_URL = re.compile(r"""url\((["']?)(?!data:|#)([^"')]+)\1\)""")


def init_app(app: Flask) -> None:
    """Serve `static/`; addresses carry the build, so that a browser never asks twice."""
    source = Path(app.static_folder or "static")
    build = build_of(source.parent)
    settings: Settings = app.config["LABORWIKI"]
    # Pages show the site's name, too: another name makes other pages of the same code.
    shown = f"{build}|{settings.site_name}|{settings.site_claim}|{settings.contact_mail}"
    app.config["BUILD"] = hashlib.blake2b(shown.encode(), digest_size=6).hexdigest()
    served = settings.data / "cache" / f"static-{build}"
    if not served.exists():
        _prepare(source, served, build)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=served, prefix="static", max_age=_YEAR, add_headers_function=_protect
    )

    def name_build(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["v"] = build

    app.url_defaults(name_build)


@cache
def build_of(top: Path) -> str:
    """A hash of everything that pages are made of: code, templates, translations, assets."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in ("wiki", "templates", "static"):
        for path in sorted((top / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".po", ".md"):
                digest.update(path.relative_to(top).as_posix().encode() + b"\0")
                digest.update(path.read_bytes())
    return digest.hexdigest()


def bundled(source: Path, name: str, build: str) -> str:
    """A stylesheet with its imports put in place and its addresses made absolute."""
    text = (source / name).read_text()
    base = PurePosixPath(name).parent

    def put_in(match: re.Match[str]) -> str:
        inner = os.path.normpath(base / match[1])
        css = bundled(source, inner, build)
        return f"@layer {match[2]} {{\n{css}\n}}" if match[2] else css

    def absolute(match: re.Match[str]) -> str:
        return f'url("/static/{os.path.normpath(base / match[2])}?v={build}")'

    parts = _IMPORT.split(text)
    rewritten = [_URL.sub(absolute, parts[0])]
    for found in _IMPORT.finditer(text):
        rewritten.append(put_in(found))
    rewritten.append(_URL.sub(absolute, parts[-1]))
    return "".join(rewritten) if len(parts) > 1 else rewritten[0]


def _prepare(source: Path, served: Path, build: str) -> None:
    """Write the served files beside and move them into place: two workers may both begin."""
    served.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=served.parent))
    shutil.copytree(source, beside, dirs_exist_ok=True)
    (beside / STYLESHEET).write_text(_without_comments(bundled(source, STYLESHEET, build)))
    compressor = Compressor(use_brotli=False, quiet=True)
    for path in sorted(beside.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))
    beside.chmod(0o755)
    try:
        beside.rename(served)
    except OSError:
        shutil.rmtree(beside)
    # A server that still runs on older code reads its own folder: only long-gone ones go.
    builds = sorted(served.parent.glob("static-*"), key=lambda folder: -folder.stat().st_mtime)
    for old in builds[KEPT_BUILDS:]:
        shutil.rmtree(old, ignore_errors=True)


def _without_comments(css: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


def _protect(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
