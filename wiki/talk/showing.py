"""Discussions, questions and forms as answers to the browser."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.accounts.strangers import marks
from wiki.fields import bounded_int
from wiki.forms import Form
from wiki.htmx import go, local_address, wants_fragment
from wiki.htmx import show as show_template
from wiki.pages.models import Page
from wiki.talk.addresses import address_of
from wiki.talk.content import RemarkContent
from wiki.talk.mentioning import names_to_offer
from wiki.talk.models import Thread
from wiki.talk.reading import discussion_of, steps_on, talks
from wiki.talk.rights import may_begin, may_moderate


def show_discussion(page: Page, reader: User | None) -> Response:
    """The discussion of a page, or of the step the address names."""
    steps = steps_on(page)
    step = request.args.get("schritt", "")
    step = step if step in steps else ""
    form = Form.blank(RemarkContent)
    form.values["step"] = step
    return show_template(
        "talk/index.html",
        block="talk",
        page=page,
        discussion=discussion_of(page, reader, asked_number(), step),
        steps=steps,
        step=step,
        form=form,
        may_say=may_begin(reader, page),
        moderates=may_moderate(reader, Thread(page=page)),
        offered=names_to_offer(page, None, reader),
        next_pages=url_for("talk.show", slug=page.slug, schritt=step or None, seite=""),
    )


def show_form(
    page: Page, form: Form[RemarkContent], thread: Thread | None, status: int = 200
) -> Response:
    """The form alone: for whoever has no account, and where something is missing."""
    reader = person()
    answered = talks([thread], reader, steps_on(page)) if thread is not None else []
    return show_template(
        "talk/new.html",
        status=status,
        page=page,
        form=form,
        answered=answered[0] if answered else None,
        steps=steps_on(page),
        offered=names_to_offer(page, thread, reader),
        **_marks(reader),
    )


def show_question(
    thread: Thread, reader: User | None, form: Form[RemarkContent] | None = None, status: int = 200
) -> Response:
    """A question to all labs with its answers and the form for one more."""
    return show_template(
        "talk/question.html",
        block="talk",
        status=status,
        thread=thread,
        one=talks([thread], reader)[0],
        form=form or Form.blank(RemarkContent),
        moderates=may_moderate(reader, thread),
        offered=names_to_offer(None, thread, reader),
    )


def show_thread_again(thread: Thread, reader: User) -> BaseResponse:
    """After something changed in a thread: where it stands, or where the tap came from."""
    if wants_fragment():
        if thread.page is not None:
            return show_discussion(thread.page, reader)
        return show_question(thread, reader)
    return go(came_from() or address_of(thread))


def came_from() -> str | None:
    """The page of this site on which a button stood, if the button says so."""
    return local_address(request.form.get("next"))


def asked_number() -> int:
    """Which part of a list the address asks for."""
    return min(max(request.args.get("seite", 1, type=bounded_int), 1), 500)


def too_many() -> str:
    """What to say where there is a limit."""
    return str(
        _(
            "Gerade kommt hier sehr viel an. In einer Stunde geht es wieder; "
            "der Text steht noch im Formular."
        )
    )


def _marks(reader: User | None) -> dict[str, Any]:
    """What the form of somebody without an account carries along."""
    if reader is not None:
        return {"is_stranger": False}
    return {"is_stranger": True, **marks()}
