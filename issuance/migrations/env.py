"""Alembic's environment: migrations run on the connection that issuance.database hands over."""

from alembic import context

from issuance.models import Card

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Card.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
