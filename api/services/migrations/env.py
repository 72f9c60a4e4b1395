"""Alembic's environment of the insurance tables, on the connection of `api.services.book`."""

from alembic import context

from api.services.book import VERSION_TABLE
from api.services.metadata import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
