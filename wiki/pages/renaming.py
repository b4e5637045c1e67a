"""After a page got another title: pages that still use an old one, and bringing them up to date.

They lead to the page all the same, by its old address. Each is changed as an ordinary new version
by the person who asks for it, so that whoever edits it at the same time loses nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError
from sqlalchemy import or_, select

from wiki import markup
from wiki.accounts.models import User
from wiki.db import db
from wiki.errors import NotAllowed, TooMany
from wiki.labs.membership import labs_of
from wiki.pages.content import Content
from wiki.pages.kinds import kinds
from wiki.pages.links import address_of
from wiki.pages.models import Link, Page, Revision
from wiki.pages.naming import naming_fields
from wiki.pages.rendering import content_of, markdown_fields
from wiki.pages.visibility import may_edit, readable_by
from wiki.pages.writing import Contribution, EditConflict, Saved, revision_of, save_edit

# Versions written in one request; the rest waits for the next press of the button.
AT_ONCE = 20
_LOOKED_AT = 200


@dataclass
class Outdated:
    """A page that uses old titles of another."""

    page: Page
    titles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Adapted:
    """What one press of the button did: new versions, and pages left as they are."""

    changed: list[Page]
    skipped: list[Page]


def pages_to_adapt(page: Page, editor: User | None) -> list[Outdated]:
    """Pages this person may edit that speak of the page by a title it had before.

    Another spelling of its present title („world-café") is nobody's old title.
    """
    if editor is None:
        return []
    once = select(Revision.title).where(Revision.page_id == page.id)
    rows = db.session.execute(
        select(Page, Link.title)
        .join(Link, Link.source_id == Page.id)
        .where(
            Link.target_id == page.id,
            Link.title != page.title,
            or_(Link.slug != address_of(page.title), Link.title.in_(once)),
            Page.id != page.id,
            readable_by(editor),
        )
        .order_by(Page.id, Link.title)
        .distinct()
        .limit(_LOOKED_AT)
    )
    found: dict[int, Outdated] = {}
    for source, title in rows:
        found.setdefault(source.id, Outdated(source)).titles.append(title)
    return [outdated for outdated in found.values() if may_edit(editor, outdated.page)]


def got_new_title(saved: Saved) -> bool:
    """Whether this save gave the page another title than its version before."""
    revision = saved.revision
    if revision is None or revision.number == 1:
        return False
    return revision_of(saved.page, revision.number - 1).title != revision.title


def adapt_links(page: Page, editor: User) -> Adapted:
    """Let the next of those pages use the present title; their histories say so."""
    adapted = Adapted([], [])
    labs = labs_of(editor)
    for outdated in pages_to_adapt(page, editor):
        if len(adapted.changed) == AT_ONCE:
            break
        source = outdated.page
        lab = next((lab for lab in labs if lab.id == source.lab_id), labs[0] if labs else None)
        old = ", ".join(outdated.titles)
        note = _("Verweis angepasst: %(old)s → %(new)s", old=old, new=page.title)[:300]
        try:
            saved = _adapt(outdated, page, Contribution(by=editor, lab=lab, note=note))
            changed = saved.revision is not None
        except (EditConflict, NotAllowed, TooMany, ValidationError, markup.TooComplex):
            # Its text cannot take the change; the old title leads to the page as before.
            changed = False
        (adapted.changed if changed else adapted.skipped).append(source)
    return adapted


def _adapt(outdated: Outdated, page: Page, contribution: Contribution) -> Saved:
    source = outdated.page
    base = source.current_number
    revision = revision_of(source, base)
    content = speaking_of(content_of(revision), outdated.titles, page.title, page.slug)
    kind = kinds().named(revision.kind)
    return save_edit(source, kind, content, contribution, base=base, publish=False)


def speaking_of(content: Content, titles: Collection[str], title: str, address: str) -> Content:
    """The content with its links to any of `titles`, and fields that name one, saying `title`.

    Raises:
        ValidationError: a text would become too long.
        TooComplex: a text cannot be rendered, so nobody knows which brackets are links.
    """
    values = content.to_json()
    texts = markdown_fields(content)
    rendered = markup.render_all({path: markup.Request(text) for path, text in texts.items()})
    for path, text in texts.items():
        places = rendered[path].places
        _put(values, path, markup.relinked(text, places, titles, title, address))
    for via, _field in naming_fields(type(content)):
        group, _dot, name = via.partition(".")
        if name:
            for row in values[group]:
                row[name] = _renamed(row[name], titles, title)
        else:
            values[group] = _renamed(values[group], titles, title)
    return type(content).model_validate(values)


def _put(values: dict[str, Any], path: str, text: str) -> None:
    group, *inside = path.split(".")
    if inside:
        key, name = inside
        next(row for row in values[group] if row["key"] == key)[name] = text
    else:
        values[group] = text


def _renamed(value: str | list[str], titles: Collection[str], title: str) -> str | list[str]:
    if isinstance(value, str):
        return title if value in titles else value
    return [title if one in titles else one for one in value]
