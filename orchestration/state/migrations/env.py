"""Alembic's entry point: runs on the engine that `store.py` hands over."""

from alembic import context

from orchestration.state.models import Base

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
