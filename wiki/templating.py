"""What every template can use: the site, the person asking, dates and numbers in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

import segno
from flask import Flask, current_app, g, request, session, url_for
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    to_user_timezone,
)
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from jinja2 import select_autoescape
from jinja2.filters import do_filesizeformat
from markupsafe import Markup

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.accounts.news import news_count
from wiki.accounts.waiting import waiting_count
from wiki.config import Settings
from wiki.db import now
from wiki.icons import icon
from wiki.language import LANGUAGES, chosen_language, language_in_address, translations

# Addresses remembered per process; one is about 200 bytes.
ADDRESSES = 10_000
SCOPES = 8
TOKENS = 1_000
# Dates in words remembered per process.
DAYS = 2_000
#: Parts of addresses that let in whoever knows them.
KEYS = {"secret", "token"}


class Site:
    """How this installation calls itself."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.site_name
        self.claim = settings.site_claim
        self.contact_mail = settings.contact_mail
        self.url = settings.public_url


def init_app(app: Flask) -> None:
    site = Site(app.config["LABORWIKI"])
    app.jinja_env.filters.update(
        checked=checked,
        time_ago=time_ago,
        day=day,
        month=month,
        moment=moment,
        number=number,
        euros=euros,
        file_size=file_size,
        clock=clock,
        duration=duration,
    )
    app.jinja_env.globals.update(
        site=site,
        languages=LANGUAGES,
        csrf_token=csrf_token,
        qr_code=qr_code,
        icon=icon,
        example_mark=example_mark,
        lang_of=lang_of,
        url_for=address_of,
        here=here,
    )
    app.jinja_env.autoescape = select_autoescape(("html", "xml", "atom"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["laborwiki-addresses"] = {}
    app.context_processor(_for_every_template)


class MaybeExample(Protocol):
    """A page, a lab, or what a list knows of one."""

    @property
    def is_example(self) -> bool: ...


def example_mark(thing: MaybeExample | None) -> Markup:
    """„Beispiel“ behind the name of what only shows how things go; nothing behind all else.

    Not a macro: it stands in many lists, and each fragment would have to import it.
    """
    if thing is None or not thing.is_example:
        return Markup()
    return Markup(' <span class="example-mark">{}</span>').format(_("Beispiel"))


def lang_of(code: str) -> Markup:
    """The attribute that says in which language words are, where it is not the page's."""
    if not code or code == chosen_language():
        return Markup()
    return Markup(' lang="{}"').format(code)


class Addresses:
    """`url_for` for templates, each address built once: a page asks some fifty times."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], str] = {}

    def __call__(self, endpoint: str, **values: Any) -> str:
        key = (endpoint, *((name, str(value)) for name, value in values.items()))
        address = self._known.get(key)
        if address is None:
            if len(self._known) >= ADDRESSES:
                self._known.clear()
            address = self._known[key] = url_for(endpoint, **values)
        return address


def here() -> str:
    """The page's whole address as anybody may know it: without a query, without what opens it."""
    rule, values = request.url_rule, request.view_args or {}
    path = rule.rule if rule and values.keys() & KEYS else request.path
    site: str = current_app.config["LABORWIKI"].public_url
    return site + path


def addresses() -> Addresses:
    """The addresses as this request's host and chosen language make them."""
    every: dict[tuple[str, str], Addresses] = current_app.extensions["laborwiki-addresses"]
    scope = (request.host_url, language_in_address())
    known = every.get(scope)
    if known is None:
        if len(every) >= SCOPES:
            every.clear()
        known = every[scope] = Addresses()
    return known


def address_of(endpoint: str, **values: Any) -> str:
    """`url_for` for macros, which do not see the request's own."""
    return addresses()(endpoint, **values)


def csrf_token() -> str:
    """The token for this session's forms; signed once, since it does not run out."""
    signed: dict[str, str] = current_app.extensions.setdefault("laborwiki-tokens", {})
    secret = session.get("csrf_token", "")
    if secret in signed:
        return signed[secret]
    token = str(generate_csrf())
    if len(signed) >= TOKENS:
        signed.clear()
    signed[session["csrf_token"]] = token
    return token


def _for_every_template() -> dict[str, Any]:
    someone = person()
    counts = someone is not None and not g.get("showing_error")
    waiting = waiting_count(someone) if someone and counts else 0
    news = news_count(someone) if someone and counts else 0
    return {
        "person": someone,
        "language": chosen_language(),
        "waiting_count": waiting,
        "news_count": news,
        "settings": current_app.config["LABORWIKI"],
        "frame_key": _frame_key(),
        "menu_key": _menu_key(someone, waiting, news),
        # Flask-WTF gives templates a function of its own.
        "csrf_token": csrf_token,
        "url_for": addresses(),
        "_": translations(),
    }


def _frame_key() -> str:
    """All that the frame around every page depends on, whoever asks."""
    parts = (request.host, chosen_language(), language_in_address())
    return f"{'|'.join(parts)}|{current_app.config['BUILD']}"


def _menu_key(someone: User | None, waiting: int, news: int) -> str:
    """All that the main menu depends on."""
    own = [] if someone is None else [someone.id, someone.name, someone.is_admin, waiting, news]
    token = "" if someone is None else csrf_token()
    return f"menu|{'|'.join(map(str, own))}|{token}|{_frame_key()}"


def checked(html: str | None) -> Markup:
    """HTML that `wiki.markup` made: the only HTML that templates take as it is."""
    return Markup(html or "")


def qr_code(address: str) -> Markup:
    """The address as a QR code, an inline picture without style."""
    return Markup(
        segno.make(address, error="m").svg_inline(scale=3, border=0, svgclass=None, lineclass=None)
    )


def time_ago(at: datetime) -> str:
    """`vor 3 Tagen`; after a month the date."""
    age = now() - at
    return format_timedelta(-age, add_direction=True) if age.days < 31 else day(at)


def day(at: date) -> str:
    """`24. November 2026`; of a moment, the day on the clocks where the labs are."""
    date_of = to_user_timezone(at).date() if isinstance(at, datetime) else at
    return _long_date(date_of, chosen_language())


@lru_cache(DAYS)
def _long_date(at: date, _language: str) -> str:
    return str(format_date(at, "long"))


def month(at: datetime) -> str:
    """`November 2026`."""
    return str(format_date(at, "LLLL y"))


def moment(at: datetime) -> str:
    return str(format_datetime(at.astimezone(UTC), "medium"))


def number(value: Decimal | float | int) -> str:
    if -1000 < value < 1000 and value == int(value):
        return str(int(value))
    return str(format_decimal(value))


def file_size(size: int) -> str:
    """„306,7 kB“, in the reader's language."""
    value, unit = do_filesizeformat(size).split(" ", 1)
    return f"{format_decimal(Decimal(value))} {unit}"


def euros(value: Decimal | float | int) -> str:
    """An amount of money without its sign: `38`, `10,50`."""
    return number(value) if value == int(value) else str(format_decimal(value, "#,##0.00"))


def clock(minutes: int) -> str:
    """Minutes since midnight as a time of day: 1110 → `18:30`; past midnight it starts anew."""
    return f"{minutes // 60 % 24}:{minutes % 60:02d}"


def duration(minutes: int) -> str:
    """`90` → `1 Std. 30 Min.` in few letters: `1:30 h`, under an hour `45 min`."""
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60}:{minutes % 60:02d} h"
