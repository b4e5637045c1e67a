"""`/plan/<secret>`: one address to change a plan, another to read it; no account is needed."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from wiki.accounts.current import person, signed_in_person
from wiki.db import db
from wiki.errors import LaborwikiError, NotAllowed, NotFound
from wiki.fields import bounded_int, one_line
from wiki.forms import Form
from wiki.headers import keep_secret
from wiki.htmx import go, wants_fragment
from wiki.htmx import show as show_template
from wiki.labs.membership import labs_of
from wiki.pages.models import Page
from wiki.plans.additions import PlanView, plan_actions, plan_panels
from wiki.plans.agenda import Agenda, agenda_of, recipes_of
from wiki.plans.changing import (
    BlockGone,
    Change,
    PlanFull,
    as_usual,
    at_newer,
    can_move,
    cut_to,
    cuts_for,
    described,
    doubled,
    minutes_in,
    moved,
    removed,
    resized,
    split,
    with_block,
    with_particulars,
    with_steps,
)
from wiki.plans.clock import clock_of
from wiki.plans.content import BlockWords, Particulars, PlanContent, Sort
from wiki.plans.hints import hints_for
from wiki.plans.models import Plan
from wiki.plans.packing import cost_of, packing_of, staff_of, uses_of
from wiki.plans.planning import (
    Door,
    Overtaken,
    can_undo,
    change,
    change_all,
    content_in,
    delete_plan,
    find_plan,
    give_to,
    is_own,
    keep_version,
    kept_until,
    kept_versions,
    may_decide,
    renew_links,
    restore,
    undo,
)
from wiki.plans.recipes import newest, recipe_titled, texts_of
from wiki.recipes.computing import MOST_MINUTES

bp = Blueprint("plans", __name__, url_prefix="/plan/<secret>")
bp.after_request(keep_secret)

#: Minutes by which a block grows or shrinks at a tap.
STRIDE = 5


@bp.get("")
def show(secret: str) -> Response:
    door = find_plan(secret)
    if not door.opens:
        context = _context(door)
        return show_template(
            "plans/read.html",
            html=texts_of(context["agenda"].pinned),
            edit_address=_address_to_edit(door.plan),
            **context,
        )
    return _show(secret, key=request.args.get("block", ""))


@bp.get("/druck")
def print_plan(secret: str) -> Response:
    context = _context(find_plan(secret))
    html = texts_of(context["agenda"].pinned)
    return show_template("plans/print.html", html=html, **context)


@bp.post("/bloecke")
def add(secret: str) -> BaseResponse:
    sort = Sort.BREAK if request.form.get("do") == "break" else Sort.FREE
    after = request.form.get("after", "")
    made: list[str] = []

    def put(plan: PlanContent) -> PlanContent:
        new = with_block(plan, sort, after)
        made[:] = [block.key for block in new.blocks if plan.block(block.key) is None]
        return new

    failed = _change(secret, put)
    if failed is not None:
        return failed
    key = made[0]
    if sort is Sort.BREAK:
        return _changed(secret, key, focus=f"edit-{key}")
    if wants_fragment():
        return _show(secret, key=key)
    return go(url_for("plans.show", secret=secret, block=key, _anchor=f"block-{key}"))


@bp.post("/bloecke/<key>")
def save_block(secret: str, key: str) -> BaseResponse:
    form = Form.sent(BlockWords, request.form)
    words = form.validate()
    if words is None:
        return _show(secret, key=key, form=form, status=422)
    failed = _change(secret, lambda plan: described(plan, key, words), touches=key)
    return failed or _changed(secret, key, focus=f"edit-{key}")


@bp.post("/bloecke/<key>/platz")
def move_block(secret: str, key: str) -> BaseResponse:
    goes_up = request.form.get("do") == "up"
    failed = _change(secret, lambda plan: moved(plan, key, -1 if goes_up else 1), touches=key)
    return failed or _changed(secret, key, focus=f"{'up' if goes_up else 'down'}-{key}")


@bp.post("/bloecke/<key>/dauer")
def resize_block(secret: str, key: str) -> BaseResponse:
    how = request.form.get("do", "")
    ways: dict[str, Change] = {
        "longer": lambda plan: resized(plan, key, STRIDE),
        "shorter": lambda plan: resized(plan, key, -STRIDE),
        "usual": lambda plan: as_usual(plan, key),
    }
    if how not in ways:
        raise LaborwikiError
    focus = f"{how}-{key}" if how != "usual" else f"edit-{key}"
    return _change(secret, ways[how], touches=key) or _changed(secret, key, focus=focus)


@bp.post("/bloecke/<key>/teilung")
def split_block(secret: str, key: str) -> BaseResponse:
    failed = _change(secret, lambda plan: split(plan, key), touches=key)
    return failed or _changed(secret, key, focus=f"edit-{key}")


@bp.post("/bloecke/<key>/verdopplung")
def double_block(secret: str, key: str) -> BaseResponse:
    failed = _change(secret, lambda plan: doubled(plan, key), touches=key)
    return failed or _changed(secret, key, focus=f"edit-{key}")


@bp.post("/bloecke/<key>/entfernung")
def remove_block(secret: str, key: str) -> BaseResponse:
    failed = _change(secret, lambda plan: removed(plan, key), touches=key)
    return failed or _changed(secret, focus="undo", said=_("Entfernt."))


@bp.post("/rezepte")
def add_recipe(secret: str) -> BaseResponse:
    title = request.form.get("recipe", "").strip()[:300]
    found = recipe_titled(title) if title else None
    if found is None:
        _to_edit(secret)
        words = _("Unter diesem Titel ist kein Rezept veröffentlicht.")
        return _show(secret, wanted=title, wrong=words, status=422)
    failed = _change(secret, lambda plan: with_steps(plan, found.pin, found.recipe))
    said = _("Die Schritte stehen am Ende des Zeitplans.")
    return failed or _changed(secret, focus="f-recipe", said=said)


@bp.get("/angaben")
def particulars(secret: str) -> Response:
    plan = _to_edit(secret)
    said = content_in(plan).model_dump(include=set(Particulars.model_fields))
    return _show_particulars(plan, Form.showing(Particulars, Particulars(**said)), plan.version)


@bp.post("/angaben")
def save_particulars(secret: str) -> BaseResponse:
    plan, form = _to_edit(secret), Form.sent(Particulars, request.form)
    said = form.validate()
    if said is None:
        return _show_particulars(plan, form, _seen(), status=422)
    before = content_in(plan)
    try:
        after = change(
            secret,
            lambda content: with_particulars(content, said),
            seen=_seen(),
            touches="particulars",
            by=person(),
        )
    except Overtaken:
        form.errors[""] = _(
            "Jemand anders hat die Angaben inzwischen geändert. Noch einmal speichern nimmt diese "
            "hier."
        )
        plan = _to_edit(secret)
        return _show_particulars(plan, form, plan.version, status=409)
    except PlanFull:
        form.errors[""] = _too_full()
        return _show_particulars(plan, form, _seen(), status=422)
    if left := _without_group(before, content_in(after)):
        words = ngettext(
            "Ein Block einer Gruppe, die es nicht mehr gibt, gilt jetzt für alle.",
            "%(num)d Blöcke von Gruppen, die es nicht mehr gibt, gelten jetzt für alle.",
            left,
        )
        flash(f"{words} {_('„Rückgängig“ unter dem Ablauf nimmt das zurück.')}", "info")
    return go(url_for("plans.show", secret=secret))


@bp.get("/kuerzung")
def shorten(secret: str) -> Response:
    """What would be cut, before anything is."""
    plan = _to_edit(secret)
    content, wanted = content_in(plan), request.args.get("minuten", "").strip()
    agenda = agenda_of(content)
    recipes = recipes_of(agenda.pinned)
    minutes = _minutes(wanted)
    cut = cut_to(content, minutes, recipes) if minutes else content
    return show_template(
        "plans/shorten.html",
        plan=plan,
        agenda=agenda,
        wanted=wanted,
        minutes=minutes,
        is_wrong=bool(wanted) and minutes is None,
        cuts=cuts_for(content, minutes, recipes) if minutes else {},
        planned=minutes_in(content),
        left=minutes_in(cut),
    )


@bp.post("/kuerzung")
def cut(secret: str) -> BaseResponse:
    plan, minutes = _to_edit(secret), _minutes(request.form.get("minuten", ""))
    if minutes is None:
        raise LaborwikiError
    recipes = recipes_of(agenda_of(content_in(plan)).pinned)
    note = _("Vor dem Kürzen auf %(minutes)s Minuten", minutes=minutes)
    try:
        change_all(
            secret,
            lambda content: cut_to(content, minutes, recipes),
            note,
            seen=_seen(),
            by=person(),
        )
    except Overtaken:
        return _show(secret, trouble=_overtaken(), status=409)
    flash(_("Gekürzt. Wie es vorher war, steht unter „Gemerkte Versionen“."), "success")
    return go(url_for("plans.show", secret=secret))


@bp.post("/neuere")
def take_newer(secret: str) -> BaseResponse:
    plan = _to_edit(secret)
    agenda = agenda_of(content_in(plan))
    number = request.form.get("page", 0, type=bounded_int)
    if number not in {found.page.id for found in agenda.newer}:
        return _show(secret, trouble=_overtaken(), status=409)
    new = newest(db.session.get_one(Page, number))
    recipes = {**recipes_of(agenda.pinned), new.pin: new.recipe}
    note = _("Vor der neuen Version eines Rezepts")
    try:
        change_all(
            secret,
            lambda content: at_newer(content, *new.pin, recipes),
            note,
            seen=_seen(),
            by=person(),
        )
    except Overtaken:
        return _show(secret, trouble=_overtaken(), status=409)
    except PlanFull:
        return _show(secret, trouble=_too_full(), status=422)
    return _changed(secret, focus="undo", said=_("Übernommen."))


@bp.post("/rueckgaengig")
def take_back(secret: str) -> BaseResponse:
    try:
        undo(secret, seen=_seen())
    except Overtaken:
        return _show(secret, trouble=_overtaken(), status=409)
    return _changed(secret, focus="undo", said=_("Rückgängig gemacht."))


@bp.post("/versionen")
def keep(secret: str) -> BaseResponse:
    kept = keep_version(secret, one_line(request.form.get("note", ""), 120), person())
    flash(_("Gemerkt als Version %(number)s.", number=kept.number), "success")
    return go(url_for("plans.show", secret=secret))


@bp.post("/versionen/<int:number>/wiederherstellung")
def bring_back(secret: str, number: int) -> BaseResponse:
    try:
        restore(secret, number, seen=_seen(), by=person())
    except Overtaken:
        return _show(secret, trouble=_overtaken(), status=409)
    flash(_("Der Zeitplan ist wieder wie in Version %(number)s.", number=number), "success")
    return go(url_for("plans.show", secret=secret))


@bp.post("/besitz")
def own(secret: str) -> BaseResponse:
    someone = signed_in_person()
    _to_edit(secret)
    chosen = request.form.get("lab", "")
    lab = next((lab for lab in labs_of(someone) if lab.slug == chosen), None)
    if chosen and lab is None:
        raise NotAllowed
    give_to(secret, lab.id if lab else None, someone)
    flash(_("Gespeichert."), "success")
    return go(url_for("plans.show", secret=secret))


@bp.post("/links")
def renew(secret: str) -> BaseResponse:
    plan = renew_links(secret, person())
    flash(_("Neue Links. Die alten führen nirgends mehr hin."), "success")
    return go(url_for("plans.show", secret=plan.edit_secret))


@bp.get("/loeschen")
def confirm_delete(secret: str) -> Response:
    plan = _to_edit(secret)
    if not may_decide(person(), plan):
        raise NotAllowed
    return show_template("plans/delete.html", plan=plan, agenda=agenda_of(content_in(plan)))


@bp.post("/loeschen")
def delete(secret: str) -> BaseResponse:
    delete_plan(secret, person())
    flash(_("Der Zeitplan ist gelöscht."), "success")
    return go(url_for("start.show") if person() is None else url_for("making_plans.index"))


def _change(secret: str, new: Change, touches: str = "") -> BaseResponse | None:
    """Change the plan; an answer that says why not if it cannot be."""
    try:
        change(secret, new, seen=_seen(), touches=touches, by=person())
    except Overtaken:
        return _show(secret, trouble=_overtaken(), status=409)
    except BlockGone:
        gone = _("Diesen Block hat jemand anders inzwischen entfernt. So ist es jetzt.")
        return _show(secret, trouble=gone, status=409)
    except PlanFull:
        return _show(secret, trouble=_too_full(), status=422)
    return None


def _changed(secret: str, key: str = "", *, focus: str = "", said: str = "") -> BaseResponse:
    """The agenda as it is now, or where to find it."""
    if not wants_fragment():
        return go(url_for("plans.show", secret=secret, _anchor=f"block-{key}" if key else "agenda"))
    return _show(secret, near=key, focus=focus, said=said)


def _show(
    secret: str,
    *,
    key: str = "",
    near: str = "",
    form: Form[BlockWords] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The plan to change, with the form of one block open; its agenda alone when htmx asks."""
    door = find_plan(secret)
    if not door.opens:
        raise NotFound
    context = _context(door)
    line = next((line for line in context["agenda"].lines if line.key == (key or near)), None)
    if key and line is not None:
        said = line.block.model_dump(include=set(BlockWords.model_fields))
        if form is None:
            form = Form.showing(BlockWords, BlockWords(**said))
            form.focus = "title"
        more["form"] = form
        more["open_key"] = key
    elif near and line is not None:
        more["said"] = more.get("said") or _place_of(line.key, context["agenda"])
        more["focus"] = _reachable(more.get("focus", ""), line.key, context["agenda"])
    someone = person()
    return show_template(
        "plans/edit.html",
        block="agenda",
        status=status,
        hints=hints_for(context["agenda"]),
        can_move=can_move,
        can_undo=can_undo(door.plan),
        kept=[] if wants_fragment() else kept_versions(door.plan),
        may_decide=may_decide(someone, door.plan),
        labs=labs_of(someone),
        **context,
        **more,
    )


