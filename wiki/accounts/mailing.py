"""Sending mail, when there is a mail server; without one nothing is sent and nothing fails."""

from collections.abc import Mapping
from contextlib import suppress
from threading import Thread

from flask import Flask, current_app
from flask_mailman import EmailMessage, Mail

from wiki.config import Settings


def init_app(app: Flask) -> None:
    settings: Settings = app.config["LABORWIKI"]
    if settings.mail_server:
        app.config.setdefault("MAIL_TIMEOUT", 20)
        Mail(app)


def can_send_mail() -> bool:
    settings: Settings = current_app.config["LABORWIKI"]
    return bool(settings.mail_server)


def send_mail(recipient: str, subject: str, text: str) -> None:
    """Send in the background, so that the answer does not tell by its time whether mail went out.

    A failure is logged without the recipient.
    """
    if not can_send_mail():
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if app.testing:
        _send(app, recipient, subject, text)
    else:
        Thread(target=_send, args=(app, recipient, subject, text), daemon=True).start()


def deliver(
    recipient: str, subject: str, text: str, headers: Mapping[str, str] | None = None
) -> None:
    """Hand a mail to the server and wait until it has taken it.

    A subject is one line, whatever title stands in it: nothing in it becomes a header.

    Raises:
        OSError: the server did not take it (smtplib's errors are such, too).
    """
    settings: Settings = current_app.config["LABORWIKI"]
    sender = settings.mail_sender or settings.contact_mail or f"laborwiki@{settings.host}"
    connection = current_app.extensions["mailman"].get_connection()
    message = EmailMessage(
        " ".join(subject.split()),
        text,
        sender,
        [recipient],
        headers=dict(headers or {}),
        connection=connection,
    )
    try:
        message.send()
    finally:
        # After a failure it would stay open; a server that is gone need not be taken leave of.
        with suppress(OSError):
            connection.close()


def _send(app: Flask, recipient: str, subject: str, text: str) -> None:
    with app.app_context():
        try:
            deliver(recipient, subject, text)
        except OSError as error:
            app.logger.error("mail was not sent: %s", type(error).__name__)
