"""Parts of pages that can be searched by themselves: what went wrong, what was to be found out."""

from collections.abc import Mapping
from dataclasses import dataclass

from wiki.fields import texts_of
from wiki.language import N_
from wiki.markup import plain_text
from wiki.outcomes.content import Learning, OutcomeContent
from wiki.pages.content import Content


@dataclass(frozen=True)
class Part:
    """One part: `word` as addresses write it, `name` as the index and the content call it."""

    word: str
    name: str
    label: str


PARTS = (
    Part("nicht-geklappt", "failed", N_("Was nicht geklappt hat")),
    Part("herausfinden", "wanted", N_("Was wir herausfinden wollten")),
)

#: The value of the facet „Art“ whose pages have these parts.
KIND_WORD = "erfahrung"


def part_with(word: str) -> Part | None:
    """The part an address means."""
    return next((part for part in PARTS if part.word == word), None)


def parts_of(content: Content) -> Mapping[str, str]:
    """The plain text of each part that a page has."""
    if not isinstance(content, OutcomeContent):
        return {}
    texts = {"failed": "\n\n".join(map(_sentence, content.failed)), "wanted": content.wanted}
    return {name: plain_text(text) for name, text in texts.items() if text}


def _sentence(learning: Learning) -> str:
    return " · ".join(filter(None, texts_of(learning)))
