"""In which language a page is written, for lists."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "page_facts",
        sa.Column("language", sa.String(length=35), nullable=False, server_default="de"),
    )
    op.execute(
        "UPDATE page_facts SET language = COALESCE(("
        "SELECT json_extract(revision.content, '$.language') FROM page JOIN revision "
        "ON revision.page_id = page.id AND revision.number = page.current_number "
        "WHERE page.id = page_facts.page_id), 'de')"
    )


def downgrade() -> None:
    op.drop_column("page_facts", "language")
