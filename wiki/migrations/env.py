"""How Alembic runs our migrations: on the application's own engine, in one transaction."""

from alembic import context
from flask import current_app

from wiki.db import Base

extension = current_app.extensions["migrate"]

with extension.db.engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, **extension.configure_args
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
