"""Domain exceptions and the one place where they become a status and a page."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from wiki.htmx import go, local_address

# Letters of what nobody wants to write twice.
LONG = 30


class LaborwikiError(Exception):
    """Something the domain does not allow; `status` is what HTTP calls it."""

    status = HTTPStatus.BAD_REQUEST


class NotFound(LaborwikiError):
    """There is nothing here, or nothing this person may know of."""

    status = HTTPStatus.NOT_FOUND


class Gone(LaborwikiError):
    """There was something here; it was removed for good."""

    status = HTTPStatus.GONE


class VersionGone(Gone):
    """What this version said was removed for good; the page at `address` is still there."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class NotAllowed(LaborwikiError):
    """This person may not do this."""

    status = HTTPStatus.FORBIDDEN


class OnlyToRead(NotAllowed):
    """This person may read the page at `address`, not edit it."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


class SignInNeeded(LaborwikiError):
    """Only people with an account may do this."""

    status = HTTPStatus.UNAUTHORIZED


class TooMany(LaborwikiError):
    """Too many tries; wait a while."""

    status = HTTPStatus.TOO_MANY_REQUESTS


FormKeeper = Callable[[HTTPStatus], BaseResponse | None]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-form-keepers"] = {}
    app.register_error_handler(SecurityError, _refuse_host)
    app.register_error_handler(SignInNeeded, _ask_to_sign_in)
    app.register_error_handler(OnlyToRead, _lead_to_page)
    app.register_error_handler(VersionGone, _lead_to_current)
    app.register_error_handler(LaborwikiError, _show_domain_error)
    app.register_error_handler(CSRFError, _show_missing_token)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_unexpected)


def add_form_keeper(app: Flask, endpoint: str, keeper: FormKeeper) -> None:
    """Let a form that came without a valid sign-in or token be answered with what was typed.

    The keeper may not write: nobody knows who asks, or whether they meant to.
    """
    app.extensions["laborwiki-form-keepers"][endpoint] = keeper


def _kept_form(status: HTTPStatus) -> BaseResponse | None:
    keepers: dict[str, FormKeeper] = current_app.extensions["laborwiki-form-keepers"]
    keeper = keepers.get(request.endpoint or "")
    if keeper is None or request.method != "POST":
        return None
    try:
        return keeper(status)
    except LaborwikiError:
        return None


def _ask_to_sign_in(_error: Exception) -> BaseResponse:
    if (kept := _kept_form(SignInNeeded.status)) is not None:
        return kept
    if request.method == "GET":
        wanted = request.full_path.rstrip("?")
    else:
        # An address that only takes posts is no place to come back to; its form's page is.
        wanted = urlsplit(request.referrer or "/").path
    address = "/anmelden?" + urlencode({"next": local_address(wanted) or "/"})
    if not _typed_texts():
        return go(address)
    # Whoever is led away loses what they wrote.
    return _page(
        SignInNeeded.status,
        _("Die Anmeldung ist abgelaufen"),
        _("Der Text steht unten. Anmelden, das Formular öffnen und ihn dort wieder einsetzen."),
        way_on=(_("Anmelden"), address),
    )


def _refuse_host(_error: SecurityError) -> Response:
    # Not a page: its links would be built with the forged name.
    return Response("Unknown host.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain")


def _lead_to_page(error: OnlyToRead) -> Response:
    return _page(
        error.status,
        _("Diese Seite bearbeiten andere"),
        _("Auf der Seite steht, was hier geht: zum Beispiel eine Änderung vorschlagen."),
        way_on=(_("Zur Seite"), error.address),
    )


def _lead_to_current(error: VersionGone) -> Response:
    return _page(
        error.status,
        _("Diese Version wurde entfernt"),
        _("Was in ihr stand, gibt es nicht mehr. Die Seite selbst gibt es noch."),
        way_on=(_("Zur Seite"), error.address),
    )


def _show_domain_error(error: LaborwikiError) -> Response:
    return _page(error.status)


def _show_missing_token(_error: CSRFError) -> BaseResponse:
    if (kept := _kept_form(HTTPStatus.BAD_REQUEST)) is not None:
        return kept
    return _page(
        HTTPStatus.BAD_REQUEST,
        _("Die Anmeldung ist abgelaufen oder die Seite war sehr lange offen."),
        _("Noch ist nichts gespeichert. Das Formular noch einmal öffnen und dann absenden."),
    )


def _show_http_error(error: HTTPException) -> BaseResponse:
    if error.response is not None or not error.code or error.code < 400:
        return error.get_response()
    response = _page(HTTPStatus(error.code))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response


def _show_unexpected(error: Exception) -> Response:
    current_app.logger.exception("unexpected error in %s %s", request.method, request.endpoint)
    if current_app.testing:
        raise error
    try:
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR)
    except SQLAlchemyError:
        # The database itself may be what fails: as for a reader, nothing is asked of it.
        g.is_anybody = True
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(
    status: HTTPStatus, title: str = "", text: str = "", way_on: tuple[str, str] | None = None
) -> Response:
    g.showing_error = True
    titles = {
        HTTPStatus.BAD_REQUEST: _("Das hat nicht gepasst"),
        HTTPStatus.FORBIDDEN: _("Das dürfen hier nur andere"),
        HTTPStatus.NOT_FOUND: _("Hier ist nichts"),
        HTTPStatus.GONE: _("Diese Seite wurde entfernt"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Das war zu groß"),
        HTTPStatus.TOO_MANY_REQUESTS: _("Zu viele Versuche"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("Gerade nicht erreichbar"),
        HTTPStatus.INTERNAL_SERVER_ERROR: _("Da ist etwas schiefgegangen"),
    }
    texts = {
        HTTPStatus.BAD_REQUEST: _(
            "Die Anfrage war unvollständig. Meist hilft es, die Seite neu zu laden."
        ),
        HTTPStatus.FORBIDDEN: _("Wer das braucht, fragt die Redaktion des Labors."),
        HTTPStatus.NOT_FOUND: _(
            "Vielleicht hilft die Suche, oder die Adresse enthält einen Tippfehler."
        ),
        HTTPStatus.GONE: _("Ihr Inhalt ist nicht mehr vorhanden. Die Suche findet Ähnliches."),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("In kleineren Teilen geht es."),
        HTTPStatus.TOO_MANY_REQUESTS: _("In einer Stunde geht es wieder."),
        HTTPStatus.SERVICE_UNAVAILABLE: _("In ein paar Minuten geht es meist wieder."),
    }
    fallback = _(
        "Der Text im Formular ist mit „Zurück“ noch da. Wenn es öfter passiert, freut sich die "
        "Redaktion über einen Hinweis."
    )
    body = render_template(
        "shared/error.html",
        status=int(status),
        title=title or titles.get(status, _("Das hat nicht geklappt")),
        text=text or texts.get(status, fallback),
        way_on=way_on or (_("Zur Startseite"), url_for("start.show")),
        typed=_typed_texts(),
    )
    return make_response(body, status)


def _typed_texts() -> list[str]:
    """What somebody wrote into the form that could not be taken, for them to copy."""
    # Another site's words are not shown under this one's name.
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    if request.method != "POST" or not is_ours:
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:
        # Too large, or no form at all.
        return []
    return [text for name, text in sent if _is_written(text) and not _is_secret(name)]


def _is_written(text: str) -> bool:
    return len(text) >= LONG and " " in text.strip()


def _is_secret(name: str) -> bool:
    return any(word in name for word in ("password", "code", "token", "secret"))
