"""Bringing together what two people wrote on the same version of a page.

`merge` decides what can be decided and lists the rest as conflicts; `resolve` puts in what a
person chose for each of them. Whether the result is a valid page is for the content model.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from wiki.fields import ContentField, Row, Shape, fields_of
from wiki.pages.comparing import Effort, changed_ranges, common, display, is_translated, woven
from wiki.pages.content import Content

Side = Literal["mine", "theirs"]
Values = dict[str, Any]


class UnresolvedConflicts(Exception):
    """Somebody has still to choose at these paths."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = tuple(paths)


@dataclass(frozen=True)
class Conflict:
    """Both changed the same thing differently.

    `path` is `summary`, `steps.k3f.text`, or `steps.k3f` for a row that one deleted
    (`deleted_by`) and the other edited. `base`, `mine` and `theirs` are display texts, to be
    translated if `translate` is set; `label` and `unit` are German messages.
    """

    path: str
    label: str
    row: str
    base: str
    mine: str
    theirs: str
    shape: Shape
    unit: str = ""
    translate: bool = False
    deleted_by: Side | None = None
    values: Mapping[Side, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Merge:
    """`values` is what the page would say, in the form of `Content.to_json`.

    Where there is a conflict it holds mine, or the row that one of the two deleted.
    `taken` names what came from theirs by itself.
    """

    values: Values
    conflicts: tuple[Conflict, ...] = ()
    taken: tuple[str, ...] = ()


def merge(base: Content, mine: Content, theirs: Content) -> Merge:
    """Both changes to base in one, as far as they do not touch the same thing."""
    merging = _Merging()
    values = merging.fields(
        fields_of(type(mine)), base.to_json(), mine.to_json(), theirs.to_json(), path="", row=""
    )
    return Merge(values, tuple(merging.conflicts), tuple(dict.fromkeys(merging.taken)))


def resolve(
    merged: Merge, picks: Mapping[str, str], texts: Mapping[str, str] | None = None
) -> Values:
    """The merged values with each conflict decided.

    For each conflict's path, `picks` says "mine", "theirs" or "own"; an own text stands in
    `texts`. A row that one deleted is a side too: picking the deleter's drops it, "keep" and
    "drop" say the same directly. Raises UnresolvedConflicts.
    """
    allowed = {c.path: ("keep", "drop") if c.deleted_by else ("own",) for c in merged.conflicts}
    unresolved = [
        path
        for path, more in allowed.items()
        if picks.get(path) not in ("mine", "theirs", *more)
        or (picks[path] == "own" and path not in (texts or {}))
    ]
    if unresolved:
        raise UnresolvedConflicts(unresolved)
    values = deepcopy(merged.values)
    for conflict in merged.conflicts:
        pick = picks[conflict.path]
        if conflict.deleted_by:
            if pick in ("drop", conflict.deleted_by):
                _drop(values, conflict.path)
        elif pick == "own":
            _put(values, conflict.path, (texts or {})[conflict.path])
        else:
            _put(values, conflict.path, conflict.values["mine" if pick == "mine" else "theirs"])
    return values


def _put(values: Values, path: str, value: Any) -> None:
    *parents, name = path.split(".")
    if parents:
        rows, key = parents
        values = next(row for row in values[rows] if row["key"] == key)
    if value is None:
        values.pop(name, None)
    else:
        values[name] = value


def _drop(values: Values, path: str) -> None:
    rows, key = path.split(".")
    values[rows] = [row for row in values[rows] if row["key"] != key]


class _Merging:
    """One merge on its way: what it found to ask about and what it took over."""

    def __init__(self) -> None:
        self.conflicts: list[Conflict] = []
        self.taken: list[str] = []
        self.effort = Effort()

    def fields(
        self,
        fields: Sequence[ContentField],
        base: Values,
        mine: Values,
        theirs: Values,
        *,
        path: str,
        row: str,
    ) -> Values:
        values = {}
        for each in fields:
            versions = (base.get(each.name), mine.get(each.name), theirs.get(each.name))
            value = self.value(each, *versions, path=path + each.name, row=row)
            if value is not None:
                values[each.name] = value
        return values

    def value(
        self, each: ContentField, base: Any, mine: Any, theirs: Any, *, path: str, row: str
    ) -> Any:
        if theirs in (mine, base):
            return mine
        if each.row is not None:
            return self.rows(each, each.row, base or [], mine or [], theirs or [])
        if mine == base:
            self.took(each, path)
            return theirs
        if each.shape in ("lines", "choices"):
            self.took(each, path)
            return _merged_list(base or [], mine or [], theirs or [])
        if each.shape == "markdown":
            text = _merged_text(base or "", mine or "", theirs or "", self.effort)
            if text is not None:
                self.took(each, path)
                return text
        self.conflicts.append(
            Conflict(
                path=path,
                label=each.label,
                row=row,
                base=display(each, base),
                mine=display(each, mine),
                theirs=display(each, theirs),
                shape=each.shape,
                unit=each.unit,
                translate=is_translated(each),
                values={"mine": mine, "theirs": theirs},
            )
        )
        return mine

    def took(self, each: ContentField, path: str) -> None:
        """Note what theirs brought; inside a row, `rows` notes the whole group."""
        if "." not in path:
            self.taken.append(each.label)

    def rows(
        self,
        each: ContentField,
        model: type[Row],
        base: list[Values],
        mine: list[Values],
        theirs: list[Values],
    ) -> list[Values]:
        before, ours, others = _by_key(base), _by_key(mine), _by_key(theirs)
        rows = {}
        for key in woven(list(ours), list(others)):
            row = self.row(each, model, before.get(key), ours.get(key), others.get(key))
            if row is not None:
                rows[key] = row
                if row != ours.get(key) and (key in ours or key not in before):
                    self.taken.append(each.label)
            elif key in ours:
                self.taken.append(each.label)
        order = _merged_order(list(before), list(ours), list(others), rows)
        if [key for key in order if key in ours] != [key for key in ours if key in rows]:
            self.taken.append(each.label)
        return [rows[key] for key in order]

    def row(
        self,
        each: ContentField,
        model: type[Row],
        base: Values | None,
        mine: Values | None,
        theirs: Values | None,
    ) -> Values | None:
        fields = fields_of(model)
        kept = mine or theirs
        assert kept is not None
        if mine is None or theirs is None:
            if base is None:
                return kept
            if kept == base:
                return None
            self.conflicts.append(_deleted_or_edited(each, fields, base, mine, theirs))
            return kept
        if base is None:
            # Both brought the same row: what only one of them filled in counts as that one's.
            base = {}
            for name in (field.name for field in fields):
                if _says_nothing(mine.get(name)):
                    base[name] = mine.get(name)
                elif _says_nothing(theirs.get(name)):
                    base[name] = theirs.get(name)
        return {"key": kept["key"]} | self.fields(
            fields,
            base,
            mine,
            theirs,
            path=f"{each.name}.{kept['key']}.",
            row=str(mine.get(fields[0].name, "")),
        )


def _deleted_or_edited(
    each: ContentField,
    fields: Sequence[ContentField],
    base: Values,
    mine: Values | None,
    theirs: Values | None,
) -> Conflict:
    kept = mine or theirs or base
    return Conflict(
        path=f"{each.name}.{kept['key']}",
        label=each.label,
        row=str(kept.get(fields[0].name, "")),
        base=_row_text(fields, base),
        mine=_row_text(fields, mine),
        theirs=_row_text(fields, theirs),
        shape="rows",
        deleted_by="mine" if mine is None else "theirs",
        values={"mine": mine, "theirs": theirs},
    )


def _row_text(fields: Sequence[ContentField], row: Values | None) -> str:
    """The row in lines like `Minuten: 15`; nothing if it was deleted."""
    lines = []
    for each in fields:
        value = (row or {}).get(each.name)
        for entry in value if isinstance(value, list) else [value]:
            if not _says_nothing(entry):
                lines.append(f"{each.label}: {display(each, entry)}")
    return "\n".join(lines)


def _says_nothing(value: Any) -> bool:
    """Not filled in; 0 is."""
    return value is None or value is False or value in ("", [])


def _by_key(rows: list[Values]) -> dict[str, Values]:
    return {row["key"]: row for row in rows}


def _merged_list(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """Lists as sets: what either one added is in, what either one removed is out."""
    kept = [
        entry
        for entry in woven(mine, theirs)
        if (entry in mine and entry in theirs) or entry not in base
    ]
    return _merged_order(base, mine, theirs, kept)


def _merged_order(
    base: list[str], mine: list[str], theirs: list[str], kept: Sequence[str] | Values
) -> list[str]:
    """The order of the one who moved something; if both did, mine."""
    ours = [entry for entry in dict.fromkeys(mine) if entry in kept]
    others = [entry for entry in dict.fromkeys(theirs) if entry in kept]
    if _moved(base, others) and not _moved(base, ours):
        return woven(others, ours)
    return woven(ours, others)


def _moved(base: list[str], order: list[str]) -> bool:
    shared = set(base) & set(order)
    return [e for e in dict.fromkeys(base) if e in shared] != [e for e in order if e in shared]


def _merged_text(base: str, mine: str, theirs: str, effort: Effort) -> str | None:
    """Three texts by lines (diff3); None if both changed the same lines differently."""
    lines = base.split("\n")
    hunks = sorted(_hunks(lines, mine, effort) | _hunks(lines, theirs, effort))
    result: list[str] = []
    done = 0
    previous: tuple[int, int] | None = None
    for start, end, replacement in hunks:
        if start < done or (start, end) == previous:
            return None
        result += [*lines[done:start], *replacement]
        done, previous = end, (start, end)
    return "\n".join([*result, *lines[done:]])


def _hunks(base: list[str], text: str, effort: Effort) -> set[tuple[int, int, tuple[str, ...]]]:
    """Ranges of base lines and what stands there instead."""
    lines = text.split("\n")
    ranges = changed_ranges(len(base), len(lines), common(base, lines, effort))
    return {(i0, i1, tuple(lines[j0:j1])) for i0, i1, j0, j1 in ranges}
