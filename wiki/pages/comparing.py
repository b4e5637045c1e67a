"""What changed between two versions of a page: field by field, and word by word inside."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from wiki.fields import ContentField, Row, Shape, fields_of, name_of
from wiki.language import N_
from wiki.pages.content import Content

CONTEXT = 15
"""Words shown on each side of a change."""

Entry = TypeVar("Entry", bound=Hashable)
PieceKind = Literal["same", "added", "removed", "skipped"]
Status = Literal["added", "removed", "changed", "moved", "moved and changed"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `translate` marks the German name of a choice, to be translated."""

    kind: PieceKind
    text: str = ""
    translate: bool = False


@dataclass(frozen=True)
class FieldChange:
    """One field that says something else now; a list (`lines`, `choices`) has a piece per entry."""

    label: str
    pieces: tuple[Piece, ...]
    shape: Shape = "line"
    unit: str = ""


@dataclass(frozen=True)
class RowChange:
    """One row (a step, a material) that came, went, moved or says something else now."""

    label: str
    key: str
    name: str
    status: Status
    changes: tuple[FieldChange, ...] = ()


Change = FieldChange | RowChange


class Effort:
    """How much work one comparison may still do; when it is used up, blocks count as replaced.

    A unit is one pair of words looked at, some 100 ns.
    """

    def __init__(self, left: int = 1_500_000) -> None:
        self.left = left

    def spend(self, units: int) -> bool:
        """Whether that much was left."""
        if units > self.left:
            return False
        self.left -= units
        return True


def compare(old: Content, new: Content) -> list[Change]:
    """The changes from old to new in the order of the content model."""
    effort = Effort()
    changes: list[Change] = []
    for field in _fields_of_both(old, new):
        before, after = getattr(old, field.name, None), getattr(new, field.name, None)
        if before == after:
            continue
        if field.shape == "rows":
            changes += _row_changes(field, before or [], after or [], effort)
        else:
            changes.append(_field_change(field, before, after, effort))
    return changes


def _fields_of_both(old: Content, new: Content) -> Iterator[ContentField]:
    yield from fields_of(type(new))
    names = {field.name for field in fields_of(type(new))}
    yield from (field for field in fields_of(type(old)) if field.name not in names)


def _row_changes(
    field: ContentField, old: list[Row], new: list[Row], effort: Effort
) -> Iterator[RowChange]:
    before, after = {row.key: row for row in old}, {row.key: row for row in new}
    moved = _moved(list(before), list(after))
    for key in woven(list(after), list(before)):
        was, row = before.get(key), after.get(key)
        changes = tuple(_changes_inside(was, row, effort))
        status: Status
        if was is None:
            status = "added"
        elif row is None:
            status = "removed"
        elif key in moved:
            status = "moved and changed" if changes else "moved"
        elif changes:
            status = "changed"
        else:
            continue
        named = row or was
        assert named is not None
        yield RowChange(field.label, key, name_of(named), status, changes)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """As few keys as explain the new order."""
    place = {key: position for position, key in enumerate(old)}
    kept = [key for key in new if key in place]
    stayed = rising([place[key] for key in kept])
    return set(kept) - {kept[position] for position in stayed}


def _changes_inside(old: Row | None, new: Row | None, effort: Effort) -> Iterator[FieldChange]:
    row = new or old
    assert row is not None
    for field in fields_of(type(row)):
        before, after = _said(old, field), _said(new, field)
        if before != after:
            yield _field_change(field, before, after, effort)


def _said(row: BaseModel | None, field: ContentField) -> Any:
    value = getattr(row, field.name, None)
    return None if value in ("", [], False) and field.shape not in ("integer", "amount") else value


def _field_change(field: ContentField, old: Any, new: Any, effort: Effort) -> FieldChange:
    if field.shape in ("line", "markdown"):
        pieces = collapsed(word_pieces(old or "", new or "", effort))
    elif field.shape in ("lines", "choices"):
        pieces = _entry_pieces(field, old or [], new or [], effort)
    else:
        sides: tuple[tuple[PieceKind, Any], ...] = (("removed", old), ("added", new))
        pieces = [
            Piece(kind, display(field, value), translate=is_translated(field))
            for kind, value in sides
            if value is not None
        ]
    return FieldChange(field.label, tuple(pieces), field.shape, field.unit)


