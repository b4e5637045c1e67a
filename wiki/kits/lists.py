"""What to pack, who is needed, what the room must have, what it costs: lists to tick off."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from wiki.kits.kit import Kit
from wiki.language import quoted
from wiki.markup import plain_text
from wiki.plans.packing import Use, packing_of, staff_of
from wiki.plans.recipes import Pinned
from wiki.recipes.computing import cost_for
from wiki.recipes.content import Accessibility, RecipeContent, Setting, Wifi
from wiki.templating import euros, number


@dataclass(frozen=True)
class Row:
    """One thing: a short `lead` (how many, until when, how much), what it is, and a note.

    `html` is a recipe's safe text, in `language`.
    """

    text: str
    lead: str = ""
    note: str = ""
    html: str = ""
    language: str = ""
    is_late: bool = False

    @property
    def key(self) -> str:
        """Stays the same as long as the thing does, however many of it are needed."""
        said = "\0".join((self.text, self.note, self.html))
        return hashlib.blake2b(said.encode(), digest_size=5).hexdigest()


@dataclass(frozen=True)
class Group:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Checklist:
    """A list with a heading; `total` is its last line."""

    title: str
    groups: tuple[Group, ...]
    total: str = ""

    def __bool__(self) -> bool:
        return bool(self.groups)


def packing_list(kit: Kit) -> Checklist:
    """What to bring over all blocks, by who brings it."""
    groups = []
    for who, needed in packing_of(kit.uses).items():
        title = _(who.label) if who else _("noch offen, wer es mitbringt")
        rows = tuple(
            Row(
                one.material.item,
                "" if one.amount is None else f"{number(one.amount)} {one.unit}".strip(),
                _("Ersatz: %(what)s", what=one.material.substitute)
                if one.material.substitute
                else "",
            )
            for one in needed
        )
        groups.append(Group(title, rows))
    return Checklist(_("Packliste"), tuple(groups))


def roles_list(kit: Kit) -> Checklist:
    """Who is needed beside the participants."""
    rows = tuple(
        Row(
            one.role.name,
            number(one.count),
            " · ".join(
                filter(
                    None,
                    (
                        _("auch Freiwillige") if one.role.volunteer else "",
                        plain_text(one.role.briefing),
                    ),
                )
            ),
        )
        for one in staff_of(kit.uses)
    )
    return _listed(_("Rollen"), [Group("", rows)])


def room_list(kit: Kit) -> Checklist:
    """What the place must have, and what makes it a place for all."""
    return _listed(
        _("Raum und Barrierefreiheit"),
        [
            Group(_("Raum"), tuple(_room(kit))),
            Group(_("Barrierefreiheit vor Ort"), tuple(_access(kit))),
        ],
    )


def budget_list(kit: Kit) -> Checklist:
    """What each recipe costs for its people, and all of them together."""
    costs = [(use, cost) for use in kit.uses if (cost := cost_for(use.recipe, use.people))]
    rows = tuple(
        Row(use.recipe.title, _money(cost), _made_of(use), language=use.recipe.language)
        for use, cost in costs
    )
    total = sum((cost for _use, cost in costs), Decimal(0))
    return _listed(_("Kosten"), [Group("", rows)], _("Zusammen etwa %(cost)s €", cost=euros(total)))


def _listed(title: str, groups: Iterable[Group], total: str = "") -> Checklist:
    found = tuple(group for group in groups if group.rows)
    return Checklist(title, found, total if found else "")


def _room(kit: Kit) -> Iterable[Row]:
    places = [set(found.recipe.settings) for found in kit.recipes if found.recipe.settings]
    shared = [_(one.label) for one in Setting if places and all(one in of for of in places)]
    if shared:
        yield Row(_("Geht: %(where)s", where=", ".join(shared)))
    for words, recipes in _said(kit, lambda recipe: [recipe.room_space]).items():
        yield Row(_("Platz: %(what)s", what=words), note=_of(kit, recipes))
    for words, recipes in _said(kit, lambda recipe: [recipe.room_power]).items():
        yield Row(_("Strom: %(what)s", what=words), note=_of(kit, recipes))
    wanted = {found.recipe.wifi for found in kit.recipes}
    for wifi in (Wifi.NEEDED, Wifi.HELPFUL):
        if wifi in wanted:
            yield Row(_(wifi.label))
            break
    for found in kit.recipes:
        html = kit.texts[found.pin].get("room_setup", "")
        if html:
            yield _text(_("Aufbau im Raum"), kit, found, html)


def _access(kit: Kit) -> Iterable[Row]:
    wanted = {item for found in kit.recipes for item in found.recipe.accessibility}
    for item in Accessibility:
        if item in wanted:
            yield Row(_(item.label))
    for found in kit.recipes:
        html = kit.texts[found.pin].get("accessibility_note", "")
        if html:
            yield _text(_("Hinweise zur Barrierefreiheit"), kit, found, html)


def _text(title: str, kit: Kit, found: Pinned, html: str) -> Row:
    note = _of(kit, [found.recipe.title])
    return Row(title, note=note, html=html, language=found.recipe.language)


def _said(kit: Kit, words: Callable[[RecipeContent], list[str]]) -> dict[str, list[str]]:
    """What recipes say → the titles of those that do."""
    said: dict[str, list[str]] = defaultdict(list)
    for found in kit.recipes:
        for line in filter(None, words(found.recipe)):
            if found.recipe.title not in said[line]:
                said[line].append(found.recipe.title)
    return dict(said)


def _of(kit: Kit, titles: Iterable[str]) -> str:
    """Which recipes it is from, where there is more than one."""
    return ", ".join(map(quoted, titles)) if len(kit.recipes) > 1 else ""


def is_online(kit: Kit) -> bool:
    """Whether everything happens on screens: then there is no room."""
    return bool(kit.recipes) and all(
        set(found.recipe.settings) == {Setting.ONLINE} for found in kit.recipes
    )


def _made_of(use: Use) -> str:
    fixed, each = use.recipe.cost_fixed, use.recipe.cost_per_person
    people = ngettext("%(num)d Person", "%(num)d Personen", use.people)
    parts = [
        _("fest %(cost)s €", cost=euros(fixed)) if fixed else "",
        _("%(cost)s € je Person, für %(people)s", cost=euros(each), people=people) if each else "",
    ]
    return " · ".join(filter(None, parts))


def _money(amount: Decimal) -> str:
    return f"{euros(amount)} €"
