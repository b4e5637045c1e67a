"""What a person's drafts are elsewhere: in „Zu tun", in their data, and as plain text."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from wiki.accounts.models import User
from wiki.accounts.waiting import Waiting
from wiki.db import db
from wiki.forms import Form
from wiki.pages.drafts import SECTION_FIELD, TEXT_FIELD, EditDraft, open_drafts
from wiki.pages.kinds import kinds
from wiki.pages.rendering import BODY
from wiki.pages.visibility import may_edit, may_read_revision, may_write

WayOn = Callable[[EditDraft, User], str | None]


def add_way_on(app: Flask, way: WayOn) -> None:
    """Let a feature name the form for a draft of a page that its writer may not edit."""
    app.extensions.setdefault("laborwiki-ways-on", []).append(way)


def waiting_kept(user: User) -> Iterator[Waiting]:
    """What somebody typed and has not saved."""
    for draft in open_drafts(user):
        yield Waiting(
            title=draft.title or _("noch ohne Titel"),
            reason=_("Zwischenstand, noch nicht gespeichert: weiterschreiben oder verwerfen"),
            address=url_for("drafts.go_on", key=draft.key),
            since=draft.updated_at,
        )


def drafts_for_export(user: User) -> list[dict[str, Any]]:
    """Every draft of this person, for the export of their data."""
    own = select(EditDraft).where(EditDraft.person_id == user.id, ~EditDraft.is_saved)
    return [
        {
            "titel": draft.title,
            "zuletzt": draft.updated_at.isoformat(),
            "verworfen": not draft.is_open,
            "eingaben": draft.fields,
        }
        for draft in db.session.scalars(own.order_by(EditDraft.id))
    ]


def address_to_go_on(draft: EditDraft, person: User) -> str | None:
    """The form this draft goes on in, or None if the person may not write there any more."""
    way = "expert" if draft.is_text else "editing"
    page = draft.page
    if page is None:
        if not may_write(person):
            return None
        return url_for(f"{way}.new", write_word=draft.write_word, zwischenstand=draft.key)
    if not may_edit(person, page) or not may_read_revision(person, page, draft.base):
        ways: list[WayOn] = current_app.extensions.get("laborwiki-ways-on", [])
        return next((found for ask in ways if (found := ask(draft, person))), None)
    return url_for(f"{way}.edit", slug=page.slug, zwischenstand=draft.key)


def typed_text(draft: EditDraft) -> str:
    """Everything that was typed, to read and to copy where it cannot be saved."""
    sent = draft.sent
    if TEXT_FIELD in sent:
        return sent[TEXT_FIELD]
    if SECTION_FIELD in sent:
        return sent.get(BODY, "")
    form = Form.sent(kinds().written_at(draft.write_word)[0].content, sent)
    return "\n\n".join(_filled_fields(form))


def _filled_fields(form: Form[Any]) -> Iterator[str]:
    for name in form.model.model_fields:
        value, label = form.value(name), _(form.field(name).label)
        if form.field(name).row is not None:
            for number, row in enumerate(value, 1):
                filled = (inner for inner in form.row_fields(name) if row[inner])
                lines = (_labelled(form, f"{name}.{row['key']}.{inner}") for inner in filled)
                yield "\n".join((f"{label} {number}", *lines))
        elif value:
            yield f"{label}\n{_plain(value)}"


def _labelled(form: Form[Any], path: str) -> str:
    return f"{_(form.field(path).label)}: {_plain(form.value(path))}"


def _plain(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
