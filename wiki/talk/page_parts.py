"""What a page shows of its discussion: the action with its number, the newest open threads."""

from collections import Counter
from typing import Any

from flask import url_for

from wiki.pages.panels import PageView
from wiki.recipes.content import RecipeContent
from wiki.talk.reading import open_threads, with_excerpts

SHOWN = 3


def address_of_talk(view: PageView) -> str | None:
    return url_for("talk.show", slug=view.page.slug) if view.page.id else None


def open_count(view: PageView) -> int:
    return len(open_threads(view.page, view.person))


def talk_panel(view: PageView) -> dict[str, Any] | None:
    """The newest open threads, and how many each step has; nothing where nobody speaks."""
    if not view.page.id or not (threads := open_threads(view.page, view.person)):
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
