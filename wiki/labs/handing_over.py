"""Showing whoever invited somebody the link to hand over, once."""

from flask import Response, current_app, request, url_for

from wiki.accounts.mailing import can_send_mail
from wiki.accounts.models import User
from wiki.htmx import show
from wiki.labs.inviting_mail import send_invitation
from wiki.labs.membership import may_look_after
from wiki.labs.models import Invitation


def hand_over(invitation: Invitation, secret: str, *, by: User) -> Response:
    """Mail the link if there is a mail server, and show it: it is kept nowhere."""
    settings, lab = current_app.config["LABORWIKI"], invitation.lab
    site = settings.base_url or request.url_root.rstrip("/")
    link = site + url_for("inviting.show", secret=secret)
    send_invitation(invitation, link)
    people = url_for("lab_people.index", slug=lab.slug) if may_look_after(by, lab) else None
    response = show(
        "labs/invited.html",
        invitation=invitation,
        lab=lab,
        link=link,
        people=people,
        is_sent=can_send_mail(),
    )
    response.cache_control.no_store = True
    return response
