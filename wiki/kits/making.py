"""The files of a kit: made when somebody asks, and kept until the plan says something else."""

from pathlib import Path

from flask import render_template
from markupsafe import Markup

from wiki.background import HOUR
from wiki.kits.documents import Document, document_of
from wiki.kits.kit import Kit
from wiki.kits.printing import data_of, pdf_from
from wiki.language import chosen_language
from wiki.pages.models import Page
from wiki.reuse.pandoc import PandocFailed
from wiki.reuse.places import a_place
from wiki.reuse.shelf import Shelf
from wiki.reuse.word import open_document_from, with_bytes, word_from
from wiki.typesetting import TypesettingFailed

SHELF = Shelf("kits", TypesettingFailed, PandocFailed)
_STYLE = Path(__file__).with_name("document.css")
ONE_FOLDER = "all"


def pdf_of(kit: Kit) -> bytes:
    """The whole plan on A4.

    Raises:
        TypesettingFailed: it is too much for one document.
        Busy, TooManyDocuments: too many are being made, or were for whoever asks.
    """
    document = document_of(kit)

    def made() -> bytes:
        with a_place("typst"):
            return pdf_from(document)

    return SHELF.get(ONE_FOLDER, ("pdf", repr(data_of(document))), ".pdf", made)


def word_document_of(kit: Kit) -> bytes:
    """The whole plan as .docx.

    Raises:
        PandocFailed: it could not be made.
        Busy, TooManyDocuments: as `pdf_of`.
    """
    html = _html(document_of(kit))
    return SHELF.get(
        ONE_FOLDER,
        ("docx", html, kit.colour),
        ".docx",
        lambda: word_from(with_bytes(html), kit.colour, chosen_language()),
    )


def open_document_of(kit: Kit) -> bytes:
    """The whole plan as .odt.

    Raises:
        PandocFailed, Busy, TooManyDocuments: as `word_document_of`.
    """
    html = _html(document_of(kit))
    return SHELF.get(
        ONE_FOLDER,
        ("odt", html, kit.colour),
        ".odt",
        lambda: open_document_from(with_bytes(html), kit.colour, chosen_language()),
    )


def page_of(kit: Kit) -> bytes:
    """The whole plan as one HTML file that opens without a network: no script, nothing fetched."""
    document = document_of(kit)
    html = _html(document, style=_style(kit))
    return SHELF.get(ONE_FOLDER, ("html", html), ".html", lambda: with_bytes(html).encode())


def forget_kits(_page: Page) -> None:
    """A purged page or version may be in any of them: all of them are made anew."""
    SHELF.clear()


def forget_unused_kits() -> None:
    """What is made of private plans, deleted ones among them, stays no longer than it is used."""
    SHELF.forget_unused(HOUR)


def _html(document: Document, style: Markup | str = "") -> str:
    return render_template(
        "kits/document.html",
        document=document,
        kit=document.kit,
        language=chosen_language(),
        style=style,
    )


def _style(kit: Kit) -> Markup:
    """Our own words and a checked colour: the one place where styles stand in a page."""
    css = _STYLE.read_text().replace("var(--lab)", kit.colour)
    return Markup(f"<style>{css}</style>")  # noqa: S704
