"""From a recipe to the report on a run of it."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import to_user_timezone

from wiki.accounts.models import User
from wiki.db import db, now
from wiki.outcomes.content import OutcomeContent
from wiki.outcomes.learning import GROUPS
from wiki.pages.links import published_pages
from wiki.pages.models import Page
from wiki.pages.panels import PageView
from wiki.pages.rendering import content_of
from wiki.pages.visibility import may_edit, may_read_revision, may_write
from wiki.pages.writing import revision_of
from wiki.recipes.content import RecipeContent
from wiki.templating import address_of

#: Where reports are written: `/neu/erfahrung`.
WRITE_WORD = "erfahrung"


def prefill(query: Mapping[str, str], person: User) -> dict[str, Any]:
    """Today, and of the recipe the address names its title, version and steps.

    The minutes stay open: planned ones would pass for measured ones.
    """
    values: dict[str, Any] = {"held_on": to_user_timezone(now()).date().isoformat()}
    number = query.get("rezept", "")
    page = db.session.get(Page, int(number)) if number.isdecimal() and len(number) < 19 else None
    recipe, version = _recipe_in(page, query.get("version", ""), person)
    if page is not None and recipe is not None:
        steps = [{"key": step.key, "step": step.title} for step in recipe.steps]
        values |= {"recipe": page.title, "recipe_version": str(version), "times": steps}
    return values


def steps_to_choose(typed: Mapping[str, Any], person: User) -> dict[str, list[str]]:
    """The steps that each thing learned may belong to, in the version the report names."""
    title = " ".join(str(typed.get("recipe") or "").split())
    page_id, _slug = published_pages([title]).get(title, (0, "")) if title else (0, "")
    page = db.session.get(Page, page_id) if page_id else None
    recipe, _version = _recipe_in(page, str(typed.get("recipe_version") or ""), person)
    steps = [step.title for step in recipe.steps] if recipe else []
    return {f"{group}.step": steps for group in GROUPS}


def _recipe_in(page: Page | None, asked: str, person: User) -> tuple[RecipeContent | None, int]:
    """What a published recipe says in the version that is asked for, else in its newest."""
    if page is None or not page.is_published:
        return None, 0
    version = int(asked) if asked.isdecimal() and len(asked) < 10 else page.current_number
    if not 0 < version <= page.current_number or not may_read_revision(person, page, version):
        version = page.current_number
    recipe = content_of(revision_of(page, version))
    return (recipe, version) if isinstance(recipe, RecipeContent) else (None, 0)


def address_to_tell(view: PageView) -> str | None:
    """Where somebody who writes no reports here tells of a run."""
    if not isinstance(view.content, RecipeContent) or not view.page.is_published:
        return None
    # What strangers tell about examples nobody would look through.
    is_for_others = may_write(view.person) or view.page.is_example
    return None if is_for_others else address_of("told.new", slug=view.page.slug)


def address_to_make_recipe(view: PageView) -> str | None:
    """Where a report without a recipe becomes one."""
    outcome = view.content
    if not isinstance(outcome, OutcomeContent) or outcome.recipe or not view.page.is_published:
        return None
    if not may_edit(view.person, view.page):
        return None
    return address_of("recipe_making.make", slug=view.page.slug)


def address_to_report(view: PageView) -> str | None:
    """Where somebody tells how it was, with the version they look at."""
    if not isinstance(view.content, RecipeContent) or not view.page.is_published:
        return None
    if not may_write(view.person):
        return None
    number = view.revision.number
    return url_for("editing.new", write_word=WRITE_WORD, rezept=view.page.id, version=number)
