"""What features add to plans: no template of a plan knows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.pages.models import Page
from wiki.plans.agenda import Agenda
from wiki.plans.content import Beginnings, PlanContent
from wiki.plans.planning import Door


@dataclass(frozen=True)
class PlanView:
    """One plan as somebody looks at it, with or without the right to change it."""

    door: Door
    agenda: Agenda
    person: User | None


@dataclass(frozen=True)
class PlanAction:
    """Something one can do with a plan: a link, or nothing where `address` gives None."""

    name: str
    label: str
    icon: str
    address: Callable[[PlanView], str | None]
    is_main: bool = False
    order: int = 50


@dataclass(frozen=True)
class PlanPanel:
    """A part beside the agenda. `data` gives its template's variables, or None for "not here"."""

    template: str
    data: Callable[[PlanView], dict[str, Any] | None]
    order: int = 50


#: A plan made of a published page for the moment, kept nowhere; its blocks keep their keys.
PagePlan = Callable[[Page, Beginnings], PlanContent]


class PlanAdditions:
    """What the features of one application add to plans."""

    def __init__(self) -> None:
        self.actions: list[PlanAction] = []
        self.panels: list[PlanPanel] = []
        self.page_plans: dict[str, PagePlan] = {}


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-plans"] = PlanAdditions()


def add_plan_action(app: Flask, action: PlanAction) -> None:
    additions: PlanAdditions = app.extensions["laborwiki-plans"]
    additions.actions.append(action)
    additions.actions.sort(key=lambda action: action.order)


def add_plan_panel(app: Flask, panel: PlanPanel) -> None:
    additions: PlanAdditions = app.extensions["laborwiki-plans"]
    additions.panels.append(panel)
    additions.panels.sort(key=lambda panel: panel.order)


def add_page_plan(app: Flask, kind: str, plan_of: PagePlan) -> None:
    """Let pages of a kind be looked at as plans without making one."""
    additions: PlanAdditions = app.extensions["laborwiki-plans"]
    additions.page_plans[kind] = plan_of


def has_page_plan(page: Page) -> bool:
    """Whether the page is one that everybody may read and that is as good as a plan."""
    additions: PlanAdditions = current_app.extensions["laborwiki-plans"]
    return page.is_published and page.kind in additions.page_plans


def page_plan(page: Page, said: Beginnings) -> PlanContent:
    """What a plan made of the page would say; what is left open is as the page has it.

    Raises:
        NotFound: none can be made of it, or not everybody may read it.
    """
    if not has_page_plan(page):
        raise NotFound
    additions: PlanAdditions = current_app.extensions["laborwiki-plans"]
    return additions.page_plans[page.kind](page, said)


def plan_actions(view: PlanView) -> list[tuple[PlanAction, str]]:
    """What can be done with this plan here, with the addresses."""
    additions: PlanAdditions = current_app.extensions["laborwiki-plans"]
    found = [(action, action.address(view)) for action in additions.actions]
    return [(action, address) for action, address in found if address is not None]


def plan_panels(view: PlanView) -> list[tuple[PlanPanel, dict[str, Any]]]:
    """What features say beside this plan."""
    additions: PlanAdditions = current_app.extensions["laborwiki-plans"]
    found = [(panel, panel.data(view)) for panel in additions.panels]
    return [(panel, data) for panel, data in found if data is not None]
