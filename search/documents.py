"""What goes into the index and what comes out of it."""

from dataclasses import dataclass, field

#: Pieces of plain text, each with a flag "found"; the template escapes and marks them.
Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Document:
    """One page as the index sees it; `id` is the page's, `text` all its searchable plain text."""

    id: str
    revision: int
    title: str
    summary: str = ""
    topics: tuple[str, ...] = ()
    text: str = ""
    kind: str = ""
    lab: str = ""


@dataclass(frozen=True)
class Removal:
    """A page that is no longer to be found."""

    id: str


@dataclass(frozen=True)
class Hit:
    """One found page; a higher score fits better, the number itself means nothing."""

    id: str
    revision: int
    score: float
    title: Marked
    excerpt: Marked


@dataclass(frozen=True)
class Results:
    """One slice of the hits, best first; `cut` says that the deadline ended the search."""

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    cut: bool = False


class IndexBroken(Exception):
    """The index is missing or cannot be read: answer from the database and rebuild."""


class IndexBusy(Exception):
    """Another process held the index's lock for too long: try again later."""


class PositionMoved(Exception):
    """The index no longer stands where the caller's changes begin: ask `position()` again."""
