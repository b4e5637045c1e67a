"""The line that travels with a page: title, makers, licence, its address, the exact version.

TULLU-B: Titel, Urheber:in, Lizenz, Link zur Lizenz, Ursprungsort, Bearbeitung. A page that came
from elsewhere names its source in turn, so that the chain holds.
"""

from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from wiki.config import Settings
from wiki.language import quoted
from wiki.pages.content import Content, Licence
from wiki.pages.models import Page, Revision


@dataclass(frozen=True)
class Attribution:
    """How to name a page where it is used; the same in three ways of writing it."""

    text: str
    markdown: str
    html: Markup
    is_needed: bool


def attribution_of(page: Page, revision: Revision, content: Content) -> Attribution:
    """The line for one version of a page."""
    settings: Settings = current_app.config["LABORWIKI"]
    return Attribution(
        text=_line(_Plain(), page, revision, content, settings),
        markdown=_line(_Markdown(), page, revision, content, settings),
        html=Markup(_line(_Html(), page, revision, content, settings)),  # noqa: S704 - all escaped
        is_needed=bool(content.other_licence) or content.licence is not Licence.CC0,
    )


def address_of_version(page: Page, revision: Revision) -> str:
    """The full address of exactly this version."""
    settings: Settings = current_app.config["LABORWIKI"]
    path = url_for("history.version", slug=page.slug, number=revision.number, sprache=None)
    return settings.public_url + path


class _Plain:
    """Addresses are written out: this line may end on paper."""

    def words(self, text: str) -> str:
        return text

    def link(self, text: str, address: str) -> str:
        return f"{text} ({address})" if address else text


class _Markdown(_Plain):
    def words(self, text: str) -> str:
        return "".join(f"\\{sign}" if sign in "\\`*_[]<>" else sign for sign in text)

    def link(self, text: str, address: str) -> str:
        return f"[{self.words(text)}]({address})" if address else self.words(text)


class _Html(_Plain):
    def words(self, text: str) -> str:
        return str(escape(text))

    def link(self, text: str, address: str) -> str:
        if not address:
            return self.words(text)
        return f'<a href="{escape(address)}">{escape(text)}</a>'


def _line(
    style: _Plain, page: Page, revision: Revision, content: Content, settings: Settings
) -> str:
    words = {
        "title": style.link(quoted(content.title), address_of_version(page, revision)),
        "licence": style.link(content.licence_name, content.licence_address),
        "site": style.words(settings.site_name),
    }
    makers = ", ".join(creator.name for creator in content.creators)
    if content.source and not makers:
        # It was not made here, even if nobody says by whom.
        line = str(_("%(title)s, unter %(licence)s, via %(site)s", **words))
    else:
        words["makers"] = style.words(makers or page.owner_name or settings.site_name)
        line = str(_("%(title)s von %(makers)s, unter %(licence)s, via %(site)s", **words))
    if content.source:
        line += ". " + str(_("Quelle: %(source)s", source=style.words(content.source)))
    return f"{_('Beispiel')}: {line}" if page.is_example else line
