"""How uploads reach the disk: straight into a nameless file that is gone when its request is."""

import os
import tempfile
from pathlib import Path
from typing import IO, Any, cast

from flask import Flask, Response, jsonify, make_response, render_template, request
from htmx_flask.requests import HtmxAwareRequest
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.files import blobs
from wiki.files.blobs import FileRefused

FILES_AT_ONCE = 8
# Addresses that take files, and how many; all others keep the small limit for forms.
UPLOADS = {
    "files.upload": FILES_AT_ONCE,
    "files.add_version": FILES_AT_ONCE,
    "page_files.upload": FILES_AT_ONCE,
    "editing.new": 1,
    "editing.edit": 1,
}
# What is typed beside a photo comes back to whoever is signed in no more, so it must be read.
FORMS = ("editing.new", "editing.edit")
FORM_BYTES = 5_000_000


class UploadingRequest(HtmxAwareRequest):  # type: ignore[misc]
    """A request whose files are written beside the others, not into memory.

    `/tmp` is memory on many machines. A nameless file needs no cleaning up: the system takes it
    when it is closed, even if this process is killed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.incoming: list[IO[bytes]] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if person() is None:
            # Of strangers nothing is kept, not even for a moment.
            nowhere = Path(os.devnull).open("w+b")  # noqa: SIM115
            self.incoming.append(nowhere)
            return nowhere
        # Closed with its request, below.
        file = cast(IO[bytes], tempfile.TemporaryFile(dir=blobs.incoming_folder()))  # noqa: SIM115
        self.incoming.append(file)
        return file


def init_app(app: Flask) -> None:
    app.request_class = UploadingRequest
    # Before the token is checked, which reads the form.
    app.url_value_preprocessor(_receive)
    app.teardown_request(_close_incoming)
    app.register_error_handler(FileRefused, _show_refusal)


def wants_json() -> bool:
    """Whether our script asks, which shows progress and the answer beside it."""
    return request.accept_mimetypes.best == "application/json"


def _receive(endpoint: str | None, _values: object) -> None:
    if request.method != "POST" or endpoint not in UPLOADS:
        return
    if person() is None and endpoint not in FORMS:
        return
    files = blobs.settings().max_file_bytes * UPLOADS[endpoint]
    request.max_content_length = files + FORM_BYTES
    with blobs.disk_may_be_full():
        request.files  # noqa: B018 - reads it all, where a full disk can be told


def _close_incoming(_error: BaseException | None) -> None:
    """Also what broke off in the middle, which nobody else knows of."""
    for file in cast(UploadingRequest, request).incoming:
        file.close()


def _show_refusal(refused: FileRefused) -> BaseResponse:
    if wants_json():
        response: Response = jsonify(error=refused.reason)
        response.status_code = refused.status
        return response
    title, text = refused.reason, ""
    body = render_template("shared/error.html", status=int(refused.status), title=title, text=text)
    return make_response(body, refused.status)
