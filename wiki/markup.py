"""Markdown → safe HTML with wiki links, within limits of size and time.

`render_all` is what pages use: a page's texts in one go, in a process that is killed after two
seconds. Python-Markdown is quadratic or worse on many inputs, so limits come before it, a clock
beside it, and nh3 after it, always last.

The dialect is Python-Markdown with tables, fenced code and sane lists, without raw HTML (shown as
text), reference links (a line like `[Anke]: gern!` would vanish) and indented code (pasted text
often begins with spaces). `_EverydayText` and `_Dialect` hold what everyday German needs.
"""

import html
import re
import unicodedata
import xml.etree.ElementTree as etree
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Literal

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, SubstituteTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from wiki.rendering_limit import OutOfTime, Worker, WorkerLost

MAX_CHARACTERS = 100_000
MAX_LINES = 5_000
MAX_NESTING = 10  # lists and quotes
MAX_COLUMNS = 50
MAX_FENCE_WORK = 20_000_000  # fences times characters
MAX_BRACKET_WORK = 2_000_000  # characters walked to find closing brackets
MAX_MARKS = 5_000  # runs of *, _ or ` in one paragraph
MAX_LINKS = 1_000  # in one paragraph
MAX_WIKI_LINKS = 2_000
MAX_FILES = 2_000
MAX_HTML = 2_000_000  # characters
SECONDS = 2.0

# A file is named by its id; the name after it is for people.
FILE_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
FILE_ID_LENGTH = 10
FILE_ID = rf"[{FILE_ID_LETTERS}]{{{FILE_ID_LENGTH}}}"
PICTURE_SIZES = "(min-width: 48rem) 42rem, 100vw"
EXTERNAL_REL = "noopener nofollow ugc"
MISSING_REL = "nofollow"
TABLE_FRAME = {
    "class": "table-scroll",
    "role": "group",
    "tabindex": "0",
    "aria-label": "Tabelle",
}

Reason = Literal["length", "lines", "nesting", "columns", "markers", "time", "memory"]


class MarkupError(Exception):
    """Text that cannot be shown as it is."""


