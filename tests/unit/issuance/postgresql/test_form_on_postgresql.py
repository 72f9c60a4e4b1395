"""The book's form on PostgreSQL: migrations there and back, and parts for each region."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from issuance import audit, batches, cards, database
from issuance.book_errors import StorageError
from issuance.states import ApplicationState, CardState
from issuance.tables import METADATA
from tests.bureau import Bureau, rows
from tests.postgresql import PrivatePostgres
from tests.together import together

pytestmark = pytest.mark.postgres

OTHER_REGION = "120100"
CHUNK_OF_NOWHERE = """INSERT INTO chunk (region, batch_id, number, size, issued_on, numbers, places,
    blanks, planned_at) VALUES ('999999', 'x', 1, 1, now(), '[]', '[]', '[]', now())"""
# What holds on SQLite by an index across regions or by a foreign key, and here by `holding` and
# by functions (docs/decisions/0022).
HELD_OTHERWISE = {
    "uq_application_open",
    "uq_card_in_making",
    "uq_card_in_use",
    "fk_application_intake_id",
    "fk_application_batch_id",
    "fk_audit_entry_chain",
    "fk_card_status_list",
    "fk_card_batch_id",
    "fk_card_region_intake_id_row",
    "fk_chunk_batch_id",
}


def test_the_form_is_that_of_the_models_but_for_what_is_held_otherwise(desk: Bureau) -> None:
    assert _differences(desk.engine) == HELD_OTHERWISE


def test_every_migration_can_be_taken_back_and_made_again(desk: Bureau) -> None:
    desk.active(1)
    _go(desk.engine, command.downgrade, "base")
    assert inspect(desk.engine).get_table_names() == ["alembic_version"]
    left = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    assert _all(desk.engine, left) == []
    database.migrate(desk.engine)
    assert _differences(desk.engine) == HELD_OTHERWISE


def test_an_older_book_keeps_its_rows_there_and_back(desk: Bureau) -> None:
    active = desk.active(2)
    waiting = desk.request(rows(3, seed=2), file="more.csv")
    _go(desk.engine, command.downgrade, "0002")
    old = _all(desk.engine, "SELECT state, count(*) FROM application GROUP BY state ORDER BY 1")
    assert old == [("accepted", 3), ("carded", 2)]
    database.migrate(desk.engine)
    with database.reading(desk.engine) as session:
        assert [cards.get(session, number).state for number in active] == [CardState.ACTIVE] * 2
        assert batches.status(session, waiting).applications == {ApplicationState.IN_REVIEW: 3}
        audit.verify(session)
    held = "SELECT kind, count(*) FROM holding GROUP BY kind ORDER BY kind"
    assert _all(desk.engine, held) == [("applied", 3), ("use", 2)]


def test_a_migration_waits_for_another(postgres: PrivatePostgres) -> None:
    url = postgres.new_database()
    faults: list[Exception] = []

    def make() -> None:
        try:
            database.upgrade_book(url)
        except StorageError as error:
            faults.append(error)

    together(make, make)
    assert faults == []


def test_a_database_without_unicode_is_refused(postgres: PrivatePostgres) -> None:
    url = postgres.new_database(encoding="LATIN1")
    with pytest.raises(StorageError, match="LATIN1"):
        database.upgrade_book(url)


def test_a_region_gets_its_parts_with_its_first_file(desk: Bureau) -> None:
    desk.book(rows(1), region=OTHER_REGION)
    parts = """SELECT inhparent::regclass::text FROM pg_inherits
        WHERE inhrelid::regclass::text LIKE '%\\_120100' AND inhparent::regclass::text NOT LIKE '%x'
        AND (SELECT relkind FROM pg_class WHERE oid = inhrelid) = 'r' ORDER BY 1"""
    assert [row[0] for row in _all(desk.engine, parts)] == [
        "application",
        "audit_entry",
        "card",
        "chunk",
    ]


def test_a_row_of_a_region_without_parts_is_refused(settled: Bureau) -> None:
    with pytest.raises(IntegrityError, match="no partition"):
        _change(settled.engine, CHUNK_OF_NOWHERE)


def _go(engine: Engine, direction: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        direction(config, revision)


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Tables of the models: not the parts of a divided one."""
    return kind != "table" or name in METADATA.tables


def _differences(engine: Engine) -> set[str | None]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        return {change[1].name for change in compare_metadata(context, METADATA)}


def _all(engine: Engine, query: str) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(query)))


def _change(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
