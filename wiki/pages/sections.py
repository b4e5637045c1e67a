"""Sections of a text: which lines belong to a heading, and putting a changed section back.

The renderer gives headings their ids; a text does not show them. So the headings of a text are
found in its lines and matched, in order, with the table of contents of its rendering.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wiki.fields import normalised
from wiki.icons import icon
from wiki.markup import plain_text

TocEntry = Sequence[object]
"""Level, id and words of a heading, as `rendering["toc"]` lists them."""


@dataclass(frozen=True)
class Section:
    """A heading with all that stands under it: the lines from `start` up to `end`."""

    id: str
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class _Heading:
    line: int
    level: int
    words: str


def sections_of(body: str, toc: Iterable[TocEntry]) -> list[Section]:
    """The sections of a text, in order; a heading inside a quote or list has none of its own."""
    headings = list(_headings(body))
    last = len(body.split("\n"))
    found = []
    at = 0
    for _level, id_, title in toc:
        wanted = _letters(str(title))
        match = next((n for n in range(at, len(headings)) if headings[n].words == wanted), None)
        if match is None:
            continue
        heading = headings[match]
        following = (other.line for other in headings[match + 1 :] if other.level <= heading.level)
        found.append(Section(str(id_), str(title), heading.line, next(following, last)))
        at = match + 1
    return found


def text_of(body: str, section: Section) -> str:
    """The section's Markdown, its heading first.

    >>> text_of("# A\\n\\na\\n\\n# B\\n\\nb", Section("b", "B", 4, 7))
    '# B\\n\\nb'
    """
    return "\n".join(body.split("\n")[section.start : section.end]).strip("\n")


def with_section(body: str, section: Section, text: str) -> str:
    """The whole text with this section's text changed; an empty one takes the section out."""
    text = normalised(text)
    if text == normalised(text_of(body, section)):
        return body
    lines = body.split("\n")
    before, after = lines[: section.start], lines[section.end :]
    parts = ("\n".join(before).strip("\n"), text, "\n".join(after).strip("\n"))
    return "\n\n".join(part for part in parts if part)


def with_links(html: str, sections: Iterable[Section], address: str, label: str) -> str:
    """Rendered HTML with a quiet link after the heading of each section.

    `address` ends where the section's id goes. Only headings as the renderer writes them are
    touched: their ids hold nothing but small letters, digits and hyphens.
    """
    known = {section.id: section for section in sections}

    def linked(match: re.Match[str]) -> str:
        section = known.get(match["id"])
        if section is None:
            return match[0]
        words = f"{label}: {section.title}"
        return match[0] + str(_LINK.format(address + section.id, words, icon("edit"), words))

    return _HEADING_IN_HTML.sub(linked, html)


_LINK = Markup(
    '<p class="page-tools section-edit"><a class="tool" href="{}" title="{}">{}'
    '<span class="kern-sr-only">{}</span></a></p>'
)
_HEADING_IN_HTML = re.compile(
    r'<(?P<tag>h[1-6]) id="(?P<id>abschnitt(?:-[a-z0-9]+)*)">.*?</(?P=tag)>', re.DOTALL
)
_FENCED = re.compile(r"(?ms)^(?P<fence>~{3,}|`{3,})[^\n]*\n.*?(?<=\n)(?P=fence)[ ]*$")
_HASHES = re.compile(r"#{1,6}(?=[ \t]|$)")
_UNDERLINE = re.compile(r"(=+|-+) *$")


def _headings(body: str) -> Iterator[_Heading]:
    """Headings with `#`, and those underlined, outside code."""
    lines = _FENCED.sub(lambda code: "\n" * code[0].count("\n"), body).split("\n")
    for number, line in enumerate(lines):
        if match := _HASHES.match(line):
            yield _Heading(number, match.end(), _letters(plain_text(line[match.end() :])))
        elif line and number + 1 < len(lines) and (under := _UNDERLINE.match(lines[number + 1])):
            is_first = number == 0 or not lines[number - 1] or _HASHES.match(lines[number - 1])
            if is_first and not _UNDERLINE.match(line):
                level = 1 if under[1].startswith("=") else 2
                yield _Heading(number, level, _letters(plain_text(line)))


def _letters(text: str) -> str:
    """The words without anything that a heading's markup could add or take away."""
    return re.sub(r"[\W_]+", "", text).casefold()