class TooComplex(MarkupError):
    """Text beyond a limit; `field` is its key in `render_all`, if it is known which it was."""

    def __init__(self, reason: Reason, field: str | None = None) -> None:
        super().__init__(reason, field)
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class Link:
    """Where a wiki link leads; a missing page's address is where to write it."""

    href: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of ours: where to get it and, if it is a picture, how to show it.

    `alt` stands in for texts that give none; `credit` says whose it is where that must be said,
    `licence` and `licence_href` under which licence. `srcset` lists smaller ones by their width.
    """

    href: str
    src: str = ""
    srcset: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""
    credit: str = ""
    licence: str = ""
    licence_href: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a table of contents; `level` is the one shown, 1 to 6."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, and what it contains: headings in order, titles of wiki links, ids of files used.

    `places` says which of the text's `[[…]]` are links, counted from 0: not those in code.
    """

    html: str
    headings: tuple[Heading, ...] = ()
    links: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A text to render; its `#` becomes h{heading_level}."""

    text: str
    heading_level: int = 2


Links = Mapping[str, Link] | Callable[[str], Link | None]
Files = Mapping[str, Attachment]


def render_all(
    requests: Mapping[str, Request],
    *,
    links: Links | None = None,
    files: Files | None = None,
    seconds: float = SECONDS,
) -> dict[str, Rendered]:
    """All texts of a page as safe HTML, heading ids unique among them, or TooComplex.

    A title that `links` does not know stays plain text, and so does a file that `files` does not
    know; ask `wiki_titles` and `file_ids` first to look all of them up at once.
    """
    for key, request in requests.items():
        _check_limits(request.text, key)
    find = _finder(links)
    titles = wiki_titles(*(request.text for request in requests.values()))
    known = {title: link for title in titles if (link := find(title)) is not None}
    waiting = [(key, request) for key, request in requests.items() if request.text.strip()]
    rendered = {key: Rendered("") for key in requests}
    if waiting:
        rendered.update(_ask_worker(waiting, known, dict(files or {}), seconds))
    return rendered


def render_within(
    text: str, *, heading_level: int = 2, links: Links | None = None, seconds: float = SECONDS
) -> Rendered:
    """One text as safe HTML, or TooComplex after `seconds` at the latest."""
    request = Request(text, heading_level)
    return render_all({"text": request}, links=links, seconds=seconds)["text"]


def render(
    text: str, *, heading_level: int = 2, links: Links | None = None, files: Files | None = None
) -> Rendered:
    """One text as safe HTML without a clock: for text of our own, not for what users write."""
    return _Renderer(_finder(links), files or {}).render(Request(text, heading_level))


def wiki_titles(*texts: str) -> tuple[str, ...]:
    """Titles the texts may link to (those in code included), so they can be looked up at once."""
    found = (_title(match) for text in texts for match in _WIKI_LINK.finditer(_clean(text)))
    return tuple(dict.fromkeys(found))


def wiki_link(title: str, address: str, *, by_title: bool = True) -> str:
    """A link to a page; by its address if wanted, or when the title has brackets or bars.

    >>> wiki_link("Fragen [Teil 1]", "fragen-teil-1")
    '[[fragen-teil-1|Fragen (Teil 1)]]'
    """
    if by_title and can_be_linked(title):
        return f"[[{title}]]"
    return f"[[{address}|{' '.join(title.translate(_NO_BRACKETS).split())}]]"


def can_be_linked(title: str) -> bool:
    """Whether `[[title]]` leads to the page of this title."""
    match = _WIKI_LINK.fullmatch(f"[[{title}]]")
    return match is not None and match["label"] is None and _title(match) == title


def relinked(
    text: str, places: Collection[int], titles: Collection[str], title: str, address: str
) -> str:
    """The text with its links to any of `titles` leading to `title`, their labels kept.

    `places` are those of the rendered text, so that code and escaped brackets stay as they are.
    """
    numbers = count()

    def changed(match: re.Match[str]) -> str:
        if next(numbers) not in places or _title(match) not in titles:
            return match[0]
        if match["label"] is None:
            return wiki_link(title, address)
        leading = title if can_be_linked(title) else address
        return "[[" + leading + match[0][2 + len(match["title"].rstrip("\\")) :]

    return _WIKI_LINK.sub(changed, text)


def file_ids(*texts: str) -> tuple[str, ...]:
    """Ids of files the texts may mention, so they can be looked up at once; or TooComplex."""
    found = dict.fromkeys(match[1] for text in texts for match in _FILE_MENTION.finditer(text))
    if len(found) > MAX_FILES:
        raise TooComplex("markers")
    return tuple(found)


def cover(picture: Attachment) -> str:
    """The picture at the head of a page, as safe HTML."""
    element = _picture_element(picture, picture.alt)
    element.attrib.pop("loading")
    shown = _figure_element(element, picture, "")
    shown.set("class", "cover")
    return sanitise(etree.tostring(shown, "unicode", "html"))


def sanitise(markup: str) -> str:
    """HTML with nothing in it but what this module may write.

    nh3 takes quadratic time on deep nesting: put a limit to HTML that comes from elsewhere.
    """
    return _SANITISER.clean(_SURROGATE.sub("\ufffd", markup))


def plain_text(text: str) -> str:
    """The words of a Markdown text in one line, for search and excerpts, in linear time.

    >>> plain_text("## Ablauf\\n- **Warm-up**, siehe [[Blitzlicht|die Methode]]")
    'Ablauf Warm-up, siehe die Methode'
    """
    text = _WIKI_LINK.sub(lambda match: match["label"] or match["title"], _clean(text))
    for pattern, replacement in _PLAIN:
        text = pattern.sub(replacement, text)
    return " ".join(html.unescape(text).split())


_WORKER = Worker("wiki.markup", "answer")

_Job = tuple[list[tuple[str, Request]], dict[str, Link], dict[str, Attachment]]
_Answer = tuple[str, Rendered | TooComplex]


def _ask_worker(
    waiting: list[tuple[str, Request]],
    links: dict[str, Link],
    files: dict[str, Attachment],
    seconds: float,
) -> dict[str, Rendered]:
    try:
        answers: list[_Answer] = _WORKER.ask((waiting, links, files), seconds)
    except OutOfTime as error:
        raise TooComplex("time", waiting[len(error.answers)][0]) from None
    except WorkerLost:  # out of memory; or the parser broke, and its traceback is in the log
        raise TooComplex("memory") from None
    rendered = {}
    for key, answer in answers:
        if isinstance(answer, TooComplex):
            raise TooComplex(answer.reason, key)
        rendered[key] = answer
    return rendered


def answer(job: _Job) -> Iterator[_Answer]:
    """What the worker does: one answer for each text, up to the first that is too complex."""
    waiting, links, files = job
    renderer = _Renderer(links.get, files)
    for key, request in waiting:
        try:
            yield key, renderer.render(request)
        except TooComplex as error:
            yield key, error
            return


def _finder(links: Links | None) -> Callable[[str], Link | None]:
    if links is None:
        return lambda title: None
    return links if callable(links) else links.get


# Limits

_CONTAINERS = re.compile(
    rf"""(?mx) ^ (?! [-*_ \t]* $ )  # not a rule made of dashes
    (?: [ \t]* (?: > | (?: [-*+] | \d{{1,9}}[.)] ) (?=[ \t]) ) ){{{MAX_NESTING + 1}}}"""
)
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_FENCE = re.compile(r"(?m)^(?:```|~~~)")
_MARK = re.compile(r"\*+|_+|`+")
_BRACKET = re.compile(r"[][()]")


def _check_limits(text: str, field: str | None = None) -> None:
    """Refuse in linear time what Python-Markdown would take seconds for."""
    if len(text) > MAX_CHARACTERS:
        raise TooComplex("length", field)
    text = _clean(text)
    if text.count("\n") > MAX_LINES:
        raise TooComplex("lines", field)
    if _CONTAINERS.search(text):
        raise TooComplex("nesting", field)
    if any(line.count("|") > MAX_COLUMNS for line in text.split("\n")):
        raise TooComplex("columns", field)
    # An open fence is looked for to the end of the text, a bracket to the end of its paragraph.
    if len(_FENCE.findall(text)) * len(text) > MAX_FENCE_WORK or text.count("[[") > MAX_WIKI_LINKS:
        raise TooComplex("markers", field)
    for paragraph in _BLANK_LINES.split(text):
        if len(_MARK.findall(paragraph)) > MAX_MARKS or paragraph.count("](") > MAX_LINKS:
            raise TooComplex("markers", field)
        if _bracket_work(paragraph) > MAX_BRACKET_WORK:
            raise TooComplex("markers", field)


def _bracket_work(paragraph: str) -> int:
    """Characters Python-Markdown walks, about, to find where each bracket closes."""
    work = 0
    opened: dict[str, list[int]] = {"[": [], "(": []}
    for match in _BRACKET.finditer(paragraph):
        bracket, position = match[0], match.start()
        if bracket in opened:
            opened[bracket].append(position)
        elif starts := opened["[" if bracket == "]" else "("]:
            work += position - starts.pop()
    return work + sum(len(paragraph) - start for starts in opened.values() for start in starts)


# Reading: what a text is before the parser sees it

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WIKI_LINK = re.compile(
    r"(?<!\\)\[\[(?=\s{0,200}[^][|\s\\])"
    r"(?P<title>[^][|\n]{1,200})(?:\\?\|(?P<label>[^][|\n]{1,200}))?\]\]"
)
_HELD = re.compile(r"\x04(\d+)\x04")
_NO_BRACKETS = str.maketrans("[]|", "()/")


def _clean(text: str) -> str:
    """Line ends as Unix has them; no control characters, which the parser uses for itself."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def _title(match: re.Match[str]) -> str:
    return " ".join(match["title"].rstrip("\\").split())


