"""What was learned, beside the form of its recipe and in the list of its versions."""

from collections.abc import Collection, Mapping

from wiki.outcomes.learning import Lesson, lessons_of
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.taking_up import Note, Notes
from wiki.pages.writing import revision_of
from wiki.recipes.content import RecipeContent


def notes_beside(page: Page, ticked: Collection[str]) -> Notes:
    """The open learnings beside the steps they speak of, each with a box to tick."""
    recipe = content_of(revision_of(page, page.current_number))
    if not isinstance(recipe, RecipeContent):
        return {}
    by_step = lessons_of(page).by_step(recipe)
    return {
        path: [Note("outcomes/_beside.html", {"lessons": lessons, "ticked": ticked})]
        for path, lessons in by_step.items()
    }


def said_of(page: Page) -> Mapping[int, Note]:
    """From how many runs each version learned, with links to their reports."""
    versions: dict[int, list[Lesson]] = {}
    for lesson in lessons_of(page).taken_up:
        versions.setdefault(lesson.taken_up_in or 0, []).append(lesson)
    return {
        number: Note("outcomes/_learned.html", {"lessons": lessons})
        for number, lessons in versions.items()
    }
