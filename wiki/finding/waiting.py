"""What waits for editors: words that people search and do not find."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.accounts.models import User
from wiki.accounts.waiting import Place, Waiting
from wiki.finding.words import unmet_searches
from wiki.labs.membership import is_editor


def waiting_words(user: User) -> Iterator[Waiting]:
    """All of them as one thing to do."""
    unmet = unmet_searches() if is_editor(user) else ()
    if unmet:
        yield Waiting(
            title=_("Gesucht und nicht gefunden"),
            reason=ngettext(
                "%(num)d Suche ohne Treffer", "%(num)d Suchen ohne Treffer", len(unmet)
            ),
            address=url_for("words.index", _anchor="gesucht"),
            since=max(words.last for words in unmet),
        )


def place_of_words(user: User) -> Iterator[Place]:
    if is_editor(user):
        yield Place(
            _("Suchwörter"),
            _("Wörter, die dasselbe meinen, und was gesucht und nicht gefunden wird."),
            url_for("words.index"),
        )
