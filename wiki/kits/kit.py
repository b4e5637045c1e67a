"""A plan as it is taken along, whoever keeps it: a plan of one's own, or a published template."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import current_app, get_template_attribute, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from wiki.accounts.models import User
from wiki.config import Settings
from wiki.labs.colours import day_twin
from wiki.labs.models import Lab
from wiki.pages.content import Content
from wiki.pages.models import Page, Revision
from wiki.plans.agenda import Agenda
from wiki.plans.changing import Pin
from wiki.plans.packing import Use, uses_of
from wiki.plans.recipes import Pinned, texts_of
from wiki.reuse.attribution import Attribution, attribution_of
from wiki.reuse.word import INK
from wiki.slugs import slug_for
from wiki.workshops.content import WorkshopContent

# Links of the wiki's own, as the sanitiser writes them.
_OWN_LINK = re.compile(r'(<a [^<>]*?href=")/(?!/)')


@dataclass(frozen=True)
class Source:
    """A page that the words of a kit come from, in one version."""

    page: Page
    revision: Revision
    content: Content

    @property
    def named(self) -> Attribution:
        """How to name it where its words go."""
        return attribution_of(self.page, self.revision, self.content)


@dataclass(frozen=True)
class Template(Source):
    """The published template that is taken along; `texts` are its own, as safe HTML."""

    content: WorkshopContent
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Kit:
    """All that is needed to run a plan.

    `address` is the full one at which whoever holds the kit may read the plan: it stands on
    paper, so it never opens more than reading. `endpoint` with `values` is where the parts of the
    kit are found, `back` where the plan itself is shown, `whole` where all of it is printed.
    `template` is there if it is a page and nobody's plan; then `reader` is who takes it along,
    with the pictures and files that they may have.
    """

    agenda: Agenda
    address: str
    changed: datetime
    lab: Lab | None
    endpoint: str
    back: str
    whole: str
    values: Mapping[str, Any] = field(default_factory=dict)
    template: Template | None = None
    reader: User | None = None

    def to(self, part: str) -> str:
        """The address of one part of the kit; of the kit itself for an empty name."""
        return url_for(self.endpoint, part=part or None, **self.values)

    @property
    def title(self) -> str:
        return self.agenda.title

    @property
    def kicker(self) -> str:
        """What it is, and whose."""
        kind = _("Workshop-Vorlage") if self.template else _("Zeitplan")
        return " · ".join(filter(None, (kind, self.lab.name if self.lab else "")))

    @property
    def online(self) -> str:
        """What leads to `address`."""
        return str(_("Zur Vorlage") if self.template else _("Zum Zeitplan"))

    @property
    def colour(self) -> str:
        """The lab's, as dark as letters on white must be."""
        return day_twin(self.lab.colour) if self.lab else INK

    @property
    def is_dated(self) -> bool:
        return self.agenda.content.date is not None

    @property
    def file_stem(self) -> str:
        """`zukunftswerkstatt-2026-05-08`."""
        stem = slug_for(self.title, otherwise=slug_for(_("Zeitplan")))
        day = self.agenda.content.date
        return f"{stem}-{day.isoformat()}" if day else stem

    @property
    def mark(self) -> str:
        """Stands for this plan on devices and in calendars, and does not give its address away."""
        return hashlib.blake2b(self.address.encode(), digest_size=10).hexdigest()

    @cached_property
    def facts(self) -> str:
        """When, how long, for how many, where: one line of plain words."""
        words = get_template_attribute("plans/_words.html", "facts_of")
        line = words(self.agenda, may_have_date=self.template is None)
        return str(Markup(line).unescape())  # noqa: S704 - our own template's, escaped there

    @cached_property
    def uses(self) -> list[Use]:
        return uses_of(self.agenda)

    @cached_property
    def recipes(self) -> list[Pinned]:
        """Those that something of really happens of, in the order in which they do."""
        found = [
            line.pinned
            for line in self.agenda.lines
            if line.pinned is not None and not line.is_left_out
        ]
        return list({one.pin: one for one in found}.values())

    @cached_property
    def sources(self) -> list[Source]:
        """All pages that words come from: to be named wherever the kit goes."""
        recipes = [Source(one.page, one.revision, one.recipe) for one in self.recipes]
        return [self.template, *recipes] if self.template else recipes

    @cached_property
    def texts(self) -> dict[Pin, dict[str, str]]:
        """The recipes' texts as safe HTML."""
        return {pin: led_out(texts) for pin, texts in texts_of(self.agenda.pinned).items()}


def led_out(texts: Mapping[str, str]) -> dict[str, str]:
    """Safe HTML whose links also lead somewhere outside of the wiki."""
    settings: Settings = current_app.config["LABORWIKI"]
    lead = rf"\g<1>{settings.public_url}/"
    return {path: _OWN_LINK.sub(lead, html) for path, html in texts.items()}
