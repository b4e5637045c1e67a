"""Which fields each version changed, for the lists of versions."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_VERSIONS = sa.text("SELECT id, page_id, content FROM revision ORDER BY page_id, number")
_NOTE = sa.text("UPDATE revision SET changed_fields = :changed WHERE id = :id")


def upgrade() -> None:
    op.add_column("revision", sa.Column("changed_fields", sa.JSON(), nullable=True))
    connection = op.get_bind()
    page, before, noted = None, {}, []
    for version in connection.execute(_VERSIONS):
        content = json.loads(version.content)
        if version.page_id == page:
            # A field that one of them does not know says nothing there.
            changed = [
                name
                for name in {**content, **before}
                if (content.get(name) or None) != (before.get(name) or None)
            ]
            noted.append({"id": version.id, "changed": json.dumps(changed)})
        page, before = version.page_id, content
    if noted:
        connection.execute(_NOTE, noted)


def downgrade() -> None:
    op.drop_column("revision", "changed_fields")
