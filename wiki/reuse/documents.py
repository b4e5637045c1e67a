"""A Word, ODT or Markdown document as a form that is filled in: nothing is saved yet."""

import re
import tempfile
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote

from werkzeug.datastructures import MultiDict

from wiki.accounts.models import User
from wiki.fields import LONG_TEXT_LENGTH, fields_of
from wiki.files.blobs import FileRefused as FileNotTaken
from wiki.files.blobs import incoming_folder
from wiki.files.storing import store_file
from wiki.forms import Form
from wiki.labs.membership import labs_of
from wiki.language import N_
from wiki.pages.content import Content
from wiki.pages.drafts import DraftMark, Place, keep_draft
from wiki.pages.kinds import Kind, kinds
from wiki.pages.textform import TextFormError, from_text
from wiki.reuse.guessing import guess
from wiki.reuse.packages import (
    MOST_BYTES_OF_FILE,
    MOST_BYTES_OF_TEXT,
    FileRefused,
    Refused,
    Zip,
    as_text,
    read_bytes,
)
from wiki.reuse.pandoc import PandocFailed, convert, path_of
from wiki.reuse.reading import article_of, front_matter, is_text_form

DOCUMENTS = (".docx", ".odt", ".md", ".markdown")
MOST_PICTURES = 50
# What each kind of document must hold to be one, and how pandoc calls it.
_PARTS = {".docx": "word/document.xml", ".odt": "content.xml"}
_OURS = "commonmark+pipe_tables-raw_html"
_PICTURE = re.compile(r"!\[([^]\n]{0,1000})\]\(([^()\s]{1,500})\)")


class DocumentRefused(Refused):
    """The document cannot be read."""


