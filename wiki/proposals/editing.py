"""The form of a proposal: the editor's, with a reason instead of a save."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.accounts.strangers import marks
from wiki.errors import SignInNeeded
from wiki.forms import Form
from wiki.outcomes.evidence import evidence_on
from wiki.pages.content import Content
from wiki.pages.drafts import EditDraft
from wiki.pages.editing import Editing, kinds_of
from wiki.pages.models import Page
from wiki.pages.rendering import content_of
from wiki.pages.taking_up import Note
from wiki.pages.writing import revision_of
from wiki.proposals.content import Reasons, ReasonsOfReader

# Reports that are offered as evidence.
REPORTS = 8


def nobody() -> User:
    """Who has no account: no labs, no rights, and nothing is kept for them."""
    return User(id=0, name="", roles=[])


class ProposalEditing(Editing):
    """What somebody would have a page say, and why; `proposer` is None without an account."""

    template = "proposals/edit.html"

    def __init__(
        self,
        proposer: User | None,
        page: Page,
        *,
        sent: MultiDict[str, str] | None = None,
        resumed: EditDraft | None = None,
    ) -> None:
        super().__init__(proposer or nobody(), kinds_of(page), page, sent=sent, resumed=resumed)
        self.proposer = proposer
        self.to = page
        model = Reasons if proposer else ReasonsOfReader
        self.reasons: Form[Any] = _form_of(model, self.sent)

    @property
    def address(self) -> str:
        return url_for("proposals.propose", slug=self.to.slug)

    @property
    def heading(self) -> str:
        return str(_("Änderung vorschlagen: „%(title)s“", title=self.to.title))

    @property
    def takes_photo(self) -> bool:
        """Nobody who may not edit the page gives it a picture."""
        return False

    def problems(self) -> list[tuple[str, str, str]]:
        return [*super().problems(), *self.reasons.problems()]

    def reports(self) -> list[str]:
        """Reports on runs of the page that are no evidence yet, the latest first."""
        known = self.reasons.value("evidence")
        titles = [run.page.title for run in evidence_on(self.to).runs]
        return [title for title in titles if title not in known][:REPORTS]

    @property
    def beside(self) -> dict[str, list[Note]]:
        """What waits beside the page is for those who edit it."""
        return {}

    def says_nothing_new(self, content: Content) -> bool:
        """Whether the page says all this already, in the version that was opened."""
        opened = revision_of(self.to, self.base)
        return self.kind.name == opened.kind and content == content_of(opened)

    def wants_agreement(self) -> bool:
        # Sending is agreeing: the form says so.
        return False

    def keep(self) -> int:
        """Keep what was typed as a draft; for somebody without an account there is none."""
        return super().keep() if self.proposer else SignInNeeded.status

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "reasons": self.reasons,
            "reports": self.reports(),
            **marks(),
        }


def _form_of(model: type[BaseModel], sent: MultiDict[str, str]) -> Form[Any]:
    if "reason" in sent:
        form: Form[Any] = Form.sent(model, sent)
        form.values["evidence"] += [
            title for title in sent.getlist("report") if title not in form.values["evidence"]
        ]
        return form
    return Form.blank(model)
