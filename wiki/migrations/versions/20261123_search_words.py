"""search words."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "synonym_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed_at", wiki.db.UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym_group")),
    )
    op.create_table(
        "unmet_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_search")),
        sa.UniqueConstraint("words", name=op.f("uq_unmet_search_words")),
    )


def downgrade() -> None:
    op.drop_table("unmet_search")
    op.drop_table("synonym_group")
