"""When something is, in words."""

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.announcing.models import Announcement


def days_of(announcement: Announcement) -> str:
    """`Donnerstag, 3. Dezember 2026`; of several days the first and the last."""
    first = str(format_date(announcement.held_on, "full"))
    if announcement.days == 1:
        return first
    last = str(format_date(announcement.last_date, "full"))
    return str(_("%(begin)s bis %(end)s", begin=first, end=last))


def times_of(announcement: Announcement) -> str:
    """`18:00–20:00 Uhr`; of several days, that it is so on each."""
    begins, ends = (clock.removeprefix("0") for clock in (announcement.begins, announcement.ends))
    if ends:
        times = _("%(begins)s–%(ends)s Uhr", begins=begins, ends=ends)
    else:
        times = _("ab %(begins)s Uhr", begins=begins)
    return str(_("täglich %(times)s", times=times) if announcement.days > 1 else times)
