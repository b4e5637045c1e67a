"""The recipes whose steps a plan holds: always in versions that everybody may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import lazyload, undefer

from wiki.db import db
from wiki.errors import NotFound
from wiki.pages.history import standing_for
from wiki.pages.links import published_pages, without_missing
from wiki.pages.models import Page, PageState, Revision
from wiki.pages.rendering import content_of, rendering_of
from wiki.plans.changing import Pin
from wiki.plans.content import PlanContent
from wiki.recipes import KINDS
from wiki.recipes.content import RecipeContent


@dataclass(frozen=True)
class Pinned:
    """A recipe in the version that a plan follows; `number` is what the plan calls it.

    Of a version that was purged, the next one that says something stands in its place.
    """

    page: Page
    number: int
    revision: Revision
    recipe: RecipeContent

    @property
    def pin(self) -> Pin:
        return self.page.id, self.number

    @property
    def has_newer(self) -> bool:
        """Whether there is a version that the plan could follow instead."""
        return self.page.is_published and self.page.current_number > self.revision.number


def is_plannable(page: Page) -> bool:
    """Whether a plan can be made of it: a recipe that everybody may read and find."""
    return page.is_published and page.kind in KINDS


def pinned_in(plan: PlanContent) -> dict[Pin, Pinned]:
    """The recipes of a plan, asked at once; what was purged is not among them."""
    return pinned(
        (block.page, block.number) for block in plan.blocks if block.page and block.number
    )


def pinned(pins: Iterable[Pin]) -> dict[Pin, Pinned]:
    """Recipes in some of their published versions."""
    wanted = sorted(set(pins))
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Page, Revision)
        .join(Revision, Revision.page_id == Page.id)
        .where(
            tuple_(Page.id, Revision.number).in_(wanted),
            Page.state.in_([PageState.PUBLISHED.value, PageState.RETIRED.value]),
            Revision.number >= Page.published_from,
        )
        .options(undefer(Revision.content), lazyload(Revision.author), lazyload(Revision.lab))
    )
    found = {}
    for page, wanted_revision in rows:
        revision = standing_for(wanted_revision)
        recipe = content_of(revision)
        if isinstance(recipe, RecipeContent):
            one = Pinned(page, wanted_revision.number, revision, recipe)
            found[one.pin] = one
    return found


def texts_of(pinned: Mapping[Pin, Pinned]) -> dict[Pin, dict[str, str]]:
    """The recipes' texts as safe HTML; links to pages that are not there lead nowhere."""
    return {
        pin: without_missing(rendering_of(found.revision, found.recipe)["html"])
        for pin, found in pinned.items()
    }


def newest(page: Page) -> Pinned:
    """A recipe as it is now.

    Raises:
        NotFound: it is none, or not everybody may read it.
    """
    if not is_plannable(page):
        raise NotFound
    pin = (page.id, page.current_number)
    found = pinned([pin]).get(pin)
    if found is None:
        raise NotFound
    return found


def recipe_titled(title: str) -> Pinned | None:
    """The published recipe with this title."""
    known = published_pages([title]).get(title)
    page = db.session.get(Page, known[0]) if known else None
    return newest(page) if page is not None and is_plannable(page) else None