class _WikiLinks:
    r"""The wiki links of one text, held back as `[[\x04number\x04]]` while Markdown is parsed.

    So a `|` does not split a table cell, `*` and `_` in a title stay what they are, and code
    gets its brackets back unchanged.
    """

    def __init__(self, find: Callable[[str], Link | None]) -> None:
        self._find = find
        self._matches: list[re.Match[str]] = []
        self._used: set[int] = set()

    @property
    def used(self) -> tuple[str, ...]:
        """Titles of the links outside code, in the order of the text."""
        return tuple(dict.fromkeys(_title(self._matches[number]) for number in sorted(self._used)))

    @property
    def places(self) -> tuple[int, ...]:
        """The numbers of the links outside code."""
        return tuple(sorted(self._used))

    def hold(self, text: str) -> str:
        self._matches, self._used = [], set()
        return _WIKI_LINK.sub(self._hold, text)

    def _hold(self, match: re.Match[str]) -> str:
        self._matches.append(match)
        return f"[[\x04{len(self._matches) - 1}\x04]]"

    def give_back(self, text: str) -> str:
        return _HELD.sub(lambda held: self._matches[int(held[1])][0][2:-2], text)

    def element(self, number: int) -> etree.Element:
        match = self._matches[number]
        link = self._find(_title(match))
        element = etree.Element("span" if link is None else "a")
        element.text = AtomicString((match["label"] or match["title"]).strip())
        self._used.add(number)
        if link is not None:
            element.set("href", link.href)
            if link.missing:
                element.set("class", "missing")
        return element