def open_document(
    stream: IO[bytes], name: str, ending: str, by: User, wanted: str
) -> tuple[str, str]:
    """Read a document into a draft of `by`; `wanted` is the kind of form they asked for, if any.

    Returns the form's word and the draft's key.

    Raises:
        DocumentRefused: it cannot be read; the reason says why.
        Busy: too many documents are being read.
    """
    data = stream.read(MOST_BYTES_OF_FILE + 1)
    if len(data) > MOST_BYTES_OF_FILE:
        raise DocumentRefused(N_("Größer als %(limit)s MB."), limit=MOST_BYTES_OF_FILE // 1_000_000)
    stem = PurePosixPath(name.replace("\\", "/")).stem
    try:
        if ending in _PARTS:
            form, kind = _from_guess(_markdown(data, ending, by), stem, wanted)
        else:
            form, kind = _from_markdown(_text(data), stem, wanted)
    except DocumentRefused:
        raise
    except Refused as refused:
        raise DocumentRefused(refused.reason, **refused.params) from None
    place = Place(None, kind.write_word)
    kept = keep_draft(by, place, DraftMark.fresh(), as_sent(form, kind))
    return kind.write_word, kept.draft.key


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES_OF_TEXT:
        raise DocumentRefused(
            N_("Der Text hat mehr als %(limit)s Zeichen."), limit=LONG_TEXT_LENGTH
        )
    return as_text(data).replace("\r\n", "\n").replace("\r", "\n")


def _from_markdown(text: str, stem: str, wanted: str) -> tuple[Form[Content], Kind]:
    if is_text_form(text):
        try:
            word, content = from_text(text, kinds().models())
        except TextFormError as error:
            raise DocumentRefused(
                "Zeile %(line)s: " + error.reason, line=error.line, **error.params
            ) from error
        kind = kinds().with_word(word)
        assert kind is not None
        return Form.showing(kind.content, content), kind
    values, body = front_matter(text)
    if not values:
        return _from_guess(body, stem, wanted)
    content, _notes = article_of(values, body, stem)
    kind = kinds().named("article")
    return Form.showing(kind.content, content), kind


def _from_guess(text: str, stem: str, wanted: str) -> tuple[Form[Content], Kind]:
    guessed = guess(text, stem, wanted)
    kind = kinds().written_at(guessed.write_word)[0]
    return Form.blank(kind.content, **guessed.values), kind


def _markdown(data: bytes, ending: str, by: User) -> str:
    """The document's text in our Markdown, its pictures stored as files of the person's."""
    with tempfile.TemporaryDirectory(dir=incoming_folder()) as folder:
        path = Path(folder) / "document"
        path.write_bytes(data)
        package = _opened(path, ending)
        try:
            package.check()
            arguments = (
                f"--from={ending[1:]}",
                f"--to={_OURS}",
                "--wrap=none",
                f"--lua-filter={path_of('plain.lua')}",
            )
            text = convert(data, arguments).decode()
            if len(text) > MOST_BYTES_OF_TEXT:
                raise DocumentRefused(
                    N_("Der Text hat mehr als %(limit)s Zeichen."), limit=LONG_TEXT_LENGTH
                )
            return _with_pictures(text, package, "word/" if ending == ".docx" else "", by)
        except PandocFailed:
            raise DocumentRefused(
                N_("Das Dokument ließ sich nicht einlesen. Oft hilft es, es neu zu speichern.")
            ) from None
        finally:
            package.close()


def _opened(path: Path, ending: str) -> Zip:
    with path.open("rb") as file:
        # Word encrypts into, and the old .doc is, a container of another kind.
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise DocumentRefused(
                N_("Das Dokument hat ein Kennwort oder ist ein altes .doc. Als .docx geht es.")
            )
    package = Zip(path, without_shared_folder=False)
    if _PARTS[ending] not in package.names:
        package.close()
        raise DocumentRefused(N_("Das ist kein Dokument der Art %(ending)s."), ending=ending)
    return package


def _with_pictures(text: str, package: Zip, above: str, by: User) -> str:
    """The text with its breaks put back and its pictures named as the wiki does."""
    stored: dict[str, str | None] = {}

    def place(match: re.Match[str]) -> str:
        name = above + unquote(match[2])
        if name not in stored and len(stored) < MOST_PICTURES:
            stored[name] = _stored(package, name, match[1], by)
        mention = stored.get(name)
        return f"![{match[1]}]({mention})" if mention else match[1]

    text = text.replace("\ue000", "<br>").replace("\ue001", "\n")
    return _PICTURE.sub(place, text)


def _stored(package: Zip, name: str, alt: str, by: User) -> str | None:
    """The picture as a file; None for drawings of Word's own and what is broken."""
    if name not in package.names:
        return None
    labs = labs_of(by)
    try:
        read_bytes(package, name)
        with package.open(name) as stream:
            file = store_file(
                stream,
                name,
                by=by,
                lab=labs[0] if labs else None,
                alt=alt,
            )
    except (FileRefused, FileNotTaken):
        return None
    return file.mention if file.is_picture else None


def as_sent(form: Form[Content], kind: Kind) -> MultiDict[str, str]:
    """A filled form as a browser would send it."""
    sent: MultiDict[str, str] = MultiDict([("kind", kind.name)])
    for field in fields_of(form.model):
        value = form.values.get(field.name)
        if field.row is None:
            _add(sent, field.name, field.shape, value)
            continue
        for row in value or []:
            sent.add(field.name, row["key"])
            for inner in fields_of(field.row):
                path = f"{field.name}.{row['key']}.{inner.name}"
                _add(sent, path, inner.shape, row.get(inner.name))
    return sent


def _add(sent: MultiDict[str, str], name: str, shape: str, value: Any) -> None:
    if shape == "flag":
        sent.setlist(name, ["1"] if value else [])
    elif shape == "choices":
        sent.setlist(name, [str(one) for one in value or []])
    elif shape == "lines":
        sent.add(name, "\n".join(value or []))
    elif value is not None:
        sent.add(name, str(value))
