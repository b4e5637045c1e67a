"""What waits beside a page for its next version to take it up; features register it here.

A form names what its version takes up in `FIELD`, in words that only the feature understands.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from wiki.accounts.models import User
from wiki.pages.models import Page

FIELD = "takes_up"
#: Of what one version may take up.
MOST = 200


@dataclass(frozen=True)
class Note:
    """A part of a page; its template is given it as `note`."""

    template: str
    data: Mapping[str, Any]


#: Path of a row (`steps.k3f`), or an empty string for the page as a whole → what waits there.
Notes = Mapping[str, Sequence[Note]]


@dataclass(frozen=True)
class Source:
    """What a feature offers to be taken up.

    notes: what stands beside a page's form, with its checkboxes; those in the collection are
    ticked. settle: the version of this number takes these up; inside the saving transaction, where
    anything that is not there any more is to be passed over. said_of: what each version took up,
    by its number.
    """

    notes: Callable[[Page, Collection[str]], Notes]
    settle: Callable[[Page, int, Collection[str], User], None]
    said_of: Callable[[Page], Mapping[int, Note]]


def init_app(app: Flask) -> None:
    app.extensions["laborwiki-taking-up"] = []


def add_source(app: Flask, source: Source) -> None:
    """Let a feature put things beside a page's form."""
    app.extensions["laborwiki-taking-up"].append(source)


def notes_beside(page: Page, ticked: Collection[str]) -> dict[str, list[Note]]:
    """All that waits beside the form of this page."""
    found: dict[str, list[Note]] = {}
    for source in _sources():
        for path, notes in source.notes(page, ticked).items():
            found.setdefault(path, []).extend(notes)
    return found


def settle(page: Page, number: int, taken_up: Collection[str], by: User) -> None:
    """Tell every feature what a new version takes up; inside the saving transaction."""
    for source in _sources():
        source.settle(page, number, taken_up, by)


def said_of_versions(page: Page) -> dict[int, list[Note]]:
    """What each of the page's versions took up, for the list of versions."""
    said: dict[int, list[Note]] = {}
    for source in _sources():
        for number, note in source.said_of(page).items():
            said.setdefault(number, []).append(note)
    return said


def _sources() -> list[Source]:
    sources: list[Source] = current_app.extensions["laborwiki-taking-up"]
    return sources
