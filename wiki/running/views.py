"""`…/durchfuehren`: a plan, or a page that is as good as one, while it happens; and the report.

Running changes nothing on the server: both secrets of a plan open the same page.
"""

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person
from wiki.errors import LaborwikiError, NotFound
from wiki.headers import keep_secret
from wiki.htmx import go
from wiki.htmx import show as show_template
from wiki.outcomes.reporting import WRITE_WORD
from wiki.outcomes.told_form import show_told_form
from wiki.pages.drafts import TooManyDrafts
from wiki.pages.models import Page
from wiki.pages.opening import readable_page
from wiki.pages.visibility import may_write
from wiki.plans.additions import has_page_plan
from wiki.plans.agenda import agenda_of
from wiki.plans.planning import content_in, find_plan
from wiki.plans.recipes import Pinned, texts_of
from wiki.recipes.computing import wishes_from, wishes_in
from wiki.running.reporting import keep_report, read_record, told_form
from wiki.running.running_order import Runnable, agenda_for, lines_on, name_of, order_of

bp = Blueprint("running", __name__)
bp.after_request(keep_secret)

WORKER = "js/running-worker.js"


@bp.get("/plan/<secret>/durchfuehren")
def run_plan(secret: str) -> Response:
    return _show_run(_of_plan(secret))


@bp.get("/plan/<secret>/durchfuehren.js")
def worker_of_plan(secret: str) -> Response:
    find_plan(secret)
    return current_app.send_static_file(WORKER)


@bp.get("/plan/<secret>/durchfuehren/bericht")
def report_of_plan(secret: str) -> Response:
    return _show_report(_of_plan(secret))


@bp.post("/plan/<secret>/durchfuehren/bericht")
def begin_report_of_plan(secret: str) -> BaseResponse:
    return _begin_report(_of_plan(secret))


@bp.get("/wiki/<slug>/durchfuehren")
def run_page(slug: str) -> BaseResponse:
    page = _page(slug)
    if page.slug != slug:
        return redirect(url_for("running.run_page", slug=page.slug, **wishes_in(request.args)), 301)
    return _show_run(_of_page(page))


@bp.get("/wiki/<slug>/durchfuehren.js")
def worker_of_page(slug: str) -> Response:
    _page(slug)
    return current_app.send_static_file(WORKER)


@bp.get("/wiki/<slug>/durchfuehren/bericht")
def report_of_page(slug: str) -> Response:
    return _show_report(_of_page(_page(slug)))


@bp.post("/wiki/<slug>/durchfuehren/bericht")
def begin_report_of_page(slug: str) -> BaseResponse:
    return _begin_report(_of_page(_page(slug)))


def _of_plan(secret: str) -> Runnable:
    door = find_plan(secret)
    agenda = agenda_of(content_in(door.plan))
    return Runnable(
        name=name_of(door.plan),
        agenda=agenda,
        address=url_for("running.run_plan", secret=secret, sprache=None),
        again=url_for("running.run_plan", secret=secret),
        back=url_for("plans.show", secret=secret),
        report=url_for("running.report_of_plan", secret=secret),
        lab=next((found.page.lab for found in agenda.pinned.values()), None),
    )


def _of_page(page: Page) -> Runnable:
    return Runnable(
        name=f"page-{page.uuid}",
        agenda=agenda_for(page, wishes_from(request.args)),
        address=url_for("running.run_page", slug=page.slug, sprache=None),
        again=url_for("running.run_page", slug=page.slug, **wishes_in(request.args)),
        back=url_for("pages.show", slug=page.slug, **wishes_in(request.args)),
        report=url_for("running.report_of_page", slug=page.slug, **wishes_in(request.args)),
        lab=page.lab,
    )


def _page(slug: str) -> Page:
    """A page that can be run, which everybody may read.

    Raises:
        NotFound, Gone: there is none here.
    """
    page = readable_page(slug, person())
    if not has_page_plan(page):
        raise NotFound
    return page


def _show_run(runnable: Runnable) -> Response:
    agenda = runnable.agenda
    return show_template(
        "running/run.html",
        runnable=runnable,
        agenda=agenda,
        order=order_of(runnable),
        html=texts_of(agenda.pinned),
        on_now=lines_on(agenda),
    )


def _show_report(runnable: Runnable, *, trouble: str = "", status: int = 200) -> Response:
    return show_template(
        "running/report.html",
        status=status,
        runnable=runnable,
        choices=_choices(runnable),
        writes=may_write(person()),
        trouble=trouble,
        record=request.form.get("run", ""),
    )


def _begin_report(runnable: Runnable) -> BaseResponse:
    """The report with what was written down: for people with an account a draft of theirs."""
    record, someone = read_record(request.form.get("run", "")), person()
    recipe = _chosen(runnable)
    if someone is None or not may_write(someone):
        if recipe is None:
            raise LaborwikiError
        form = told_form(runnable.agenda, record, recipe)
        return show_told_form(recipe.page, form, recipe.revision.number)
    try:
        draft = keep_report(runnable.agenda, record, recipe, someone)
    except TooManyDrafts as full:
        words = _(
            "Es gibt schon sehr viele Zwischenstände. Einige lassen sich bestimmt verwerfen; "
            "dann geht es hier weiter."
        )
        return _show_report(runnable, trouble=words, status=full.status)
    return go(url_for("editing.new", write_word=WRITE_WORD, zwischenstand=draft.key))


def _choices(runnable: Runnable) -> list[Pinned]:
    """The recipes a report on this run may be about."""
    found = [one for one in runnable.agenda.pinned.values() if one.page.is_published]
    # What strangers tell about examples nobody would look through.
    return [one for one in found if may_write(person()) or not one.page.is_example]


def _chosen(runnable: Runnable) -> Pinned | None:
    """The recipe that was chosen, None for a report without one.

    Raises:
        LaborwikiError: it is none of these.
    """
    chosen = request.form.get("recipe", "")
    if not chosen:
        return None
    for one in _choices(runnable):
        if chosen == f"{one.page.id}.{one.revision.number}":
            return one
    raise LaborwikiError
