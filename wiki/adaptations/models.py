"""A page that starts from another page's version and remembers it."""

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.db import Model
from wiki.pages.models import Page


class Adaptation(Model):
    """`page` was made from version `number` of `source`.

    `seen` says for single fields up to which later version of the source somebody looked at
    them, and took them over or left them: the common ancestor of both, field by field.
    """

    __tablename__ = "adaptation"

    page_id: Mapped[int] = mapped_column(
        ForeignKey("page.id", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[Page] = relationship(foreign_keys=[page_id])
    source_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    source: Mapped[Page] = relationship(foreign_keys=[source_id])
    number: Mapped[int]
    seen: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
