"""Background articles: one text with a table of contents."""

from flask import Flask

from wiki.articles.content import ArticleContent
from wiki.language import N_
from wiki.pages.kinds import COVER_SECTION, Kind, about_section, add_kind

ARTICLE = Kind(
    name="article",
    word="hintergrund",
    label=N_("Hintergrund"),
    plural=N_("Hintergrund"),
    content=ArticleContent,
    write_word="hintergrund",
    write_label=N_("Hintergrund schreiben"),
    view_template="articles/view.html",
    first_fields=("title", "summary", "body"),
    sections=(
        COVER_SECTION,
        about_section("topics", "audiences"),
    ),
    row_first_fields={"creators": ("name", "kind", "url")},
)


def init_app(app: Flask) -> None:
    add_kind(app, ARTICLE)
