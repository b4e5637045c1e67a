"""Dated plans that labs announce to everybody."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("how_to", sa.Text(), nullable=False),
        sa.Column("how_to_html", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=120), nullable=False),
        sa.Column("places", sa.String(length=80), nullable=False),
        sa.Column("over_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("plan_said", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("changed_at", wiki.db.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_announcement_by_id_user")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_announcement_lab_id_lab")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plan.id"],
            name=op.f("fk_announcement_plan_id_plan"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_announcement_plan_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_announcement_uid")),
    )
    with op.batch_alter_table("announcement") as table:
        table.create_index(op.f("ix_announcement_by_id"), ["by_id"])
        table.create_index(op.f("ix_announcement_lab_id"), ["lab_id"])
        table.create_index(op.f("ix_announcement_over_at"), ["over_at"])


def downgrade() -> None:
    op.drop_table("announcement")
