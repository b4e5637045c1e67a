"""What a background article says: one text."""

from pydantic import Field

from wiki.fields import LongMarkdown
from wiki.language import N_
from wiki.pages.content import Content


class ArticleContent(Content):
    """An article: the common fields and its body."""

    body: LongMarkdown = Field("", title=N_("Text"))
