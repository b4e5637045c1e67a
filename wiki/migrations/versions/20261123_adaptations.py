"""Pages that start from another page's version and remember it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adaptation",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_adaptation_page_id_page"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["page.id"],
            name=op.f("fk_adaptation_source_id_page"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_adaptation")),
    )
    op.create_index(op.f("ix_adaptation_source_id"), "adaptation", ["source_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_adaptation_source_id"), table_name="adaptation")
    op.drop_table("adaptation")
