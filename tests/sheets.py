"""A page's sheet as its readers see it, without a page that is stored."""

from flask import render_template

from wiki.pages.content import Content
from wiki.pages.kinds import kinds
from wiki.pages.models import Page
from wiki.pages.rendering import render_content


def sheet_of(name: str, content: Content) -> str:
    """The content as a page of this kind, inside a request."""
    kind = kinds().named(name)
    rendering = render_content(content)
    return render_template(
        "pages/_sheet.html",
        page=Page(kind=name, slug="voll", state="published", title=content.title),
        content=content,
        kind=kind,
        panels=[],
        more_facts=[],
        actions=[],
        is_preview=True,
        **{part: rendering[part] for part in ("html", "toc", "links")},
        **kind.view(content, {}),
    )
