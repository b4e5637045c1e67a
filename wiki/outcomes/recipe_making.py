"""From a report without a recipe to the draft of one."""

from itertools import accumulate
from typing import Any

from flask import Blueprint, flash, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from wiki.accounts.current import signed_in_person
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotFound
from wiki.fields import TEXT_LENGTH
from wiki.htmx import go
from wiki.labs.membership import lab_speaking_for
from wiki.markup import TooComplex
from wiki.outcomes.content import TITLE_LENGTH, Learning, OutcomeContent
from wiki.pages.editing import TOO_COMPLEX
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.opening import editable_page
from wiki.pages.rendering import content_of, render_content
from wiki.pages.writing import Contribution, NewPage, add_pages, revision_of, save_edit
from wiki.recipes import FORMAT
from wiki.recipes.content import RecipeContent

bp = Blueprint("recipe_making", __name__)


@bp.post("/wiki/<slug>/rezept")
def make(slug: str) -> Response:
    someone = signed_in_person()
    report = editable_page(slug, someone)
    try:
        recipe = make_recipe(report, someone)
    except TooComplex:
        flash(_(TOO_COMPLEX), "error")
        return go(url_for("pages.show", slug=report.slug))
    flash(_("Ein Entwurf aus dem Bericht. Veröffentlicht wird er erst hier."), "success")
    return go(url_for("editing.edit", slug=recipe.slug))


def _free_title(title: str) -> str:
    """The title, with a number if a page has it: a report names its recipe by its title."""
    wanted = str(_("Rezept: %(title)s", title=title))[: TITLE_LENGTH - len(" 999")].rstrip()
    taken = set(
        db.session.scalars(select(Page.title).where(Page.title.startswith(wanted, autoescape=True)))
    )
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
    return next(one for one in (wanted, *numbered) if one not in taken)


def make_recipe(report: Page, by: User) -> Page:
    """A draft that says what the report says; the report names it from the same moment on.

    Raises:
        NotFound: it is no published report, or has a recipe already.
        EditConflict: somebody else made one just now.
        TooComplex: the text cannot be rendered in time.
    """
    outcome = content_of(revision_of(report, report.current_number))
    if not isinstance(outcome, OutcomeContent) or outcome.recipe or not report.is_published:
        raise NotFound
    lab = lab_speaking_for(by, report.lab_id)
    content = _recipe_from(outcome)
    new = NewPage(FORMAT, content, render_content(content), Contribution(by, lab), publish=False)
    made: list[Page] = []
    named = outcome.model_copy(update={"recipe": content.title, "recipe_version": 1})
    save_edit(
        report,
        kinds().named(report.kind),
        named,
        Contribution(by, lab, together_with=lambda _number: made.extend(add_pages([new]))),
        base=report.current_number,
        publish=False,
    )
    return made[0]


def _recipe_from(outcome: OutcomeContent) -> RecipeContent:
    steps: list[dict[str, Any]] = [
        {"key": time.key, "title": time.step, "minutes": time.minutes} for time in outcome.times
    ]
    first, *more = [text for text in (outcome.planned, outcome.happened) if text] or [""]
    then = more[0] if more else ""
    values: dict[str, Any] = {
        "title": _free_title(outcome.title),
        "summary": outcome.summary,
        "steps": steps or [{"title": _("Ablauf"), "text": first, "result": then}],
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
    """As a list, as far as a text may be long."""
    lines = [f"- {learning.text}\n" for learning in learnings]
    lengths = accumulate(map(len, lines))
    fitting = [line for line, so_far in zip(lines, lengths, strict=True) if so_far <= TEXT_LENGTH]
    return "".join(fitting).rstrip()
