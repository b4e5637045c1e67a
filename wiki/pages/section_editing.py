"""Editing one section of a text: only it is shown, and it is put back into the whole."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from pydantic import ValidationError

from wiki.forms import Form
from wiki.pages.content import Content
from wiki.pages.drafts import SECTION_FIELD
from wiki.pages.editing import Editing
from wiki.pages.kinds import Kind, kinds
from wiki.pages.models import Page
from wiki.pages.rendering import BODY, content_of, rendering_of
from wiki.pages.sections import (
    Section,
    TocEntry,
    sections_of,
    text_of,
    with_links,
    with_section,
)
from wiki.pages.writing import revision_of


class SectionEditing(Editing):
    """Writes one section; `section` is None when the version has none of this name."""

    template = "pages/section.html"

    @property
    def section_id(self) -> str:
        return self.sent.get(SECTION_FIELD, "")

    @property
    def address(self) -> str:
        assert self.page is not None
        return url_for("editing.edit", slug=self.page.slug, abschnitt=self.section_id)

    @property
    def section(self) -> Section | None:
        assert self.page is not None
        return section_named(self.page, self.base, self.section_id)

    @property
    def heading(self) -> str:
        return str(_("„%(title)s“: ein Abschnitt", title=self.page.title if self.page else ""))

    def content(self) -> Content | None:
        """The whole page with the section as it was typed, or None with errors in the form."""
        section = self.section
        if section is None:
            self.form.errors[BODY] = _(
                "Diesen Abschnitt gibt es in dieser Version der Seite nicht. Der Text steht noch "
                "hier und lässt sich in die ganze Seite kopieren."
            )
            return None
        old = self.base_content()
        body = with_section(getattr(old, BODY), section, self.form.value(BODY))
        try:
            return self.kind.content.model_validate({**old.to_json(), BODY: body})
        except ValidationError:
            whole = Form.holding(self.kind.content, {**old.to_json(), BODY: body})
            whole.validate()
            self.form.errors.update(whole.errors)
            return None

    def context(self) -> dict[str, Any]:
        return {**super().context(), "section": self.section, "section_id": self.section_id}

    def _chosen_kind(self) -> Kind:
        assert self.page is not None
        return kinds().named(revision_of(self.page, self.base).kind)

    def _filled_form(self) -> Form[Content]:
        if BODY in self.sent:
            return Form(self.kind.content, {BODY: self.sent[BODY]})
        section = self.section
        assert section is not None
        return Form(self.kind.content, {BODY: text_of(getattr(self.base_content(), BODY), section)})


def section_named(page: Page, number: int, section_id: str) -> Section | None:
    """The section with this id in one version of a page."""
    revision = revision_of(page, number)
    content = content_of(revision)
    if BODY not in type(content).model_fields:
        return None
    toc = rendering_of(revision, content)["toc"]
    sections = sections_of(getattr(content, BODY), toc)
    return next((section for section in sections if section.id == section_id), None)


def with_section_links(html: str, page: Page, content: Content, toc: Iterable[TocEntry]) -> str:
    """An article's HTML with „Abschnitt bearbeiten" after each heading, for who may edit it."""
    address = url_for("editing.edit", slug=page.slug, abschnitt="")
    sections = sections_of(getattr(content, BODY), toc)
    return with_links(html, sections, address, _("Abschnitt bearbeiten"))
