"""The form of the insurance tables, as tests look at it and take it back."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from api.services import book
from api.services.metadata import METADATA


def downgrade(engine: Engine, revision: str) -> None:
    """Back to an older form, or to none ("base")."""
    config = Config()
    config.set_main_option("script_location", str(book.MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def differences(engine: Engine) -> list[Any]:
    """What the tables have otherwise than the models."""

    def ours(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or name in METADATA.tables

    options = {"include_name": ours, "version_table": book.VERSION_TABLE}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, METADATA))
