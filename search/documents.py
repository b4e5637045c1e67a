"""What goes into the index and what comes out of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

#: Pieces of plain text, each with a flag "found"; the template escapes and marks them.
Marked = tuple[tuple[str, bool], ...]


#: Is told the ids of all that fits, best first; says which of them are to be shown.
Pick = Callable[[list[str]], Sequence[str]]


@dataclass(frozen=True)
class Document:
    """Something to be found; `text` is all its plain text, `attached` that of what hangs on it,
    `parts` by their names what of its text can be searched alone."""

    id: str
    revision: int
    title: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    text: str = ""
    attached: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Removal:
    """Something that is no longer to be found."""

    id: str


@dataclass(frozen=True)
class Hit:
    """One found document; a higher score fits better, the number itself means nothing.

    is_marked: whether something found stands in its own title or text; else what hangs on it
    holds it all.
    """

    id: str
    revision: int
    score: float
    title: Marked
    excerpt: Marked
    is_marked: bool


class Excerpts(Protocol):
    """Marks what was found in any text: in all of it, or in an excerpt."""

    def mark(self, text: str) -> Marked: ...

    def excerpt(self, text: str) -> Marked: ...


@dataclass(frozen=True)
class Results:
    """The hits that were picked, in the order of the pick.

    total: how many fit. meant: the words as they are probably meant, if one is known nowhere.
    cut: the deadline ended the search. excerpts: for texts that the index does not keep.
    """

    total: int
    hits: list[Hit]
    meant: str
    cut: bool
    excerpts: Excerpts = field(repr=False, compare=False)


class OutOfTime(Exception):
    """The deadline came before the answer: nobody knows what it would have been."""


class IndexBroken(Exception):
    """The index is missing or cannot be read: answer from the database and rebuild."""


class IndexBusy(Exception):
    """Another process held the index's lock for too long: try again later."""


class PositionMoved(Exception):
    """The index no longer stands where the caller's changes begin: ask `position()` again."""
