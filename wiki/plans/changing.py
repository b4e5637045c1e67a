"""What can be done with a plan's blocks. Each change names its block: it fits any newer plan."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Literal

from wiki.errors import LaborwikiError
from wiki.fields import ROWS, new_key
from wiki.plans.clock import Slot, on_the_clock
from wiki.plans.content import (
    Block,
    BlockWords,
    Particulars,
    PlanContent,
    Sort,
    clock_minutes,
)
from wiki.recipes.computing import TimedStep, minutes_of, shortened, usual_people
from wiki.recipes.content import RecipeContent, Step

#: A page and one of its versions.
Pin = tuple[int, int]
Recipes = Mapping[Pin, RecipeContent]
Change = Callable[[PlanContent], PlanContent]


class BlockGone(LaborwikiError):
    """Somebody removed the block meanwhile."""

    status = HTTPStatus.CONFLICT


class PlanFull(LaborwikiError):
    """No plan holds that much."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def moved(plan: PlanContent, key: str, by: Literal[-1, 1]) -> PlanContent:
    """The block one place earlier or later in its day, past those of other groups.

    Raises:
        BlockGone: as every change of a block.
    """
    block, at = _find(plan, key)
    place = _place_beside(plan, block, at, by)
    if place is None:
        return plan
    blocks = list(plan.blocks)
    blocks.insert(place, blocks.pop(at))
    return _with(plan, blocks)


def can_move(plan: PlanContent, key: str, by: Literal[-1, 1]) -> bool:
    """Whether there is a place for the block that way."""
    block, at = _find(plan, key)
    return _place_beside(plan, block, at, by) is not None


def described(plan: PlanContent, key: str, words: BlockWords) -> PlanContent:
    """The block as somebody says; on another day it comes last there."""
    block, at = _find(plan, key)
    placed = {
        "day": min(words.day, plan.days),
        "track": words.track if words.track in plan.tracks else "",
    }
    new = block.model_copy(update={**dict(words), **placed})
    if new.day == block.day:
        return _replaced(plan, at, new)
    return _with(plan, [*plan.blocks[:at], *plan.blocks[at + 1 :], new])


def resized(plan: PlanContent, key: str, by: int) -> PlanContent:
    """The block so many minutes longer or shorter; it does not go below five by that."""
    block, at = _find(plan, key)
    minutes = max(block.lasts + by, min(block.lasts, 5), 0)
    return _replaced(plan, at, block.model_copy(update={"minutes": min(minutes, 1_440)}))


def as_usual(plan: PlanContent, key: str) -> PlanContent:
    """A recipe's step with the minutes the recipe gives it."""
    block, at = _find(plan, key)
    return _replaced(plan, at, block.model_copy(update={"minutes": None}))


def split(plan: PlanContent, key: str) -> PlanContent:
    """Two blocks of half the minutes; one of less than two minutes stays whole."""
    block, at = _find(plan, key)
    if block.lasts < 2:
        return plan
    first = block.lasts // 2
    second = block.model_copy(
        update={"key": _key(plan), "minutes": block.lasts - first, "fixed": ""}
    )
    halves = [block.model_copy(update={"minutes": first}), second]
    return _with(plan, [*plan.blocks[:at], *halves, *plan.blocks[at + 1 :]])


def doubled(plan: PlanContent, key: str) -> PlanContent:
    """The block a second time after itself."""
    block, at = _find(plan, key)
    again = block.model_copy(update={"key": _key(plan), "fixed": ""})
    return _with(plan, [*plan.blocks[: at + 1], again, *plan.blocks[at + 1 :]])


def removed(plan: PlanContent, key: str) -> PlanContent:
    """The plan without the block."""
    _block, at = _find(plan, key)
    return _with(plan, [*plan.blocks[:at], *plan.blocks[at + 1 :]])


def with_block(plan: PlanContent, sort: Sort, after: str = "") -> PlanContent:
    """A block of one's own or a break, after another or at the end."""
    minutes = 15 if sort is Sort.BREAK else 30
    return _put(plan, [Block(key=_key(plan), sort=sort, minutes=minutes)], after)


