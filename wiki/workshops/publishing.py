"""From somebody's plan to a workshop template for all."""

from contextlib import suppress
from dataclasses import dataclass

from wiki.accounts.models import User
from wiki.db import db
from wiki.labs.models import Lab
from wiki.pages.kinds import Kind
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_edit
from wiki.pages.writing import Contribution, create_page, revision_of, save_edit
from wiki.plans.agenda import Agenda
from wiki.plans.changing import PlanFull
from wiki.plans.content import PlanContent
from wiki.plans.models import Plan
from wiki.plans.planning import Overtaken, change, find_plan
from wiki.workshops.content import WorkshopContent
from wiki.workshops.planning import workshop_from


@dataclass(frozen=True)
class Template:
    """The template that a plan came from, in the version it came from."""

    page: Page
    number: int
    content: WorkshopContent


def template_of(plan: PlanContent, user: User | None) -> Template | None:
    """The template a plan came from, if this person may give it a new version."""
    if plan.template is None or plan.template_number is None:
        return None
    page = db.session.get(Page, plan.template)
    if page is None or page.is_purged or not may_edit(user, page):
        return None
    content = content_of(revision_of(page, plan.template_number))
    if not isinstance(content, WorkshopContent):
        return None
    return Template(page, plan.template_number, content)


def publish_as_new(kind: Kind, agenda: Agenda, title: str, by: User, lab: Lab | None) -> Page:
    """A draft that says what the plan says, for its lab to look at before it is published.

    Raises:
        TooComplex: the text cannot be rendered in time.
    """
    content = workshop_from(agenda, WorkshopContent(title=title))
    return create_page(kind, content, Contribution(by, lab), publish=False)


def publish_as_version(kind: Kind, agenda: Agenda, of: Template, by: User, lab: Lab | None) -> Page:
    """A new version of the template that the plan came from; what others changed there stays.

    Raises:
        EditConflict: others changed the same blocks meanwhile.
        NotAllowed, TooComplex.
    """
    content = workshop_from(agenda, of.content)
    saved = save_edit(of.page, kind, content, Contribution(by, lab), base=of.number, publish=False)
    return saved.page


def remember_template(secret: str, page: Page, by: User) -> None:
    """From now on the plan comes from this page as it is now: it can give it its next version."""
    plan = find_plan(secret).plan
    # The page is there; that somebody changed the plan at this moment only costs the memory.
    with suppress(Overtaken, PlanFull):
        _point_at(secret, plan, page, by)


def _point_at(secret: str, plan: Plan, page: Page, by: User) -> None:
    new = {"template": page.id, "template_number": page.current_number}
    change(secret, lambda content: content.model_copy(update=new), seen=plan.version, by=by)
