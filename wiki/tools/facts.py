"""The row of facts under a tool's title, and whether they may be out of date."""

from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.pages.panels import Fact, fact
from wiki.tools.content import ToolContent

MONTHS_TRUSTED = 12


def fact_list(tool: ToolContent, today: date) -> list[Fact]:
    """Pictogram, value and quiet line of each fact the tool knows."""
    facts: list[Fact] = []
    if tool.cost:
        facts.append(fact("euro", _(tool.cost.label), _("Kosten")))
    if tool.account:
        facts.append(fact("person", _(tool.account.label), _("Anmeldung")))
    if tool.data_place:
        facts.append(fact("lock", _(tool.data_place.label), _("Wo die Daten liegen")))
    if tool.under_16:
        facts.append(fact("people", _(tool.under_16.label), _("Alter")))
    if tool.devices or tool.offline:
        devices = ", ".join(_(device.label) for device in tool.devices) or _("Geräte")
        facts.append(fact("phone", devices, _(tool.offline.label) if tool.offline else _("Geräte")))
    if tool.open_source:
        licence = tool.software_licence or _("Software")
        facts.append(fact("copy", _(tool.open_source.label), licence))
    if tool.checked_on:
        text = _("vielleicht überholt") if is_old(tool.checked_on, today) else _("Stand")
        facts.append(fact("calendar", format_date(tool.checked_on, "medium"), text))
    return facts


def card_facts(tool: ToolContent, today: date) -> list[tuple[str, str]]:
    """Pictogram and words of what a list says of a tool."""
    known = (
        ("euro", tool.cost),
        ("person", tool.account),
        ("lock", tool.data_place),
        ("copy", tool.open_source),
    )
    facts = [(icon, _(choice.label)) for icon, choice in known if choice]
    if tool.checked_on and is_old(tool.checked_on, today):
        facts.append(("calendar", _("vielleicht überholt")))
    return facts


def is_old(checked_on: date, today: date) -> bool:
    """Whether the facts were checked more than a year ago.

    Whole months count: kept pages are made anew with each month, not with each day.
    """
    months = (today.year - checked_on.year) * 12 + today.month - checked_on.month
    return months > MONTHS_TRUSTED