# Parsing: Python-Markdown with the differences everyday German needs

_UNDERLINE = re.compile(r"(?:=+|-+) *$")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$")
_ITEM = re.compile(r"( *)([-*+•▪◦‣\uf0a7\uf0b7]|\d{1,9}[.)])[ \t]+(?=\S)")
_DATE = re.compile(
    r"""(?x) ^ ( (?:[ ]*>)* [ ]* \d{1,2} ) \. (?= [ ]+ (?:
    (?: Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez ) [a-zä]* \b   # 3. Oktober
    | (?: bis|und|[-\u2013/&+] ) [ ]* \d{1,2}\.                       # 24. bis 26. Mai
    | \d{1,2}\. [ ]* \d{2,4} \b                                        # 3. 10. 2025
    ))"""
)
_HEADING = re.compile(r"#{1,6}(?:[ \t]|$)")
_NO_HEADING = re.compile(r"^((?:[ ]*>)* ?)(?=#{1,6}[^#\s]|#{7})")


def _shielded(line: str) -> str:
    """A line whose date or hashtag at the beginning stays text."""
    return _NO_HEADING.sub(r"\1\\", _DATE.sub(r"\1\\.", line))


class _EverydayText(Preprocessor):
    """Lines as people type them, made into lines Python-Markdown takes as they were meant.

    A list may follow a paragraph directly and nest by two spaces (CommonMark 0.31, 5.2 and 5.3),
    `1)` and Word's bullets make lists, „3. Oktober" does not, and neither is #hashtag a heading.
    """

    def run(self, lines: list[str]) -> list[str]:
        self._lines: list[str] = []
        self._open: list[tuple[int, bool]] = []  # open list items: indentation, numbered
        for line in lines:
            line = _shielded(line)
            if not line.strip():
                self._lines.append("")
            elif _UNDERLINE.match(line) and self._in_paragraph():
                self._lines += [line, ""]
            elif _HEADING.match(line) or _RULE.match(line):
                self._open = []
                self._lines += ["", line, ""]
            elif (item := _ITEM.match(line)) and self._may_start(item):
                self._item(item, _shielded(line[item.end() :]))
            else:
                self._other_line(line)
        return self._lines

    def _in_paragraph(self) -> bool:
        return bool(self._lines and self._lines[-1]) and not self._open

    def _may_start(self, item: re.Match[str]) -> bool:
        """A number in the middle of a paragraph starts a list only if it is 1."""
        return not self._in_paragraph() or item[2][:-1] in ("", "1")

    def _item(self, item: re.Match[str], text: str) -> None:
        indentation, numbered = len(item[1]), item[2][0].isdigit()
        while self._open and indentation < self._open[-1][0]:
            self._open.pop()
        deeper = not self._open or indentation >= self._open[-1][0] + 2
        if deeper:
            starts_list = not self._open
            self._open.append((indentation, numbered))
        else:
            starts_list = self._open[-1][1] != numbered
            self._open[-1] = (self._open[-1][0], numbered)
        if len(self._open) > MAX_NESTING:
            raise TooComplex("nesting")
        if starts_list and self._lines and self._lines[-1]:
            self._lines.append("")
        marker = f"{item[2][:-1]}." if numbered else "-"
        self._lines.append(f"{self._indentation(len(self._open) - 1)}{marker} {text}")

    def _other_line(self, line: str) -> None:
        text = line.lstrip(" ")
        indentation = len(line) - len(text)
        if self._open and indentation:
            while len(self._open) > 1 and indentation <= self._open[-1][0]:
                self._open.pop()
            line = self._indentation(len(self._open)) + text
        elif self._open and not self._lines[-1]:
            self._open = []
        self._lines.append(line)

    @staticmethod
    def _indentation(depth: int) -> str:
        return "    " * depth


