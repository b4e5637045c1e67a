"""The mail that brings the answer to a proposal."""

from flask import current_app, url_for
from flask_babel import gettext as _

from wiki.accounts.mailing import can_send_mail, send_mail
from wiki.proposals.models import Proposal


def send_answer(proposal: Proposal) -> bool:
    """Mail the answer to whoever left an address; whether it went out."""
    if not proposal.contact or not can_send_mail():
        return False
    site, title = current_app.config["LABORWIKI"], proposal.page.title
    words = _("Er ist übernommen.") if proposal.is_accepted else proposal.answer
    text = _(
        "Hallo,\n\nzu dem Vorschlag für „%(title)s“ gibt es eine Antwort:\n\n%(answer)s\n\n"
        "%(address)s\n\n"
        "Diese Adresse ist jetzt gelöscht; eine Antwort auf diese Mail kommt nicht an.\n",
        title=title,
        answer=words,
        address=f"{site.public_url}{url_for('pages.show', slug=proposal.page.slug)}",
    )
    send_mail(proposal.contact, _("Antwort: %(title)s", title=title), text)
    return True
