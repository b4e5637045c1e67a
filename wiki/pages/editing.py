"""One form on its way: what somebody writes, for which lab, on which version of which page."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from flask import Response, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import FileStorage, MultiDict

from wiki.accounts.models import User
from wiki.errors import NotFound
from wiki.fields import one_line
from wiki.forms import Form, Values
from wiki.htmx import show, wants_fragment
from wiki.labs.membership import labs_of
from wiki.labs.models import Lab
from wiki.language import N_
from wiki.markup import TooComplex
from wiki.pages.attachments import AttachmentRefused, take_photo
from wiki.pages.content import Content
from wiki.pages.drafts import (
    DraftFinished,
    DraftMark,
    DraftTooLong,
    EditDraft,
    Place,
    TooManyDrafts,
    draft_of,
    keep_draft,
    known_drafts,
    open_drafts,
)
from wiki.pages.kinds import Kind, kinds
from wiki.pages.models import Page, PageState, Revision
from wiki.pages.panels import PageView, facts_for
from wiki.pages.rendering import content_of, render_content
from wiki.pages.similar import similar_pages
from wiki.pages.taking_up import FIELD, MOST, Note, notes_beside, settle
from wiki.pages.visibility import may_read_revision
from wiki.pages.writing import NOTE_LENGTH, Contribution, revision_of

# The field of a photo, and what it becomes.
PHOTO, COVER = "photo", "cover"

# What every way of writing sends beside the text itself.
COMMON = (
    *("base", "draft", "draft_form", "draft_after", "draft_version"),
    *("kind", "lab", "note", "agree", FIELD),
)

TOO_COMPLEX = N_(
    "Dieser Text ist zu lang oder zu verschachtelt, um ihn darzustellen. "
    "Es hilft, ihn aufzuteilen oder Listen flacher zu machen."
)


@dataclass
class DraftLine:
    """What the form says of its „Zwischenstand": kept when, or why not."""

    mark: DraftMark
    kept_at: datetime | None = None
    problem: str = ""
    other: EditDraft | None = None

    @property
    def words(self) -> str:
        if self.kept_at is None:
            return ""
        return str(_("Zwischenstand gesichert, %(time)s", time=format_time(self.kept_at, "short")))