def _show_particulars(
    plan: Plan, form: Form[Particulars], version: int, status: int = 200
) -> Response:
    agenda = agenda_of(content_in(plan))
    return show_template(
        "plans/particulars.html",
        status=status,
        plan=plan,
        agenda=agenda,
        form=form,
        version=version,
    )


def _context(door: Door) -> dict[str, Any]:
    """What each view of a plan shows."""
    agenda = agenda_of(content_in(door.plan))
    uses = uses_of(agenda)
    view = PlanView(door, agenda, person())
    return {
        "plan": door.plan,
        "secret": door.secret,
        "agenda": agenda,
        "actions": plan_actions(view),
        "panels": [] if wants_fragment() else plan_panels(view),
        "packing": packing_of(uses),
        "staff": staff_of(uses),
        "cost": cost_of(uses),
        "kept_until": kept_until(door.plan),
    }


def _place_of(key: str, agenda: Agenda) -> str:
    """Where a block stands now, to be read aloud."""
    line = next(line for line in agenda.lines if line.key == key)
    of_day = next(day.lines for day in agenda.days if line in day.lines)
    words = _(
        "„%(title)s“: %(clock)s bis %(end)s, %(number)s von %(last)s",
        title=line.title,
        clock=clock_of(line.timed.begins),
        end=clock_of(line.timed.ends),
        number=of_day.index(line) + 1,
        last=len(of_day),
    )
    return str(words)


