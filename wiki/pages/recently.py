"""Recently seen: kept in the signed-in person's own session cookie, on their device alone."""

from flask import session

from wiki.accounts.models import User
from wiki.pages.listing import Card, cards_for

KEPT = 12
_NAME = "seen"


def remember(page_id: int) -> None:
    """Put the page in front of the list; an unchanged list sends no cookie."""
    seen: list[int] = session.get(_NAME, [])
    newest = [page_id, *(number for number in seen if number != page_id)][:KEPT]
    if newest != seen:
        session[_NAME] = newest


def recently_seen(user: User) -> list[Card]:
    """The pages this person opened last on this device."""
    seen: list[int] = session.get(_NAME, [])
    cards = cards_for(seen, user)
    return [cards[number] for number in seen if number in cards]
