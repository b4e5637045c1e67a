"""Tools: what labs work with, and what one must know before one does."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from wiki.db import now
from wiki.language import N_
from wiki.pages.kinds import COVER_SECTION, Facts, FormSection, Kind, about_section, add_kind
from wiki.tools.content import ToolContent
from wiki.tools.facts import fact_list, is_old
from wiki.tools.listing import KIND
from wiki.tools.views import bp


def facts(tool: ToolContent) -> Facts:
    """What the list of tools can be narrowed by."""
    words = {
        "cost": tool.cost,
        "account": tool.account,
        "data": tool.data_place,
        "open_source": tool.open_source,
        "offline": tool.offline,
    }
    given = {name: (choice.value,) for name, choice in words.items() if choice}
    return Facts(terms={**given, "device": tuple(device.value for device in tool.devices)})


def view(tool: ToolContent, _query: Mapping[str, str]) -> dict[str, Any]:
    today = now().date()
    return {
        "tool": tool,
        "fact_list": fact_list(tool, today),
        "is_old": tool.checked_on is not None and is_old(tool.checked_on, today),
    }


TOOL = Kind(
    name=KIND,
    word="werkzeug",
    label=N_("Werkzeug"),
    plural=N_("Werkzeuge"),
    content=ToolContent,
    write_word="werkzeug",
    write_label=N_("Werkzeug beschreiben"),
    view_template="tools/view.html",
    first_fields=("title", "summary", "uses", "address"),
    sections=(
        COVER_SECTION,
        FormSection(N_("Kosten, Konto, Alter"), ("cost", "cost_note", "account", "under_16")),
        FormSection(N_("Datenschutz"), ("data_place", "data_protection")),
        FormSection(
            N_("Wer dahinter steht, offene Alternativen"),
            ("provider", "open_source", "software_licence", "alternatives"),
        ),
        FormSection(N_("Geräte"), ("devices", "devices_note", "offline", "in_german")),
        FormSection(N_("Barrierefreiheit"), ("accessibility",)),
        FormSection(N_("Stärken, Schwächen, Tipps"), ("pros", "cons", "tips")),
        FormSection(N_("Erfahrungen der Labore"), ("experience",)),
        FormSection(N_("Stand der Angaben"), ("checked_on",)),
        about_section("topics", "audiences"),
    ),
    row_first_fields={"creators": ("name", "kind", "url")},
    facts=facts,
    view=view,
)


def init_app(app: Flask) -> None:
    add_kind(app, TOOL)
    app.register_blueprint(bp)
