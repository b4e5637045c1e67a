"""talk."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "talk_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("created_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("resolved_at", wiki.db.UtcTime(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", wiki.db.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_talk_thread_page_id_page"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_talk_thread_lab_id_lab")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_thread")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_talk_thread_newest", "talk_thread", ["page_id", "last_at"])
    op.create_index(op.f("ix_talk_thread_lab_id"), "talk_thread", ["lab_id"])
    op.create_table(
        "talk_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("created_at", wiki.db.UtcTime(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("removed_at", wiki.db.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["talk_thread.id"],
            name=op.f("fk_talk_remark_thread_id_talk_thread"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_talk_remark_by_id_user")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_talk_remark_lab_id_lab")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_remark")),
        sqlite_autoincrement=True,
    )
    for column in ("thread_id", "by_id", "is_waiting"):
        op.create_index(op.f(f"ix_talk_remark_{column}"), "talk_remark", [column])
    op.create_table(
        "talk_mention",
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("read_at", wiki.db.UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["remark_id"],
            ["talk_remark.id"],
            name=op.f("fk_talk_mention_remark_id_talk_remark"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_talk_mention_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("remark_id", "user_id", name=op.f("pk_talk_mention")),
    )
    op.create_index(op.f("ix_talk_mention_user_id"), "talk_mention", ["user_id"])
    op.create_table(
        "talk_nothing_known",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("at", wiki.db.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["talk_thread.id"],
            name=op.f("fk_talk_nothing_known_thread_id_talk_thread"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["lab_id"],
            ["lab.id"],
            name=op.f("fk_talk_nothing_known_lab_id_lab"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("thread_id", "lab_id", name=op.f("pk_talk_nothing_known")),
    )
    op.create_table(
        "also_runs",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("at", wiki.db.UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_also_runs_page_id_page"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lab_id"], ["lab.id"], name=op.f("fk_also_runs_lab_id_lab"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "lab_id", name=op.f("pk_also_runs")),
    )


def downgrade() -> None:
    op.drop_table("also_runs")
    op.drop_table("talk_nothing_known")
    op.drop_table("talk_mention")
    op.drop_table("talk_remark")
    op.drop_table("talk_thread")
