"""From a workshop template to a plan and back."""

from collections.abc import Iterable

from sqlalchemy import select

from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotFound
from wiki.pages.links import published_pages
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.writing import revision_of
from wiki.plans.agenda import Agenda, agenda_of
from wiki.plans.changing import Pin, with_usual
from wiki.plans.content import (
    TITLE_LENGTH,
    Beginnings,
    Block,
    PlanContent,
    Sort,
    clock_minutes,
)
from wiki.plans.models import Plan
from wiki.plans.planning import keep_plan
from wiki.plans.recipes import Pinned, pinned
from wiki.recipes.computing import minutes_of, usual_people
from wiki.recipes.content import RecipeContent, Step
from wiki.workshops.content import WorkshopBlock, WorkshopContent

ONE_DAY = 1_440  # minutes
#: What a plan takes from its template beside the blocks.
_SHARED = ("title", "people", "start", "end", "groups")


def agenda_in(workshop: WorkshopContent) -> Agenda:
    """The template as it is looked at: for its own number of people, from its own start."""
    return agenda_of(plan_in(workshop))


def workshop_on(page: Page) -> WorkshopContent:
    """The template as it is now.

    Raises:
        NotFound: it is none.
    """
    content = content_of(revision_of(page, page.current_number))
    if not isinstance(content, WorkshopContent):
        raise NotFound
    return content


def plan_on(page: Page, said: Beginnings) -> PlanContent:
    """The template as it is now, as a plan that is kept nowhere."""
    return plan_for(workshop_on(page), said)


def plan_from(
    page: Page, number: int, workshop: WorkshopContent, said: Beginnings, by: User | None
) -> Plan:
    """A plan of one's own that remembers which version of the template it came from."""
    content = plan_for(workshop, said)
    content = content.model_copy(update={"template": page.id, "template_number": number})
    return keep_plan(content, by)


def plan_for(workshop: WorkshopContent, said: Beginnings) -> PlanContent:
    """What the template says, for these people and from then; what is left open stays.

    What has a fixed time there moves along with the beginning, and its groups grow and shrink
    with the number of people.
    """
    given = {name: value for name, value in dict(said).items() if value}
    content = _moved_to(_grouped_for(plan_in(workshop), said.people), said.start)
    content = content.model_copy(update=given)
    recipes = {pin: found.recipe for pin, found in _pinned(workshop).items()}
    return with_usual(content, recipes)


def _moved_to(content: PlanContent, start: str) -> PlanContent:
    """The same so much earlier or later that it begins then."""
    begins = clock_minutes(start)
    if begins is None or begins == content.starts:
        return content
    by = begins - content.starts

    def moved(clock: str) -> str:
        minutes = clock_minutes(clock)
        if minutes is None:
            return clock
        hour, minute = divmod((minutes + by) % ONE_DAY, 60)
        return f"{hour:02d}:{minute:02d}"

    blocks = [block.model_copy(update={"fixed": moved(block.fixed)}) for block in content.blocks]
    return content.model_copy(update={"end": moved(content.end), "blocks": blocks})


def _grouped_for(content: PlanContent, people: int | None) -> PlanContent:
    """The numbers of the groups for so many people: if they are all before, they are all after."""
    if not people or not content.people:
        return content
    lines, counted = [], 0
    for name, number in content.tracks.items():
        if number is None:
            lines.append(name)
            continue
        earlier = round(counted * people / content.people)
        counted += number
        lines.append(f"{name}: {max(1, round(counted * people / content.people) - earlier)}")
    return content.model_copy(update={"groups": lines})


def plan_in(workshop: WorkshopContent) -> PlanContent:
    """What the template says, as a plan: its recipes looked up by their titles.

    A block keeps the minutes that differ from its step's; the others follow the number of people.
    What is no step of a published recipe is a block of its own.
    """
    recipes = _pinned(workshop)
    found = _by_name(workshop, recipes)
    content = PlanContent(
        **{name: getattr(workshop, name) for name in _SHARED},
        days=workshop.days,
        apart=workshop.apart or 1,
    )
    tracks = content.tracks
    blocks = []
    for row in workshop.blocks:
        step = found.get(row.key)
        common = {
            "key": row.key,
            "title": row.title,
            "fixed": row.fixed,
            "leads": row.leads,
            "social_form": row.social_form,
            "text": row.text,
            "day": row.day or 1,
            "track": row.track if row.track in tracks else "",
        }
        if step is None:
            sort = Sort.BREAK if row.is_break else Sort.FREE
            words = {
                "title": row.title or row.step[:TITLE_LENGTH],
                "minutes": row.minutes or 0,
                "sort": sort,
            }
            blocks.append(Block(**common | words))
            continue
        recipe, of_recipe = step
        people = content.people_in(row.track) or usual_people(recipe.recipe)
        usual = minutes_of(of_recipe, people)
        blocks.append(
            Block(
                **common,
                sort=Sort.STEP,
                minutes=None if row.minutes in (None, usual) else row.minutes,
                page=recipe.page.id,
                number=recipe.revision.number,
                step=of_recipe.key,
                use=f"{recipe.page.id}.{row.run or 1}",
            )
        )
    content = content.model_copy(update={"blocks": sorted(blocks, key=lambda block: block.day)})
    return with_usual(content, {pin: one.recipe for pin, one in recipes.items()})


