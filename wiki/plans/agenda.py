"""A plan as it is looked at: its blocks on the clock, with the names their recipes give them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby

from flask_babel import gettext as _

from wiki.plans.changing import Pin, Recipes, slots_of, step_of
from wiki.plans.clock import Timed, TimedDay, on_the_clock
from wiki.plans.content import Block, PlanContent, Sort, clock_minutes
from wiki.plans.recipes import Pinned, pinned_in
from wiki.recipes.computing import usual_people
from wiki.recipes.content import Phase, SocialForm, Step

#: The heights a block can have on the screen (static/css/plans.css).
HEIGHTS = (
    *range(5, 65, 5),
    *(70, 75, 80, 90, 100, 105, 120, 135, 150, 180, 210, 240),
)
_FORMS = {
    SocialForm.ALONE: "alone",
    SocialForm.PAIRS: "pairs",
    SocialForm.SMALL_GROUPS: "groups",
    SocialForm.PLENARY: "plenary",
}


@dataclass(frozen=True)
class Line:
    """One block with when it happens and, if it still is one, the recipe's step."""

    block: Block
    timed: Timed
    step: Step | None
    pinned: Pinned | None

    @property
    def key(self) -> str:
        return self.block.key

    @property
    def title(self) -> str:
        """What the block is called; never empty."""
        if self.block.title:
            return self.block.title
        if self.step is not None:
            return self.step.title
        if self.block.is_break:
            return str(_("Pause"))
        if self.block.sort is Sort.STEP:
            return str(_("Schritt eines entfernten Rezepts"))
        return str(_("Noch ohne Namen"))

    @property
    def social_form(self) -> SocialForm | None:
        return self.block.social_form or (self.step.social_form if self.step else None)

    @property
    def form_class(self) -> str:
        """The class with the colour of the social form, or an empty string."""
        return f"form-{_FORMS[self.social_form]}" if self.social_form else ""

    @property
    def height_class(self) -> str:
        minutes = self.block.lasts
        return f"for-{min(HEIGHTS, key=lambda height: abs(height - minutes))}"

    @property
    def phase(self) -> Phase | None:
        return self.step.phase if self.step else None

    @property
    def is_break(self) -> bool:
        """A break, or a step that is one by its name."""
        return self.block.is_break or "pause" in self.title.casefold()

    @property
    def is_left_out(self) -> bool:
        return self.block.lasts == 0

    @property
    def differs(self) -> bool:
        """Whether it takes other minutes than the recipe gives it."""
        return self.step is not None and self.block.lasts != self.block.usual


@dataclass(frozen=True)
class Lane:
    """What one group does while others do something else."""

    track: str
    lines: tuple[Line, ...]

    @property
    def name_id(self) -> str:
        """Names this lane on a page; a group may have several."""
        return f"group-{self.lines[0].key}"


@dataclass(frozen=True)
class SideBySide:
    """What two groups or more do at the same time."""

    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class AgendaDay:
    """One day; `timed` is None while it has no blocks."""

    number: int
    date: date | None
    timed: TimedDay | None
    lines: tuple[Line, ...]

    @cached_property
    def parts(self) -> tuple[Line | SideBySide, ...]:
        """The blocks in order, those of groups side by side: in each part time only goes on."""
        return tuple(self._parts())

    def _parts(self) -> Iterator[Line | SideBySide]:
        for is_apart, found in groupby(self.lines, key=lambda line: bool(line.block.track)):
            lines = tuple(found)
            tracks = dict.fromkeys(line.block.track for line in lines)
            if not is_apart or len(tracks) < 2:
                yield from lines
                continue
            yield SideBySide(
                tuple(
                    Lane(track, tuple(line for line in lines if line.block.track == track))
                    for track in tracks
                )
            )

    @property
    def overlong(self) -> int:
        """Minutes past the fixed end."""
        return max(0, (self.timed.over or 0) if self.timed else 0)

    @property
    def left(self) -> int:
        """Minutes that are left until the fixed end."""
        return max(0, -(self.timed.over or 0) if self.timed else 0)


@dataclass(frozen=True)
class Agenda:
    """The whole plan as it is looked at."""

    content: PlanContent
    pinned: Mapping[Pin, Pinned]
    days: tuple[AgendaDay, ...]

    @property
    def title(self) -> str:
        """What the plan is called; never empty."""
        first = next((line.pinned for line in self.lines if line.pinned), None)
        if self.content.title:
            return self.content.title
        return first.recipe.title if first else str(_("Zeitplan"))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for day in self.days for line in day.lines)

    @property
    def minutes(self) -> int:
        return sum(day.timed.minutes for day in self.days if day.timed)

    @property
    def newer(self) -> list[Pinned]:
        """Recipes that have a newer version, each from the oldest one the plan follows."""
        found: dict[int, Pinned] = {}
        for pin in sorted(self.pinned):
            if self.pinned[pin].has_newer:
                found.setdefault(pin[0], self.pinned[pin])
        return list(found.values())

    @property
    def people(self) -> int | None:
        """For how many it is computed: those of the plan, else those of its only recipe."""
        if self.content.people:
            return self.content.people
        usual = {usual_people(found.recipe) for found in self.pinned.values()}
        return usual.pop() if len(usual) == 1 else None


def recipes_of(pinned: Mapping[Pin, Pinned]) -> Recipes:
    return {pin: found.recipe for pin, found in pinned.items()}


def agenda_of(content: PlanContent) -> Agenda:
    """The plan with its recipes as they may be read by everybody, on the clock."""
    pinned = pinned_in(content)
    recipes = recipes_of(pinned)
    timed = on_the_clock(
        slots_of(content.blocks),
        content.starts,
        day=content.date,
        end=clock_minutes(content.end),
        apart=content.apart,
    )
    of_number = {day.number: day for day in timed}
    blocks = {block.key: block for block in content.blocks}

    def line(one: Timed) -> Line:
        block = blocks[one.slot.key]
        found = step_of(block, recipes)
        pin = (block.page, block.number) if block.page and block.number else None
        return Line(block, one, found[1] if found else None, pinned.get(pin) if pin else None)

    def day(number: int) -> AgendaDay:
        found = of_number.get(number)
        later = timedelta(days=(number - 1) * content.apart)
        on = content.date + later if content.date else None
        return AgendaDay(number, on, found, tuple(map(line, found.blocks)) if found else ())

    return Agenda(content, pinned, tuple(day(number) for number in range(1, content.days + 1)))
