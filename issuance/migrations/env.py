"""Alembic's environment: migrations run on the connection that issuance.database hands over."""

from alembic import context

from issuance.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