def with_steps(plan: PlanContent, pin: Pin, recipe: RecipeContent, after: str = "") -> PlanContent:
    """All steps of a recipe, after a block or at the end."""
    use, taken = new_key({block.use for block in plan.blocks}), {b.key for b in plan.blocks}
    blocks = []
    for step in recipe.steps:
        taken.add(key := new_key(taken))
        blocks.append(_block_for(step, pin, use, key))
    return _put(plan, blocks, after)


def with_particulars(plan: PlanContent, said: Particulars) -> PlanContent:
    """The plan with other particulars; blocks of days and groups that are gone find a place."""
    new = plan.model_copy(update=dict(said))
    renamed = _renamed(list(plan.tracks), list(new.tracks))
    tracks = {name: name for name in new.tracks} | renamed
    return _with(
        new,
        [
            block.model_copy(
                update={
                    "day": min(block.day, new.days),
                    "track": tracks.get(block.track, ""),
                }
            )
            for block in plan.blocks
        ],
    )


def _renamed(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Old names of groups → those in their lines now, where none was only taken away."""
    if len(after) < len(before):
        return {}
    return {
        old: new
        for old, new in zip(before, after, strict=False)
        if old not in after and new not in before
    }


def with_usual(plan: PlanContent, recipes: Recipes) -> PlanContent:
    """The minutes that recipes give for these people; of one that is gone the last known stay."""
    blocks = []
    for block in plan.blocks:
        found = step_of(block, recipes)
        if found is not None:
            recipe, step = found
            people = plan.people_in(block.track) or usual_people(recipe)
            usual = minutes_of(step, people)
            block = block if usual == block.usual else block.model_copy(update={"usual": usual})
        blocks.append(block)
    return plan.model_copy(update={"blocks": blocks})


def step_of(block: Block, recipes: Recipes) -> tuple[RecipeContent, Step] | None:
    """The step a block is, with its recipe, if there still is one."""
    if block.page is None or block.number is None:
        return None
    recipe = recipes.get((block.page, block.number))
    step = next((s for s in recipe.steps if s.key == block.step), None) if recipe else None
    return (recipe, step) if recipe and step else None


def slots_of(blocks: Sequence[Block]) -> list[Slot]:
    """The blocks as the clock sees them."""
    return [
        Slot(block.key, block.lasts, block.day, block.track, clock_minutes(block.fixed))
        for block in blocks
    ]


def minutes_in(plan: PlanContent) -> int:
    """How long the blocks take, days one after the other, groups side by side."""
    slots = [Slot(slot.key, slot.minutes, slot.day, slot.track) for slot in slots_of(plan.blocks)]
    return sum(day.minutes for day in on_the_clock(slots, plan.starts))


def cuts_for(plan: PlanContent, available: int, recipes: Recipes) -> dict[str, TimedStep]:
    """How recipes' steps are cut so that the blocks take so many minutes, by the block's key.

    A step that was given other minutes is cut from those.
    """
    steps = {
        block.key: TimedStep(step=found[1], minutes=block.lasts, planned=block.lasts, begins=0)
        for block in plan.blocks
        if (found := step_of(block, recipes)) is not None
    }

    def lasting(cut: Sequence[TimedStep]) -> int:
        return minutes_in(_with_minutes(plan, dict(zip(steps, cut, strict=True))))

    cut = dict(zip(steps, shortened(list(steps.values()), available, lasting), strict=True))
    return {key: step for key, step in cut.items() if step.cut}


def cut_to(plan: PlanContent, available: int, recipes: Recipes) -> PlanContent:
    """The plan with its recipes' steps cut to so many minutes, as far as that goes."""
    return _with_minutes(plan, cuts_for(plan, available, recipes))


def at_newer(plan: PlanContent, page: int, number: int, recipes: Recipes) -> PlanContent:
    """The steps of a recipe as a newer version has them; what somebody said of them stays.

    New steps come after those they follow there. Of steps that are gone, a block stays if
    somebody said something of it, as one of their own.
    """
    new = recipes[page, number]
    known = {step.key for step in new.steps}
    blocks: list[Block] = []
    for block in plan.blocks:
        if block.page != page or block.step in known:
            pinned = {"number": number} if block.page == page else {}
            blocks.append(block.model_copy(update=pinned))
        elif block.title or block.text or block.leads:
            blocks.append(_own(block))
    uses = dict.fromkeys((b.use, b.number) for b in plan.blocks if b.page == page)
    for use, old in uses:
        if old is not None and (page, old) in recipes and old != number:
            before = {step.key for step in recipes[page, old].steps}
            _put_in_new_steps(blocks, new, before, (page, number), use)
    return _with(plan, blocks)


def _put_in_new_steps(
    blocks: list[Block], recipe: RecipeContent, before: set[str], pin: Pin, use: str
) -> None:
    """Put the steps that a recipe had not before where it has them."""
    for at, step in enumerate(recipe.steps):
        of_use = [i for i, block in enumerate(blocks) if block.use == use]
        if step.key in before or not of_use:
            continue
        earlier = {s.key for s in recipe.steps[:at]}
        place = max((i + 1 for i in of_use if blocks[i].step in earlier), default=of_use[0])
        like = blocks[place - 1] if place - 1 in of_use else blocks[of_use[0]]
        block = _block_for(step, pin, use, new_key({block.key for block in blocks}))
        blocks.insert(place, block.model_copy(update={"day": like.day, "track": like.track}))


def _block_for(step: Step, pin: Pin, use: str, key: str) -> Block:
    page, number = pin
    return Block(key=key, sort=Sort.STEP, page=page, number=number, step=step.key, use=use)


def _own(block: Block) -> Block:
    """A recipe's step as a block of one's own: with its minutes and what somebody said."""
    gone = {"sort": Sort.FREE, "page": None, "number": None, "step": "", "use": "", "usual": 0}
    return block.model_copy(update={**gone, "minutes": block.lasts})


def _with_minutes(plan: PlanContent, steps: Mapping[str, TimedStep]) -> PlanContent:
    return plan.model_copy(
        update={
            "blocks": [
                block.model_copy(update={"minutes": steps[block.key].minutes})
                if block.key in steps and steps[block.key].minutes != block.lasts
                else block
                for block in plan.blocks
            ]
        }
    )


def _put(plan: PlanContent, new: Sequence[Block], after: str) -> PlanContent:
    """New blocks after a block, on its day and in its group; else at the end of the last day."""
    at, like = len(plan.blocks), {"day": plan.days, "track": ""}
    block = plan.block(after)
    if block is not None:
        at = plan.blocks.index(block) + 1
        like = {"day": block.day, "track": block.track}
    placed = [one.model_copy(update=like) for one in new]
    return _with(plan, [*plan.blocks[:at], *placed, *plan.blocks[at:]])


def _place_beside(plan: PlanContent, block: Block, at: int, by: Literal[-1, 1]) -> int | None:
    """The next place of the day that is not another group's."""
    for place in range(at - 1, -1, -1) if by < 0 else range(at + 1, len(plan.blocks)):
        other = plan.blocks[place]
        if other.day != block.day:
            break
        if not (other.track and block.track) or other.track == block.track:
            return place
    return None


def _find(plan: PlanContent, key: str) -> tuple[Block, int]:
    for at, block in enumerate(plan.blocks):
        if block.key == key:
            return block, at
    raise BlockGone


def _replaced(plan: PlanContent, at: int, block: Block) -> PlanContent:
    return _with(plan, [*plan.blocks[:at], block, *plan.blocks[at + 1 :]])


def _with(plan: PlanContent, blocks: Sequence[Block]) -> PlanContent:
    if len(blocks) > ROWS:
        raise PlanFull
    return plan.model_copy(update={"blocks": sorted(blocks, key=lambda block: block.day)})


def _key(plan: PlanContent) -> str:
    return new_key({block.key for block in plan.blocks})
