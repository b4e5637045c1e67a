"""What a page view is compared with: a Flask view that reads one row and returns its bytes."""

import os
import sqlite3
from threading import local

from flask import Flask, Response

app = Flask(__name__)
_thread = local()


@app.get("/wiki/<slug>")
def show(slug: str) -> Response:
    if not hasattr(_thread, "connection"):
        _thread.connection = sqlite3.connect(os.environ["BARE_DATABASE"])
    row = _thread.connection.execute("SELECT body FROM page WHERE slug = ?", (slug,)).fetchone()
    response = Response(row[0], mimetype="text/html")
    response.content_encoding = "gzip"
    return response
