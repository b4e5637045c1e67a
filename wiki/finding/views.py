"""`/suche`: words and filters in the address, hits as links inside `#results`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup, escape

from search import Marked
from wiki.accounts.current import person
from wiki.accounts.models import User
from wiki.fields import bounded_int, one_line
from wiki.finding.asking import NUMBERS, name_of_part, question_in, written
from wiki.finding.beside import parts_beside
from wiki.finding.facets import FACETS
from wiki.finding.looking import NEWEST, ORDERS, Answer, Question, look_for, suggestions
from wiki.finding.parts import PARTS
from wiki.finding.words import unmet_mark
from wiki.htmx import show, wants_fragment
from wiki.pages.listing import Card
from wiki.pages.previews import previews_of
from wiki.pages.visibility import may_write

bp = Blueprint("finding", __name__)
# Nobody turns more; who does is a machine.
MOST_PAGES = 100


@dataclass(frozen=True)
class Chip:
    """Something the results are narrowed by, and the address without it."""

    name: str
    value: str
    href: str


@bp.get("/suche")
def search() -> Response:
    reader = person()
    question = asked_question()
    number = min(max(request.args.get("seite", 1, type=bounded_int), 1), MOST_PAGES)
    answer = look_for(question, reader, number)
    return show(
        "finding/search.html",
        block="results",
        is_fragment=wants_fragment(),
        query=question.words,
        question=question,
        answer=answer,
        previews=previews_of(hit.card for hit in answer.found if isinstance(hit.card, Card)),
        number=number,
        last_page=min(answer.last_page(), MOST_PAGES),
        next_pages=_address(("seite", "")),
        followed=_address(path="/suche.atom"),
        chips=list(_chips(question, answer)),
        facets=FACETS,
        orders=ORDERS,
        parts=PARTS,
        offers_parts=question.part is not None or answer.has_reports,
        elsewhere=_elsewhere(question, answer, reader),
        everywhere=_address(without=("teil", None)),
        may_write=may_write(reader),
        parts_beside=parts_beside(question, reader) if reader else [],
        unmet=unmet_mark(question.words) if _is_unmet(question, answer) else "",
    )


@bp.get("/suche.atom")
def feed() -> Response:
    """What fits and everybody may see, the newest first."""
    question = asked_question(order=NEWEST)
    found = look_for(question, None).found
    entries = [hit for hit in found if hit.at is not None and not hit.card.is_example]
    asked = written(question)
    path = request.path + ("?" + asked if asked else "")
    body = render_template("finding/search.atom", question=question, entries=entries, path=path)
    return Response(body, mimetype="application/atom+xml")


@bp.get("/suche/vorschlaege")
def suggest() -> str:
    """Options for a search field while somebody types into it."""
    typed = one_line(request.args.get("q", ""), 200)
    return render_template("finding/suggestions.html", words=suggestions(typed, person()))


def asked_question(order: str | None = None) -> Question:
    """The question in the address; what makes no sense is left out."""
    return question_in(request.args, order)


def marked(pieces: Marked) -> Markup:
    """Pieces of plain text, escaped, the found ones in `<mark>`."""
    return _NOTHING.join(
        _MARK + escape(text) + _END_OF_MARK if found else escape(text) for text, found in pieces
    )


_NOTHING, _MARK, _END_OF_MARK = Markup(""), Markup("<mark>"), Markup("</mark>")


def _is_unmet(question: Question, answer: Answer) -> bool:
    """Whether the words stand nowhere at all."""
    return bool(question.words) and question.part is None and answer.is_unmet


def _elsewhere(question: Question, answer: Answer, reader: User | None) -> int:
    """How much would be found if the words might stand anywhere in a page."""
    if question.part is None or answer.total:
        return 0
    return look_for(replace(question, part=None), reader).total


def _chips(question: Question, answer: Answer) -> Iterator[Chip]:
    if question.part is not None:
        yield Chip("teil", name_of_part(question.part), _address(without=("teil", None)))
    for name, field in NUMBERS.items():
        value = getattr(question, field)
        if value is not None:
            yield Chip(name, str(value), _address(without=(name, None)))
    for facet in FACETS:
        labels = {value.word: value.label for value in answer.facets[facet.name]}
        for word in question.chosen[facet.name]:
            href = _address(without=(facet.name, word))
            yield Chip(facet.name, labels.get(word, word), href)


def _address(
    more: tuple[str, str] | None = None,
    *,
    without: tuple[str, str | None] | None = None,
    path: str = "",
) -> str:
    """This search's address without the page's number, something added or taken away."""
    left = without or ("", "")
    wanted: list[tuple[str, Any]] = [
        (name, value)
        for name, value in request.args.items(multi=True)
        if value and name != "seite" and (name, value) != left and (name, None) != left
    ]
    if more:
        wanted.append(more)
    return (path or request.path) + ("?" + urlencode(wanted) if wanted else "")
