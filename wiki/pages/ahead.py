"""A page is read by the request that changed it, so that no reader waits for it to be made.

It sees what somebody without an account sees, and leaves it to every process (`made_pages`).
"""

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import event

from wiki.db import db
from wiki.pages.keeping import stamp_of
from wiki.pages.made_pages import forget_made, write_made
from wiki.pages.models import Change, Page
from wiki.pages.views import show

# What changes more pages than that must not wait for all of them.
AT_ONCE = 3


def init_app(app: Flask) -> None:
    app.after_request(_read_changed)


@event.listens_for(Change, "after_insert")
def _remember(_mapper: object, _connection: object, change: Change) -> None:
    if has_request_context() and not change.is_bulk:
        g.setdefault("changed_pages", set()).add(change.page_id)


def _read_changed(response: Response) -> Response:
    changed: set[int] = g.pop("changed_pages", set())
    if not 0 < len(changed) <= AT_ONCE:
        return response
    try:
        for slug in _slugs_of(changed):
            _read(slug)
    except Exception:
        # The change is saved all the same; the next reader is told what is wrong.
        current_app.logger.exception("a changed page could not be made ahead")
    return response


def _slugs_of(changed: set[int]) -> list[str]:
    pages = [db.session.get(Page, page_id) for page_id in changed]
    slugs = [page.slug for page in pages if page is not None and page.is_published]
    # Reading takes another connection: one each is enough.
    db.session.rollback()
    return slugs


def _read(slug: str) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    asking = {"base_url": request.root_url, "headers": {"Accept-Encoding": "gzip"}}
    # Both contexts are new: in this one's somebody is signed in.
    with app.app_context(), app.test_request_context(f"/wiki/{slug}", **asking):
        stamp = stamp_of(slug)
        if stamp is not None:
            write_made(stamp, show(slug).get_data())
            if stamp_of(slug) != stamp:
                # Changed or taken away meanwhile.
                forget_made(stamp)
