"""Runs the migrations on the connection that `upgrade` gives, in its transaction; Alembic wants a file of this name."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
