"""Workshop templates: published plans without a date, for everybody to plan with."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from wiki.language import N_
from wiki.pages.kinds import COVER_SECTION, FormSection, Kind, about_section, add_kind
from wiki.pages.panels import Action, PageView, add_action
from wiki.pages.visibility import may_write
from wiki.plans.additions import PlanPanel, PlanView, add_page_plan, add_plan_panel
from wiki.plans.packing import cost_of, packing_of, staff_of, uses_of
from wiki.templating import address_of
from wiki.workshops.content import KIND, WorkshopContent
from wiki.workshops.facts import fact_list, facts, preview
from wiki.workshops.planning import agenda_in, plan_on
from wiki.workshops.publishing import template_of
from wiki.workshops.publishing_views import bp as publishing
from wiki.workshops.views import bp


def view(workshop: WorkshopContent, _query: Mapping[str, str]) -> dict[str, Any]:
    agenda = agenda_in(workshop)
    uses = uses_of(agenda)
    return {
        "workshop": workshop,
        "agenda": agenda,
        "packing": packing_of(uses),
        "staff": staff_of(uses),
        "cost": cost_of(uses),
        "fact_list": fact_list(workshop, agenda),
    }


WORKSHOP = Kind(
    name=KIND,
    word="vorlage",
    label=N_("Workshop-Vorlage"),
    plural=N_("Workshop-Vorlagen"),
    content=WorkshopContent,
    write_word="vorlage",
    write_label=N_("Workshop-Vorlage schreiben"),
    write_lead=N_(
        "Am leichtesten wird ein Zeitplan zur Vorlage: dort unten „Als Workshop-Vorlage“. Hier "
        "entsteht sie Zeile für Zeile."
    ),
    view_template="workshops/view.html",
    start_rows=("blocks",),
    first_fields=("title", "summary", "blocks"),
    sections=(
        COVER_SECTION,
        FormSection(N_("Wofür und für wen"), ("purpose", "audiences", "settings")),
        FormSection(
            N_("Wie viele, wann"),
            ("people", "group_min", "group_max", "start", "end", "apart"),
        ),
        FormSection(N_("Gruppen, die gleichzeitig arbeiten"), ("groups",)),
        FormSection(N_("Vorher zu klären"), ("lead_days", "preparation", "invitation")),
        FormSection(N_("Achtung"), ("pitfalls",)),
        about_section("topics"),
    ),
    row_first_fields={
        "blocks": ("title", "minutes", "recipe", "step"),
        "creators": ("name", "kind", "url"),
    },
    facts=facts,
    view=view,
    preview=preview,
)


def address_to_plan(view: PageView) -> str | None:
    if view.page.kind != WORKSHOP.name or not view.page.is_published:
        return None
    return address_of("workshops.new", slug=view.page.slug)


def publish_panel(view: PlanView) -> dict[str, Any] | None:
    if not view.door.opens or not may_write(view.person):
        return None
    return {"secret": view.door.secret, "template": template_of(view.agenda.content, view.person)}


def init_app(app: Flask) -> None:
    add_kind(app, WORKSHOP)
    app.register_blueprint(bp)
    app.register_blueprint(publishing)
    add_page_plan(app, WORKSHOP.name, plan_on)
    plan = Action("workshop", N_("Damit planen"), "clock", address_to_plan, is_main=True, order=10)
    add_action(app, plan)
    add_plan_panel(app, PlanPanel("workshops/_publish.html", publish_panel, order=60))
