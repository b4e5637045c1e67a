"""The two mails: what is new for somebody, and what the labs did in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.accounts.models import User
from wiki.config import Settings
from wiki.watching.lines import Line
from wiki.watching.stopping import MailKind, address_to_stop
from wiki.watching.week import Review
from wiki.watching.week_words import span_of

#: In one mail; the others stand on the site.
MOST = 40


@dataclass(frozen=True)
class Mail:
    """A mail to one person, ready to be sent."""

    recipient: str
    subject: str
    text: str
    headers: dict[str, str]


def mail_of_news(user: User, lines: Sequence[Line], state: str) -> Mail:
    """What is new, one paragraph each; `state` names this very news: sent twice, it is one mail."""
    first = lines[0]
    subject = f"{first.title}: {first.text}"
    if len(lines) > 1:
        subject = _("%(number)s Neuigkeiten", number=len(lines))
    more = len(lines) - MOST
    parts = [
        _("Hallo %(name)s,", name=user.name),
        *map(_paragraph, lines[:MOST]),
        *(
            [
                ngettext("Und %(num)d weitere:", "Und %(num)d weitere:", more)
                + "\n"
                + _whole(url_for("notices.index"))
            ]
            if more > 0
            else []
        ),
        _foot(
            user,
            MailKind.NEWS,
            _(
                "Diese Mail kommt, weil hier etwas beobachtet wird oder eigene Beiträge eine "
                "Antwort bekommen haben."
            ),
        ),
    ]
    return _mail(user, MailKind.NEWS, subject, parts, state)


def mail_of_week(user: User, review: Review) -> Mail:
    """The week in numbers, and where to read it."""
    counts = [
        (
            review.pages,
            ngettext("%(num)d Seite veröffentlicht", "%(num)d Seiten veröffentlicht", review.pages),
        ),
        (len(review.reports), _reports(review)),
        (
            review.learnings,
            ngettext(
                "%(num)d Erkenntnis aufgenommen",
                "%(num)d Erkenntnisse aufgenommen",
                review.learnings,
            ),
        ),
        (
            len(review.accepted),
            ngettext(
                "%(num)d Vorschlag übernommen",
                "%(num)d Vorschläge übernommen",
                len(review.accepted),
            ),
        ),
        (
            len(review.questions),
            ngettext(
                "%(num)d Frage an alle Labore ist offen",
                "%(num)d Fragen an alle Labore sind offen",
                len(review.questions),
            ),
        ),
    ]
    new = [one.title for part in review.published for one in part.pages][:MOST]
    address = _whole(url_for("weeks.show", year=review.week.year, number=review.week.number))
    parts = [
        _("Hallo %(name)s,", name=user.name),
        _("das haben die Labore vom %(span)s gemacht:", span=span_of(review.week)),
        "\n".join(f"– {text}" for count, text in counts if count),
        *(["\n".join([_("Neu sind:"), *(f"– {title}" for title in new)])] if new else []),
        _("Alles mit Verweisen:") + "\n" + address,
        _foot(user, MailKind.WEEK, _("Diese Mail kommt, weil der Wochenrückblick bestellt ist.")),
    ]
    subject = _("Wochenrückblick: %(span)s", span=span_of(review.week))
    return _mail(user, MailKind.WEEK, subject, parts, review.week.name)


def _reports(review: Review) -> str:
    count = len(review.reports)
    text = ngettext("%(num)d Erfahrungsbericht", "%(num)d Erfahrungsberichte", count)
    if not review.people:
        return str(text)
    people = ngettext("%(num)d Person", "%(num)d Personen", review.people)
    return str(_("%(reports)s mit zusammen %(people)s", reports=text, people=people))


def _paragraph(line: Line) -> str:
    said = f"{line.text} ({line.by})" if line.by else line.text
    why = [_("Beobachtet: %(name)s", name=line.why)] if line.why and line.why != line.title else []
    return "\n".join([line.title, said, _whole(line.compare or line.address), *why])


def _foot(user: User, kind: MailKind, why: str) -> str:
    settings = _whole(url_for("watching.settings"))
    stop = _whole(address_to_stop(user, kind))
    return "\n".join(
        [
            "-- ",
            why,
            _("Einstellungen: %(address)s", address=settings),
            _("Keine solchen Mails mehr: %(address)s", address=stop),
        ]
    )


def _mail(user: User, kind: MailKind, subject: str, parts: Sequence[str], state: str) -> Mail:
    site = _site()
    host = urlsplit(site.public_url).hostname or "localhost"
    key = current_app.config["SECRET_KEY"].encode()[:64]
    name = blake2b(f"{kind}|{user.id}|{state}".encode(), key=key, digest_size=12).hexdigest()
    return Mail(
        user.email,
        f"{subject[:140]} · {site.site_name}",
        "\n\n".join(parts) + "\n",
        {
            # Sent again after a crash, it has the name of the first: mail programs show one.
            "Message-ID": f"<{name}@{host}>",
            # RFC 8058
            "List-Unsubscribe": f"<{_whole(address_to_stop(user, kind))}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _whole(path: str) -> str:
    return _site().public_url + path


def _site() -> Settings:
    settings: Settings = current_app.config["LABORWIKI"]
    return settings
