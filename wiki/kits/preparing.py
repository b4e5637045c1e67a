"""What is to be done before, counted back from the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from wiki.kits.kit import Kit
from wiki.kits.lists import Checklist, Group, Row, is_online
from wiki.language import quoted
from wiki.plans.clock import clock_of
from wiki.plans.packing import staff_of
from wiki.recipes.content import BroughtBy, Material, MaterialClass
from wiki.templating import duration

# Days before that labs found to be enough; a recipe's own lead counts beside them.
ROOM, MOBILE_LAB, INVITATION, HELPERS = 42, 28, 21, 21
HOST, SHOPPING, PRINTING, PACKING = 14, 7, 3, 1


@dataclass(frozen=True)
class Duty:
    """Something to do so many days before; `lead` says when on that day."""

    days: int
    text: str
    lead: str = ""


def todo_list(kit: Kit, today: date) -> Checklist:
    """The duties, the first one first; with dates where the plan has one."""
    begins = kit.agenda.content.date
    rows = tuple(
        _row(duty, begins, today) for duty in sorted(_duties(kit), key=lambda duty: -duty.days)
    )
    rows = (*_to_clarify(kit), *rows)
    return Checklist(_("Vorbereiten"), (Group("", rows),) if rows else ())


def _to_clarify(kit: Kit) -> Iterator[Row]:
    """What the template itself says; it has no day."""
    html = kit.template.texts.get("preparation", "") if kit.template else ""
    if kit.template and html:
        yield Row(_("Vorher zu klären"), html=html, language=kit.template.content.language)


def _row(duty: Duty, begins: date | None, today: date) -> Row:
    if begins is None:
        return Row(duty.text, _before(duty.days), duty.lead)
    due = begins - timedelta(days=duty.days)
    late = due < today <= begins
    note = ", ".join(filter(None, (duty.lead, _("überfällig") if late else "")))
    return Row(duty.text, format_date(due, "EE d. MMM y"), note, is_late=late)


def _before(days: int) -> str:
    if not days:
        return str(_("am Tag selbst"))
    return str(ngettext("%(num)d Tag vorher", "%(num)d Tage vorher", days))


def _duties(kit: Kit) -> Iterator[Duty]:
    if not is_online(kit):
        yield Duty(ROOM, _("Raum reservieren"))
    yield Duty(INVITATION, _("Einladung verschicken"))
    yield from _for_material([m for use in kit.uses for m in use.recipe.materials])
    if staff_of(kit.uses):
        yield Duty(HELPERS, _("Helfende finden und einweisen"))
    if kit.template and kit.template.content.lead_days:
        title = quoted(kit.title)
        yield Duty(kit.template.content.lead_days, _("Mit %(title)s anfangen", title=title))
    for found in kit.recipes:
        recipe, title = found.recipe, quoted(found.recipe.title)
        if recipe.lead_days:
            yield Duty(recipe.lead_days, _("Mit %(title)s anfangen", title=title))
        if recipe.minutes_prepare:
            how_long = duration(recipe.minutes_prepare)
            yield Duty(1, _("%(title)s vorbereiten", title=title), how_long)
    yield from _on_the_day(kit)


def _for_material(materials: list[Material]) -> Iterator[Duty]:
    brought = {one.brought_by for one in materials if one.category is not MaterialClass.LINK}
    if BroughtBy.MOBILE_LAB in brought:
        yield Duty(MOBILE_LAB, _("Material beim mobilen Labor anfragen"))
    if BroughtBy.HOST in brought:
        yield Duty(HOST, _("Mit dem Haus klären, was es stellt"))
    if BroughtBy.BUY in brought:
        yield Duty(SHOPPING, _("Einkaufen"))
    if any(one.category is MaterialClass.PRINT for one in materials):
        yield Duty(PRINTING, _("Vorlagen ausdrucken"))
    if brought:
        yield Duty(PACKING, _("Packen, nach der Packliste"))


def _on_the_day(kit: Kit) -> Iterator[Duty]:
    """Setting up happens before whatever comes first, for all recipes one after the other."""
    timed = next((day.timed for day in kit.agenda.days if day.timed), None)
    minutes = sum(found.recipe.minutes_setup or 0 for found in kit.recipes)
    if timed is not None and minutes:
        start = clock_of(timed.begins - timedelta(minutes=minutes))
        lead = _("ab %(clock)s, %(time)s", clock=start, time=duration(minutes))
        yield Duty(0, _("Aufbauen"), lead)
    minutes = sum(found.recipe.minutes_teardown or 0 for found in kit.recipes)
    if minutes:
        yield Duty(0, _("Abbauen"), duration(minutes))
