"""Outcomes: reports on single runs, and what they say together about a recipe."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from wiki.accounts.exporting import add_part as add_part_of_export
from wiki.accounts.waiting import add_source as add_waiting
from wiki.fields import fields_of
from wiki.labs import home
from wiki.language import N_
from wiki.outcomes.content import OutcomeContent, lacks
from wiki.outcomes.effects import waiting_for_effect
from wiki.outcomes.evidence import KIND, is_run
from wiki.outcomes.facts import evidence_panel, facts_of, most_tried, still_open, tried_fact
from wiki.outcomes.learning import answers_by, forget, record, take_up
from wiki.outcomes.learning_views import bp as learnings_bp
from wiki.outcomes.notes import notes_beside, said_of
from wiki.outcomes.recipe_making import bp as recipe_making_bp
from wiki.outcomes.reporting import (
    WRITE_WORD,
    address_to_make_recipe,
    address_to_report,
    address_to_tell,
    prefill,
    steps_to_choose,
)
from wiki.outcomes.told import forget_told, waiting_told
from wiki.outcomes.told_views import bp as told_bp
from wiki.pages.kinds import FormSection, Kind, about_section, add_kind
from wiki.pages.panels import Action, Panel, add_action, add_fact, add_hint, add_panel
from wiki.pages.purging import add_purge_step
from wiki.pages.taking_up import Source, add_source


def view(outcome: OutcomeContent, _query: Mapping[str, str]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "fact_list": facts_of(outcome),
        "labels": {field.name: field.label for field in fields_of(OutcomeContent)},
    }


OUTCOME = Kind(
    name=KIND,
    word="erfahrung",
    label=N_("Erfahrungsbericht"),
    plural=N_("Erfahrungsberichte"),
    content=OutcomeContent,
    write_word=WRITE_WORD,
    write_label=N_("So war’s"),
    write_lead=N_("Fünf Angaben genügen, in zwei Minuten. Alles andere kann später kommen."),
    view_template="outcomes/view.html",
    start_rows=("worked", "failed"),
    first_fields=("held_on", "place", "people", "worked", "failed", "cover"),
    sections=(
        FormSection(N_("Nach welchem Rezept"), ("recipe", "recipe_version")),
        FormSection(N_("Ideen, noch einmal?"), ("ideas", "again")),
        FormSection(N_("Was wir herausfinden wollten"), ("wanted", "expected")),
        FormSection(N_("Rückblick in vier Fragen"), ("planned", "happened", "why", "learned")),
        FormSection(N_("Wirkliche Minuten"), ("times",)),
        FormSection(N_("Was entstanden ist, was daraus wurde"), ("made", "effect")),
        about_section("title", "summary", "topics", "audiences"),
    ),
    row_first_fields={
        "worked": ("text",),
        "failed": ("text",),
        "ideas": ("text",),
        "times": ("step", "minutes"),
        "creators": ("name", "kind", "url"),
    },
    view=view,
    prefill=prefill,
    offer=steps_to_choose,
    lacks=lacks,
    record=record,
    is_adaptable=False,
    ages=False,
)


def init_app(app: Flask) -> None:
    add_kind(app, OUTCOME)
    add_hint(app, "runs", is_run)
    add_fact(app, tried_fact)
    add_panel(app, Panel("evidence", "outcomes/_evidence.html", evidence_panel, order=40))
    home.add_part(app, home.Part("tried", "outcomes/_of_lab.html", most_tried))
    home.add_part(app, home.Part("learned", "outcomes/_open_of_lab.html", still_open))
    add_source(app, Source(notes=notes_beside, settle=take_up, said_of=said_of))
    add_purge_step(app, forget)
    add_part_of_export(app, "gelernt", answers_by)
    add_action(app, Action("outcome", N_("So war’s"), "tried", address_to_report, order=30))
    add_action(app, Action("told", N_("So war’s"), "tried", address_to_tell, order=30))
    make_recipe = N_("Rezept daraus machen")
    add_action(
        app,
        Action("recipe", make_recipe, "plus", address_to_make_recipe, is_post=True, order=20),
    )
    add_waiting(app, waiting_told)
    add_waiting(app, waiting_for_effect)
    add_purge_step(app, forget_told)
    for bp in (learnings_bp, told_bp, recipe_making_bp):
        app.register_blueprint(bp)
