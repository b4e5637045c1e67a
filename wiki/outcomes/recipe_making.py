"""From a report without a recipe to the draft of one."""

from typing import Any

from flask import Blueprint, flash, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.htmx import go
from wiki.outcomes.content import Learning, OutcomeContent
from wiki.pages.editing_views import editable_page
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import Contribution, create_page, revision_of, save_edit
from wiki.recipes import FORMAT
from wiki.recipes.content import RecipeContent

bp = Blueprint("recipe_making", __name__)


@bp.post("/wiki/<slug>/rezept")
def make(slug: str) -> Response:
    someone = signed_in_person()
    recipe = make_recipe(editable_page(slug, someone), someone)
    flash(_("Ein Entwurf aus dem Bericht. Veröffentlicht wird er erst hier."), "success")
    return go(url_for("editing.edit", slug=recipe.slug))


def make_recipe(report: Page, by: User) -> Page:
    """A draft that says what the report says; the report names it from now on.

    Raises:
        NotFound: it is no published report, or has a recipe already.
    """
    outcome = content_of(revision_of(report, report.current_number))
    if not isinstance(outcome, OutcomeContent) or outcome.recipe or not report.is_published:
        raise NotFound
    contribution = Contribution(by, report.lab)
    recipe = create_page(FORMAT, _recipe_from(outcome), contribution, publish=False)
    named = outcome.model_copy(update={"recipe": recipe.title, "recipe_version": 1})
    save_edit(
        report,
        kinds().named(report.kind),
        named,
        contribution,
        base=report.current_number,
        publish=False,
    )
    return recipe


def _recipe_from(outcome: OutcomeContent) -> RecipeContent:
    steps: list[dict[str, Any]] = [
        {"key": time.key, "title": time.step, "minutes": time.minutes} for time in outcome.times
    ]
    told = "\n\n".join(filter(None, (outcome.planned, outcome.happened)))
    values: dict[str, Any] = {
        "title": _("Rezept: %(title)s", title=outcome.title)[:120],
        "summary": outcome.summary,
        "steps": steps or [{"title": _("Ablauf"), "text": told}],
        "group_ideal": outcome.people or None,
        "pitfalls": _listed(outcome.failed),
        "variations": _listed(outcome.ideas),
        "follow_up": outcome.made,
        **{
            name: getattr(outcome, name)
            for name in ("topics", "audiences", "language", "licence", "creators", "cover")
        },
    }
    return RecipeContent.model_validate(values)


def _listed(learnings: list[Learning]) -> str:
    return "\n".join(f"- {learning.text}" for learning in learnings)
