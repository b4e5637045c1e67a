"""What every template can use: the site, the person asking, dates and numbers in words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import segno
from flask import Flask, current_app, g
from flask_babel import format_date, format_datetime, format_decimal, format_timedelta
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from wiki.accounts.current import person
from wiki.accounts.waiting import waiting_for
from wiki.config import Settings
from wiki.db import now
from wiki.language import LANGUAGES, chosen_language


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
        moment=moment,
        number=number,
        clock=clock,
        duration=duration,
    )
    app.jinja_env.globals.update(
        site=site, languages=LANGUAGES, csrf_token=generate_csrf, qr_code=qr_code
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_for_every_template)


def _for_every_template() -> dict[str, Any]:
    someone = person()
    return {
        "person": someone,
        "language": chosen_language(),
        "waiting_count": len(waiting_for(someone)) if someone and not g.get("showing_error") else 0,
        "settings": current_app.config["LABORWIKI"],
    }


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


def day(at: datetime) -> str:
    return str(format_date(at, "long"))


def moment(at: datetime) -> str:
    return str(format_datetime(at.astimezone(UTC), "medium"))


def number(value: Decimal | float | int) -> str:
    return str(format_decimal(value))


def clock(minutes: int) -> str:
    """Minutes since midnight as a time of day: 1110 → `18:30`; past midnight it starts anew."""
    return f"{minutes // 60 % 24}:{minutes % 60:02d}"


def duration(minutes: int) -> str:
    """`90` → `1 Std. 30 Min.` in few letters: `1:30 h`, under an hour `45 min`."""
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60}:{minutes % 60:02d} h"
