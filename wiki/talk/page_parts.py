"""What a page shows of its discussion: the action with its number, the newest open threads."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, select

from wiki.pages.models import Page
from wiki.pages.panels import PageView
from wiki.recipes.content import RecipeContent
from wiki.talk.models import Thread
from wiki.talk.reading import open_threads, with_excerpts
from wiki.templating import address_of

SHOWN = 3


def is_discussed() -> ColumnElement[bool]:
    """In SQL: whether anything was said about a page."""
    return select(Thread.id).where(Thread.page_id == Page.id).exists()


def address_of_talk(view: PageView) -> str | None:
    return address_of("talk.show", slug=view.page.slug) if view.page.id else None


def open_count(view: PageView) -> int:
    return 0 if view.lacks("talk") else len(open_threads(view.page, view.person))


def talk_panel(view: PageView) -> dict[str, Any] | None:
    """The newest open threads, and how many each step has; nothing where nobody speaks."""
    if not view.page.id or view.lacks("talk"):
        return None
    if not (threads := open_threads(view.page, view.person)):
        return None
    content = view.content
    steps = content.steps if isinstance(content, RecipeContent) else []
    counts = Counter(thread.step for thread in threads)
    return {
        "threads": with_excerpts(threads[:SHOWN]),
        "count": len(threads),
        "steps": {step.key: step.title for step in steps},
        "counts": [(step, counts[step.key]) for step in steps if counts[step.key]],
    }
