"""What a shortened recipe takes per participant; pages by their last change."""

import json
from math import ceil

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page_facts", sa.Column("shortest_per_person", sa.Double(), nullable=True))
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_touched"), ["touched"], unique=False)
    connection = op.get_bind()
    recipes = connection.execute(
        sa.text(
            "SELECT page.id, revision.content FROM page JOIN revision "
            "ON revision.page_id = page.id AND revision.number = page.current_number "
            "JOIN page_facts ON page_facts.page_id = page.id "
            "WHERE page_facts.minutes_shortest IS NOT NULL"
        )
    )
    for page_id, content in recipes.all():
        fixed, per_person = _shortest(json.loads(content).get("steps", []))
        connection.execute(
            sa.text(
                "UPDATE page_facts SET minutes_shortest = :fixed, "
                "shortest_per_person = :per_person WHERE page_id = :page_id"
            ),
            {"fixed": fixed, "per_person": per_person, "page_id": page_id},
        )


def _shortest(steps: list[dict[str, object]]) -> tuple[int, float]:
    fixed, per_person = 0, 0.0
    for step in steps:
        cut_by = {"halve": 2, "skip": 0}.get(str(step.get("if_short")), 1)
        if cut_by:
            fixed += ceil(float(str(step.get("minutes") or 0)) / cut_by)
            per_person += float(str(step.get("minutes_per_person") or 0)) / cut_by
    return fixed, per_person


def downgrade() -> None:
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_touched"))
    op.drop_column("page_facts", "shortest_per_person")
