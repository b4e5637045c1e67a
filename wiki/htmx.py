"""The only place that knows htmx's headers: answer with a fragment or the whole page."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from htmx_flask import request as htmx_request
from jinja2_fragments.flask import render_block
from werkzeug.wrappers import Response as BaseResponse

htmx = Htmx()

_VARY = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


def init_app(app: Flask) -> None:
    htmx.init_app(app)


def wants_fragment() -> bool:
    """True when htmx asks for a part; boosted and restored pages are whole ones."""
    asked = htmx_request.htmx
    return bool(asked) and not asked.boosted and not asked.history_restore_request


def show(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """The template, or only its block when htmx asked for a part of it."""
    if block is not None and wants_fragment():
        response = make_response(render_block(template, block, **context), status)
    else:
        response = make_response(render_template(template, **context), status)
    if block is not None:
        response.vary.update(_VARY)
    return response


def show_again(html: str) -> Response:
    """A whole page that `show` made before."""
    response = make_response(html)
    response.vary.update(_VARY)
    return response


def go(address: str) -> BaseResponse:
    """Send the browser to another page of this site, also when htmx asked."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, code=303)


def local_address(address: str | None) -> str | None:
    """The address if it stays on this site, else None.

    Browsers read a backslash as a slash and drop tabs and line ends, so those are refused.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(letter) < 33 or ord(letter) == 127 for letter in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def target() -> str:
    """The id of the element htmx will fill, or an empty string."""
    return request.headers.get("HX-Target", "")
