"""The mail that says why somebody gets no guest place."""

from flask_babel import gettext as _

from wiki.accounts.mailing import send_mail
from wiki.guests.models import GuestRequest


def send_refusal(request: GuestRequest, answer: str) -> None:
    """Nothing goes out without a mail server."""
    text = _(
        "Hallo %(name)s,\n\nzur Anfrage nach einem Gastplatz für „%(guest)s“ gibt es eine "
        "Antwort:\n\n%(answer)s\n\n"
        "Diese Adresse ist jetzt gelöscht; eine Antwort auf diese Mail kommt nicht an.\n",
        name=request.name,
        guest=request.guest,
        answer=answer,
    )
    send_mail(request.email, _("Antwort: Gastplatz für %(guest)s", guest=request.guest), text)
