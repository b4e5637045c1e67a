"""The mail that brings the answer to a wish."""

from flask import current_app, url_for
from flask_babel import gettext as _

from wiki.accounts.mailing import can_send_mail, send_mail
from wiki.wishes.models import Wish


def send_answer(wish: Wish) -> bool:
    """Mail the answer to whoever left an address; whether it went out."""
    if not wish.contact or not can_send_mail():
        return False
    site = current_app.config["LABORWIKI"]
    page = ""
    if wish.page is not None:
        page = f"{site.public_url}{url_for('pages.show', slug=wish.page.slug)}\n\n"
    text = _(
        "Hallo,\n\nzu der Idee „%(title)s“ gibt es eine Antwort:\n\n%(answer)s\n\n%(page)s"
        "Diese Adresse ist jetzt gelöscht; eine Antwort auf diese Mail kommt nicht an.\n",
        title=wish.title,
        answer=wish.answer,
        page=page,
    )
    send_mail(wish.contact, _("Antwort: %(title)s", title=wish.title), text)
    return True