def display(field: ContentField, value: Any) -> str:
    """One value as a reader sees it, without its unit: `2,5`, `halbieren`, `ja`."""
    if value is None:
        return ""
    if field.shape == "flag":
        return N_("ja") if value else N_("nein")
    if field.choices is not None:
        return next(member.label for member in field.choices if member == value)
    if field.shape == "date":
        return f"{date.fromisoformat(str(value)):%d.%m.%Y}"
    if field.shape == "amount":
        return f"{Decimal(value).normalize():f}".replace(".", ",")
    return str(value)


def is_translated(field: ContentField) -> bool:
    """Whether the field's displayed value is one of our own German words."""
    return field.shape in ("choice", "choices", "flag")


def _entry_pieces(
    field: ContentField, old: list[Any], new: list[Any], effort: Effort
) -> list[Piece]:
    return [
        Piece(kind, display(field, entry), translate=is_translated(field))
        for kind, entries in _edits(old, new, common(old, new, effort))
        for entry in entries
    ]


def word_pieces(old: str, new: str, effort: Effort | None = None) -> list[Piece]:
    """Both texts in one: lines are matched first, then the words of the lines that changed."""
    effort = effort or Effort()
    before, after = f"{old}\n".split("\n")[:-1], f"{new}\n".split("\n")[:-1]
    pieces: list[Piece] = []
    removed = ""
    for kind, lines in _edits(before, after, common(before, after, effort)):
        text = "".join(f"{line}\n" for line in lines)
        if kind == "removed":
            removed = text
            continue
        if kind == "added":
            pieces += _changed_words(removed, text, effort)
        else:
            pieces += [Piece("removed", removed), Piece(kind, text)]
        removed = ""
    pieces.append(Piece("removed", removed))
    return _tidied(pieces)


_WORD = re.compile(r"\w+|\s+|[^\w\s]")


