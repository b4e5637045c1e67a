"""A revision's texts as safe HTML, made once when it is saved."""

import re
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from wiki import markup
from wiki.db import db
from wiki.fields import fields_of
from wiki.pages.content import Content
from wiki.pages.kinds import kinds
from wiki.pages.models import Page, PageState, Rendering, Revision

# Raised whenever the same text gives other HTML than before.
RENDERER = 1
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
    """All texts of a content as `{"html": {path: html}, "toc": [[level, id, text], …]}`.

    Raises:
        TooComplex: a text is beyond a limit; `field` is its path.
    """
    texts = markdown_fields(content)
    requests = {
        path: markup.Request(text, _heading_level(path) - _top_heading(text) + 1)
        for path, text in texts.items()
    }
    rendered = markup.render_all(requests, links=_links_in(texts))
    body = rendered.get(BODY)
    return {
        "html": {path: result.html for path, result in rendered.items()},
        "toc": [[h.level, h.id, h.text] for h in body.headings] if body else [],
    }


def _heading_level(path: str) -> int:
    """Headings of a text stand under the page's own: body h2, section h3, row h4."""
    if path == BODY:
        return 2
    return 4 if "." in path else 3


def _top_heading(text: str) -> int:
    """The highest heading level a text uses, 1 if none: authors begin with `#` or with `##`."""
    return min((len(mark) for mark in _HEADING.findall(text)), default=1)


def _links_in(texts: dict[str, str]) -> dict[str, markup.Link]:
    """Where the wiki links lead; a page that is not published looks missing to everyone."""
    titles = markup.wiki_titles(*texts.values())
    if not titles:
        return {}
    found = dict(
        db.session.execute(
            select(Page.title, Page.slug).where(
                Page.title.in_(titles), Page.state == PageState.PUBLISHED.value
            )
        ).all()
    )
    write_word = kinds().first_write_word()
    return {
        title: markup.Link(f"/wiki/{found[title]}")
        if title in found
        else markup.Link(f"/neu/{write_word}?" + urlencode({"titel": title}), missing=True)
        for title in titles
    }
