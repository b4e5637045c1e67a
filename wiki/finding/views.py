"""`/suche`: words and filters in the address, hits as links inside `#results`."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup, escape

from search import Marked
from wiki.accounts.current import person
from wiki.finding.looking import Question, look_for
from wiki.htmx import show, wants_fragment
from wiki.labs.membership import all_labs
from wiki.pages.kinds import kinds
from wiki.pages.visibility import may_write

bp = Blueprint("finding", __name__)


@bp.get("/suche")
def search() -> Response:
    reader = person()
    question = asked_question()
    number = min(max(request.args.get("seite", 1, type=int), 1), 50)
    answer = look_for(question, reader, number)
    return show(
        "finding/search.html",
        block="results",
        is_fragment=wants_fragment(),
        query=question.words,
        question=question,
        answer=answer,
        number=number,
        next_pages=_address_of_pages(),
        kinds=list(kinds()),
        labs=all_labs(),
        may_write=may_write(reader),
    )


def asked_question() -> Question:
    """The question in the address; what makes no sense is left out."""
    known = {kind.word: kind.name for kind in kinds()}
    return Question(
        words=" ".join(request.args.get("q", "").split())[:200],
        kinds=tuple(known[word] for word in request.args.getlist("art") if word in known),
        labs=tuple(request.args.getlist("labor")[:20]),
        people=_number("personen"),
        minutes=_number("minuten"),
    )


def marked(pieces: Marked) -> Markup:
    """Pieces of plain text, escaped, the found ones in `<mark>`."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(text) if found else escape(text) for text, found in pieces
    )


def _number(name: str) -> int | None:
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value < 10_000 else None


def _address_of_pages() -> str:
    """This search's address up to the page's number."""
    wanted = [(name, value) for name, value in request.args.items(multi=True) if name != "seite"]
    return request.path + "?" + urlencode([*wanted, ("seite", "")])
