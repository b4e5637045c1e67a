"""`/wiki/<slug>/gelernt`: what runs taught about a recipe, and what becomes of it."""

import json
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.errors import NotFound
from wiki.fields import one_line
from wiki.htmx import go, show
from wiki.labs.writing import find_lab
from wiki.outcomes.evidence import Evidence, evidence_on
from wiki.outcomes.facts import line_of, measured_steps
from wiki.outcomes.learning import (
    REASON_LENGTH,
    REASONS,
    decline,
    lessons_of,
    open_lessons_of,
    reopen,
)
from wiki.outcomes.timeline import timeline
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.opening import editable_page, readable_page
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_edit
from wiki.pages.writing import revision_of
from wiki.recipes.content import RecipeContent

bp = Blueprint("learnings", __name__)


@bp.get("/wiki/<slug>/gelernt")
def index(slug: str) -> Response:
    return _show(readable_page(slug, person()))


@bp.post("/wiki/<slug>/gelernt/<name>/absage")
def turn_down(slug: str, name: str) -> BaseResponse:
    someone = signed_in_person()
    page = editable_page(slug, someone)
    reason = one_line(request.form.get("do") or request.form.get("reason", ""))
    if not reason or len(reason) > REASON_LENGTH:
        return _show(page, status=422, unexplained=name, typed=reason)
    decline(page, name, reason, someone)
    flash(_("Bleibt, wie es ist; der Grund steht dabei."), "success")
    return go(url_for("learnings.index", slug=page.slug))


@bp.post("/wiki/<slug>/gelernt/<name>/rueckkehr")
def open_again(slug: str, name: str) -> BaseResponse:
    someone = signed_in_person()
    page = editable_page(slug, someone)
    reopen(page, name, someone)
    flash(_("Wieder offen."), "success")
    return go(url_for("learnings.index", slug=page.slug))


@bp.get("/labore/<slug>/gelernt")
def of_lab(slug: str) -> Response:
    lab = find_lab(slug)
    return show("outcomes/lab_learnings.html", lab=lab, lessons=open_lessons_of(lab))


def _show(page: Page, status: int = 200, **more: Any) -> Response:
    recipe = content_of(revision_of(page, page.current_number))
    if not isinstance(recipe, RecipeContent):
        raise NotFound
    evidence, lessons = evidence_on(page), lessons_of(page)
    return show(
        "outcomes/learnings.html",
        status=status,
        page=page,
        kind=kinds().named(page.kind),
        recipe=recipe,
        lessons=lessons,
        by_step=lessons.by_step(recipe),
        evidence=evidence,
        runs=[(run, line_of(run)) for run in evidence.runs],
        periods=timeline(evidence.runs),
        measured=measured_steps(recipe, evidence),
        with_real_minutes=_with_real_minutes(recipe, evidence),
        may_edit=may_edit(person(), page),
        reasons=REASONS,
        **more,
    )


def _with_real_minutes(recipe: RecipeContent, evidence: Evidence) -> str:
    """The recipe with the minutes its runs took, as its form reads it; empty if none differ."""
    steps = [
        step.model_copy(update={"minutes": evidence.minutes[step.key].median})
        if step.key in evidence.minutes
        else step
        for step in recipe.steps
    ]
    if steps == recipe.steps:
        return ""
    real = recipe.model_copy(update={"steps": steps})
    return json.dumps(real.to_json(), ensure_ascii=False)
