"""Announcements as calendars read them (RFC 5545): one of them, or all to subscribe to."""

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from wiki import markup
from wiki.announcing.models import Announcement
from wiki.plans.berlin import berlin

#: How often programs that subscribe look again.
LOOK_AGAIN = timedelta(hours=6)


def calendar_of(announcements: Sequence[Announcement], name: str) -> bytes:
    """A whole calendar; the same announcements always give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Laborwiki//Termine//DE")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add_component(berlin())
    for announcement in announcements:
        calendar.add_component(_event(announcement))
    return bytes(calendar.to_ical())


def _event(announcement: Announcement) -> Event:
    event = Event()
    is_off = announcement.is_cancelled
    title = announcement.title
    event.add("uid", announcement.uid)
    event.add("sequence", announcement.version - 1)
    event.add("dtstamp", announcement.changed_at)
    event.add("created", announcement.created_at)
    event.add("last-modified", announcement.changed_at)
    # Many programs show a cancelled event like any other.
    event.add("summary", str(_("Fällt aus: %(title)s", title=title)) if is_off else title)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("dtstart", announcement.first_begin)
    if announcement.first_end is not None:
        event.add("dtend", announcement.first_end)
    if announcement.days > 1:
        event.add("rrule", {"freq": "daily", "count": announcement.days})
    if announcement.place:
        event.add("location", announcement.place)
    address = address_of(announcement)
    event.add("url", address)
    event.add("description", _description(announcement, address))
    return event


def address_of(announcement: Announcement) -> str:
    """Where everybody reads it, as it can be given away."""
    site = current_app.config["LABORWIKI"].public_url
    return f"{site}{url_for('announcements.show', number=announcement.id, sprache=None)}"


def _description(announcement: Announcement, address: str) -> str:
    lines = (
        announcement.lab.name,
        _("Für wen: %(audience)s", audience=announcement.audience) if announcement.audience else "",
        _("Freie Plätze: %(places)s", places=announcement.places) if announcement.places else "",
        markup.plain_text(announcement.how_to),
        address,
    )
    return "\n".join(str(line) for line in lines if line)
