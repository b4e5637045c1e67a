"""The parts of a kit as answers: pages to look at and print, files to take away.

Whoever has a kit, a plan of one's own or a published template, answers with `answer`.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, make_response, send_file
from werkzeug.wrappers import Response as BaseResponse

from wiki.db import now
from wiki.errors import NotFound
from wiki.headers import FILE_POLICY
from wiki.htmx import show
from wiki.kits.calendar import calendar_of
from wiki.kits.inviting import has_proposals, invitation_of
from wiki.kits.kit import Kit
from wiki.kits.lists import budget_list, packing_list, roles_list, room_list
from wiki.kits.making import open_document_of, page_of, pdf_of, word_document_of
from wiki.kits.package import file_count, package_of
from wiki.kits.preparing import todo_list
from wiki.kits.sheets import cards_of, in_time, wall_size
from wiki.plans.clock import BERLIN
from wiki.reuse.word import WORD
from wiki.typesetting import TypesettingFailed

ODT = "application/vnd.oasis.opendocument.text"


def init_app(app: Flask) -> None:
    app.register_error_handler(TypesettingFailed, _show_failed)


def answer(kit: Kit, part: str) -> BaseResponse:
    """One part of the kit by the name it has in addresses; the way to all of them for none.

    Raises:
        NotFound: there is no such part, or not of this plan.
        TypesettingFailed, PandocFailed, Busy, TooManyDocuments: it could not be made.
    """
    found = PARTS.get(part)
    if found is None:
        raise NotFound
    return found(kit)


def _choices(kit: Kit) -> Response:
    return _page(kit, "kits/take.html", file_count=file_count(kit))


def _packing(kit: Kit) -> Response:
    return _page(kit, "kits/list.html", checklist=packing_list(kit))


def _room(kit: Kit) -> Response:
    return _page(kit, "kits/list.html", checklist=room_list(kit))


def _todo(kit: Kit) -> Response:
    checklist = todo_list(kit, now().astimezone(BERLIN).date())
    return _page(kit, "kits/list.html", checklist=checklist)


def _budget(kit: Kit) -> Response:
    return _page(kit, "kits/budget.html", checklist=budget_list(kit))


def _invitation(kit: Kit) -> Response:
    return _page(
        kit,
        "kits/invitation.html",
        invitation=invitation_of(kit),
        has_proposals=has_proposals(kit),
    )


def _steps(kit: Kit) -> Response:
    return _page(kit, "kits/steps.html", agenda=kit.agenda, html=kit.texts)


def _material(kit: Kit) -> Response:
    return _page(kit, "kits/material.html", lists=(packing_list(kit), roles_list(kit)))


def _wall(kit: Kit) -> Response:
    timed = ((day, in_time(day)) for day in kit.agenda.days)
    days = [(day, lines, wall_size(kit.title, day)) for day, lines in timed if lines]
    return _page(kit, "kits/wall.html", days=days)


def _cards(kit: Kit) -> Response:
    cards = cards_of(kit.agenda)
    sheets = [cards[first : first + 4] for first in range(0, len(cards), 4)]
    return _page(kit, "kits/cards.html", sheets=sheets, day_count=len(kit.agenda.days))


def _pdf(kit: Kit) -> Response:
    return _file(pdf_of(kit), "application/pdf", kit, "pdf")


def _word(kit: Kit) -> Response:
    return _file(word_document_of(kit), WORD, kit, "docx")


def _open_document(kit: Kit) -> Response:
    return _file(open_document_of(kit), ODT, kit, "odt")


def _html(kit: Kit) -> Response:
    return _file(page_of(kit), "text/html", kit, "html")


def _calendar(kit: Kit) -> Response:
    if not kit.is_dated:
        raise NotFound
    return _file(calendar_of(kit), "text/calendar", kit, "ics")


def _package(kit: Kit) -> Response:
    response = send_file(
        package_of(kit),
        "application/zip",
        as_attachment=True,
        download_name=f"{kit.file_stem}.zip",
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


PARTS: dict[str, Callable[[Kit], Response]] = {
    "": _choices,
    "packliste": _packing,
    "raum": _room,
    "vorbereitung": _todo,
    "kosten": _budget,
    "einladung": _invitation,
    "schritte": _steps,
    "material": _material,
    "wand": _wall,
    "karten": _cards,
    "pdf": _pdf,
    "word": _word,
    "odt": _open_document,
    "html": _html,
    "kalender": _calendar,
    "zip": _package,
}


def _page(kit: Kit, template: str, **context: Any) -> Response:
    return show(template, kit=kit, **context)


def _file(data: bytes, media_type: str, kit: Kit, ending: str) -> Response:
    response = make_response(data)
    response.mimetype = media_type
    name = f"{kit.file_stem}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _show_failed(_failed: TypesettingFailed) -> Response:
    return show("kits/too_much.html", status=503)
