"""The words inside files, for the search."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_text",
        sa.Column("file_version_id", sa.Integer(), nullable=False),
        sa.Column("extractor", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_version_id"],
            ["file_version.id"],
            name=op.f("fk_file_text_file_version_id_file_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_version_id", name=op.f("pk_file_text")),
    )


def downgrade() -> None:
    op.drop_table("file_text")
