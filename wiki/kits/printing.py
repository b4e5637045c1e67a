"""The document as a PDF, made by typst from data alone."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import segno
from flask_babel import gettext as _

from wiki.files.blobs import blob_path
from wiki.kits.documents import Document, Part
from wiki.kits.lists import Checklist, Row
from wiki.kits.tree import Node, tree_of
from wiki.language import chosen_language
from wiki.typesetting import typeset
from wiki.uploads import Unusable, for_paper

TEMPLATE = Path(__file__).with_name("plan.typ")
MOST_PICTURES = 8_000_000  # bytes of all pictures in one document
_QR = "address.svg"


def pdf_from(document: Document) -> bytes:
    """A tagged PDF with a title and a language.

    Raises:
        TypesettingFailed: the plan is too much for one document.
    """
    data = data_of(document)
    pictures = _with_pictures(data)
    qr = io.BytesIO()
    segno.make(document.kit.address, error="m").save(qr, kind="svg", border=0, scale=4)
    return typeset(TEMPLATE, data, {_QR: qr.getvalue(), **pictures})


def data_of(document: Document) -> dict[str, Any]:
    """What the template is made of: words and trees."""
    kit = document.kit
    return {
        "title": kit.title,
        "kicker": kit.kicker,
        "facts": kit.facts,
        "language": chosen_language(),
        "author": kit.lab.name if kit.lab else "",
        "colour": kit.colour,
        "address": kit.address,
        "qr": _QR,
        "labels": {
            "qr": _("QR-Code: %(what)s", what=kit.online),
            "online": kit.online,
            "page": _("Seite"),
            "of": _("von"),
            "gap": _("min frei"),
            "sources": _("Quellen und Lizenzen"),
        },
        "days": [
            {
                "title": day.title,
                "facts": day.facts,
                "items": [
                    {
                        "begins": item.begins,
                        "ends": item.ends,
                        "title": item.title,
                        "facts": item.facts,
                        "note": item.note.split("\n") if item.note else [],
                        "parts": list(map(_part, item.parts)),
                        "language": item.language or chosen_language(),
                        "pause": item.is_break,
                        "gap": item.gap,
                        "who": item.who,
                    }
                    for item in day.items
                ],
            }
            for day in document.days
        ],
        "lists": list(map(_checklist, document.lists)),
        "chapters": [
            {
                "title": chapter.title,
                "language": chapter.language,
                "parts": list(map(_part, chapter.parts)),
            }
            for chapter in document.chapters
        ],
        "sources": list(document.sources),
    }


def _part(part: Part) -> dict[str, Any]:
    return {"name": part.name, "label": part.label, "tree": tree_of(part.html)}


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "title": checklist.title,
        "total": checklist.total,
        "groups": [
            {"title": group.title, "rows": list(map(_row, group.rows))}
            for group in checklist.groups
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "lead": row.lead,
        "text": row.text,
        "note": row.note,
        "late": row.is_late,
        "tree": tree_of(row.html),
        "language": row.language or chosen_language(),
    }


def _with_pictures(data: dict[str, Any]) -> dict[str, bytes]:
    """The pictures that the trees name, by the names they then have; others give their words."""
    known: dict[str, str] = {}
    bytes_of: dict[str, bytes] = {}
    left = MOST_PICTURES
    for node in list(_pictures_in(data)):
        sha256 = node["file"]
        if sha256 not in known:
            name, picture = _picture(sha256, len(known))
            known[sha256] = name if len(picture) <= left else ""
            if known[sha256]:
                bytes_of[name] = picture
                left -= len(picture)
        node["file"] = known[sha256]
    return bytes_of


def _pictures_in(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        if value.get("t") == "img":
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _pictures_in(inner)


def _picture(sha256: str, number: int) -> tuple[str, bytes]:
    """As large as paper needs; nothing of one that cannot be made."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = for_paper(blob_path(sha256), Path(folder))
        except Unusable:
            return "", b""
        data = (Path(folder) / found.picture).read_bytes()
    return f"picture-{number}.{found.ending}", data
