"""How long, for how many, where: what lists and the head of a workshop template say."""

from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.pages.kinds import Facts
from wiki.pages.panels import Fact, fact
from wiki.plans.agenda import Agenda
from wiki.plans.changing import minutes_in
from wiki.recipes.facts import people_words
from wiki.templating import duration
from wiki.workshops.content import WorkshopContent
from wiki.workshops.planning import plan_in


def facts(workshop: WorkshopContent) -> Facts:
    """What the finder asks; the minutes are those for the template's own number of people."""
    minutes = minutes_in(plan_in(workshop))
    return Facts(
        minutes=minutes,
        minutes_per_person=0.0,
        minutes_shortest=minutes,
        shortest_per_person=0.0,
        group_min=workshop.group_min,
        group_ideal=workshop.people,
        group_max=workshop.group_max,
        terms={"setting": tuple(setting.value for setting in workshop.settings)},
    )


def fact_list(workshop: WorkshopContent, agenda: Agenda) -> list[Fact]:
    """Pictogram, value and quiet line of each fact."""
    known = [fact("clock", duration(agenda.minutes), "")] if agenda.lines else []
    if len(agenda.days) > 1:
        days = len(agenda.days)
        known.insert(
            0, fact("calendar", ngettext("%(num)d Tag", "%(num)d Tage", days), _rhythm(workshop))
        )
    if people := people_words(workshop.group_min, workshop.people, workshop.group_max):
        best = workshop.people
        text = _("Personen, am besten %(best)s", best=best) if best else _("Personen")
        known.append(fact("people", people, text))
    if workshop.settings:
        known.append(fact("pin", ", ".join(_(s.label) for s in workshop.settings), ""))
    return known


def preview(workshop: WorkshopContent) -> str:
    """What happens, one after the other: the names of the blocks without the breaks."""
    names = (block.title or block.step for block in workshop.blocks if not block.is_break)
    return " · ".join(filter(None, names))


def _rhythm(workshop: WorkshopContent) -> str:
    """How far its days lie apart, if not one after the other."""
    if workshop.apart == 7:
        return str(_("jede Woche"))
    return str(_("alle %(number)s Tage", number=workshop.apart)) if workshop.apart else ""
