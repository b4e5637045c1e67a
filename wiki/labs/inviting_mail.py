"""The mail that brings an invitation."""

from flask import current_app
from flask_babel import gettext as _

from wiki.accounts.mailing import send_mail
from wiki.labs.models import Invitation


def send_invitation(invitation: Invitation, link: str) -> None:
    """Send the link to the invited person; nothing happens without a mail server."""
    lab = invitation.lab.name
    site = current_app.config["LABORWIKI"].site_name
    text = _(
        "Hallo %(name)s,\n\n%(by)s lädt ein, bei „%(lab)s“ mitzuschreiben:\n\n%(link)s\n\n"
        "Der Link gilt 14 Tage und nur einmal. Wer nichts damit anfangen kann, "
        "braucht nichts zu tun.\n",
        name=invitation.name,
        by=invitation.invited_by.name,
        lab=lab,
        link=link,
    )
    send_mail(invitation.email, _("Einladung: %(lab)s im %(site)s", lab=lab, site=site), text)
