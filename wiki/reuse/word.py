"""A page as a Word document: our own safe HTML, pandoc, and a cache of what it made."""

import base64
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask import render_template

from wiki.accounts.models import User
from wiki.background import HOUR
from wiki.errors import NotFound
from wiki.fields import fields_of
from wiki.files.blobs import blob_path
from wiki.files.rights import may_read_file
from wiki.files.storing import find_file
from wiki.markup import FILE_ID
from wiki.pages.content import Content
from wiki.pages.kinds import Kind, kinds
from wiki.pages.models import Page, Revision
from wiki.pages.rendering import content_of, rendering_of
from wiki.recipes.computing import wishes_in
from wiki.recipes.content import RecipeContent
from wiki.reuse.attribution import attribution_of
from wiki.reuse.open_style import open_template_in
from wiki.reuse.pandoc import PandocFailed, convert
from wiki.reuse.shelf import Shelf
from wiki.reuse.word_style import template_in
from wiki.uploads import Unusable, for_paper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INK = "#1d2433"
MOST_PICTURES = 5_000_000  # bytes of all pictures in one document: pandoc needs a hundredfold
SHELF = Shelf("word", PandocFailed)
_IMAGE = re.compile(r"<img\b[^>]*>")
_ADDRESS = re.compile(rf'src="/dateien/({FILE_ID})/')
_ALT = re.compile(r'alt="([^"]*)"')
_PLACED = re.compile(r'<img src="([0-9a-f]{64})" alt="([^"]*)">')


def word_of(page: Page, revision: Revision, reader: User | None, query: Mapping[str, str]) -> bytes:
    """The version as .docx, computed for what the reader typed.

    Raises:
        PandocFailed: it could not be made.
        Busy, TooManyDocuments: too many are being made, or were for whoever asks.
    """
    wishes = {name: value[:20] for name, value in wishes_in(query).items()}
    html = _page_html(page, revision, reader, wishes)
    colour = page.lab.colour if page.lab else INK
    language = content_of(revision).language

    def made() -> bytes:
        return word_from(with_bytes(html), colour, language)

    return SHELF.get(str(page.id), (html, colour, language), ".docx", made)


def word_from(html: str, colour: str, language: str) -> bytes:
    """A whole document of our own safe HTML as .docx.

    Raises:
        PandocFailed, Busy: as `convert`.
    """
    return _converted(html, "docx", template_in(colour, language), language)


def open_document_from(html: str, colour: str, language: str) -> bytes:
    """The same as .odt.

    Raises:
        PandocFailed, Busy: as `convert`.
    """
    return _converted(html, "odt", open_template_in(colour, language), language)


def _converted(html: str, ending: str, template: bytes, language: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"template.{ending}"
        path.write_bytes(template)
        return convert(
            html.encode(),
            (
                *("--from=html", f"--to={ending}"),
                *(f"--reference-doc={path}", f"--metadata=lang:{language}"),
            ),
        )


def _page_html(
    page: Page, revision: Revision, reader: User | None, wishes: Mapping[str, str]
) -> str:
    """The whole document as HTML; it names its pictures by their bytes."""
    kind = kinds().named(revision.kind)
    content = content_of(revision)
    texts = rendering_of(revision, content)["html"]
    context = {
        "page": page,
        "revision": revision,
        "kind": kind,
        "content": content,
        "html": {path: with_pictures(text, reader) for path, text in texts.items()},
        "attribution": attribution_of(page, revision, content),
        "fields": fields_of(kind.content),
        **kind.view(content, wishes),
    }
    return render_template(_template_for(kind, content), **context)


def _template_for(kind: Kind, content: Content) -> str:
    return "reuse/word_recipe.html" if isinstance(content, RecipeContent) else "reuse/word.html"


def with_pictures(html: str, reader: User | None) -> str:
    """Own pictures this reader may see, by their SHA-256; in the place of others, their words."""

    def placed(match: re.Match[str]) -> str:
        address, alt = _ADDRESS.search(match[0]), _ALT.search(match[0])
        words = alt[1] if alt else ""
        sha256 = _picture(address[1], reader) if address else None
        return f'<img src="{sha256}" alt="{words}">' if sha256 else words

    return _IMAGE.sub(placed, html)


def _picture(file_id: str, reader: User | None) -> str | None:
    try:
        file = find_file(file_id)
    except NotFound:
        return None
    return file.current.sha256 if file.is_picture and may_read_file(reader, file) else None


def with_bytes(html: str) -> str:
    """The pictures as `data:`, as many as pandoc can hold; in the place of others, their words."""
    left = MOST_PICTURES

    def filled(match: re.Match[str]) -> str:
        nonlocal left
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = for_paper(blob_path(match[1]), Path(folder))
            except Unusable:
                return match[2]
            data = (Path(folder) / found.picture).read_bytes()
        if len(data) > left:
            return match[2]
        left -= len(data)
        encoded = base64.b64encode(data).decode()
        return f'<img src="data:{found.media_type};base64,{encoded}" alt="{match[2]}">'

    return _PLACED.sub(filled, html)


def forget_page(page: Page) -> None:
    """What was made of a page goes when it, or one of its versions, is purged."""
    SHELF.clear(str(page.id))


def forget_unused_documents() -> None:
    """What was made of a version, or with a picture, that is gone for good does not stay."""
    SHELF.forget_unused(HOUR)
