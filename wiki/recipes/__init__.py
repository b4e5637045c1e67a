"""Recipes: formats and methods, written with one form and computed for a group."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from flask import Flask

from wiki.fields import fields_of
from wiki.labs.home import count_recipes_with
from wiki.language import N_
from wiki.pages.kinds import COVER_SECTION, Facts, FormSection, Kind, about_section, add_kind
from wiki.pages.listing import published_by_lab
from wiki.recipes.computing import run_for, shortest_minutes, shortest_per_person, wishes_from
from wiki.recipes.content import RecipeContent
from wiki.recipes.facts import fact_list

#: Letters in a line of a step on the printed sheet, and lines that it has room for.
LINE_ON_PAPER = 60
LINES_ON_PAPER = 36

_SECTIONS = (
    COVER_SECTION,
    FormSection(N_("Danach kann ich …"), ("goals",)),
    FormSection(
        N_("Für wen, wie viele, wie schwer"),
        ("group_min", "group_ideal", "group_max", "level", "audiences", "prerequisites"),
    ),
    FormSection(N_("Material und Werkzeuge"), ("materials", "tools")),
    FormSection(N_("Wer hilft mit"), ("roles",)),
    FormSection(N_("Ort und Raum"), ("settings", "room_space", "room_power", "wifi", "room_setup")),
    FormSection(N_("Barrierefreiheit"), ("accessibility", "accessibility_note")),
    FormSection(
        N_("Zeit davor und danach, Kosten"),
        (
            "lead_days",
            "minutes_prepare",
            "minutes_setup",
            "minutes_teardown",
            "cost_fixed",
            "cost_per_person",
        ),
    ),
    FormSection(N_("Achtung, Varianten, online"), ("pitfalls", "variations", "online_variant")),
    FormSection(N_("Auswertung und wie es weitergeht"), ("debrief", "follow_up")),
    FormSection(N_("Einladung und Handzettel"), ("invitation", "handout")),
    FormSection(N_("Recht und Versicherung"), ("legal",)),
    about_section("topics"),
)


def facts(recipe: RecipeContent) -> Facts:
    """What the finder asks of a recipe."""
    per_person = sum(step.minutes_per_person or 0 for step in recipe.steps)
    return Facts(
        minutes=sum(step.minutes or 0 for step in recipe.steps),
        minutes_per_person=float(per_person),
        minutes_shortest=shortest_minutes(recipe, people=0),
        shortest_per_person=shortest_per_person(recipe),
        group_min=recipe.group_min,
        group_ideal=recipe.group_ideal,
        group_max=recipe.group_max,
        level=int(recipe.level) if recipe.level else None,
        wifi=recipe.wifi.value if recipe.wifi else None,
        cost_fixed=float(recipe.cost_fixed) if recipe.cost_fixed is not None else None,
        cost_per_person=(
            float(recipe.cost_per_person) if recipe.cost_per_person is not None else None
        ),
        terms={
            "setting": tuple(setting.value for setting in recipe.settings),
            "tool": tuple(recipe.tools),
            "method": tuple(step.method for step in recipe.steps if step.method),
        },
    )


def view(recipe: RecipeContent, query: Mapping[str, str]) -> dict[str, Any]:
    """The recipe computed for what the reader typed."""
    wishes = wishes_from(query)
    run = run_for(recipe, wishes)
    return {
        "recipe": recipe,
        "wishes": wishes,
        "run": run,
        "fact_list": fact_list(recipe, run),
        "is_full": fills_a_sheet(recipe),
        "has_room": leaves_room_on_a_sheet(recipe),
        "labels": {field.name: field.label for field in fields_of(RecipeContent)},
    }


def fills_a_sheet(recipe: RecipeContent) -> bool:
    """Whether the printed sheet must be set smaller to stay one page (A4)."""
    words = sum(len(step.prompt) + len(step.pitfall) for step in recipe.steps)
    rows = len(recipe.materials) + len(recipe.roles)
    return rows > 15 or len(recipe.steps) > 8 or words > 1_000


def leaves_room_on_a_sheet(recipe: RecipeContent) -> bool:
    """Whether its steps' whole texts stay on the printed sheet beside the rest (A4)."""
    texts = [text for step in recipe.steps for text in (step.text, step.prompt, step.pitfall)]
    lines = [line for text in texts for line in text.splitlines()]
    printed = sum(max(1, ceil(len(line) / LINE_ON_PAPER)) for line in lines) + 2 * len(recipe.steps)
    return not fills_a_sheet(recipe) and printed <= LINES_ON_PAPER


def _kind(name: str, word: str, label: str, plural: str) -> Kind:
    return Kind(
        name=name,
        word=word,
        label=label,
        plural=plural,
        content=RecipeContent,
        write_word="rezept",
        write_label=N_("Rezept schreiben"),
        write_lead=N_("Titel, ein Satz und die Schritte genügen. Alles andere kann später kommen."),
        view_template="recipes/view.html",
        print_template="recipes/print.html",
        start_rows=("steps",),
        first_fields=("title", "summary", "steps"),
        sections=_SECTIONS,
        row_first_fields={
            "steps": ("title", "minutes", "text"),
            "materials": ("item", "per_person", "amount", "unit"),
            "roles": ("name", "count", "per_people"),
            "creators": ("name", "kind", "url"),
        },
        facts=facts,
        view=view,
    )


FORMAT = _kind("format", "format", N_("Format"), N_("Formate"))
METHOD = _kind("method", "methode", N_("Methode"), N_("Methoden"))
#: What is run, and more or less tried.
KINDS = (FORMAT.name, METHOD.name)


def init_app(app: Flask) -> None:
    add_kind(app, FORMAT)
    add_kind(app, METHOD)
    count_recipes_with(app, lambda: published_by_lab(KINDS))