class _WikiLinkPattern(InlineProcessor):
    def __init__(self, wiki_links: _WikiLinks, md: Markdown) -> None:
        super().__init__(r"\[\[\x04(\d+)\x04\]\]", md)
        self._wiki_links = wiki_links

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        return self._wiki_links.element(int(m[1])), m.start(), m.end()


class _BareAddress(InlineProcessor):
    """Addresses in running text become links, without the punctuation after them (GFM 6.9)."""

    ANCESTOR_EXCLUDES = ("a",)
    PUNCTUATION = "?!.,:;*_~'\u2018\u2019\u2026"
    PATTERN = (
        r"(?<![\w.:/@+-])(?:"
        r"(?P<web>(?:https?://|www\.)[^\s<>\"„“”»«\x02-\x04\[\]|]{1,2000})"
        r"|(?P<mail>[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}))"
    )

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[etree.Element, int, int]:
        address = m[0].rstrip(self.PUNCTUATION)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(self.PUNCTUATION)
        element = etree.Element("a")
        element.text = AtomicString(address)
        element.set("href", f"mailto:{address}" if m["mail"] else address)
        return element, m.start(), m.start() + len(address)


class _Finish(Treeprocessor):
    """The finished tree: headings shifted and named, pictures and links put under our rules."""

    def __init__(self, wiki_links: _WikiLinks, files: Files) -> None:
        super().__init__()
        self._wiki_links = wiki_links
        self._files = files
        self._slugs = _Slugs()
        self.start(heading_level=2)

    def start(self, heading_level: int) -> None:
        self.heading_level = heading_level
        self.headings: list[Heading] = []
        self.used: dict[str, None] = {}
        self._shown: dict[etree.Element, Attachment] = {}

    def run(self, root: etree.Element) -> None:
        for parent in list(root.iter()):
            for position, element in enumerate(parent):
                if element.tag == "img":
                    self._picture(element)
                if element.tag == "a":
                    self._link(element)
                elif element.tag == "table":
                    parent[position] = self._frame(element)
                elif element.tag == "th":
                    element.set("scope", "col")
        for element in root.iter():
            if re.fullmatch("h[1-6]", element.tag):
                self._heading(element)
        for parent in list(root.iter()):
            if any(_shows_pictures_alone(child) for child in parent):
                parent[:] = [new for child in parent for new in self._figures(child)]

    def _heading(self, element: etree.Element) -> None:
        level = min(6, int(element.tag[1]) + self.heading_level - 1)
        text = " ".join(self._words("".join(element.itertext())).split())
        heading = Heading(level, self._slugs.next(text), text)
        element.tag = f"h{level}"
        element.set("id", heading.id)
        self.headings.append(heading)

    def _picture(self, element: etree.Element) -> None:
        """Keep our own; nobody else's server learns who reads here."""
        source = html.unescape(element.get("src", ""))
        words = html.unescape(element.get("alt", ""))
        file_id = _file_id(source)
        if file_id is not None:
            self.used[file_id] = None
            file = self._files.get(file_id)
            if file is not None and file.src:
                shown = _picture_element(file, words or file.alt)
                if title := element.get("title"):
                    shown.set("title", title)
                element.attrib.clear()
                element.attrib.update(shown.attrib)
                self._shown[element] = file
                return
        element.text = AtomicString(words or ("" if file_id else source))
        element.tag = "a"
        element.attrib.clear()
        element.set("href", source)

    def _figures(self, paragraph: etree.Element) -> Iterator[etree.Element]:
        """A paragraph of nothing but pictures as one figure for each, with what stands below."""
        if not _shows_pictures_alone(paragraph):
            yield paragraph
            return
        for picture in paragraph.findall("img"):
            caption = html.unescape(picture.attrib.pop("title", ""))
            picture.tail = None
            yield _figure_element(picture, self._shown[picture], caption)

    def _link(self, element: etree.Element) -> None:
        href = html.unescape(element.get("href", "").replace(AMP_SUBSTITUTE, "&"))
        file_id = _file_id(href)
        if file_id is not None:
            self.used[file_id] = None
            file = self._files.get(file_id)
            repaired = file.href if file else None
        else:
            repaired = _repaired(href)
        if repaired is None:
            element.tag = "span"
            element.attrib.clear()
            return
        element.set("href", repaired)
        if _is_external(repaired):
            element.set("rel", EXTERNAL_REL)
        elif element.get("class") == "missing":
            element.set("rel", MISSING_REL)

    def _frame(self, table: etree.Element) -> etree.Element:
        frame = etree.Element("div", TABLE_FRAME)
        frame.tail, table.tail = table.tail, None
        frame.append(table)
        return frame

    def _words(self, text: str) -> str:
        return html.unescape(self._wiki_links.give_back(text))