def workshop_from(agenda: Agenda, like: WorkshopContent) -> WorkshopContent:
    """The blocks of a plan as a template that says the rest as `like` does.

    Its date, its place and whose it is stay behind.
    """
    plan = agenda.content
    runs = _runs(agenda)
    rows = []
    for line in agenda.lines:
        block = line.block
        names = {"title": block.title}
        if line.step is not None and line.pinned is not None:
            names = {
                "title": block.title,
                "recipe": line.pinned.page.title,
                "step": _name_of(line.step, line.pinned.recipe),
            }
        rows.append(
            WorkshopBlock(
                key=block.key,
                **names,
                version=line.pinned.revision.number if line.step and line.pinned else None,
                run=runs.get(block.use),
                minutes=block.lasts,
                is_break=block.is_break,
                text=block.text,
                social_form=block.social_form,
                leads=block.leads,
                fixed=block.fixed,
                day=block.day if block.day > 1 else None,
                track=block.track,
            )
        )
    shared = {name: getattr(plan, name) for name in _SHARED if name != "title"}
    shared["apart"] = plan.apart if plan.apart > 1 else None
    return like.model_copy(update={**shared, "people": agenda.people, "blocks": rows})


def _runs(agenda: Agenda) -> dict[str, int]:
    """Which time a recipe runs, by the use of its steps, if not the first."""
    uses: dict[int, list[str]] = {}
    for line in agenda.lines:
        if line.pinned is not None and line.step is not None:
            of_page = uses.setdefault(line.pinned.page.id, [])
            if line.block.use not in of_page:
                of_page.append(line.block.use)
    return {use: run for of in uses.values() for run, use in enumerate(of, 1) if run > 1}


def _pinned(workshop: WorkshopContent) -> dict[Pin, Pinned]:
    """The recipes that the template names: the versions it says, and the newest ones."""
    pages = published_pages({block.recipe for block in workshop.blocks if block.recipe})
    numbers = _newest(found[0] for found in pages.values())
    wanted = {
        (pages[block.recipe][0], number)
        for block in workshop.blocks
        if block.recipe in pages
        for number in (block.version, numbers.get(pages[block.recipe][0]))
        if number
    }
    return pinned(wanted)


def _by_name(
    workshop: WorkshopContent, recipes: dict[Pin, Pinned]
) -> dict[str, tuple[Pinned, Step]]:
    """Block key → the step it names. A version that nobody may read gives way to the newest."""
    pages = published_pages({block.recipe for block in workshop.blocks if block.recipe})
    newest: dict[int, Pinned] = {}
    for pin in sorted(recipes):
        newest[pin[0]] = recipes[pin]
    found = {}
    for block in workshop.blocks:
        if block.recipe not in pages:
            continue
        page = pages[block.recipe][0]
        recipe = recipes.get((page, block.version or 0)) or newest.get(page)
        step = _step_named(block.step, recipe.recipe) if recipe else None
        if recipe is not None and step is not None:
            found[block.key] = (recipe, step)
    return found


def _newest(pages: Iterable[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Page.id, Page.current_number).where(Page.id.in_(sorted(set(pages))))
    )
    return {row.id: row.current_number for row in rows}


def _name_of(step: Step, recipe: RecipeContent) -> str:
    """Its title, or its key where two steps are called the same."""
    return step.title if _step_named(step.title, recipe) == step else step.key


def _step_named(name: str, recipe: RecipeContent) -> Step | None:
    """The step with this title, else with this key; None if none or several are meant."""
    wanted = name.casefold()
    titled = [step for step in recipe.steps if step.title.casefold() == wanted]
    if len(titled) == 1:
        return titled[0]
    return next((step for step in recipe.steps if step.key == name), None)
