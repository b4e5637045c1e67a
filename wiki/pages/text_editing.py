"""The expert editor: a page as one text, with the same checks as the form."""

from dataclasses import dataclass
from typing import Any, Self

from flask import Response, url_for
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from wiki.forms import Form, message_for
from wiki.markup import TooComplex
from wiki.pages.content import Content
from wiki.pages.drafts import TEXT_FIELD
from wiki.pages.editing import COMMON, TOO_COMPLEX, Editing
from wiki.pages.textform import TextFormError, from_text, to_text


@dataclass(frozen=True)
class LineProblem:
    """What is wrong with the text, and the line where."""

    number: int
    line: str
    reason: str


class TextEditing(Editing):
    """Writes the canonical text form instead of single fields."""

    template = "pages/expert.html"
    problem: LineProblem | None = None

    @classmethod
    def showing(cls, editing: Editing, content: Content) -> Self:
        """The text of what somebody typed into the form, as part of the same draft."""
        common = [(name, text) for name, text in editing.sent.items(multi=True) if name in COMMON]
        sent = MultiDict([*common, (TEXT_FIELD, to_text(editing.kind.word, content))])
        return cls(editing.person, editing.choices, editing.page, sent=sent)

    @property
    def address(self) -> str:
        if self.page is None:
            return url_for("expert.new", write_word=self.kind.write_word)
        return url_for("expert.edit", slug=self.page.slug)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.sent[TEXT_FIELD] if TEXT_FIELD in self.sent else self._stored_text()

    @property
    def title(self) -> str:
        return self._read.title if self._read is not None else ""

    def content(self) -> Content | None:
        models = {kind.word: kind.content for kind in self.choices}
        try:
            word, content = from_text(self.text, models)
        except TextFormError as problem:
            self.problem = self._explained(problem)
            return None
        self.kind = next(kind for kind in self.choices if kind.word == word)
        self._read = content
        return content

    def show_too_complex(self, problem: TooComplex) -> Response:
        self.problem = LineProblem(0, "", _(TOO_COMPLEX))
        return self.show(status=422)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "text": self.text, "problem": self.problem}

    _read: Content | None = None

    def _filled_form(self) -> Form[Content]:
        # What too complex a text is told by; the text itself is the only field.
        return Form(self.kind.content, {})

    def _stored_text(self) -> str:
        if self.page is not None:
            return to_text(self.kind.word, self.base_content())
        return to_text(self.kind.word, self.kind.content.model_construct(title=""))

    def _explained(self, problem: TextFormError) -> LineProblem:
        lines = self.text.splitlines()
        line = lines[problem.line - 1] if problem.line <= len(lines) else ""
        return LineProblem(problem.line, line.strip()[:80], _reason(problem))


def _reason(problem: TextFormError) -> str:
    params = dict(problem.params)
    if "label" in params:
        params["label"] = _(str(params["label"]))
    if "%(problem)s" in problem.reason and isinstance(problem.__cause__, ValidationError):
        # The form has a sentence for what the model merely has a code for.
        error = problem.__cause__.errors(include_url=False)[0]
        words = message_for(error, is_list=False)
        return f"{params['label']}: {words}" if params.get("label") else words
    return str(_(problem.reason, **params))