def _shows_pictures_alone(element: etree.Element) -> bool:
    """Whether it is a paragraph of pictures and line ends without a word."""
    return (
        element.tag == "p"
        and any(child.tag == "img" for child in element)
        and all(child.tag in ("img", "br") and not (child.tail or "").strip() for child in element)
        and not (element.text or "").strip()
    )


def _picture_element(picture: Attachment, alt: str) -> etree.Element:
    element = etree.Element("img", {"src": picture.src})
    if picture.srcset:
        element.attrib.update(srcset=picture.srcset, sizes=PICTURE_SIZES)
    size = {"width": str(picture.width), "height": str(picture.height)}
    element.attrib.update(size, alt=alt, loading="lazy")
    return element


def _figure_element(shown: etree.Element, picture: Attachment, caption: str) -> etree.Element:
    """The picture with its caption, and whose it is."""
    element = etree.Element("figure", {"class": "picture"})
    element.append(shown)
    if not (caption or picture.credit or picture.licence):
        return element
    below = etree.SubElement(element, "figcaption")
    below.text = AtomicString(caption)
    if picture.credit or picture.licence:
        small = etree.SubElement(below, "small")
        comma = ", " if picture.credit and picture.licence else ""
        small.text = AtomicString(picture.credit + comma)
        if picture.licence_href:
            licence = etree.SubElement(small, "a", href=picture.licence_href, rel=EXTERNAL_REL)
            licence.text = AtomicString(picture.licence)
        else:
            small.text = AtomicString(small.text + picture.licence)
    return element


