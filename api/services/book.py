"""The insurance tables in the issuer's book: made when asked for, of a form of their own.

They lie in the same database, so that a card's presence, an award and the entry in the audit trail
are one transaction.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from api.services.errors import InsuranceFormError
from issuance import postgresql
from issuance.database import open_book, transaction

REVISION: Final = "0007"  # the form that this program reads and writes
VERSION_TABLE: Final = "insurance_version"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def open_insurance_book(place: str | Path) -> Engine:
    """The book at *place* with its insurance tables. Raises StorageError, InsuranceFormError."""
    engine = open_book(place, create=False)
    try:
        require(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def require(engine: Engine) -> None:
    """Return if the tables are there, in this program's form. Raises InsuranceFormError."""
    if (found := form(engine)) != REVISION:
        raise InsuranceFormError(found, newer=found is not None and found > REVISION)


def form(engine: Engine) -> str | None:
    """The form of the insurance tables; None where there are none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        row = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
        return row.scalar()


def prepare(engine: Engine) -> bool:
    """Make the tables, or bring them to this program's form; False if they had it.

    Raises InsuranceFormError where a newer program made them.
    """
    found = form(engine)
    if found == REVISION:
        return False
    if found is not None and found > REVISION:
        raise InsuranceFormError(found, newer=True)
    from alembic import command  # costs 0.2 s, and is needed once in a book's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with changing(engine) as session:
        if engine.dialect.name == postgresql.BACKEND:
            postgresql.prepare_migration(session.connection())  # one program at a time
        config.attributes["connection"] = session.connection()
        command.upgrade(config, REVISION)
    return True


def changing(engine: Engine) -> AbstractContextManager[Session]:
    """A transaction: all of it is kept, or nothing."""
    return transaction(engine)