def _changed_words(old: str, new: str, effort: Effort) -> Iterator[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    pairs = common(before, after, effort) if old and new else []
    shared = sum(len(before[i]) for i, _ in pairs if not before[i].isspace())
    if shared * 4 < min(len(old), len(new)):
        # Two texts that share only a few words are easier to read one after the other.
        pairs = common(before[-1:], after[-1:]) and [(len(before) - 1, len(after) - 1)]
    edits = [(kind, "".join(words)) for kind, words in _edits(before, after, pairs)]
    for position, (kind, text) in enumerate(edits):
        between_changes = 0 < position < len(edits) - 1
        if kind == "same" and between_changes and len(text.strip()) < 2:
            yield Piece("removed", text)
            yield Piece("added", text)
        else:
            yield Piece(kind, text)


def _tidied(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind joined, what was removed before what was added."""
    tidy: list[Piece] = []
    for is_same, run in groupby(pieces, key=lambda piece: piece.kind == "same"):
        texts = {"same": "", "removed": "", "added": ""}
        parts: dict[str, list[str]] = {kind: [] for kind in texts}
        for piece in run:
            parts[piece.kind].append(piece.text)
        kinds: tuple[PieceKind, ...] = ("same",) if is_same else ("removed", "added")
        tidy += [Piece(kind, text) for kind in kinds if (text := "".join(parts[kind]))]
    # Each text was given a line end to compare whole lines.
    if tidy and tidy[-1].kind == "same":
        tidy[-1] = Piece("same", tidy[-1].text.removesuffix("\n"))
    return [piece for piece in tidy if piece.text]


def collapsed(pieces: list[Piece], context: int = CONTEXT) -> list[Piece]:
    """Long unchanged stretches shortened to some words beside each change."""
    short: list[Piece] = []
    for position, piece in enumerate(pieces):
        words = re.findall(r"\s*\S+\s*", piece.text) if piece.kind == "same" else []
        head = words[:context] if position > 0 else []
        tail = words[-context:] if position < len(pieces) - 1 else []
        if len(words) < len(head) + len(tail) + context:
            short.append(piece)
            continue
        parts = [Piece("same", "".join(head)), Piece("skipped"), Piece("same", "".join(tail))]
        short += [part for part in parts if part.text or part.kind == "skipped"]
    return short


def _edits(
    old: Sequence[Entry], new: Sequence[Entry], pairs: list[tuple[int, int]]
) -> Iterator[tuple[PieceKind, Sequence[Entry]]]:
    """Runs of entries that went, came and stayed."""
    a = c = 0
    for i0, i1, j0, j1 in changed_ranges(len(old), len(new), pairs):
        if a < i0:
            yield "same", new[c:j0]
        if i0 < i1:
            yield "removed", old[i0:i1]
        if j0 < j1:
            yield "added", new[j0:j1]
        a, c = i1, j1
    if a < len(old):
        yield "same", new[c:]


def changed_ranges(
    old: int, new: int, pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """Where two sequences of these lengths differ, given the pairs of entries they share."""
    a = c = 0
    for i, j in [*pairs, (old, new)]:
        if a < i or c < j:
            yield a, i, c, j
        a, c = i + 1, j + 1


def common(
    old: Sequence[Entry], new: Sequence[Entry], effort: Effort | None = None
) -> list[tuple[int, int]]:
    """Rising pairs of positions that hold equal entries.

    Patience diff: entries that occur once on both sides are anchors, and what lies between
    two anchors is compared on its own. difflib would need minutes for a text made to be slow.
    """
    effort = effort or Effort()
    pairs: list[tuple[int, int]] = []
    regions = [(0, len(old), 0, len(new))]
    while regions:
        a, b, c, d = regions.pop()
        while a < b and c < d and old[a] == new[c]:
            pairs.append((a, c))
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
            pairs.append((b, d))
        if a == b or c == d or not effort.spend(b - a + d - c):
            continue
        anchors = _anchors(old[a:b], new[c:d])
        if anchors:
            pairs += [(a + i, c + j) for i, j in anchors]
            regions += [
                (a + i0, a + i1, c + j0, c + j1)
                for i0, i1, j0, j1 in changed_ranges(b - a, d - c, anchors)
            ]
            continue
        cells = (b - a) * (d - c)
        if cells <= _CELLS and effort.spend(cells):
            pairs += [(a + i, c + j) for i, j in _longest_common(old[a:b], new[c:d])]
    return sorted(pairs)


_CELLS = 100_000


def _anchors(old: Sequence[Entry], new: Sequence[Entry]) -> list[tuple[int, int]]:
    """Entries that occur exactly once on each side, as many as stand in the same order."""
    old_counts, new_counts = Counter(old), Counter(new)
    place = {entry: j for j, entry in enumerate(new) if new_counts[entry] == 1}
    pairs = [
        (i, place[entry])
        for i, entry in enumerate(old)
        if old_counts[entry] == 1 and entry in place
    ]
    return [pairs[position] for position in rising([j for _, j in pairs])]


def rising(numbers: Sequence[int]) -> list[int]:
    """The positions of a longest rising subsequence of different numbers."""
    ends: list[int] = []
    positions: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect_left(ends, number)
        ends[length : length + 1] = [number]
        positions[length : length + 1] = [position]
        before.append(positions[length - 1] if length else -1)
    found = []
    position = positions[-1] if positions else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    return found[::-1]


def _longest_common(old: Sequence[Entry], new: Sequence[Entry]) -> list[tuple[int, int]]:
    """A longest common subsequence, by the quadratic table."""
    table = [[0] * (len(new) + 1)]
    for entry in reversed(old):
        below = table[-1]
        row = [0] * (len(new) + 1)
        for j in range(len(new) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if entry == new[j] else max(below[j], row[j + 1])
        table.append(row)
    table.reverse()
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i + 1][j] >= table[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def woven(order: Sequence[Entry], source: Sequence[Entry]) -> list[Entry]:
    """`order` with what only `source` has, each placed after its predecessor in `source`."""
    result = list(order)
    present, known = set(order), set(source)
    at = 0
    for entry in source:
        if entry in present:
            at = result.index(entry) + 1
        else:
            while at < len(result) and result[at] not in known:
                at += 1
            result.insert(at, entry)
            at += 1
    return result
