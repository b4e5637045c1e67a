"""Proposals to pages, and whose proposal a version took over."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=255), nullable=False),
        sa.Column("agreed_licence", sa.String(length=40), nullable=False),
        sa.Column("created_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", wiki.db.UtcTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("revision_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user.id"], name=op.f("fk_proposal_answered_by_id_user")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_proposal_by_id_user")),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_proposal_page_id_page"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_page_id"), ["page_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_state"), ["state"], unique=False)
    # Not by copying the table: renderings are deleted with the revisions they belong to.
    op.execute(
        "ALTER TABLE revision ADD COLUMN proposed_by_id INTEGER "
        "CONSTRAINT fk_revision_proposed_by_id_user REFERENCES user (id)"
    )
    op.add_column("revision", sa.Column("proposed_by_name", sa.String(length=120), nullable=True))
    op.create_index("ix_revision_proposed_by_id", "revision", ["proposed_by_id"])


def downgrade() -> None:
    op.drop_index("ix_revision_proposed_by_id", "revision")
    op.drop_column("revision", "proposed_by_name")
    op.drop_column("revision", "proposed_by_id")
    op.drop_table("proposal")
