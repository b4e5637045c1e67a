"""How a week is called."""

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.watching.times import Week


def span_of(week: Week) -> str:
    """`16. bis 22. November 2026`."""
    first, last = week.monday, week.sunday
    pattern = "d." if first.month == last.month else "d. MMMM"
    if first.year != last.year:
        pattern = "d. MMMM y"
    begin, end = format_date(first, pattern), format_date(last, "d. MMMM y")
    return str(_("%(begin)s bis %(end)s", begin=begin, end=end))
