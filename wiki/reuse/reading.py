"""From a package's files to pages: what each says, or why it cannot be taken.

A text may be in the text form, have the front matter of another system, or none. Pictures and
files beside it, and links to other texts of the package, become those of the wiki.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import yaml
from pydantic import ValidationError

from wiki.articles import ARTICLE
from wiki.articles.content import ArticleContent
from wiki.fields import LINE_LENGTH, LONG_TEXT_LENGTH, normalised, one_line
from wiki.language import N_
from wiki.markup import FILE_ID_LENGTH, FILE_ID_LETTERS, can_be_linked
from wiki.pages.content import Content, Licence
from wiki.pages.textform import FRONT_MATTER_LENGTH, KIND, TextFormError, from_text
from wiki.reuse.manifest import Manifest, PageEntry
from wiki.reuse.packages import (
    MOST_BYTES_OF_TEXT,
    MOST_FILES,
    FileRefused,
    Package,
    PackageRefused,
    Refused,
    as_text,
    read_text,
)

TEXTS = (".md", ".markdown")
LINES = (".jsonl", ".ndjson")
TITLE_LENGTH = 120
SUMMARY_LENGTH = 300
TOPICS = 100

Models = Mapping[str, type[Content]]


@dataclass(frozen=True)
class ReadPage:
    """A page as the package has it. `key` finds it again when the package comes a second time."""

    key: str
    word: str
    content: Content
    text: str
    notes: tuple[str, ...] = ()
    entry: PageEntry | None = None
    slug: str = ""

    @property
    def digest(self) -> str:
        """Another one whenever anything the package says of the page is different."""
        said = f"{self.entry.model_dump_json() if self.entry else ''}\n{self.text}"
        return hashlib.blake2b(said.encode(errors="replace"), digest_size=16).hexdigest()


@dataclass(frozen=True)
class RefusedPage:
    """A file or line that is not taken, and why."""

    key: str
    reason: str
    params: Mapping[str, object]


FileMention = Callable[[str], str | None]
"""The name of a file in the package → how a text of the wiki names it, or None."""


def pages_of_lines(path: Path) -> Iterator[ReadPage | RefusedPage]:
    """The pages of a list with one JSON object a line.

    Known names: id, title, body_markdown, summary, tags, source, licence, lang.
    """
    seen: set[str] = set()
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MOST_BYTES_OF_TEXT + 1):
            number += 1
            if number > MOST_FILES:
                raise PackageRefused(N_("Mehr als %(limit)s Zeilen."), limit=MOST_FILES)
            if len(line) > MOST_BYTES_OF_TEXT:
                raise PackageRefused(N_("Zeile %(number)s ist zu lang."), number=number)
            if not line.strip():
                continue
            key = f"Zeile {number}"
            try:
                values = _object_in(line)
                key = _key_of(values, seen) or key
                content, notes = article_of(values, _text(values, "body_markdown", "body"), "")
                yield ReadPage(key, ARTICLE.word, content, as_text(line), notes)
            except Refused as refused:
                yield RefusedPage(key, refused.reason, refused.params)


def _object_in(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(as_text(line))
    except (ValueError, RecursionError):
        raise FileRefused(N_("Das ist kein JSON.")) from None
    if not isinstance(values, dict):
        raise FileRefused(N_("In der Zeile steht kein Objekt mit Namen und Werten."))
    return values


def _key_of(values: Mapping[str, Any], seen: set[str]) -> str:
    """The line's id, else its source, else its title; a second line with it adds its title."""
    key = next(
        (_text(values, name) for name in ("id", "source", "title") if _text(values, name)), ""
    )
    if not key:
        return ""
    if key in seen:
        key = f"{key} {_text(values, 'title')}"
    seen.add(key)
    return _shortened(key, LINE_LENGTH)


