"""What people watch, their news, and how they want to hear of it."""

import sqlalchemy as sa
from alembic import op

import wiki.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _to(column, table, on, ondelete=None):
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_{on}_{column}_{table}"), ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "happening",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", wiki.db.UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_happening")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "watching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("search", sa.String(length=1000), nullable=True),
        sa.Column("known", sa.LargeBinary(), nullable=False),
        sa.Column("at", wiki.db.UtcTime(), nullable=False),
        _to("user_id", "user", "watching", "CASCADE"),
        _to("page_id", "page", "watching", "CASCADE"),
        _to("lab_id", "lab", "watching", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watching")),
        sa.UniqueConstraint("user_id", "page_id", name="uq_watching_page"),
        sa.UniqueConstraint("user_id", "lab_id", name="uq_watching_lab"),
        sa.UniqueConstraint("user_id", "search", name="uq_watching_search"),
    )
    for column in ("page_id", "lab_id", "search"):
        op.create_index(op.f(f"ix_watching_{column}"), "watching", [column])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("watching_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", wiki.db.UtcTime(), nullable=False),
        sa.Column("at", wiki.db.UtcTime(), nullable=False),
        sa.Column("read_at", wiki.db.UtcTime(), nullable=True),
        sa.Column("mail_since", wiki.db.UtcTime(), nullable=True),
        _to("user_id", "user", "notice", "CASCADE"),
        _to("page_id", "page", "notice", "CASCADE"),
        _to("thread_id", "talk_thread", "notice", "CASCADE"),
        _to("other_id", "page", "notice", "SET NULL"),
        _to("watching_id", "watching", "notice", "SET NULL"),
        _to("by_id", "user", "notice"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_newest", "notice", ["user_id", "at"])
    op.create_index("ix_notice_mail_since", "notice", ["mail_since"])
    for column in ("page_id", "thread_id", "other_id", "watching_id"):
        op.create_index(op.f(f"ix_notice_{column}"), "notice", [column])
    op.create_table(
        "delivery",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.String(length=10), nullable=False),
        sa.Column("wants_week", sa.Boolean(), nullable=False),
        sa.Column("week", sa.String(length=7), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("held_until", wiki.db.UtcTime(), nullable=True),
        _to("user_id", "user", "delivery", "CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_delivery")),
    )
    told = op.create_table(
        "told_up_to",
        sa.Column("log", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_told_up_to")),
    )
    # What happened before there was anybody to tell is no news.
    newest = op.get_bind().scalar(sa.text("SELECT COALESCE(MAX(seq), 0) FROM change"))
    op.bulk_insert(told, [{"log": "changes", "seq": newest}])


def downgrade() -> None:
    for table in ("told_up_to", "delivery", "notice", "watching", "happening"):
        op.drop_table(table)
