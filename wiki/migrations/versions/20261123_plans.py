"""Plans of one's own, and what they said before."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edit_secret", sa.String(length=32), nullable=False),
        sa.Column("read_secret", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("created_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("touched_at", wiki.db.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_plan_lab_id_lab")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_plan_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("edit_secret", name=op.f("uq_plan_edit_secret")),
        sa.UniqueConstraint("read_secret", name=op.f("uq_plan_read_secret")),
    )
    with op.batch_alter_table("plan") as table:
        table.create_index(op.f("ix_plan_lab_id"), ["lab_id"])
        table.create_index(op.f("ix_plan_touched_at"), ["touched_at"])
        table.create_index(op.f("ix_plan_user_id"), ["user_id"])
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("touched", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", wiki.db.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_plan_version_by_id_user")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
    )
    with op.batch_alter_table("plan_version") as table:
        table.create_index(op.f("ix_plan_version_plan_id"), ["plan_id"])


def downgrade() -> None:
    op.drop_table("plan_version")
    op.drop_table("plan")