class PackageReader:
    """The pages of a folder or ZIP, in the order of their names."""

    def __init__(self, package: Package, models: Models, manifest: Manifest | None) -> None:
        self._package = package
        self._models = models
        self._manifest = manifest
        self._texts = [name for name in package.names if name.casefold().endswith(TEXTS)]
        self._known = frozenset(package.names)
        self._titles: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def pages(self, mention: FileMention) -> Iterator[ReadPage | RefusedPage]:
        """Each text as a page; `mention` is asked for every file a text shows or offers."""
        for name in self._texts:
            try:
                yield self._page(name, mention)
            except Refused as refused:
                yield RefusedPage(name, refused.reason, refused.params)

    def _page(self, name: str, mention: FileMention) -> ReadPage:
        text = _Linked(self, name, mention).text(read_text(self._package, name))
        stem = PurePosixPath(name).stem
        if is_text_form(text):
            try:
                word, content = from_text(text, self._models)
            except TextFormError as error:
                raise _with_line(error) from error
            entry = self._manifest.pages.get(stem) if self._manifest and "/" not in name else None
            return ReadPage(name, word, content, text, (), entry, stem if entry else "")
        values, body = front_matter(text)
        content, notes = article_of(values, body, stem)
        return ReadPage(name, ARTICLE.word, content, text, notes)

    def title_of(self, name: str) -> str:
        """What the page made of this text will be called; empty if it cannot be read."""
        if name not in self._titles:
            try:
                text = read_text(self._package, name)
                values, body = front_matter(text, lenient=True)
                self._titles[name] = _title(values, body, PurePosixPath(name).stem)[0]
            except Refused:
                self._titles[name] = ""
        return self._titles[name]

    def target(self, source: str, address: str) -> str | None:
        """The file of the package that an address in the text `source` means."""
        path = unquote(address.partition("#")[0].partition("?")[0])
        if not path or ":" in path.split("/")[0]:
            return None
        if path.startswith("/"):
            found = path.lstrip("/")
        else:
            found = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        return found if found in self._known else None


_CODE_OR_LINK = re.compile(
    r"(?P<code>`+[^`\n]*`+)"
    r"|(?P<mark>!?)\[(?P<label>[^][\n]{0,500})\]"
    r"\([ \t]*(?:<(?P<quoted>[^<>\n]{1,1000})>|(?P<bare>[^()<>\s]{1,1000}))"
    r"(?:[ \t]+\"[^\"\n]{0,500}\")?[ \t]*\)"
)
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")


