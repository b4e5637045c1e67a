"""Words that are found with a page but stand beside it, in its files: features register theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from sqlalchemy import select

from wiki.db import db
from wiki.pages.models import Change, Page, PageState


@dataclass(frozen=True)
class AttachedText:
    """The words of something that a page offers or shows; `name` as its readers see it."""

    name: str
    href: str
    text: str


# Page ids → what whoever reads these pages may read beside them. Nothing that some of them may not.
Source = Callable[[Sequence[int]], Mapping[int, Sequence[AttachedText]]]


def add_attached_texts(app: Flask, source: Source) -> None:
    """Let a feature have the words it keeps for pages found with them."""
    app.extensions.setdefault("laborwiki-attached-texts", []).append(source)


def attached_texts(page_ids: Sequence[int]) -> dict[int, list[AttachedText]]:
    """What is to be found with each of these pages beside its own words; most have nothing."""
    sources: list[Source] = current_app.extensions.get("laborwiki-attached-texts", [])
    found: dict[int, list[AttachedText]] = {}
    for source in sources:
        for page_id, texts in source(page_ids).items():
            found.setdefault(page_id, []).extend(texts)
    return found


def search_anew(page_ids: Iterable[int]) -> None:
    """Have the search follow what changed beside these pages; inside the transaction that did it.

    Nothing that readers see of the pages themselves changed: they need not be rendered anew.
    """
    pages = select(Page.id, Page.current_number).where(
        Page.id.in_(list(page_ids)), Page.state != PageState.PURGED.value
    )
    # In bulk: what people save does not wait for it.
    db.session.add_all(
        Change(page_id=page_id, revision_number=number, what="words", is_bulk=True)
        for page_id, number in db.session.execute(pages).all()
    )
