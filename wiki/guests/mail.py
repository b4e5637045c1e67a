"""The mail that says why somebody gets no guest place."""

from flask_babel import gettext as _

from wiki.accounts.mailing import send_mail
from wiki.guests.asking import Asker
from wiki.language import in_language


def send_refusal(asker: Asker, answer: str) -> None:
    """In the language they asked in; nothing goes out without a mail server."""
    with in_language(asker.language):
        text = _(
            "Hallo %(name)s,\n\nzur Anfrage nach einem Gastplatz für „%(guest)s“ gibt es eine "
            "Antwort:\n\n%(answer)s\n\n"
            "Diese Adresse ist jetzt gelöscht; eine Antwort auf diese Mail kommt nicht an.\n",
            name=asker.name,
            guest=asker.guest,
            answer=answer,
        )
        subject = _("Antwort: Gastplatz für %(guest)s", guest=asker.guest)
    send_mail(asker.email, subject, text)
