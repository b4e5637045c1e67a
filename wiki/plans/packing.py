"""What to bring and who is needed: over all blocks, with what is needed at the same time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from wiki.plans.agenda import Agenda, Line
from wiki.recipes.computing import (
    NeededMaterial,
    amount_of,
    cost_for,
    count_of,
    usual_people,
)
from wiki.recipes.content import BroughtBy, Material, MaterialClass, RecipeContent, Role

Number = TypeVar("Number", int, Decimal)


@dataclass(frozen=True)
class Use:
    """A recipe that runs from here to there for so many people; its material is needed once."""

    recipe: RecipeContent
    people: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Staff:
    """A role and how many of it are needed at the same time."""

    role: Role
    count: int


def uses_of(agenda: Agenda) -> list[Use]:
    """The recipes of a plan as often as they run."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in agenda.lines:
        if line.pinned is not None and not line.is_left_out:
            lines[line.block.use].append(line)
    uses = []
    for of_use in lines.values():
        first = of_use[0]
        assert first.pinned is not None
        tracks = {line.block.track for line in of_use}
        people = [agenda.content.people_in(track) for track in tracks]
        uses.append(
            Use(
                first.pinned.recipe,
                max(
                    (number for number in people if number),
                    default=usual_people(first.pinned.recipe),
                ),
                min(line.timed.begins for line in of_use),
                max(line.timed.ends for line in of_use),
            )
        )
    return uses


def packing_of(uses: Sequence[Use]) -> dict[BroughtBy | None, list[NeededMaterial]]:
    """What to bring, by who brings it.

    What is used up adds up, with its spare; of devices it is as many as are needed at once.
    """
    needed: dict[tuple[object, ...], list[tuple[Use, Material]]] = defaultdict(list)
    for use in uses:
        for material in use.recipe.materials:
            if material.category is not MaterialClass.LINK:
                name = (material.item.casefold(), material.unit, material.category)
                needed[(*name, material.brought_by)].append((use, material))
    packed: dict[BroughtBy | None, list[NeededMaterial]] = defaultdict(list)
    for same in needed.values():
        amounts = [(use, amount_of(material, use.people)) for use, material in same]
        known = [(use, amount) for use, amount in amounts if amount is not None]
        is_device = same[0][1].category is MaterialClass.DEVICE
        material, total = same[0][1], None
        if known:
            total = most_at_once(known) if is_device else sum((n for _use, n in known), Decimal(0))
        packed[material.brought_by].append(NeededMaterial(material, total))
    order = [*BroughtBy, None]
    return {who: packed[who] for who in sorted(packed, key=order.index)}


def staff_of(uses: Sequence[Use]) -> list[Staff]:
    """The roles of all recipes, and how many of each are needed at the same time."""
    roles: dict[str, list[tuple[Use, Role]]] = defaultdict(list)
    for use in uses:
        for role in use.recipe.roles:
            roles[role.name.casefold()].append((use, role))
    return [
        Staff(same[0][1], most_at_once([(use, count_of(role, use.people)) for use, role in same]))
        for same in roles.values()
    ]


def cost_of(uses: Iterable[Use]) -> Decimal | None:
    """Euros for everything, or None when no recipe says."""
    costs = [cost for use in uses if (cost := cost_for(use.recipe, use.people)) is not None]
    return sum(costs, Decimal(0)) if costs else None


def most_at_once(needed: Sequence[tuple[Use, Number]]) -> Number:
    """The most that is needed at any moment; what ends when another begins is free for it."""
    if not needed:
        raise ValueError("nothing is needed")
    zero = type(needed[0][1])(0)
    return max(
        sum((n for use, n in needed if use.begins <= moment.begins < use.ends), zero)
        for moment, _n in needed
    )
