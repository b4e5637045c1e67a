"""Where a thread is read."""

from flask import url_for

from wiki.talk.models import Thread


def address_of(thread: Thread, anchor: str | None = None) -> str:
    """The address of a thread, in its page's discussion or by itself when it is a question."""
    if thread.page is None:
        return url_for("questions.show", number=thread.id)
    place = f"gespraech-{thread.id}" if anchor is None else anchor
    return url_for("talk.show", slug=thread.page.slug, _anchor=place or None)
