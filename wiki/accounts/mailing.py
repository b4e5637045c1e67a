"""Sending mail, when there is a mail server; without one nothing is sent and nothing fails."""

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


def _send(app: Flask, recipient: str, subject: str, text: str) -> None:
    settings: Settings = app.config["LABORWIKI"]
    sender = settings.mail_sender or settings.contact_mail or f"laborwiki@{settings.host}"
    with app.app_context():
        connection = app.extensions["mailman"].get_connection()
        message = EmailMessage(subject, text, sender, [recipient], connection=connection)
        try:
            message.send()
        except OSError as error:
            app.logger.error("mail was not sent: %s", type(error).__name__)
