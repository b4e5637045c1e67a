"""Questions as addresses write them: read, written in one way, named in words."""

from urllib.parse import parse_qsl, urlencode

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from wiki.fields import bounded_int, one_line
from wiki.finding.catalogue import catalogue
from wiki.finding.facets import FACETS
from wiki.finding.looking import ORDERS, Question
from wiki.finding.parts import Part, part_with
from wiki.language import quoted

#: Parameter → field of a question.
NUMBERS = {"personen": "people", "minuten": "minutes", "kosten": "euros"}


def question_in(args: MultiDict[str, str], order: str | None = None) -> Question:
    """The question that these parameters ask; what makes no sense is left out."""
    chosen = {}
    for facet in FACETS:
        labels = facet.labels()
        words = dict.fromkeys(word[:300] for word in args.getlist(facet.name)[:20] if word)
        chosen[facet.name] = tuple(word for word in words if not labels or word in labels)
    wanted = args.get("sortiert", "") if order is None else order
    return Question(
        words=one_line(args.get("q", ""), 200),
        chosen=chosen,
        order=wanted if wanted in ORDERS else "",
        part=part_with(args.get("teil", "")),
        **{field: _number(args, name) for name, field in NUMBERS.items()},
    )


def written(question: Question) -> str:
    """The question as a query string: the same for all that find the same, in whatever order.

    >>> written(Question(words="Löten", chosen={"thema": ("Holz", "Elektronik")}))
    'q=L%C3%B6ten&thema=Elektronik&thema=Holz'
    """
    asked = [("q", question.words)] if question.words else []
    if question.part is not None:
        asked.append(("teil", question.part.word))
    for facet in FACETS:
        asked += [(facet.name, word) for word in sorted(question.chosen.get(facet.name, ()))]
    numbers = ((name, getattr(question, field)) for name, field in NUMBERS.items())
    asked += [(name, str(value)) for name, value in numbers if value is not None]
    return urlencode(asked)


def read(query: str) -> Question:
    """The question that `written` wrote, or anybody else."""
    return question_in(MultiDict(parse_qsl(query)), order="")


def name_of(question: Question) -> str:
    """What it asks, in the reader's language: `„löten“ · Thema: Holz · 90 Minuten`."""
    parts = [quoted(question.words)] if question.words else []
    if question.part is not None:
        parts.append(name_of_part(question.part))
    for facet in FACETS:
        labels = facet.labels()
        names = [
            str(_(labels[word])) if word in labels else _own_name(facet.name, word)
            for word in sorted(question.chosen.get(facet.name, ()))
        ]
        if names:
            parts.append(f"{_(facet.label)}: {', '.join(names)}")
    if question.people is not None:
        parts.append(_("%(number)s Personen", number=question.people))
    if question.minutes is not None:
        parts.append(_("%(number)s Minuten", number=question.minutes))
    if question.euros is not None:
        parts.append(_("höchstens %(number)s €", number=question.euros))
    return " · ".join(parts)


def name_of_part(part: Part) -> str:
    """What a question is narrowed to, in the reader's language."""
    return str(_("nur in „%(part)s“", part=_(part.label)))


def _own_name(facet: str, word: str) -> str:
    return catalogue().lab_names.get(word, word) if facet == "labor" else word


def _number(args: MultiDict[str, str], name: str) -> int | None:
    value = args.get(name, type=bounded_int)
    lowest = 0 if name == "kosten" else 1
    return value if value is not None and lowest <= value < 10_000 else None
