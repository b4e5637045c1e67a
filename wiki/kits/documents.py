"""The whole plan as one document: what PDF, Word, ODT and the single HTML file have in common."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from flask_babel import format_date
from flask_babel import gettext as _

from wiki.db import now
from wiki.fields import fields_of
from wiki.kits.kit import Kit
from wiki.kits.lists import Checklist, budget_list, packing_list, roles_list, room_list
from wiki.kits.preparing import todo_list
from wiki.kits.sheets import in_time
from wiki.pages.content import Content
from wiki.plans.agenda import AgendaDay, Line, SideBySide
from wiki.plans.clock import BERLIN, Timed, TimedDay, clock_of
from wiki.reuse.word import with_pictures
from wiki.templating import duration

#: Of a step, in this order, with what is said before.
_STEP_TEXTS = ("prompt", "text", "result", "tip", "pitfall")
#: Of a recipe, what one needs who runs it.
_RECIPE_TEXTS = (
    *("prerequisites", "pitfalls", "variations", "online_variant"),
    *("debrief", "follow_up", "handout", "legal"),
)


#: Of a template; what is to be clarified before stands in the list for preparing.
_TEMPLATE_TEXTS = ("purpose", "pitfalls")


@dataclass(frozen=True)
class Part:
    """A text of a recipe: safe HTML, its pictures named by their bytes."""

    name: str
    label: str
    html: str

    @property
    def labelled(self) -> str:
        """The text with its label before the first words."""
        if not self.label:
            return self.html
        label = f"<strong>{escape(self.label)}:</strong>"
        if self.html.startswith("<p>"):
            return f"<p>{label} {self.html.removeprefix('<p>')}"
        return f"<p>{label}</p>{self.html}"


@dataclass(frozen=True)
class Item:
    """What happens at a time; `who` where that is somebody else than in the item before."""

    begins: str
    ends: str
    title: str
    facts: str
    note: str
    parts: tuple[Part, ...]
    language: str
    is_break: bool
    gap: int
    who: str


@dataclass(frozen=True)
class Day:
    """A day's items, one group's after the other's; `times` are all of them as time goes on."""

    title: str
    facts: str
    items: tuple[Item, ...]
    times: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chapter:
    """What a recipe says beside its steps, or a template beside its blocks."""

    title: str
    language: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    kit: Kit
    days: tuple[Day, ...]
    lists: tuple[Checklist, ...]
    chapters: tuple[Chapter, ...]
    sources: tuple[str, ...]


def document_of(kit: Kit) -> Document:
    """Everything that is needed to run the plan, as words and safe HTML."""
    texts = {
        pin: {path: with_pictures(html, kit.reader) for path, html in of_recipe.items()}
        for pin, of_recipe in kit.texts.items()
    }
    lists = (
        packing_list(kit),
        roles_list(kit),
        room_list(kit),
        todo_list(kit, now().astimezone(BERLIN).date()),
        budget_list(kit),
    )
    return Document(
        kit,
        tuple(_day(day, kit, texts) for day in kit.agenda.days if day.lines),
        tuple(filter(None, lists)),
        tuple(chapter for chapter in _chapters(kit, texts) if chapter.parts),
        tuple(of.named.text for of in kit.sources),
    )


_Texts = dict[tuple[int, int], dict[str, str]]


def _day(day: AgendaDay, kit: Kit, texts: _Texts) -> Day:
    assert day.timed is not None
    title = _("Ablauf")
    if len(kit.agenda.days) > 1:
        on = format_date(day.date, "long") if day.date else ""
        title = " · ".join(filter(None, (_("Tag %(number)s", number=day.number), on)))
    facts = f"{_span(day.timed)} · {duration(day.timed.minutes)}"
    times = tuple((_span(line.timed), _with_group(line)) for line in in_time(day))
    return Day(title, facts, tuple(_items(day, texts)), times)


def _items(day: AgendaDay, texts: _Texts) -> Iterator[Item]:
    is_together = True
    for part in day.parts:
        if isinstance(part, SideBySide):
            for lane in part.lanes:
                for line in lane.lines:
                    who = lane.track if line is lane.lines[0] else ""
                    yield _item(line, texts, who)
            is_together = False
        else:
            who = "" if is_together else part.block.track or _("Alle zusammen")
            yield _item(part, texts, who)
            is_together = True


def _span(timed: Timed | TimedDay) -> str:
    return f"{clock_of(timed.begins)}–{clock_of(timed.ends)}"


def _with_group(line: Line) -> str:
    return f"{line.title} ({line.block.track})" if line.block.track else line.title


def _item(line: Line, texts: _Texts, who: str) -> Item:
    found = texts.get(line.pinned.pin, {}) if line.pinned and not line.is_left_out else {}
    return Item(
        begins=clock_of(line.timed.begins),
        ends=clock_of(line.timed.ends),
        title=line.title,
        facts=" · ".join(_facts(line)),
        note="" if line.is_left_out else line.block.text,
        parts=tuple(_step_parts(line, found)),
        language=line.pinned.recipe.language if line.pinned else "",
        is_break=line.is_break,
        gap=line.timed.gap,
        who=who,
    )


def _facts(line: Line) -> Iterator[str]:
    yield _("fällt weg") if line.is_left_out else f"{line.block.lasts} min"
    if line.social_form:
        yield _(line.social_form.label)
    if line.step and line.step.group_size and not line.block.social_form:
        yield _("Gruppen zu %(number)s", number=line.step.group_size)
    if line.block.track:
        yield line.block.track
    if line.block.leads:
        yield line.block.leads
    if line.timed.late:
        yield _("%(minutes)s min zu spät: davor ist zu viel", minutes=line.timed.late)


def _step_parts(line: Line, found: dict[str, str]) -> Iterator[Part]:
    labels = {"result": _("Ergebnis"), "tip": _("Tipp"), "pitfall": _("Achtung")}
    for name in _STEP_TEXTS:
        html = found.get(f"steps.{line.block.step}.{name}", "")
        if html and line.step is not None:
            yield Part(name, labels.get(name, ""), html)


def _chapters(kit: Kit, texts: _Texts) -> Iterator[Chapter]:
    if kit.template:
        said = {path: with_pictures(html, kit.reader) for path, html in kit.template.texts.items()}
        yield _chapter(_("Zu dieser Vorlage"), kit.template.content, said, _TEMPLATE_TEXTS)
    for found in kit.recipes:
        title = f"{_('Aus dem Rezept')}: {found.recipe.title}"
        yield _chapter(title, found.recipe, texts[found.pin], _RECIPE_TEXTS)


def _chapter(
    title: str, content: Content, said: Mapping[str, str], names: Iterable[str]
) -> Chapter:
    labels = {field.name: field.label for field in fields_of(type(content))}
    parts = tuple(Part(name, _(labels[name]), said[name]) for name in names if said.get(name))
    return Chapter(title, content.language, parts)
