"""What features add to plans: no template of a plan knows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.plans.agenda import Agenda
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


class PlanAdditions:
    """What the features of one application add to plans."""

    def __init__(self) -> None:
        self.actions: list[PlanAction] = []
        self.panels: list[PlanPanel] = []


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