def _reachable(focus: str, key: str, agenda: Agenda) -> str:
    """The button to go on with: at the end of the way, the one back."""
    if focus == f"up-{key}" and not can_move(agenda.content, key, -1):
        return f"down-{key}"
    if focus == f"down-{key}" and not can_move(agenda.content, key, 1):
        return f"up-{key}"
    return focus


def _address_to_edit(plan: Plan) -> str:
    """For who has it among their plans, whichever link they came by."""
    if not is_own(person(), plan):
        return ""
    return url_for("plans.show", secret=plan.edit_secret)


def _to_edit(secret: str) -> Plan:
    """The plan that may be changed here.

    Raises:
        NotFound: there is none, or this address is for reading alone.
    """
    door = find_plan(secret)
    if not door.opens:
        raise NotFound
    return door.plan


def _without_group(before: PlanContent, after: PlanContent) -> int:
    """How many blocks were a group's and are everybody's now."""
    kept = {block.key: block.track for block in after.blocks}
    return sum(bool(block.track) and kept.get(block.key) == "" for block in before.blocks)


def _seen() -> int:
    """The count of the plan that the sender looked at."""
    return request.form.get("version", 0, type=bounded_int)


def _minutes(text: str) -> int | None:
    text = text.strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= 5
    return int(text) if is_number and 1 <= int(text) <= MOST_MINUTES * 14 else None


def _overtaken() -> str:
    return str(_("Jemand anders hat dasselbe inzwischen geändert. So ist es jetzt."))


def _too_full() -> str:
    words = _("Mehr passt in einen Zeitplan nicht hinein: höchstens 200 Blöcke und kurze Texte.")
    return str(words)
