"""Asking for a guest place; where an invitation leads on to."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guest", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"],
            ["page.id"],
            name=op.f("fk_guest_request_page_id_page"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_guest_request_invitation_id_invitation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_request")),
    )
    with op.batch_alter_table("guest_request") as table:
        table.create_index(op.f("ix_guest_request_invitation_id"), ["invitation_id"])
        table.create_index(op.f("ix_guest_request_page_id"), ["page_id"])
    with op.batch_alter_table("invitation") as table:
        table.add_column(sa.Column("onward", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("invitation") as table:
        table.drop_column("onward")
    op.drop_table("guest_request")