class _Slugs:
    """Ids for headings, each different; user text cannot name an id of the page itself."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def next(self, text: str) -> str:
        slug = f"abschnitt-{_slug(text)}".rstrip("-")
        number = self._taken.get(slug, 0) + 1
        while number > 1 and f"{slug}-{number}" in self._taken:
            number += 1
        self._taken[slug] = number
        unique = slug if number == 1 else f"{slug}-{number}"
        self._taken.setdefault(unique, 1)
        return unique


def _slug(text: str) -> str:
    text = text.lower().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue", 0xDF: "ss"})
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:60]


class _Dialect(Extension):
    """What stands at the top of this module about the dialect."""

    def __init__(self, wiki_links: _WikiLinks, finish: _Finish) -> None:
        super().__init__()
        self._wiki_links = wiki_links
        self._finish = finish

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(_EverydayText(md), "everyday_text", 10)
        md.parser.blockprocessors.deregister("code")
        md.parser.blockprocessors.deregister("reference")
        for name in ("reference", "image_reference", "short_reference", "short_image_ref"):
            md.inlinePatterns.deregister(name)
        for name in ("html", "entity"):
            md.inlinePatterns.deregister(name)
        md.inlinePatterns.register(_WikiLinkPattern(self._wiki_links, md), "wiki_link", 175)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"<br ?/?>", "br"), "br", 95)
        md.inlinePatterns.register(_BareAddress(_BareAddress.PATTERN, md), "bare_address", 85)
        # Teilnehmer*innen und Bürger*innen: a star inside a word is a letter.
        assert md.delimiters is not None
        md.delimiters.add("*", "strong,em", smart=True)
        md.treeprocessors.register(self._finish, "finish", -10)


class _Renderer:
    """Renders the texts of one page, up to the first that fails; not for several threads."""

    def __init__(self, find: Callable[[str], Link | None], files: Files) -> None:
        self._wiki_links = _WikiLinks(find)
        self._finish = _Finish(self._wiki_links, files)
        self._markdown = Markdown(
            extensions=[
                TableExtension(use_align_attribute=True),
                FencedCodeExtension(),
                SaneListExtension(),
                # On a phone a line end is meant as one.
                Nl2BrExtension(),
                _Dialect(self._wiki_links, self._finish),
            ],
            output_format="html",
        )

    def render(self, request: Request) -> Rendered:
        _check_limits(request.text)
        self._finish.start(request.heading_level)
        self._markdown.reset()
        try:
            markup = self._markdown.convert(self._wiki_links.hold(_clean(request.text)))
        except RecursionError:
            raise TooComplex("nesting") from None
        except MemoryError:
            raise TooComplex("memory") from None
        markup = _HELD.sub(lambda held: html.escape(self._wiki_links.give_back(held[0])), markup)
        if len(markup) > MAX_HTML:
            raise TooComplex("length")
        links = self._wiki_links
        return Rendered(
            sanitise(markup),
            tuple(self._finish.headings),
            links.used,
            links.places,
            tuple(self._finish.used),
        )


# Addresses

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IGNORED_IN_ADDRESS = re.compile(r"[\x00-\x20]+")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,253}")
_SCHEMES = {"http", "https", "mailto", "tel"}


def _repaired(href: str) -> str | None:
    """The address as it was meant, or None: plain relative ones break in feeds and print."""
    href = href.strip()
    if href.replace("\\", "/").startswith("//"):
        return "https://" + href.lstrip("/\\")
    if href.lower().startswith("www."):
        return "https://" + href
    if _MAIL.fullmatch(href):
        return "mailto:" + href
    return href if _is_allowed(href) else None


def _is_allowed(href: str) -> bool:
    # Browsers drop spaces and control characters before they look for a scheme.
    bare = _IGNORED_IN_ADDRESS.sub("", href)
    scheme = _SCHEME.match(bare)
    return scheme[1].lower() in _SCHEMES if scheme else bare.startswith(("/", "#", "?"))


def _is_external(href: str) -> bool:
    return href.lower().startswith(("http:", "https:"))


_FILE_MENTION = re.compile(rf"dateien/({FILE_ID})/")
_FILE_ADDRESS = re.compile(rf"/?dateien/({FILE_ID})/[^/\\\s?#]{{1,400}}")
_FILE_PATH = rf"/dateien/{FILE_ID}/"
_PICTURE_PATH = rf"{_FILE_PATH}(?:vorschau/[0-9]{{1,5}}|[\w%.-]{{1,600}})\?v=[0-9]{{1,9}}"
_PICTURE_SET = re.compile(rf"{_PICTURE_PATH} [0-9]{{1,5}}w(?:, {_PICTURE_PATH} [0-9]{{1,5}}w)*")


def _file_id(address: str) -> str | None:
    """The id in `dateien/<id>/<name>`, which is how an exported folder finds it, too."""
    match = _FILE_ADDRESS.fullmatch(address.strip())
    return match[1] if match else None


def _is_own_picture(source: str) -> bool:
    return re.fullmatch(_PICTURE_PATH, source) is not None


# Sanitising

_TAGS = (
    {"a", "blockquote", "br", "code", "div", "em", "hr", "img", "p", "pre", "strong"}
    | {"figcaption", "figure", "small"}
    | {"li", "ol", "ul", "table", "tbody", "td", "th", "thead", "tr"}
    | {f"h{level}" for level in range(1, 7)}
)
_ATTRIBUTES = {
    "a": {"href", "title", "class", "rel"},
    "div": set(TABLE_FRAME),
    "figure": {"class"},
    "img": {"src", "srcset", "sizes", "width", "height", "alt", "title", "loading"},
    "ol": {"start"},
    "th": {"align", "scope"},
    "td": {"align"},
} | {f"h{level}": {"id"} for level in range(1, 7)}

_EXACTLY = {
    ("a", "class"): {"missing"},
    ("a", "rel"): {EXTERNAL_REL, MISSING_REL},
    ("figure", "class"): {"picture", "cover"},
    ("img", "loading"): {"lazy"},
    ("img", "sizes"): {PICTURE_SIZES},
    ("th", "align"): {"left", "center", "right"},
    ("td", "align"): {"left", "center", "right"},
    ("th", "scope"): {"col"},
} | {("div", name): {value} for name, value in TABLE_FRAME.items()}


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The second lock beside nh3's own: values of ours only, addresses checked once more."""
    if (tag, name) in _EXACTLY:
        allowed = value in _EXACTLY[tag, name]
    elif name == "id":
        allowed = re.fullmatch(r"abschnitt(?:-[a-z0-9]+)*", value) is not None
    elif name == "href":
        allowed = _is_allowed(value)
    elif name == "src":
        allowed = _is_own_picture(value)
    elif name == "srcset":
        allowed = _PICTURE_SET.fullmatch(value) is not None
    elif name in {"start", "width", "height"}:
        allowed = re.fullmatch(r"[0-9]{1,9}", value) is not None
    else:
        allowed = name in {"title", "alt"}
    return value if allowed else None


_SANITISER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    generic_attribute_prefixes=set(),
    link_rel=None,
    url_schemes=_SCHEMES,
)


# Plain words

_PLAIN: Iterable[tuple[re.Pattern[str], str]] = (
    (re.compile(r"(?m)^ *(?:`{3,}|~{3,}).*$"), " "),  # fences
    (re.compile(r"(?m)^[ \t]*[-*_:| \t]{3,}$"), " "),  # rules, second lines of tables
    (re.compile(r"(?m)^[ \t>]*(?:#{1,6}[ \t]+|[-*+•][ \t]+)?"), " "),
    (re.compile(r"!?\[([^][\n]{0,500})\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)"), r"\1"),
    (re.compile(r"<br ?/?>|[|`]"), " "),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    # Backslashes and emphasis together: what is escaped is no emphasis.
    (
        re.compile(r"\\([\\`*_{}\[\]()>#+.!|-])|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)"),
        r"\1",
    ),
)
