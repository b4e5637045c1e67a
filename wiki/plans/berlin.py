"""The time zone as calendar files need it (RFC 5545)."""

from icalendar import Component, Timezone

# As it holds since 1996 (Directive 2000/84/EC). What icalendar 7.3 makes of the zone has summer
# begin an hour late and ends in 2037.
_BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


def berlin() -> Component:
    """Europe/Berlin, for a calendar whose events name it."""
    return Timezone.from_ical(_BERLIN)