class Editing:
    """The form with a field for everything; other ways to write the same content derive from it.

    `sent` is what was typed: sent just now, kept in a draft, or nothing yet.
    """

    template: ClassVar[str] = "pages/edit.html"

    def __init__(
        self,
        person: User,
        choices: list[Kind],
        page: Page | None = None,
        *,
        sent: MultiDict[str, str] | None = None,
        resumed: EditDraft | None = None,
    ) -> None:
        self.person = person
        self.choices = choices
        self.page = page
        self.resumed = resumed
        self.sent = sent if sent is not None else resumed.sent if resumed else MultiDict()
        self.base = self._base_number()
        self.draft = DraftLine(
            DraftMark.going_on(resumed) if resumed else DraftMark.sent_in(self.sent),
            kept_at=resumed.updated_at if resumed else None,
        )
        self.kind = self._chosen_kind()
        self.answers_photo = False
        self.misses_agreement = False
        self._photo_problem = ""

    @cached_property
    def form(self) -> Form[Content]:
        """The fields as they are to be shown; read only when they are: drafts need none of it."""
        form = self._filled_form()
        form.offered = self.kind.offer(form.values, self.person)
        if self._photo_problem:
            form.errors[COVER] = self._photo_problem
        return form

    @staticmethod
    def going_on(editing: "Editing", form: Form[Content]) -> "Editing":
        """The whole form, filled otherwise, for somebody who began another way."""
        common = [(name, text) for name, text in editing.sent.items(multi=True) if name in COMMON]
        whole = Editing(editing.person, editing.choices, editing.page, sent=MultiDict(common))
        whole.kind, whole.base, whole.form = editing.kind, editing.base, form
        return whole

    @property
    def address(self) -> str:
        if self.page is None:
            return url_for("editing.new", write_word=self.kind.write_word)
        return url_for("editing.edit", slug=self.page.slug)

    @property
    def heading(self) -> str:
        if self.page is None:
            return str(_(self.kind.write_label))
        return str(_("„%(title)s“ bearbeiten", title=self.page.title))

    @property
    def title(self) -> str:
        """The title as it stands in the form."""
        return str(self.form.value("title"))

    @property
    def place(self) -> Place:
        return Place(self.page, self.choices[0].write_word, self.base)

    @property
    def takes_photo(self) -> bool:
        """Whether a photo may come with the form, to stand on top of the page."""
        return COVER in self.kind.first_fields

    def take_photo(self, sent: FileStorage | None) -> None:
        """Keep the photo that came with the form at once, whatever else is not right yet."""
        if sent is None or not sent.filename or not self.takes_photo:
            return
        self.answers_photo = True
        try:
            mention = take_photo(sent, self.person, self.lab())
        except AttachmentRefused as refused:
            self._photo_problem = refused.reason
            return
        self.sent = MultiDict(self.sent)
        self.sent[COVER] = mention

    def content(self) -> Content | None:
        """What was typed as valid content, or None with what is wrong in the form."""
        content = self.form.validate()
        if content is not None and (lack := self.kind.lacks(content)) is not None:
            place, words = lack
            self.form.errors[place] = _(words)
        return None if self.form.errors else content

    def base_content(self) -> Content:
        """What the page says in the version that is edited."""
        assert self.page is not None
        return content_of(revision_of(self.page, self.base))

    def wants_agreement(self) -> bool:
        return not self.person.has_agreed and "agree" not in self.sent

    def lab(self) -> Lab | None:
        """The lab a new page will belong to, or the one somebody edits for."""
        labs = labs_of(self.person)
        if self.page is not None:
            own = (lab for lab in labs if self.page and lab.id == self.page.lab_id)
            return next(own, labs[0] if labs else None)
        wanted = self.sent.get("lab")
        if wanted == "" and self.person.is_admin:
            return None
        return next((lab for lab in labs if lab.slug == wanted), labs[0] if labs else None)

    def contribution(self) -> Contribution:
        """Who saves, for whom and why; the draft is finished with the save."""
        note = one_line(self.sent.get("note", ""), NOTE_LENGTH) if self.page else ""
        return Contribution(
            self.person,
            self.lab(),
            note,
            draft=self.draft.mark.key,
            together_with=self._settle if self.taken_up else None,
        )

    def _settle(self, number: int | None) -> None:
        if self.page is not None and number is not None:
            settle(self.page, number, self.taken_up, self.person)

    @property
    def taken_up(self) -> tuple[str, ...]:
        """What waits beside the page and is ticked, or was named by the link to this form."""
        named = self.sent.getlist(FIELD) if self.sent else request.args.getlist("uebernimmt")
        return tuple(dict.fromkeys(named))[:MOST]

    @property
    def beside(self) -> dict[str, list[Note]]:
        """What waits beside the page's rows, and beside the page as a whole."""
        return notes_beside(self.page, self.taken_up) if self.page is not None else {}

    def keep(self) -> int:
        """Keep what was typed as a draft; the status to answer with."""
        line = self.draft
        try:
            kept = keep_draft(self.person, self.place, line.mark, self.sent)
        except DraftFinished as problem:
            line.mark = DraftMark.fresh()
            line.problem = _(
                "Was hier begonnen wurde, ist inzwischen gespeichert oder verworfen worden. "
                "Ab der nächsten Änderung entsteht ein eigener Zwischenstand."
            )
            return problem.status
        except DraftTooLong as problem:
            line.problem = _("Nicht gesichert: Das ist mehr Text, als eine Seite fassen kann.")
            return problem.status
        except TooManyDrafts as problem:
            line.problem = _(
                "Nicht gesichert: Es gibt schon sehr viele Zwischenstände. "
                "Einige lassen sich bestimmt verwerfen."
            )
            return problem.status
        draft = kept.draft
        line.kept_at = draft.updated_at
        line.mark = DraftMark(draft.key, draft.form, line.mark.after, draft.version)
        line.other = kept.other
        return 409 if kept.other else 200

    def show(self, status: int = 200, **more: Any) -> Response:
        """The whole form."""
        return show(self.template, status=status, **self.context(), **more)

    def show_draft_line(self, status: int) -> Response:
        """The line about the draft alone for a script, else the whole form with it."""
        if wants_fragment():
            return show(
                "pages/_kept.html",
                status=status,
                draft=self.draft,
                editing=self,
                form=self.form if self.answers_photo else None,
            )
        return self.show(status)

    def context(self) -> dict[str, Any]:
        """What every template of a form needs."""
        lab = self.page.lab if self.page is not None else self.lab()
        is_plain_opening = request.method == "GET" and self.resumed is None
        return {
            "editing": self,
            "kind": self.kind,
            "choices": self.choices,
            "form": self.form,
            "address": self.address,
            "heading": self.heading,
            "page": self.page,
            "base": self.base,
            "labs": self._labs_to_choose() if self.page is None else [],
            "lab_slug": lab.slug if lab else "",
            "note": self.sent.get("note", ""),
            "agreed": "agree" in self.sent,
            "beside": self.beside,
            "draft": self.draft,
            "drafts": open_drafts(self.person, self.place) if is_plain_opening else [],
            "known_drafts": known_drafts(self.person, self.place),
            # What stands in a new form already is no reason to unfold it.
            "is_untouched": is_plain_opening and self.page is None,
        }

    def show_preview(self) -> Response:
        """The form with the page above it exactly as it would be published."""
        content = self.content()
        if content is None:
            return self.show(status=422, similar=self.similar())
        try:
            rendering = render_content(content)
        except TooComplex as problem:
            return self.show_too_complex(problem)
        page = self.page or Page(kind=self.kind.name, slug="", state=PageState.DRAFT.value)
        if self.page is None:
            page.lab = self.lab()
        preview = {
            "page": page,
            "content": content,
            "html": rendering["html"],
            "toc": rendering["toc"],
            "links": rendering["links"],
            "kind": self.kind,
            # It speaks for the version that is about to be.
            "more_facts": facts_for(
                PageView(page, Revision(number=page.current_number), content, self.person)
            ),
        }
        return self.show(preview=preview, similar=self.similar(), **self.kind.view(content, {}))

    def show_too_complex(self, problem: TooComplex) -> Response:
        self.form.errors[problem.field or ""] = _(TOO_COMPLEX)
        return self.show(status=422)

    def sent_number(self, name: str) -> int:
        """The number of a version in the form; it must be one this person may see.

        Raises:
            NotFound: it is not.
        """
        assert self.page is not None
        return self._readable_number(self.sent.get(name, 0, type=int))

    def problems(self) -> list[tuple[str, str, str]]:
        """What is wrong, for the summary above the form."""
        return [*self.form.problems(), *self.missing_agreement()]

    def missing_agreement(self) -> list[tuple[str, str, str]]:
        """What the summary says of a licence that nobody agreed to."""
        words = str(_("Ohne diese Zustimmung kann nichts gespeichert werden."))
        return [("agree", str(_("Lizenz")), words)] if self.misses_agreement else []

    def similar(self) -> list[Page]:
        return similar_pages(self.title, self.person) if self.page is None else []

    def _filled_form(self) -> Form[Content]:
        model = self.kind.content
        if "mine" in self.sent:
            # It comes from the page that asks to decide between two texts.
            with suppress(ValidationError):
                return Form.showing(model, model.model_validate_json(self.sent["mine"]))
        if self.sent:
            return Form.sent(model, self.sent)
        if self.page is None:
            first_rows: Values = {group: [{}] for group in self.kind.start_rows}
            known = self.kind.prefill(request.args, self.person)
            return Form.blank(model, **{**first_rows, **known})
        return Form.showing(model, self.base_content())

    def _base_number(self) -> int:
        if self.page is None:
            return 0
        if self.resumed is not None:
            return self._readable_number(self.resumed.base)
        return self.sent_number("base") if "base" in self.sent else self.page.current_number

    def _readable_number(self, number: int) -> int:
        assert self.page is not None
        is_there = 0 < number <= self.page.current_number
        if not is_there or not may_read_revision(self.person, self.page, number):
            raise NotFound
        return number

    def _chosen_kind(self) -> Kind:
        wanted = self.sent.get("kind", "")
        if not self.sent and self.page is not None:
            wanted = revision_of(self.page, self.base).kind
        elif not self.sent and (asked := kinds().with_word(request.args.get("art", ""))):
            # A link to a missing page says which kind it means.
            wanted = asked.name
        return next((kind for kind in self.choices if kind.name == wanted), self.choices[0])

    def _labs_to_choose(self) -> list[tuple[str, str]]:
        """The labs a new page may belong to; admins may also write for the network."""
        choices = [(lab.slug, lab.name) for lab in labs_of(self.person)]
        return [*choices, ("", _("das ganze Netzwerk"))] if self.person.is_admin else choices


def kinds_of(page: Page) -> list[Kind]:
    """The kinds among which a page may change."""
    return kinds().written_at(kinds().named(page.kind).write_word)


def place_of(page: Page) -> Place:
    """Where drafts of this page belong."""
    return Place(page, kinds_of(page)[0].write_word)


def draft_asked_for(person: User, place: Place, *, as_text: bool = False) -> EditDraft | None:
    """The open draft the address names, to go on with in the form, or in the expert editor.

    Raises:
        NotFound: the person has no such draft here.
    """
    key = request.args.get("zwischenstand", "")
    if not key:
        return None
    draft = draft_of(person, key)
    is_here = (draft.page_id, draft.write_word) == (place.page_id, place.write_word)
    if not draft.is_open or not is_here or draft.is_text != as_text:
        raise NotFound
    return draft
