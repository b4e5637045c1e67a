"""The text of an invitation: the plan's title, day, times and place, and what recipes propose."""

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.kits.kit import Kit
from wiki.kits.tree import words_of
from wiki.plans.agenda import AgendaDay
from wiki.plans.clock import clock_of


def invitation_of(kit: Kit) -> str:
    """Plain text to copy into a mail."""
    content = kit.agenda.content
    several = len(kit.agenda.days) > 1
    when = [_when(day, several) for day in kit.agenda.days if day.timed]
    head = [kit.title, *when, _("Ort: %(place)s", place=content.place) if content.place else ""]
    said = map(words_of, _proposals(kit))
    return "\n\n".join(["\n".join(filter(None, head)), *filter(None, said)])


def has_proposals(kit: Kit) -> bool:
    """Whether anybody proposes words at all."""
    return bool(_proposals(kit))


def _proposals(kit: Kit) -> list[str]:
    """The template's own words, which are for all of it, else those of the recipes."""
    if kit.template and (own := kit.template.texts.get("invitation")):
        return [own]
    texts = {found.recipe.title: kit.texts[found.pin].get("invitation") for found in kit.recipes}
    return list(filter(None, texts.values()))


def _when(day: AgendaDay, several: bool) -> str:
    assert day.timed is not None
    clock = {"start": clock_of(day.timed.begins), "end": clock_of(day.timed.ends)}
    if day.date:
        on = format_date(day.date, "full")
        return str(_("%(day)s, %(start)s bis %(end)s Uhr", day=on, **clock))
    if several:
        return str(_("Tag %(number)s, %(start)s bis %(end)s Uhr", number=day.number, **clock))
    return str(_("%(start)s bis %(end)s Uhr", **clock))