class _Linked:
    """Sets the links and pictures of one text that lead to files of its package."""

    def __init__(self, reader: PackageReader, name: str, mention: FileMention) -> None:
        self._reader = reader
        self._name = name
        self._mention = mention

    def text(self, text: str) -> str:
        """The text, code left as it is."""
        if "](" not in text:
            return text
        lines, fence = [], ""
        for line in text.split("\n"):
            opened = _FENCE.match(line)
            if opened and not fence:
                fence = opened[1]
            elif opened and opened[1] == fence:
                fence = ""
            lines.append(line if fence or "](" not in line else _CODE_OR_LINK.sub(self._link, line))
        return "\n".join(lines)

    def _link(self, match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        target = self._reader.target(self._name, match["quoted"] or match["bare"])
        if target is None:
            return match[0]
        if target.casefold().endswith(TEXTS):
            return self._page_link(match, target)
        mention = self._mention(target)
        return f"{match['mark']}[{match['label']}]({mention})" if mention else match[0]

    def _page_link(self, match: re.Match[str], target: str) -> str:
        title, label = self._reader.title_of(target), match["label"].strip()
        if not title or not can_be_linked(title):
            return match[0]
        return f"[[{title}]]" if label in ("", title) or "|" in label else f"[[{title}|{label}]]"


def file_id_for(data: bytes, *place: str) -> str:
    """The id of a file that has none yet: the same file at the same place, always the same."""
    digest = hashlib.blake2b("|".join(place).encode() + b"|" + data, digest_size=16).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _letter in range(FILE_ID_LENGTH):
        number, rest = divmod(number, len(FILE_ID_LETTERS))
        letters.append(FILE_ID_LETTERS[rest])
    return "".join(letters)


def _with_line(error: TextFormError) -> FileRefused:
    return FileRefused("Zeile %(line)s: " + error.reason, line=error.line, **error.params)


# Front matter of others

_HEAD = re.compile(r"\s*---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KIND_LINE = re.compile(rf"(?m)^{KIND}:")


def is_text_form(text: str) -> bool:
    head = _HEAD.match(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    return head is not None and bool(_KIND_LINE.search(head[1] or ""))


def front_matter(text: str, *, lenient: bool = False) -> tuple[dict[str, Any], str]:
    """The values above a text and the text; all values as they are written.

    Raises:
        FileRefused: they cannot be read, unless `lenient`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    head = _HEAD.match(text)
    if head is None:
        return {}, text
    try:
        values = _values_in(head[1] or "")
    except FileRefused:
        if lenient:
            return {}, text[head.end() :]
        raise
    # A line of dashes at the top may be just that.
    return ({}, text) if values is None else (values, text[head.end() :])


def _values_in(head: str) -> dict[str, Any] | None:
    """The named values; None if there are none because it is something else."""
    if len(head) > FRONT_MATTER_LENGTH:
        raise FileRefused(N_("Der Kopf ist zu lang."))
    try:
        # An alias repeats what it names: a few lines of them become gigabytes.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, yaml.CSafeLoader)):
            raise FileRefused(N_("Verweise (&, *) und Typen (!) gehen im Kopf nicht."))
        values = yaml.load(head, yaml.CBaseLoader)  # noqa: S506 - it makes nothing but strings
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FileRefused(N_("Der Kopf lässt sich nicht lesen: Er ist kein YAML.")) from None
    if not isinstance(values, dict):
        return None
    return {str(name).casefold(): value for name, value in values.items()}


# What is said in other words

_SETEXT = re.compile(r"\n*([^\n#>|`-][^\n]*)\n={2,}[ \t]*(?:\n|$)")
_TOP = re.compile(r"\n*#[ \t]+([^\n]+?)[ \t#]*(?:\n|$)")
_ANY = re.compile(r"(?m)^#{1,6}[ \t]+([^\n]+?)[ \t#]*$")
_TITLES = ("title", "titel", "name")
_SUMMARIES = ("summary", "description", "excerpt", "teaser", "beschreibung", "zusammenfassung")
_TOPICS = ("tags", "keywords", "topics", "categories", "themen", "schlagworte")
_SOURCES = ("source", "quelle", "canonical_url", "url")
_LICENCES = ("licence", "license", "lizenz")
_LANGUAGES = ("lang", "language", "sprache", "locale")
_AUTHORS = ("creators", "authors", "author", "autor", "autorin", "autor:in", "urheber", "creator")


def article_of(
    values: Mapping[str, Any], body: str, name: str
) -> tuple[ArticleContent, tuple[str, ...]]:
    """An article from named values and a text, and notes on what had to be changed.

    Raises:
        FileRefused: it is empty or too long.
    """
    body = normalised(body)
    title, body = _title(values, body, name)
    if not title:
        raise FileRefused(N_("Es fehlt ein Titel."))
    if len(body) > LONG_TEXT_LENGTH:
        raise FileRefused(N_("Der Text hat mehr als %(limit)s Zeichen."), limit=LONG_TEXT_LENGTH)
    notes = []
    summary = one_line(_text(values, *_SUMMARIES))
    if len(title) > TITLE_LENGTH:
        notes.append(N_("Der Titel wurde gekürzt."))
        body = f"# {title}\n\n{body}".rstrip()
    if len(summary) > SUMMARY_LENGTH:
        notes.append(N_("Die Zusammenfassung wurde gekürzt."))
        body = f"{summary}\n\n{body}".rstrip()
    said = one_line(_text(values, *_LICENCES))
    licence, other = known_licence(said)
    if not said:
        notes.append(N_("Ohne Angabe einer Lizenz."))
    topics = list(dict.fromkeys(one_line(topic) for topic in _list(values, *_TOPICS)))
    try:
        content = ArticleContent.model_validate(
            {
                "title": _shortened(title, TITLE_LENGTH),
                "summary": _shortened(summary, SUMMARY_LENGTH),
                "body": body,
                "language": _language(_text(values, *_LANGUAGES)),
                "topics": [_shortened(topic, LINE_LENGTH) for topic in topics if topic][:TOPICS],
                "licence": licence,
                "other_licence": _shortened(other, LINE_LENGTH),
                "source": _shortened(one_line(_text(values, *_SOURCES)), LINE_LENGTH),
                "creators": [
                    # The same key each time: importing again finds nothing changed.
                    {"key": f"kau{number}", "name": _shortened(author, LINE_LENGTH)}
                    for number, author in enumerate(_authors(values), 1)
                ],
            }
        )
    except ValidationError:
        raise FileRefused(N_("Der Inhalt passt nicht in eine Seite.")) from None
    return content, tuple(notes)


def _title(values: Mapping[str, Any], body: str, name: str) -> tuple[str, str]:
    """The page's title, and the text without the heading that only repeats it."""
    said = one_line(_text(values, *_TITLES))
    first = _TOP.match(body) or _SETEXT.match(body)
    heading = _plain(first[1]) if first else ""
    if first and said in ("", heading):
        return heading, body[first.end() :].lstrip("\n")
    if said:
        return said, body
    later = _ANY.search(body)
    return (_plain(later[1]) if later else one_line(re.sub(r"[-_]+", " ", name))), body


def _plain(heading: str) -> str:
    """A heading's words without marks of emphasis, links and anchors."""
    heading = re.sub(r"\{#[^{}]*\}\s*$", "", heading)
    heading = re.sub(r"!?\[([^][]*)\]\([^()]*\)", r"\1", heading)
    return one_line(re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", heading))


_NAMES_OF_LICENCES = (
    (Licence.CC_BY_SA, r"cc[\s_-]*by[\s_-]*sa[\s_-]*4(?:\.0)?"),
    (Licence.CC_BY, r"cc[\s_-]*by[\s_-]*4(?:\.0)?"),
    (Licence.CC0, r"cc[\s_-]*0(?:[\s_-]*1(?:\.0)?)?"),
    (Licence.CC_BY_SA, r"https?://creativecommons\.org/licenses/by-sa/4\.0(?:/[\w./-]*)?"),
    (Licence.CC_BY, r"https?://creativecommons\.org/licenses/by/4\.0(?:/[\w./-]*)?"),
    (Licence.CC0, r"https?://creativecommons\.org/publicdomain/zero/1\.0(?:/[\w./-]*)?"),
)


def known_licence(said: str) -> tuple[Licence, str]:
    """Which of our licences the words mean, and the words if they say more or something else.

    >>> known_licence("cc-by 4.0")
    (<Licence.CC_BY: 'CC-BY-4.0'>, '')
    >>> known_licence("CC BY 4.0 (LICENSE.md)")[1]
    'CC BY 4.0 (LICENSE.md)'
    """
    for licence, name in _NAMES_OF_LICENCES:
        match = re.match(rf"(?i){name}(?=$|\s*[(,;])", said)
        if match:
            return licence, "" if match.end() == len(said) else said
    return Licence.CC_BY, said


def _language(said: str) -> str:
    """`de_DE` → `de-DE`; what is no code of a language is German."""
    code = said.replace("_", "-")
    language, dash, rest = code.partition("-")
    code = language.lower() + dash + rest
    return code if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code) else "de"


def _authors(values: Mapping[str, Any]) -> list[str]:
    for name in _AUTHORS:
        given = values.get(name)
        several = given if isinstance(given, list) else [given]
        named = [one.get("name") if isinstance(one, dict) else one for one in several]
        found = [one_line(one) for one in named if isinstance(one, str) and one.strip()]
        if found:
            return list(dict.fromkeys(found))[:50]
    return []


def _text(values: Mapping[str, Any], *names: str) -> str:
    """The first of these values that says something."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value):
            return str(value)
    return ""


def _list(values: Mapping[str, Any], *names: str) -> Iterator[str]:
    """Every entry of these lists, also of such as are written with commas."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str):
            yield from value.split(",")
        elif isinstance(value, list):
            yield from (str(one) for one in value if isinstance(one, str | int | float))


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
