"""A revision's texts as safe HTML, made once when it is saved."""

import re
import secrets
from collections import OrderedDict
from contextlib import suppress
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from wiki import markup
from wiki.db import db, writing
from wiki.fields import fields_of
from wiki.pages.attachments import attachments_with
from wiki.pages.content import Content
from wiki.pages.kinds import kinds
from wiki.pages.links import STALE, record_links, targets_of
from wiki.pages.models import Page, Rendering, Revision
from wiki.pages.naming import TEXT, named_pages

# Raised whenever the same text gives other HTML than before.
RENDERER = 2
REFRESHED_AT_ONCE = 20
CONTENTS_KEPT = 200
# The field whose text is a page's main text, with a table of contents.
BODY = "body"
_HEADING = re.compile(r"(?m)^(#{1,6})[ \t]")


def markdown_fields(content: Content) -> dict[str, str]:
    """Path → Markdown of every filled text, e.g. `steps.k3f.text`."""
    texts: dict[str, str] = {}
    for field in fields_of(type(content)):
        value = getattr(content, field.name)
        if field.shape == "markdown" and value:
            texts[field.name] = value
        elif field.row is not None:
            for row in value:
                for inner in fields_of(field.row):
                    text = getattr(row, inner.name)
                    if inner.shape == "markdown" and text:
                        texts[f"{field.name}.{row.key}.{inner.name}"] = text
    return texts


def rendering_of(revision: Revision, content: Content) -> dict[str, Any]:
    """The stored HTML, or fresh when the renderer changed since."""
    stored = db.session.get(Rendering, revision.id)
    if stored is not None and stored.renderer == RENDERER:
        return stored.html
    return render_content(content)


def render_content(content: Content) -> dict[str, Any]:
    """All texts of a content with its table of contents and where its links lead.

    The shape: `{"made": its own name, "html": {path: html}, "toc": [[level, id, text], …],
    "links": {title: [address, page id or None]}, "named": {way of naming: titles},
    "files": ids of those shown, "cover": the cover's id}`; `html["cover"]` is its figure.

    Raises:
        TooComplex: a text is beyond a limit; `field` is its path.
    """
    texts = markdown_fields(content)
    requests = {
        path: markup.Request(text, _heading_level(path) - top_heading(text) + 1)
        for path, text in texts.items()
    }
    named = named_pages(content)
    targets = targets_of(markup.wiki_titles(*texts.values()), named)
    links = {title: target for title, (target, _page_id) in targets.items()}
    cover = "".join(markup.file_ids(content.cover))
    files = attachments_with(markup.file_ids(*texts.values(), content.cover))
    rendered = markup.render_all(requests, links=links, files=files)
    html = {path: result.html for path, result in rendered.items()}
    if cover in files and files[cover].src:
        html["cover"] = markup.cover(files[cover])
    shown = dict.fromkeys(file_id for result in rendered.values() for file_id in result.files)
    in_texts = dict.fromkeys(title for result in rendered.values() for title in result.links)
    body = rendered.get(BODY)
    return {
        "made": secrets.token_hex(8),
        "html": html,
        "toc": [[h.level, h.id, h.text] for h in body.headings] if body else [],
        "links": {title: [target.href, page_id] for title, (target, page_id) in targets.items()},
        "named": {**named, TEXT: list(in_texts)},
        "files": [*shown, *([cover] if cover else [])],
        "cover": cover,
    }


def _heading_level(path: str) -> int:
    """Headings of a text stand under the page's own: body h2, section h3, row h4."""
    if path == BODY:
        return 2
    return 4 if "." in path else 3


def top_heading(text: str) -> int:
    """The highest heading level a text uses, 1 if none: authors begin with `#` or with `##`."""
    return min((len(mark) for mark in _HEADING.findall(text)), default=1)


def refresh_renderings() -> bool:
    """Background chore: render current versions anew whose HTML is stale; True if there is more."""
    stale = (
        select(Revision)
        .join(Rendering, Rendering.revision_id == Revision.id)
        .join(Page, (Page.id == Revision.page_id) & (Page.current_number == Revision.number))
        .where(Rendering.renderer != RENDERER)
        .limit(REFRESHED_AT_ONCE)
    )
    revisions = db.session.scalars(stale).all()
    for revision in revisions:
        rendered: dict[str, Any] = {"renderer": RENDERER}
        with suppress(markup.TooComplex):
            rendered["html"] = render_content(content_of(revision))
        with writing() as session:
            page = session.get_one(Page, revision.page_id)
            is_current = revision.number == page.current_number
            if "html" in rendered and is_current and not record_links(page, rendered["html"]):
                # What it speaks of moved meanwhile: it is stale again.
                rendered["renderer"] = STALE
            session.execute(
                update(Rendering).where(Rendering.revision_id == revision.id).values(rendered)
            )
    return len(revisions) == REFRESHED_AT_ONCE


def content_of(revision: Revision) -> Content:
    """What a version says, as its kind's model; read once per process: versions do not change,
    but for being purged."""
    known: OrderedDict[tuple[object, ...], Content] = current_app.extensions.setdefault(
        "laborwiki-contents", OrderedDict()
    )
    # A purged page's version's id may be given again: its time cannot. One that was purged alone
    # keeps both.
    key = (
        *(revision.id, revision.page_id, revision.number),
        *(revision.created_at, revision.is_purged),
    )
    content = known.get(key)
    if content is None:
        content = kinds().named(revision.kind).content.model_validate(revision.content)
        known[key] = content
        while len(known) > CONTENTS_KEPT:
            known.popitem(last=False)
    return content
