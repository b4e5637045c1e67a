"""What reports taught, line by line, and what became of it; runs that others told of."""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROUPS = ("worked", "failed", "ideas")


def upgrade() -> None:
    learning = op.create_table(
        "learning",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_learning_page_id_page"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "path", name=op.f("pk_learning")),
    )
    op.create_table(
        "learning_answer",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=40), nullable=False),
        sa.Column("recipe_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user.id"], name=op.f("fk_learning_answer_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"],
            ["page.id"],
            name=op.f("fk_learning_answer_page_id_page"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recipe_id"],
            ["page.id"],
            name=op.f("fk_learning_answer_recipe_id_page"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("page_id", "path", "recipe_id", name=op.f("pk_learning_answer")),
    )
    op.create_index("ix_learning_answer_recipe", "learning_answer", ["recipe_id", "number"])
    facts = op.create_table(
        "report_facts",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("has_effect", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_report_facts_page_id_page"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_report_facts")),
    )
    op.create_index(op.f("ix_report_facts_held_on"), "report_facts", ["held_on"])
    op.create_table(
        "told_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipe_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("again", sa.String(length=10), nullable=False),
        sa.Column("worked", sa.String(), nullable=False),
        sa.Column("failed", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipe_id"],
            ["page.id"],
            name=op.f("fk_told_run_recipe_id_page"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_run")),
    )
    op.create_index(op.f("ix_told_run_recipe_id"), "told_run", ["recipe_id"])
    reports = op.get_bind().execute(
        sa.text(
            "SELECT page.id, revision.content FROM page JOIN revision "
            "ON revision.page_id = page.id AND revision.number = page.current_number "
            "WHERE page.kind = 'outcome'"
        )
    )
    read = [(page_id, json.loads(content)) for page_id, content in reports]
    lines = [line for page_id, content in read for line in _lines(page_id, content)]
    if read:
        op.bulk_insert(facts, [_facts(page_id, content) for page_id, content in read])
    if lines:
        op.bulk_insert(learning, lines)


def _lines(page_id, content):
    rows = [(group, row) for group in GROUPS for row in content.get(group, ())]
    return [
        {
            "page_id": page_id,
            "path": f"{group}.{row['key']}",
            "place": place,
            "text": row["text"],
            "step": row.get("step", ""),
        }
        for place, (group, row) in enumerate(rows)
    ]


def _facts(page_id, content):
    held_on = content.get("held_on")
    day = date.fromisoformat(held_on) if held_on else None
    return {"page_id": page_id, "held_on": day, "has_effect": bool(content.get("effect"))}


def downgrade() -> None:
    op.drop_index(op.f("ix_told_run_recipe_id"), table_name="told_run")
    op.drop_table("told_run")
    op.drop_index(op.f("ix_report_facts_held_on"), table_name="report_facts")
    op.drop_table("report_facts")
    op.drop_index("ix_learning_answer_recipe", table_name="learning_answer")
    op.drop_table("learning_answer")
    op.drop_table("learning")
