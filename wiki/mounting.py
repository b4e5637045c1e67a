"""The wiki stands at the root of its host: no address of it begins with anything else."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class AtTheRoot:
    """Refuses what claims to be mounted below the root.

    Some servers take that from a header that anybody can send through a proxy, and every address
    in the answer would begin with it: also in what is kept for others.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("SCRIPT_NAME"):
            return Response(status=HTTPStatus.BAD_REQUEST)(environ, start_response)
        return self._app(environ, start_response)
