"""„Mitnehmen" of a workshop template: its kit, for whoever may read the page."""

from flask import current_app, url_for
from werkzeug.wrappers import Response as BaseResponse

from wiki.config import Settings
from wiki.kits.answering import answer
from wiki.kits.kit import Kit, Template, led_out
from wiki.kits.tree import words_of
from wiki.pages.links import without_missing
from wiki.pages.panels import PageView
from wiki.pages.rendering import rendering_of
from wiki.plans.agenda import Agenda, agenda_of
from wiki.workshops.content import WorkshopContent
from wiki.workshops.planning import plan_in


def take(view: PageView, part: str) -> BaseResponse:
    """A part of the template's kit; copies of a page are not what search engines should show."""
    response = answer(_kit(view), part)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _kit(view: PageView) -> Kit:
    page, workshop = view.page, view.content
    assert isinstance(workshop, WorkshopContent)
    settings: Settings = current_app.config["LABORWIKI"]
    texts = led_out(without_missing(rendering_of(view.revision, workshop)["html"]))
    return Kit(
        agenda=_agenda(workshop, texts),
        address=settings.public_url + url_for("pages.show", slug=page.slug, sprache=None),
        changed=view.revision.created_at,
        lab=page.lab,
        endpoint="taking.take",
        back=url_for("pages.show", slug=page.slug),
        whole=url_for("pages.print_page", slug=page.slug),
        values={"slug": page.slug},
        template=Template(page, view.revision, workshop, texts),
        reader=view.person,
    )


def _agenda(workshop: WorkshopContent, texts: dict[str, str]) -> Agenda:
    """The notes of a plan are plain words; those of a template have marks, which go."""
    plan = plan_in(workshop)
    blocks = [
        block.model_copy(update={"text": words_of(texts.get(f"blocks.{block.key}.text", ""))})
        for block in plan.blocks
    ]
    return agenda_of(plan.model_copy(update={"blocks": blocks}))
