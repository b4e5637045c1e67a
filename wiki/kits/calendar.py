"""A dated plan for calendars: one event for each block (iCalendar, RFC 5545)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event

from wiki.kits.kit import Kit
from wiki.plans.agenda import Line
from wiki.plans.berlin import berlin
from wiki.plans.clock import BERLIN


def calendar_of(kit: Kit) -> bytes:
    """The events of a plan that has a date; imported again, each takes the place of its former.

    Times are those of clocks in Germany, with the rules for them.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Laborwiki//Zeitplan//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", kit.title)
    calendar.add_component(berlin())
    for event in _events(kit):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(kit: Kit) -> Iterator[Event]:
    for line in kit.agenda.lines:
        if line.is_left_out:
            continue
        event = Event()
        event.add("uid", _uid(kit, line))
        event.add("dtstamp", kit.changed.astimezone(UTC))
        event.add("last-modified", kit.changed.astimezone(UTC))
        event.add("dtstart", _moment(line.timed.begins))
        event.add("dtend", _moment(line.timed.ends))
        event.add("summary", _("%(block)s – %(plan)s", block=line.title, plan=kit.title))
        event.add("description", _description(kit, line))
        event.add("url", kit.address)
        if kit.agenda.content.place:
            event.add("location", kit.agenda.content.place)
        if line.is_break:
            event.add("transp", "TRANSPARENT")
        yield event


def _uid(kit: Kit, line: Line) -> str:
    """The same for the same block, and none that gives the plan's address away."""
    return f"{line.key}-{kit.mark}@{urlsplit(kit.address).hostname}"


def _moment(at: datetime) -> datetime:
    """Local time; in the hour that clocks show twice, the second time is only known as UTC."""
    local = at.astimezone(BERLIN)
    return local.astimezone(UTC) if local.fold else local


def _description(kit: Kit, line: Line) -> str:
    lines = [
        line.block.track,
        _("Leitung: %(name)s", name=line.block.leads) if line.block.leads else "",
        line.block.text,
        line.pinned.recipe.title if line.pinned else "",
        kit.address,
    ]
    return "\n".join(filter(None, lines))
